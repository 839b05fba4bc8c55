"""Add what a fleet shares: leases, when each job last ran, when a text was delivered, and how a job is deferred."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

DEFER_JOB = """
CREATE FUNCTION sowhat_defer_job(job text, at_most_one boolean, urgency integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = job AND status = 'todo') THEN
        RETURN 'waiting';
    END IF;
    -- Whoever else is about to defer it has not committed yet. To wait for them would put turns in single file.
    IF NOT pg_try_advisory_xact_lock(hashtext('sowhat_defer_job'), hashtext(job)) THEN
        RETURN 'waiting';
    END IF;
    PERFORM procrastinate_defer_jobs_v1(ARRAY[
        ROW('sowhat', job, urgency, CASE WHEN at_most_one THEN job END, job, '{}', NULL)
    ]::procrastinate_job_to_defer_v1[]);
    RETURN 'deferred';
EXCEPTION
    WHEN unique_violation THEN
        RETURN 'waiting';
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END;
$$
"""
"""Defers a job unless one is waiting. Whatever goes wrong within is undone alone; the caller's transaction stands.

Gives 'deferred', 'waiting', or the SQLSTATE of what went wrong. Tables are looked up when it is called: Procrastinate's
come after this (`storage.task_engine`).
"""


def upgrade() -> None:
    """Add the tables and the column, and on PostgreSQL the function."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.add_column("outbox_message", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(DEFER_JOB)
