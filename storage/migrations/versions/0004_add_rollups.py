"""Add what figures are read from, and the triggers that say which conversation is to be counted anew."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ACCEPTED = "IN ('sent', 'delivered', 'undelivered')"
_PUTS_A_QUESTION = "NEW.question_id IS NOT NULL AND NEW.conversation_id IS NOT NULL"
_OTHERWISE_PUT = f"""(
    (OLD.state {_ACCEPTED}) <> (NEW.state {_ACCEPTED})
    OR (OLD.state = 'undelivered') <> (NEW.state = 'undelivered')
    OR (NEW.state {_ACCEPTED} AND OLD.sent_at IS DISTINCT FROM NEW.sent_at)
)"""


@dataclass(frozen=True)
class _Trigger:
    """When `event` happens to a row of `table` for which `condition` holds, `conversations` are to be counted anew."""

    name: str
    table: str
    event: str
    conversations: str = "SELECT NEW.conversation_id"
    condition: str = "TRUE"


_TRIGGERS = (
    _Trigger("conversation_begun", "conversation", "INSERT", "SELECT NEW.id"),
    _Trigger(
        "conversation_ended",
        "conversation",
        "UPDATE OF progress, ended_at",
        "SELECT NEW.id",
        "OLD.ended_at IS DISTINCT FROM NEW.ended_at OR (NEW.ended_at IS NOT NULL AND OLD.progress <> NEW.progress)",
    ),
    _Trigger("conversation_concerns", "conversation_person", "INSERT"),
    _Trigger("answer_recorded", "answer", "INSERT"),
    _Trigger("answer_changed", "answer", "UPDATE"),
    _Trigger("question_put", "outbox_message", "INSERT", condition=f"{_PUTS_A_QUESTION} AND NEW.state {_ACCEPTED}"),
    _Trigger(
        "question_otherwise_put",
        "outbox_message",
        "UPDATE OF state, sent_at",
        condition=f"{_PUTS_A_QUESTION} AND {_OTHERWISE_PUT}",
    ),
    _Trigger(
        "tenant_renamed",
        "tenant",
        "UPDATE OF first_name, last_name",
        "SELECT conversation_id FROM conversation_person WHERE tenant_id = NEW.id",
        "OLD.first_name <> NEW.first_name OR OLD.last_name <> NEW.last_name",
    ),
)

_PARTIAL_INDEXES = (
    ("ix_alert_open", "alert", "kind", "acknowledged_at IS NULL"),
    ("ix_answer_replaced", "answer", "conversation_id", "replaced_at IS NOT NULL"),
    ("ix_inbox_item_open", "inbox_item", "reason", "settled_at IS NULL"),
)


def upgrade() -> None:
    """Make the tables, indexes and triggers, and have every conversation counted."""
    _make_tables()
    for name, table, column, condition in _PARTIAL_INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
    for trigger in _TRIGGERS:
        for statement in _statements(trigger):
            op.execute(statement)
    # Figures are right from here on: what is still to be counted is counted when they are read.
    op.execute("INSERT INTO changed_conversation (conversation_id) SELECT id FROM conversation ORDER BY id")


def _statements(trigger: _Trigger) -> Iterator[str]:
    """How a trigger is made on the database at hand."""
    append = f"INSERT INTO changed_conversation (conversation_id) {trigger.conversations};"
    begin = f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        yield f"""
            CREATE FUNCTION note_{trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {append}
                RETURN NULL;
            END;
            $$
            """
        yield f"{begin} WHEN ({trigger.condition}) EXECUTE FUNCTION note_{trigger.name}()"
    else:
        # SQLite knows IS DISTINCT FROM from 3.39 on alone, and has always had a word of its own for it.
        yield f"{begin} WHEN {trigger.condition.replace('IS DISTINCT FROM', 'IS NOT')} BEGIN {append} END"


def _make_tables() -> None:
    op.create_table(
        "changed_conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_conversation")),
    )
    op.create_table(
        "counted_conversation",
        sa.Column("conversation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_counted_conversation_consultation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_counted_conversation")),
    )
    op.create_table(
        "name_word",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_name_word_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "word", name=op.f("pk_name_word")),
    )
    figures = ("fate", "asked", "understood", "declined", "unclear", "not_understood", "comment")
    op.create_table(
        "tally",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column(
            "figure",
            sa.Enum(*figures, name="figure", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("first_period", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_tally_consultation_id")),
        sa.PrimaryKeyConstraint(
            "consultation_id", "question_id", "figure", "value", "first_period", "period", name=op.f("pk_tally")
        ),
    )
    op.create_index(op.f("ix_tally_first_period_consultation_id"), "tally", ["first_period", "consultation_id"])
    op.create_table(
        "placed_comment",
        sa.Column("answer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("first_period", sa.Integer(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_placed_comment_answer_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_placed_comment_consultation_id")
        ),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_placed_comment")),
    )
    op.create_index(
        "ix_placed_comment_place",
        "placed_comment",
        ["consultation_id", "question_id", "first_period", "lot", "answer_id"],
    )
