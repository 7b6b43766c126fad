"""Ballots, and what lay behind an exit.

Revision ID: 176247d1d8de
Revises: a2c5d7e90b11
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements

revision = "176247d1d8de"
down_revision = "a2c5d7e90b11"
branch_labels = None
depends_on = None


GROUNDS = (
    "'meetings_or_dues_missed', "
    "'card_returned_or_destroyed', "
    "'no_will_to_strive', "
    "'two_years_of_violations', "
    "'political_standard', "
    "'activity_abandoned', "
    "'own_request', "
    "'family_hardship', "
    "'serious_internal_disunity', "
    "'corruption_conviction', "
    "'serious_crime', "
    "'less_serious_crime', "
    "'admission_standard_not_met', "
    "'other'"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "ballot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("summoned", sa.SmallInteger(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("in_favour", sa.SmallInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(ballot_id::text, 0)"), "="),
            (sa.text("hashtextextended(ballot_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_ballot_ballot_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_ballot_sound_period"),
        ),
        sa.CheckConstraint(
            "question IN ('exit', 'status', 'readmission')", name=op.f("ck_ballot_question_known")
        ),
        sa.CheckConstraint(
            "step IN ('cell', 'sectional', 'grassroots', 'authorised_grassroots', 'upper')",
            name=op.f("ck_ballot_step_known"),
        ),
        sa.CheckConstraint("in_favour BETWEEN 0 AND summoned", name=op.f("ck_ballot_in_favour_counted")),
        sa.CheckConstraint("summoned BETWEEN 1 AND 30000", name=op.f("ck_ballot_summoned_counted")),
        sa.CheckConstraint("upper(valid) = lower(valid) + 1", name=op.f("ck_ballot_of_one_day")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_ballot_member_id")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_ballot_operation_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_ballot_organization_id")
        ),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_ballot_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )
    op.create_index("ix_ballot_ballot_id", "ballot", ["ballot_id"], unique=False)
    op.create_index("ix_ballot_member_id", "ballot", ["member_id"], unique=False)
    op.create_index("ix_ballot_operation_id", "ballot", ["operation_id"], unique=False)
    op.create_index("ix_ballot_organization_id", "ballot", ["organization_id"], unique=False)
    op.create_index(
        "ix_ballot_superseded_by",
        "ballot",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.add_column("membership", sa.Column("exit_ground", sa.String(), nullable=True))
    op.create_check_constraint("exit_ground_known", "membership", f"exit_ground IN ({GROUNDS})")
    op.create_check_constraint(
        "ground_of_an_exit", "membership", "exit_ground IS NULL OR exit_reason IS NOT NULL"
    )
    for statement in guard_statements("ballot"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_column("membership", "exit_ground")
    op.drop_index(
        "ix_ballot_superseded_by", table_name="ballot", postgresql_where=sa.text("superseded_by IS NOT NULL")
    )
    op.drop_index("ix_ballot_organization_id", table_name="ballot")
    op.drop_index("ix_ballot_operation_id", table_name="ballot")
    op.drop_index("ix_ballot_member_id", table_name="ballot")
    op.drop_index("ix_ballot_ballot_id", table_name="ballot")
    op.drop_table("ballot")
