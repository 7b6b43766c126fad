"""The papers of single steps of transfers that came in a file.

Revision ID: 7c1de0a4b36f
Revises: 8d1b3e6f0c42
"""

import sqlalchemy as sa

from alembic import op
from app.fact_guards import said_once

revision = "7c1de0a4b36f"
down_revision = "8d1b3e6f0c42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "transfer_paper",
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.VARCHAR(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_transfer_paper_operation_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_transfer_paper_decision_id")),
        sa.PrimaryKeyConstraint("operation_id", "transfer_id", "step", name=op.f("pk_transfer_paper")),
    )
    op.execute(said_once("transfer_paper"))
    op.execute("GRANT SELECT, INSERT ON transfer_paper TO dangbo_application")
    op.execute("GRANT SELECT ON transfer_paper TO dangbo_reader")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("transfer_paper")
