"""Why a reception was refused; graduation as a purpose.

Revision ID: 8c41d7e2a905
Revises: 5f0a6f1c2b7d
"""

import sqlalchemy as sa

from alembic import op

revision = "8c41d7e2a905"
down_revision = "5f0a6f1c2b7d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.add_column("transfer", sa.Column("refusal_ground", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_transfer_refusal_ground_known"),
        "transfer",
        "refusal_ground IN ('admission_standard_not_met', 'papers_not_in_order')",
    )
    op.create_check_constraint(
        op.f("ck_transfer_refusal_ground_of_refusal"),
        "transfer",
        "refusal_ground IS NULL OR state IN ('refused', 'returned')",
    )
    _purposes("work", "study", "graduation")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _purposes("work", "study")
    op.drop_column("transfer", "refusal_ground")


def _purposes(*known: str) -> None:
    listed = ", ".join(f"'{one}'" for one in known)
    op.drop_constraint(op.f("ck_transfer_purpose_known"), "transfer", type_="check")
    op.create_check_constraint(op.f("ck_transfer_purpose_known"), "transfer", f"purpose IN ({listed})")
