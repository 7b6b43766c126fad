"""Edits of policies, proposed by one and approved by another; sectors by catalogue instead of by a fixed list.

Revision ID: d4f81c63a907
Revises: 176247d1d8de
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import judging, said_once

revision = "d4f81c63a907"
down_revision = "176247d1d8de"
branch_labels = None
depends_on = None

SECTORS = (
    "party_agency",
    "state_agency",
    "mass_organization",
    "court_procuracy",
    "service_unit",
    "state_enterprise",
    "joint_stock_enterprise",
    "private_enterprise",
    "school",
    "hospital",
    "bank",
    "army",
    "police",
    "village",
    "other",
)
"""What the fixed list knew."""

FUNCTIONS = (
    # Two edits of one row that wait at once would each be approved on what the other alters. And who proposes or
    # closes is whose operation it is; machine clients propose, but a person approves or refuses.
    """
    CREATE FUNCTION judge_policy_edits(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        SELECT array_agg(one.id) INTO wrong
        FROM policy_edit one
        JOIN policy_edit other ON other.key = one.key AND other.scope_id = one.scope_id
            AND other.valid && one.valid AND other.id <> one.id
        WHERE one.operation_id = judged
          AND NOT EXISTS (SELECT FROM policy_edit_closing c WHERE c.edit_id IN (one.id, other.id));
        IF wrong IS NOT NULL THEN PERFORM refuse('one_pending_policy_edit', wrong); END IF;

        SELECT array_agg(edit_id) INTO wrong FROM (
            SELECT e.id AS edit_id FROM policy_edit e JOIN operation said ON said.id = e.operation_id
            WHERE operation_id = judged AND proposer_id <> said.actor_id
            UNION ALL
            SELECT edit_id FROM policy_edit_closing
            JOIN operation said ON said.id = operation_id JOIN actor ON actor.id = closer_id
            WHERE operation_id = judged AND (
                closer_id <> said.actor_id OR state <> 'withdrawn' AND actor.issuer = 'dangbo:machine')
        ) taken;
        IF wrong IS NOT NULL THEN PERFORM refuse('policy_edit_by_two_persons', wrong); END IF;
    END $$
    """,
    # On every day on which an organization has a sector, the catalogue of that day has its code.
    """
    CREATE FUNCTION judge_sectors(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
        touched uuid[];
    BEGIN
        SELECT array_agg(organization_id) INTO touched FROM organization_sector WHERE operation_id = judged;
        IF EXISTS (
            SELECT FROM policy WHERE key = 'catalogue.sectors' AND (operation_id = judged OR superseded_by = judged)
        ) THEN
            SELECT array_agg(organization_id) INTO touched FROM organization_sector WHERE superseded_by IS NULL;
        END IF;
        SELECT array_agg(DISTINCT s.organization_id) INTO wrong
        FROM organization_sector s LEFT JOIN sector_life life USING (sector)
        WHERE s.organization_id = ANY(touched) AND s.superseded_by IS NULL
          AND NOT s.valid <@ coalesce(life.days, '{}');
        IF wrong IS NOT NULL THEN PERFORM refuse('sector_in_catalogue', wrong); END IF;
    END $$
    """,
    judging("memberships", "organizations", "cells", "policy_edits", "sectors"),
)

SECTOR_LIFE = """
    CREATE VIEW sector_life AS
        SELECT entry.key AS sector, range_agg(catalogue.valid) AS days
        FROM policy catalogue, jsonb_each(catalogue.value) entry
        WHERE catalogue.key = 'catalogue.sectors'
          AND catalogue.scope_id = '00000000-0000-0000-0000-000000000000' AND catalogue.superseded_by IS NULL
        GROUP BY entry.key
"""
"""When each code of a sector is in the catalogue."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "policy_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("combine", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("confidence", sa.String(), nullable=True),
        sa.CheckConstraint(
            "key IS NFC NORMALIZED AND key !~ '[[:cntrl:]]' AND char_length(key) BETWEEN 1 AND 100"
            " AND key = btrim(key)",
            name=op.f("ck_policy_edit_key_clean"),
        ),
        sa.CheckConstraint(
            "source IS NFC NORMALIZED AND source !~ '[[:cntrl:]]' AND char_length(source) BETWEEN 1 AND 500"
            " AND source = btrim(source)",
            name=op.f("ck_policy_edit_source_clean"),
        ),
        sa.CheckConstraint(
            "scope IN ('national', 'province', 'organization')", name=op.f("ck_policy_edit_scope_known")
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date"
            " AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date)"
            " AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_policy_edit_sound_period"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(value, combine, source, confidence) IN (0, 4)",
            name=op.f("ck_policy_edit_row_or_nothing"),
        ),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_policy_edit_operation_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["actor.id"], name=op.f("fk_policy_edit_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_edit")),
        sa.UniqueConstraint("id", "proposer_id", name="uq_policy_edit_proposer"),
    )
    op.create_index("ix_policy_edit_key", "policy_edit", ["key", "scope_id"])
    op.create_index("ix_policy_edit_operation_id", "policy_edit", ["operation_id"])
    op.create_table(
        "policy_edit_closing",
        sa.Column("edit_id", sa.Uuid(), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=False),
        sa.Column("closer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('approved', 'refused', 'withdrawn')", name=op.f("ck_policy_edit_closing_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (closer_id = proposer_id)",
            name=op.f("ck_policy_edit_closing_two_actors"),
        ),
        sa.ForeignKeyConstraint(["closer_id"], ["actor.id"], name=op.f("fk_policy_edit_closing_closer_id")),
        sa.ForeignKeyConstraint(
            ["edit_id", "proposer_id"],
            ["policy_edit.id", "policy_edit.proposer_id"],
            name="fk_policy_edit_closing_edit",
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_policy_edit_closing_operation_id")
        ),
        sa.PrimaryKeyConstraint("edit_id", name=op.f("pk_policy_edit_closing")),
    )
    op.create_index("ix_policy_edit_closing_operation_id", "policy_edit_closing", ["operation_id"])
    op.drop_constraint(op.f("ck_organization_sector_sector_known"), "organization_sector", type_="check")
    op.create_check_constraint(
        op.f("ck_organization_sector_sector_code"), "organization_sector", "sector ~ '^[a-z][a-z0-9_]{0,39}$'"
    )
    op.execute(SECTOR_LIFE)
    for statement in FUNCTIONS:
        op.execute(statement)
    for table in ("policy_edit", "policy_edit_closing"):
        op.execute(said_once(table))
        op.execute(f"GRANT SELECT, INSERT ON {table} TO dangbo_application")
        op.execute(f"GRANT SELECT ON {table} TO dangbo_reader")
    op.execute("GRANT SELECT ON sector_life TO dangbo_application, dangbo_reader")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(judging("memberships", "organizations", "cells"))
    op.execute("DROP FUNCTION judge_policy_edits, judge_sectors")
    op.execute("DROP VIEW sector_life")
    op.drop_constraint(op.f("ck_organization_sector_sector_code"), "organization_sector", type_="check")
    listed = ", ".join(f"'{sector}'" for sector in SECTORS)
    op.create_check_constraint(
        op.f("ck_organization_sector_sector_known"), "organization_sector", f"sector IN ({listed})"
    )
    op.drop_table("policy_edit_closing")
    op.drop_table("policy_edit")
