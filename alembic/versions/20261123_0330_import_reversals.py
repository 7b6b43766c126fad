"""Which imports were taken back, and by which operation.

Revision ID: 5f0a6f1c2b7d
Revises: dda613bc5b91
"""

import sqlalchemy as sa

from alembic import op
from app.fact_guards import said_once

revision = "5f0a6f1c2b7d"
down_revision = "dda613bc5b91"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "import_reversal",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_import_reversal_import_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_import_reversal_operation_id")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_reversal")),
    )
    op.execute(said_once("import_reversal"))
    op.execute("GRANT SELECT, INSERT ON import_reversal TO dangbo_application")
    op.execute("GRANT SELECT ON import_reversal TO dangbo_reader")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("import_reversal")
