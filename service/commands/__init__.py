"""The subcommands of `sowhat`, one file each. What is slow to import is imported inside the functions."""
