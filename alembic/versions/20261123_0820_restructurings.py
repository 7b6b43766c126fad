"""Restructurings: documents, their steps and previews; descent, destinations of rolls, roles of papers.

Revision ID: bf91b435c99c
Revises: 9b27c5e1d830
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements, judging, said_once

revision = "bf91b435c99c"
down_revision = "9b27c5e1d830"
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
FACTS = ("lineage", "roll_destination")
APPENDED = ("restructuring", "restructuring_revision", "restructuring_step")
PASSING = ("restructuring_preview", "restructuring_preview_row")
"""Kept for a day."""

ROLES = "role IN ('decision', 'consent', 'acceptance', 'minutes', 'exception')"

JUDGE = """
    CREATE FUNCTION judge_restructurings(judged uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        SELECT array_agg(id) INTO wrong FROM (
            SELECT one.id FROM restructuring one JOIN operation said ON said.id = one.operation_id
            WHERE one.operation_id = judged AND one.proposer_id <> said.actor_id
            UNION ALL
            SELECT taken.restructuring_id FROM restructuring_step taken
            JOIN operation said ON said.id = taken.operation_id JOIN actor ON actor.id = taken.actor_id
            WHERE taken.operation_id = judged AND (
                taken.actor_id <> said.actor_id
                OR taken.step IN ('consent', 'approve', 'return', 'apply', 'annul')
                   AND actor.issuer = 'dangbo:machine')
        ) taken;
        IF wrong IS NOT NULL THEN PERFORM refuse('restructuring_by_two_persons', wrong); END IF;
    END $$
"""
"""Who takes a step is whose operation it is; machine clients only propose."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "restructuring_preview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("restructuring_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restructuring_preview")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_restructuring_preview_made_at", "restructuring_preview", ["made_at"], unique=False)
    op.create_index(
        "ix_restructuring_preview_restructuring_id",
        "restructuring_preview",
        ["restructuring_id"],
        unique=False,
    )
    op.create_table(
        "restructuring_preview_row",
        sa.Column("n", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("preview_id", sa.Uuid(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_restructuring_preview_row")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(
        "ix_restructuring_preview_row_kind",
        "restructuring_preview_row",
        ["preview_id", "thing", "n"],
        unique=True,
    )
    op.create_table(
        "lineage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("said_first_by", sa.Uuid(), nullable=True),
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("measure", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(lineage_id::text, 0)"), "="),
            (sa.text("hashtextextended(lineage_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_lineage_lineage_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_lineage_sound_period"),
        ),
        sa.CheckConstraint(
            "kind IN ('absorbed_into', 'consolidated_into', 'split_into', 'dissolved_into', 'handed_on_to')",
            name=op.f("ck_lineage_kind_known"),
        ),
        sa.CheckConstraint("share BETWEEN 1 AND whole", name=op.f("ck_lineage_share_of_whole")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_lineage_operation_id")),
        sa.ForeignKeyConstraint(["source_id"], ["organization.id"], name=op.f("fk_lineage_source_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_lineage_superseded_by")),
        sa.ForeignKeyConstraint(["target_id"], ["organization.id"], name=op.f("fk_lineage_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage")),
    )
    op.create_index("ix_lineage_operation_id", "lineage", ["operation_id"], unique=False)
    op.create_index(
        "ix_lineage_source",
        "lineage",
        ["source_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index(
        "ix_lineage_superseded_by",
        "lineage",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_index(
        "ix_lineage_target",
        "lineage",
        ["target_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_table(
        "restructuring",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_restructuring_operation_id")
        ),
        sa.ForeignKeyConstraint(["proposer_id"], ["actor.id"], name=op.f("fk_restructuring_proposer_id")),
        sa.ForeignKeyConstraint(["reverses"], ["restructuring.id"], name=op.f("fk_restructuring_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restructuring")),
        sa.UniqueConstraint("id", "proposer_id", name="uq_restructuring_proposer"),
    )
    op.create_index("ix_restructuring_operation_id", "restructuring", ["operation_id"], unique=False)
    op.create_index("ix_restructuring_reverses", "restructuring", ["reverses"], unique=False)
    op.create_table(
        "roll_destination",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("said_first_by", sa.Uuid(), nullable=True),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(cell_id::text, 0)"), "="),
            (sa.text("hashtextextended(cell_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_roll_destination_cell_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_roll_destination_sound_period"),
        ),
        sa.CheckConstraint("destination_id <> cell_id", name=op.f("ck_roll_destination_not_to_itself")),
        sa.ForeignKeyConstraint(["cell_id"], ["organization.id"], name=op.f("fk_roll_destination_cell_id")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["organization.id"], name=op.f("fk_roll_destination_destination_id")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_roll_destination_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["operation.id"], name=op.f("fk_roll_destination_superseded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_destination")),
    )
    op.create_index("ix_roll_destination_cell_id", "roll_destination", ["cell_id"], unique=False)
    op.create_index("ix_roll_destination_operation_id", "roll_destination", ["operation_id"], unique=False)
    op.create_index(
        "ix_roll_destination_superseded_by",
        "roll_destination",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_table(
        "restructuring_revision",
        sa.Column("restructuring_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_restructuring_revision_counted")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_restructuring_revision_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["restructuring_id"],
            ["restructuring.id"],
            name=op.f("fk_restructuring_revision_restructuring_id"),
        ),
        sa.PrimaryKeyConstraint("restructuring_id", "n", name=op.f("pk_restructuring_revision")),
    )
    op.create_index(
        "ix_restructuring_revision_operation_id", "restructuring_revision", ["operation_id"], unique=False
    )
    op.create_table(
        "restructuring_step",
        sa.Column("restructuring_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ends", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "digest IS NULL OR digest ~ '^[0-9a-f]{64}$'", name=op.f("ck_restructuring_step_digest_form")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'consented', 'approved', 'returned', 'cancelled', 'applied', 'annulment_proposed', 'annulled', 'reversed')",
            name=op.f("ck_restructuring_step_state_known"),
        ),
        sa.CheckConstraint(
            "step IN ('edit', 'submit', 'consent', 'approve', 'return', 'cancel', 'apply', 'propose_annulment', 'annul', 'keep', 'reverse', 'reinstate')",
            name=op.f("ck_restructuring_step_step_known"),
        ),
        sa.CheckConstraint(
            "step NOT IN ('annul', 'approve', 'consent', 'return') OR actor_id <> proposer_id",
            name=op.f("ck_restructuring_step_two_actors"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_restructuring_step_actor_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_restructuring_step_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["actor.id"], name=op.f("fk_restructuring_step_proposer_id")
        ),
        sa.ForeignKeyConstraint(
            ["restructuring_id"], ["restructuring.id"], name=op.f("fk_restructuring_step_restructuring_id")
        ),
        sa.PrimaryKeyConstraint("restructuring_id", "n", name=op.f("pk_restructuring_step")),
    )
    op.create_index(
        "ix_restructuring_step_operation_id", "restructuring_step", ["operation_id"], unique=False
    )
    op.create_table(
        "restructuring_organization",
        sa.Column("restructuring_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("changes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_restructuring_organization_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["restructuring_id", "n"],
            ["restructuring_revision.restructuring_id", "restructuring_revision.n"],
            name=op.f("fk_restructuring_organization_restructuring_id_n"),
        ),
        sa.PrimaryKeyConstraint(
            "restructuring_id", "n", "organization_id", name=op.f("pk_restructuring_organization")
        ),
    )
    op.create_index(
        "ix_restructuring_organization_organization_id",
        "restructuring_organization",
        ["organization_id"],
        unique=False,
    )
    op.add_column(
        "operation_decision",
        sa.Column("role", sa.String(), server_default=sa.text("'decision'"), nullable=False),
    )
    op.create_check_constraint(op.f("ck_operation_decision_role_known"), "operation_decision", ROLES)
    for table in FACTS:
        for statement in guard_statements(table):
            op.execute(statement)
    for table in APPENDED:
        op.execute(said_once(table))
    op.execute(
        f"GRANT SELECT, INSERT ON {', '.join(APPENDED)}, restructuring_organization TO dangbo_application"
    )
    op.execute(f"GRANT SELECT, INSERT, DELETE ON {', '.join(PASSING)} TO dangbo_application")
    op.execute(
        f"GRANT SELECT ON {', '.join((*APPENDED, *PASSING))}, restructuring_organization TO dangbo_reader"
    )
    op.execute(JUDGE)
    op.execute(judging(*SUBJECTS, "restructurings"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(judging(*SUBJECTS))
    op.execute("DROP FUNCTION judge_restructurings")
    op.drop_column("operation_decision", "role")
    op.drop_index("ix_restructuring_organization_organization_id", table_name="restructuring_organization")
    op.drop_table("restructuring_organization")
    op.drop_index("ix_restructuring_step_operation_id", table_name="restructuring_step")
    op.drop_table("restructuring_step")
    op.drop_index("ix_restructuring_revision_operation_id", table_name="restructuring_revision")
    op.drop_table("restructuring_revision")
    op.drop_index(
        "ix_roll_destination_superseded_by",
        table_name="roll_destination",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_roll_destination_operation_id", table_name="roll_destination")
    op.drop_index("ix_roll_destination_cell_id", table_name="roll_destination")
    op.drop_table("roll_destination")
    op.drop_index("ix_restructuring_reverses", table_name="restructuring")
    op.drop_index("ix_restructuring_operation_id", table_name="restructuring")
    op.drop_table("restructuring")
    op.drop_index(
        "ix_lineage_target", table_name="lineage", postgresql_where=sa.text("superseded_by IS NULL")
    )
    op.drop_index(
        "ix_lineage_superseded_by",
        table_name="lineage",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index(
        "ix_lineage_source", table_name="lineage", postgresql_where=sa.text("superseded_by IS NULL")
    )
    op.drop_index("ix_lineage_operation_id", table_name="lineage")
    op.drop_table("lineage")
    op.drop_index("ix_restructuring_preview_row_kind", table_name="restructuring_preview_row")
    op.drop_table("restructuring_preview_row")
    op.drop_index("ix_restructuring_preview_restructuring_id", table_name="restructuring_preview")
    op.drop_index("ix_restructuring_preview_made_at", table_name="restructuring_preview")
    op.drop_table("restructuring_preview")
