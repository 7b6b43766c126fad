"""Whose word a fact is that is said again: the operation that said it first.

Revision ID: c41d7be2095a
Revises: 7c1de0a4b36f
"""

import sqlalchemy as sa

from alembic import op

revision = "c41d7be2095a"
down_revision = "7c1de0a4b36f"
branch_labels = None
depends_on = None

FACTS = (
    "organization_name",
    "placement",
    "organization_type",
    "organization_code",
    "organization_sector",
    "organization_opening",
    "organization_authority",
    "organization_external_id",
    "person",
    "membership",
    "activity",
    "identifier",
    "member_external_id",
    "member_distinction",
    "paper_distinction",
    "member_merge",
    "committee",
    "seat",
    "transfer",
    "hold",
    "access_grant",
    "ballot",
    "correction_proposal",
    "meeting",
    "absence",
    "resolution",
    "policy",
)


SECOND_PERSON_BEFORE = """
    CREATE OR REPLACE FUNCTION judge_correction_proposals(judged uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        SELECT array_agg(proposal.proposal_id) INTO wrong
        FROM correction_proposal proposal
        JOIN operation proposed ON proposed.id = proposal.operation_id
        JOIN operation settled ON settled.id = proposal.superseded_by
        JOIN actor person ON person.id = settled.actor_id
        WHERE proposal.superseded_by = judged AND settled.kind = 'member_correction_confirmed'
          AND (settled.actor_id = proposed.actor_id OR person.issuer = 'dangbo:machine');
        IF wrong IS NOT NULL THEN PERFORM refuse('second_person', wrong); END IF;
    END $$
"""
"""By the operation of the row: whoever merged two members had proposed what was proposed for one of them."""

SECOND_PERSON = SECOND_PERSON_BEFORE.replace(
    "proposal.operation_id\n", "coalesce(proposal.said_first_by, proposal.operation_id)\n"
)
"""Who first proposed a correction does not confirm it, and no machine does (R-MEM-1)."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in FACTS:
        op.add_column(table, sa.Column("said_first_by", sa.Uuid(), nullable=True))
    op.execute(SECOND_PERSON)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(SECOND_PERSON_BEFORE)
    for table in reversed(FACTS):
        op.drop_column(table, "said_first_by")
