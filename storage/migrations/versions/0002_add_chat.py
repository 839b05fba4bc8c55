"""Add chat: buttons, attachments, edited messages, links that tie a chat to a tenant, and where people prefer to be."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NEVER_REUSES_IDS = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Add the columns and tables, and turn the count of a message's media into attachments."""
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["inbound_message.id"], name=op.f("fk_attachment_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_message_id"), "attachment", ["message_id"])
    op.create_table(
        "chat_link",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_chat_link_tenant_id")),
        sa.ForeignKeyConstraint(["used_by_id"], ["address.id"], name=op.f("fk_chat_link_used_by_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_chat_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_chat_link_token_hash")),
    )
    op.add_column("outbox_message", sa.Column("buttons", sa.JSON(), nullable=True))
    op.add_column("tenant", sa.Column("preferred_channel", sa.String(), nullable=True))
    _keep_media()
    with op.batch_alter_table("inbound_message", table_kwargs=NEVER_REUSES_IDS) as inbound_message:
        inbound_message.drop_column("media")
        inbound_message.add_column(sa.Column("edits_id", sa.Integer(), nullable=True))
        inbound_message.create_foreign_key(op.f("fk_inbound_message_edits_id"), "inbound_message", ["edits_id"], ["id"])
    if op.get_bind().dialect.name == "sqlite":
        for table in ("address", "alert", "conversation", "tenant"):
            with op.batch_alter_table(table, recreate="always", table_kwargs=NEVER_REUSES_IDS):
                pass


def _keep_media() -> None:
    """One attachment for each that was counted; what they were had not been kept."""
    inbound_message = sa.table("inbound_message", sa.column("id"), sa.column("media"))
    attachment = sa.table("attachment", sa.column("message_id"), sa.column("kind"), sa.column("reference"))
    counted = op.get_bind().execute(sa.select(inbound_message).where(inbound_message.c.media > 0)).all()
    values = [
        {"message_id": message_id, "kind": "other", "reference": ""}
        for message_id, media in counted
        for _ in range(media)
    ]
    if values:
        op.bulk_insert(attachment, values)
