"""Proposals to correct what is locked, and that only a second person confirms one.

Revision ID: ef26b7d6589f
Revises: 36cfc44af359
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements, judging

revision = "ef26b7d6589f"
down_revision = "36cfc44af359"
branch_labels = None
depends_on = None

SECOND_PERSON = """
    CREATE FUNCTION judge_correction_proposals(judged uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        SELECT array_agg(proposal.proposal_id) INTO wrong
        FROM correction_proposal proposal
        JOIN operation proposed ON proposed.id = proposal.operation_id
        JOIN operation settled ON settled.id = proposal.superseded_by
        JOIN actor person ON person.id = settled.actor_id
        WHERE proposal.superseded_by = judged AND settled.kind = 'member_correction_confirmed'
          AND (settled.actor_id = proposed.actor_id OR person.issuer = 'dangbo:machine');
        IF wrong IS NOT NULL THEN PERFORM refuse('second_person', wrong); END IF;
    END $$
"""
"""Who proposed a correction does not confirm it, and no machine does (R-MEM-1)."""

JUDGED_BEFORE = ("memberships", "organizations", "cells", "policy_edits", "sectors", "seats")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "correction_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(proposal_id::text, 0)"), "="),
            (sa.text("hashtextextended(proposal_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_correction_proposal_proposal_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_correction_proposal_sound_period"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_correction_proposal_member_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_correction_proposal_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["operation.id"], name=op.f("fk_correction_proposal_superseded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_proposal")),
    )
    op.create_index(
        "ix_correction_proposal_member_id",
        "correction_proposal",
        ["member_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index(
        "ix_correction_proposal_operation_id", "correction_proposal", ["operation_id"], unique=False
    )
    op.create_index(
        "ix_correction_proposal_superseded_by",
        "correction_proposal",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    for statement in (
        *guard_statements("correction_proposal"),
        SECOND_PERSON,
        judging(*JUDGED_BEFORE, "correction_proposals"),
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(judging(*JUDGED_BEFORE))
    op.execute("DROP FUNCTION judge_correction_proposals")
    op.drop_index(
        "ix_correction_proposal_superseded_by",
        table_name="correction_proposal",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_correction_proposal_operation_id", table_name="correction_proposal")
    op.drop_index(
        "ix_correction_proposal_member_id",
        table_name="correction_proposal",
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.drop_table("correction_proposal")
