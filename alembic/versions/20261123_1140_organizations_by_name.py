"""Organizations in the order of their names, which lists of the whole register begin with.

Revision ID: 5d0c3e9a71b6
Revises: 41fe229544de
"""

import sqlalchemy as sa

from alembic import op

revision = "5d0c3e9a71b6"
down_revision = "41fe229544de"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_index(
        "ix_organization_name_sorted",
        "organization_name",
        ["sort_key", "organization_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index(
        "ix_organization_name_sorted",
        table_name="organization_name",
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
