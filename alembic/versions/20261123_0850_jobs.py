"""Jobs: acts that are carried out after their request was answered.

Revision ID: 41fe229544de
Revises: bf91b435c99c
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "41fe229544de"
down_revision = "bf91b435c99c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("argument", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("kind IN ('restructuring_application')", name=op.f("ck_job_kind_known")),
        sa.CheckConstraint(
            "phase IN ('planning', 'closing', 'writing', 'sealing')", name=op.f("ck_job_phase_known")
        ),
        sa.CheckConstraint("attempts BETWEEN 0 AND 100", name=op.f("ck_job_attempts_bounded")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_job_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_waiting", "job", ["id"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "uq_job_subject", "job", ["subject_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (attempts, phase, done, total, ended_at, problem) ON job TO dangbo_application"
    )
    op.execute("GRANT SELECT ON job TO dangbo_reader")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index("uq_job_subject", table_name="job", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index("ix_job_waiting", table_name="job", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("job")
