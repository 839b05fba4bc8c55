"""One pretend tenant, as the landlord's file has them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """`attends` is whether they came to the activity.

    `chat` is the id of the chat that they will open with the landlord's bot, if they do.
    """

    tenant_ref: str
    first_name: str
    last_name: str
    language: str
    mobile: str
    has_basis: bool
    attends: bool
    chat: str | None = None
