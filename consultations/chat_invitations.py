"""Links with which tenants tie their chat to themselves, for the landlord to put into letters and posters."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import chat_links, people
from storage.database import Database, Work

VALID_FOR = timedelta(days=90)
"""Long enough for a letter to lie on a table, short enough that an old one found elsewhere is of no use."""


class UnknownTenantsError(ValueError):
    """References that no tenant has; the text names them."""


@dataclass(frozen=True)
class ChatInvitation:
    """The token of a tenant's link, which nobody else may see."""

    tenant_ref: str
    token: str


def make_chat_invitations(
    database: Database, tenant_refs: Collection[str], new_token: Callable[[], str], now: datetime
) -> list[ChatInvitation]:
    """New links for these tenants, whose older ones work no more; given none, for all who have neither link nor chat.

    `new_token` makes tokens nobody can guess, of at most 64 letters, digits, `_` and `-` (Telegram, "Deep linking").

    Raises:
        UnknownTenantsError: a reference is unknown; nothing is changed then.
    """

    def renew(work: Work) -> list[ChatInvitation]:
        ids = people.tenant_ids(work)
        unknown = sorted(set(tenant_refs) - ids.keys())
        if unknown:
            raise UnknownTenantsError(", ".join(unknown))
        have_one = chat_links.tenants_with_link_or_chat(work, now)
        wanted = sorted(tenant_refs) or sorted(ref for ref, id_ in ids.items() if id_ not in have_one)
        tokens = {ref: new_token() for ref in wanted}
        chat_links.renew(work, {ids[ref]: token for ref, token in tokens.items()}, now + VALID_FOR)
        return [ChatInvitation(ref, token) for ref, token in tokens.items()]

    return database.retrying(renew)
