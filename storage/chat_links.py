"""Queries on the links that tie a chat to a tenant."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, union

from storage.batches import in_batches
from storage.database import Work
from storage.models import Address, ChatLink, TenantAddress
from storage.people import CHAT_CHANNEL


def renew(work: Work, tokens: Mapping[int, str], expires_at: datetime) -> None:
    """Give each tenant (by id) a new link with this token; the one they had works no more."""
    for batch in in_batches(tokens):
        work.session.execute(delete(ChatLink).where(ChatLink.tenant_id.in_(batch)))
        work.session.add_all(
            ChatLink(tenant_id=tenant_id, token_hash=work.hash_address(tokens[tenant_id]), expires_at=expires_at)
            for tenant_id in batch
        )
        work.session.flush()


def use(work: Work, token: str, address_id: int, now: datetime) -> int | None:
    """Use a link from a chat; the id of its tenant, or None where it does not work.

    It does not when there is no such link, its time is over, or another chat has used it. The chat that has used it
    may use it again.
    """
    statement = select(ChatLink).where(ChatLink.token_hash == work.hash_address(token)).with_for_update()
    link = work.session.scalars(statement).one_or_none()
    if link is None or link.expires_at <= now or link.used_by_id not in (None, address_id):
        return None
    link.used_by_id = address_id
    return link.tenant_id


def tenants_with_link_or_chat(work: Work, now: datetime) -> frozenset[int]:
    """The tenants who are written to in a chat already, or hold a link that still works."""
    with_chat = (
        select(TenantAddress.tenant_id)
        .join(TenantAddress.address)
        .where(TenantAddress.current, Address.channel == CHAT_CHANNEL)
    )
    with_link = select(ChatLink.tenant_id).where(ChatLink.expires_at > now)
    return frozenset(work.session.scalars(union(with_chat, with_link)))
