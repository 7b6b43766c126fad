"""What stands below, who sits, and the order of names are found by index at a past instant as well.

These indexes held what is believed now alone: of a past belief each lookup read the whole table.

Revision ID: c81e5b0f4d27
Revises: 5d0c3e9a71b6
"""

import sqlalchemy as sa

from alembic import op

revision = "c81e5b0f4d27"
down_revision = "5d0c3e9a71b6"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_placement_parent", "placement", ["parent_id"]),
    ("ix_committee_organization", "committee", ["organization_id"]),
    ("ix_seat_committee", "seat", ["committee_id"]),
    ("ix_organization_name_sorted", "organization_name", ["sort_key", "organization_id"]),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    for name, table, columns in INDEXES:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    for name, table, columns in INDEXES:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, postgresql_where=sa.text("superseded_by IS NULL"))
