"""Levels of education by catalogue instead of by fixed lists; codes of all catalogues are judged alike.

Revision ID: 8d1b3e6f0c42
Revises: 382d15eeba05
"""

from alembic import op
from app.fact_guards import judging

revision = "8d1b3e6f0c42"
down_revision = "382d15eeba05"
branch_labels = None
depends_on = None

LEVELS = {
    "general_education": ("literate", "primary", "lower_secondary", "upper_secondary"),
    "professional_education": ("elementary", "intermediate", "college", "bachelor", "master", "doctor"),
    "political_theory": ("elementary", "intermediate", "advanced"),
}
"""What the fixed lists knew."""

CATALOGUE_LIFE = """
    CREATE VIEW catalogue_life AS
        SELECT catalogue.key, entry.key AS code, range_agg(catalogue.valid) AS days
        FROM policy catalogue, jsonb_each(catalogue.value) entry
        WHERE starts_with(catalogue.key, 'catalogue.')
          AND catalogue.scope_id = '00000000-0000-0000-0000-000000000000' AND catalogue.superseded_by IS NULL
        GROUP BY catalogue.key, entry.key
"""
"""When each code is in its catalogue."""


def _offenders(whose: str) -> str:
    """Who of the believed facts `said` has a code on days on which its catalogue has none such.

    Members say the same few levels of the same days: each combination is judged once.
    """
    return f"""
            WITH levels AS (
                SELECT DISTINCT general_education, professional_education, political_theory, valid
                FROM person said WHERE superseded_by IS NULL AND {whose}
            ),
            outside AS MATERIALIZED (
                SELECT one.key, one.code, levels.valid FROM levels
                CROSS JOIN LATERAL (VALUES
                    ('catalogue.general_education', general_education),
                    ('catalogue.professional_education', professional_education),
                    ('catalogue.political_theory', political_theory)
                ) one(key, code)
                LEFT JOIN catalogue_life life USING (key, code)
                WHERE one.code IS NOT NULL AND NOT levels.valid <@ coalesce(life.days, '{{}}')
            )
            SELECT array_agg(DISTINCT subject_id) INTO wrong FROM (
                SELECT said.member_id AS subject_id FROM outside JOIN person said
                    ON said.valid = outside.valid AND outside.code = CASE outside.key
                        WHEN 'catalogue.general_education' THEN said.general_education
                        WHEN 'catalogue.professional_education' THEN said.professional_education
                        ELSE said.political_theory END
                WHERE said.superseded_by IS NULL AND {whose}
                UNION ALL
                SELECT said.organization_id FROM organization_sector said
                LEFT JOIN catalogue_life life ON life.key = 'catalogue.sectors' AND life.code = said.sector
                WHERE said.superseded_by IS NULL AND {whose}
                  AND NOT said.valid <@ coalesce(life.days, '{{}}')
            ) found;"""


# What an operation says itself is judged; and all there is, where it alters a catalogue.
JUDGE_CATALOGUES = f"""
    CREATE FUNCTION judge_catalogues(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        IF EXISTS (
            SELECT FROM policy
            WHERE starts_with(key, 'catalogue.') AND (operation_id = judged OR superseded_by = judged)
        ) THEN {_offenders("true")}
        ELSE {_offenders("said.operation_id = judged")}
        END IF;
        IF wrong IS NOT NULL THEN PERFORM refuse('code_in_catalogue', wrong); END IF;
    END $$
"""

SUBJECTS = (
    "memberships",
    "organizations",
    "cells",
    "policy_edits",
    "catalogues",
    "seats",
    "correction_proposals",
    "meetings",
    "paper_distinctions",
)

SECTOR_LIFE = """
    CREATE VIEW sector_life AS
        SELECT entry.key AS sector, range_agg(catalogue.valid) AS days
        FROM policy catalogue, jsonb_each(catalogue.value) entry
        WHERE catalogue.key = 'catalogue.sectors'
          AND catalogue.scope_id = '00000000-0000-0000-0000-000000000000' AND catalogue.superseded_by IS NULL
        GROUP BY entry.key
"""

JUDGE_SECTORS = """
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
"""
"""As it was before; said anew on the way back."""


SECTOR_CODE = "ck_organization_sector_sector_code"


def _may_be_a_code(column: str) -> str:
    return f"{column} ~ '^[a-z][a-z0-9_]*$' AND char_length({column}) <= 40"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    for field in LEVELS:
        op.drop_constraint(op.f(f"ck_person_{field}_known"), "person", type_="check")
        op.create_check_constraint(op.f(f"ck_person_{field}_code"), "person", _may_be_a_code(field))
    op.drop_constraint(op.f(SECTOR_CODE), "organization_sector", type_="check")
    op.create_check_constraint(op.f(SECTOR_CODE), "organization_sector", _may_be_a_code("sector"))
    op.execute(CATALOGUE_LIFE)
    op.execute("GRANT SELECT ON catalogue_life TO dangbo_application, dangbo_reader")
    op.execute(JUDGE_CATALOGUES)
    op.execute(judging(*SUBJECTS))
    op.execute("DROP FUNCTION judge_sectors")
    op.execute("DROP VIEW sector_life")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(SECTOR_LIFE)
    op.execute("GRANT SELECT ON sector_life TO dangbo_application, dangbo_reader")
    op.execute(JUDGE_SECTORS)
    op.execute(judging(*("sectors" if subject == "catalogues" else subject for subject in SUBJECTS)))
    op.execute("DROP FUNCTION judge_catalogues")
    op.execute("DROP VIEW catalogue_life")
    op.drop_constraint(op.f(SECTOR_CODE), "organization_sector", type_="check")
    op.create_check_constraint(op.f(SECTOR_CODE), "organization_sector", "sector ~ '^[a-z][a-z0-9_]{0,39}$'")
    for field, levels in LEVELS.items():
        listed = ", ".join(f"'{level}'" for level in levels)
        op.drop_constraint(op.f(f"ck_person_{field}_code"), "person", type_="check")
        op.create_check_constraint(op.f(f"ck_person_{field}_known"), "person", f"{field} IN ({listed})")
