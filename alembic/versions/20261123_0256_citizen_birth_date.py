"""The birth date as the citizen's id has it, beside the dossier's.

Revision ID: a712cfcf0d76
Revises: ef26b7d6589f
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "a712cfcf0d76"
down_revision = "ef26b7d6589f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.add_column("person", sa.Column("citizen_birth_date", postgresql.DATERANGE(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_column("person", "citizen_birth_date")
