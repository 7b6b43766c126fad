"""Persons on paper told apart from members; who made a machine client is found.

Revision ID: 382d15eeba05
Revises: 8c41d7e2a905
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements, judging

revision = "382d15eeba05"
down_revision = "8c41d7e2a905"
branch_labels = None
depends_on = None

TOLD_APART = """
    CREATE FUNCTION judge_paper_distinctions(judged uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        SELECT array_agg(distinction_id) INTO wrong FROM (
            SELECT d.distinction_id FROM paper_distinction d
            JOIN member_external_id x USING (member_id, system, external_id)
            WHERE d.operation_id = judged AND d.superseded_by IS NULL AND x.superseded_by IS NULL
            UNION ALL
            SELECT d.distinction_id FROM member_external_id x
            JOIN paper_distinction d USING (member_id, system, external_id)
            WHERE x.operation_id = judged AND d.superseded_by IS NULL AND x.superseded_by IS NULL
        ) borne;
        IF wrong IS NOT NULL THEN PERFORM refuse('paper_told_apart', wrong); END IF;
    END $$
"""
"""No member bears an id whose bearer was said to be another person."""

JUDGED_BEFORE = (
    "memberships",
    "organizations",
    "cells",
    "policy_edits",
    "sectors",
    "seats",
    "correction_proposals",
    "meetings",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "paper_distinction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("distinction_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(distinction_id::text, 0)"), "="),
            (sa.text("hashtextextended(distinction_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_paper_distinction_distinction_id",
        ),
        postgresql.ExcludeConstraint(
            (
                sa.text(
                    "hashtextextended(member_id::text || chr(10) || system::text || chr(10) || external_id::text, 0)"
                ),
                "=",
            ),
            (
                sa.text(
                    "hashtextextended(member_id::text || chr(10) || system::text || chr(10) || external_id::text, 1)"
                ),
                "=",
            ),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_paper_distinction_once",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_paper_distinction_sound_period"),
        ),
        sa.CheckConstraint(
            "external_id IS NFC NORMALIZED AND external_id !~ '[[:cntrl:]]' AND char_length(external_id) BETWEEN 1 AND 120 AND external_id = btrim(external_id)",
            name=op.f("ck_paper_distinction_external_id_clean"),
        ),
        sa.CheckConstraint(
            "system IS NFC NORMALIZED AND system !~ '[[:cntrl:]]' AND char_length(system) BETWEEN 1 AND 60 AND system = btrim(system)",
            name=op.f("ck_paper_distinction_system_clean"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_paper_distinction_member_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_paper_distinction_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["operation.id"], name=op.f("fk_paper_distinction_superseded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_distinction")),
    )
    op.create_index(
        "ix_paper_distinction_distinction_id", "paper_distinction", ["distinction_id"], unique=False
    )
    op.create_index("ix_paper_distinction_member_id", "paper_distinction", ["member_id"], unique=False)
    op.create_index("ix_paper_distinction_operation_id", "paper_distinction", ["operation_id"], unique=False)
    op.create_index(
        "ix_paper_distinction_paper",
        "paper_distinction",
        ["system", "external_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index(
        "ix_paper_distinction_superseded_by",
        "paper_distinction",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_index(
        "ix_operation_machine_client",
        "operation",
        [sa.literal_column("(changes ->> 'machine_client')")],
        unique=False,
        postgresql_where=sa.text("kind = 'machine_client_created'"),
    )
    for statement in (
        *guard_statements("paper_distinction"),
        TOLD_APART,
        judging(*JUDGED_BEFORE, "paper_distinctions"),
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(judging(*JUDGED_BEFORE))
    op.execute("DROP FUNCTION judge_paper_distinctions")
    op.drop_index(
        "ix_operation_machine_client",
        table_name="operation",
        postgresql_where=sa.text("kind = 'machine_client_created'"),
    )
    op.drop_index(
        "ix_paper_distinction_superseded_by",
        table_name="paper_distinction",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index(
        "ix_paper_distinction_paper",
        table_name="paper_distinction",
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.drop_index("ix_paper_distinction_operation_id", table_name="paper_distinction")
    op.drop_index("ix_paper_distinction_member_id", table_name="paper_distinction")
    op.drop_index("ix_paper_distinction_distinction_id", table_name="paper_distinction")
    op.drop_table("paper_distinction")
