"""What ends a demo early."""


class DemoError(Exception):
    """The demo could not run to its end; says what went wrong."""
