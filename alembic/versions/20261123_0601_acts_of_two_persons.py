"""Acts of two persons have one shape: what is proposed is a row never altered, how it ended is another.

Corrections of what is locked take the shape of edits of policies. Proposals recorded before are not kept, neither up
nor down; their operations are.

Revision ID: 5e2a90d4c7b1
Revises: c41d7be2095a
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements, judging, judging_two_persons, said_once

revision = "5e2a90d4c7b1"
down_revision = "c41d7be2095a"
branch_labels = None
depends_on = None

SUBJECTS = (
    "memberships",
    "organizations",
    "cells",
    "policy_edits",
    "catalogues",
    "seats",
    "two_persons",
    "meetings",
    "paper_distinctions",
)

PENDING = """
        SELECT array_agg(one.id) INTO wrong
        FROM policy_edit one
        JOIN policy_edit other ON other.key = one.key AND other.scope_id = one.scope_id
            AND other.valid && one.valid AND other.id <> one.id
        WHERE one.operation_id = judged
          AND NOT EXISTS (SELECT FROM policy_edit_closing c WHERE c.{id} IN (one.id, other.id));
        IF wrong IS NOT NULL THEN PERFORM refuse('one_pending_policy_edit', wrong); END IF;
"""
"""Two edits of one row that wait at once would each be approved on what the other alters."""

BY_TWO = """
        SELECT array_agg(edit_id) INTO wrong FROM (
            SELECT e.id AS edit_id FROM policy_edit e JOIN operation said ON said.id = e.operation_id
            WHERE operation_id = judged AND proposer_id <> said.actor_id
            UNION ALL
            SELECT edit_id FROM policy_edit_closing
            JOIN operation said ON said.id = operation_id JOIN actor ON actor.id = closer_id
            WHERE operation_id = judged AND (
                closer_id <> said.actor_id OR state <> 'withdrawn' AND actor.issuer = 'dangbo:machine')
        ) taken;
        IF wrong IS NOT NULL THEN PERFORM refuse('policy_edit_by_two_persons', wrong); END IF;
"""
"""As it was judged before; said anew on the way back."""


def _judge_policy_edits(*judged: str) -> str:
    said = "".join(judged).removeprefix("\n")
    return (
        "\n    CREATE OR REPLACE FUNCTION judge_policy_edits(judged uuid) RETURNS void LANGUAGE plpgsql"
        " SET search_path = public, pg_temp AS $$\n    DECLARE\n        wrong uuid[];\n    BEGIN\n"
        f"{said}    END $$\n    "
    )


SECOND_PERSON = """
    CREATE OR REPLACE FUNCTION judge_correction_proposals(judged uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        SELECT array_agg(proposal.proposal_id) INTO wrong
        FROM correction_proposal proposal
        JOIN operation proposed ON proposed.id = coalesce(proposal.said_first_by, proposal.operation_id)
        JOIN operation settled ON settled.id = proposal.superseded_by
        JOIN actor person ON person.id = settled.actor_id
        WHERE proposal.superseded_by = judged AND settled.kind = 'member_correction_confirmed'
          AND (settled.actor_id = proposed.actor_id OR person.issuer = 'dangbo:machine');
        IF wrong IS NOT NULL THEN PERFORM refuse('second_person', wrong); END IF;
    END $$
"""
"""As it was judged before; said anew on the way back."""

SOUND = (
    "NOT isempty({column}) AND lower({column}) IS NOT NULL AND lower({column}) >= '1900-01-01'::date"
    " AND (upper({column}) IS NULL OR upper({column}) <= '2200-01-01'::date)"
    " AND isfinite(lower({column})) AND (upper({column}) IS NULL OR isfinite(upper({column})))"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("correction_proposal")
    op.create_table(
        "correction_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.CheckConstraint(SOUND.format(column="period"), name=op.f("ck_correction_proposal_sound_period")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_correction_proposal_member_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_correction_proposal_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["actor.id"], name=op.f("fk_correction_proposal_proposer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_proposal")),
        sa.UniqueConstraint("id", "proposer_id", name="uq_correction_proposal_proposer"),
    )
    op.create_index("ix_correction_proposal_member_id", "correction_proposal", ["member_id"])
    op.create_index("ix_correction_proposal_operation_id", "correction_proposal", ["operation_id"])
    op.create_table(
        "correction_proposal_closing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=False),
        sa.Column("closer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('confirmed', 'refused', 'withdrawn')",
            name=op.f("ck_correction_proposal_closing_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (closer_id = proposer_id)",
            name=op.f("ck_correction_proposal_closing_two_actors"),
        ),
        sa.ForeignKeyConstraint(
            ["closer_id"], ["actor.id"], name=op.f("fk_correction_proposal_closing_closer_id")
        ),
        sa.ForeignKeyConstraint(
            ["id", "proposer_id"],
            ["correction_proposal.id", "correction_proposal.proposer_id"],
            name=op.f("fk_correction_proposal_closing_id_proposer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_correction_proposal_closing_operation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_proposal_closing")),
    )
    op.create_index(
        "ix_correction_proposal_closing_operation_id", "correction_proposal_closing", ["operation_id"]
    )
    for table in ("correction_proposal", "correction_proposal_closing"):
        op.execute(said_once(table))
        op.execute(f"GRANT SELECT, INSERT ON {table} TO dangbo_application")
        op.execute(f"GRANT SELECT ON {table} TO dangbo_reader")
    op.alter_column("policy_edit_closing", "edit_id", new_column_name="id")
    op.execute(
        "ALTER TABLE policy_edit_closing RENAME CONSTRAINT fk_policy_edit_closing_edit"
        " TO fk_policy_edit_closing_id_proposer_id"
    )
    op.execute(_judge_policy_edits(PENDING.format(id="id")))
    op.execute(judging_two_persons("policy_edit", "correction_proposal"))
    op.execute(judging(*SUBJECTS))
    op.execute("DROP FUNCTION judge_correction_proposals")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("correction_proposal_closing")
    op.drop_table("correction_proposal")
    op.execute(
        "ALTER TABLE policy_edit_closing RENAME CONSTRAINT fk_policy_edit_closing_id_proposer_id"
        " TO fk_policy_edit_closing_edit"
    )
    op.alter_column("policy_edit_closing", "id", new_column_name="edit_id")
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
        sa.Column("said_first_by", sa.Uuid(), nullable=True),
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
        sa.CheckConstraint(SOUND.format(column="valid"), name=op.f("ck_correction_proposal_sound_period")),
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
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index("ix_correction_proposal_operation_id", "correction_proposal", ["operation_id"])
    op.create_index(
        "ix_correction_proposal_superseded_by",
        "correction_proposal",
        ["superseded_by"],
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    for statement in (
        *guard_statements("correction_proposal"),
        _judge_policy_edits(PENDING.format(id="edit_id"), BY_TWO),
        SECOND_PERSON,
        judging(*("correction_proposals" if one == "two_persons" else one for one in SUBJECTS)),
        "DROP FUNCTION judge_two_persons",
    ):
        op.execute(statement)
