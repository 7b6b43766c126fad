"""Papers that a later file gives to steps of transfers recorded without.

Revision ID: 9b27c5e1d830
Revises: 5e2a90d4c7b1
"""

import sqlalchemy as sa

from alembic import op

revision = "9b27c5e1d830"
down_revision = "5e2a90d4c7b1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.add_column("transfer_paper", sa.Column("supplements", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_transfer_paper_supplements"), "transfer_paper", "operation", ["supplements"], ["id"]
    )
    op.create_index("ix_transfer_paper_transfer_id", "transfer_paper", ["transfer_id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("DELETE FROM transfer_paper WHERE supplements IS NOT NULL")
    op.drop_index("ix_transfer_paper_transfer_id", "transfer_paper")
    op.drop_constraint(op.f("fk_transfer_paper_supplements"), "transfer_paper")
    op.drop_column("transfer_paper", "supplements")
