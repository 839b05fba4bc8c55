"""The demo: the whole of sowhat on this machine, against a pretend phone network, with pretend tenants."""

DIRECTORY = "demo"
"""Where a demo keeps everything, below the current directory; emptied at the start of the next."""

MOST_TENANTS = 1_000
"""As many as Ofcom keeps mobile numbers for drama: 07700 900000 to 900999."""
