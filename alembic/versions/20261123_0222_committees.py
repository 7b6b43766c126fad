"""Committees of organizations and the seats in them, and what the sealing judges of both.

Revision ID: 0991bdd8bcf4
Revises: 8260cb1e2f22
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements, judging

revision = "0991bdd8bcf4"
down_revision = "8260cb1e2f22"
branch_labels = None
depends_on = None

# A committee is in office only while its organization exists; a seat is held only then, by an official member.
JUDGE_SEATS = """
    CREATE FUNCTION judge_seats(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
        touched_committees uuid[];
        touched_members uuid[];
    BEGIN
        SELECT array_agg(DISTINCT committee_id) INTO touched_committees FROM (
            SELECT committee_id FROM committee WHERE operation_id = judged OR superseded_by = judged
            UNION
            SELECT committee_id FROM seat WHERE operation_id = judged
            UNION
            SELECT c.committee_id FROM placement p JOIN committee c USING (organization_id)
            WHERE (p.operation_id = judged OR p.superseded_by = judged) AND c.superseded_by IS NULL
        ) touched;

        IF touched_committees IS NOT NULL THEN
            SELECT array_agg(DISTINCT c.committee_id) INTO wrong FROM committee c
            WHERE c.committee_id = ANY(touched_committees) AND c.superseded_by IS NULL AND NOT c.valid <@ coalesce(
                (SELECT days FROM organization_life WHERE organization_id = c.organization_id), '{}');
            IF wrong IS NOT NULL THEN PERFORM refuse('committee_in_life', wrong); END IF;

            SELECT array_agg(DISTINCT s.seat_id) INTO wrong FROM seat s
            WHERE s.committee_id = ANY(touched_committees) AND s.superseded_by IS NULL AND NOT s.valid <@ coalesce(
                (SELECT range_agg(c.valid) FROM committee c
                 WHERE c.committee_id = s.committee_id AND c.superseded_by IS NULL), '{}');
            IF wrong IS NOT NULL THEN PERFORM refuse('seat_in_committee', wrong); END IF;
        END IF;

        SELECT array_agg(DISTINCT s.member_id) INTO touched_members FROM (
            SELECT member_id FROM seat WHERE operation_id = judged
            UNION
            SELECT member_id FROM membership WHERE operation_id = judged OR superseded_by = judged
        ) touched JOIN seat s USING (member_id) WHERE s.superseded_by IS NULL;

        IF touched_members IS NOT NULL THEN
            SELECT array_agg(DISTINCT s.seat_id) INTO wrong FROM seat s
            WHERE s.member_id = ANY(touched_members) AND s.superseded_by IS NULL AND NOT s.valid <@ coalesce(
                (SELECT range_agg(m.valid) FROM membership m
                 WHERE m.member_id = s.member_id AND m.standing = 'official' AND m.cell_id IS NOT NULL
                   AND m.superseded_by IS NULL), '{}');
            IF wrong IS NOT NULL THEN PERFORM refuse('seat_of_official', wrong); END IF;
        END IF;
    END $$
"""


JUDGED_BEFORE = ("memberships", "organizations", "cells", "policy_edits", "sectors")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "committee",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("congress_ordinal", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("ratified_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(committee_id::text, 0)"), "="),
            (sa.text("hashtextextended(committee_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_committee_committee_id",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(organization_id::text || chr(10) || kind::text, 0)"), "="),
            (sa.text("hashtextextended(organization_id::text || chr(10) || kind::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_committee_one_of_a_kind",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_committee_sound_period"),
        ),
        sa.CheckConstraint("kind IN ('executive', 'inspection')", name=op.f("ck_committee_kind_known")),
        sa.CheckConstraint("origin IN ('congress', 'appointment')", name=op.f("ck_committee_origin_known")),
        sa.CheckConstraint(
            "term IS NFC NORMALIZED AND term !~ '[[:cntrl:]]' AND char_length(term) BETWEEN 1 AND 60 AND term = btrim(term)",
            name=op.f("ck_committee_term_clean"),
        ),
        sa.CheckConstraint(
            "congress_ordinal BETWEEN 1 AND 200", name=op.f("ck_committee_congress_ordinal_bounded")
        ),
        sa.CheckConstraint("size BETWEEN 1 AND 300", name=op.f("ck_committee_size_bounded")),
        sa.CheckConstraint("upper(valid) IS NOT NULL", name=op.f("ck_committee_term_ends")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_committee_operation_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_committee_organization_id")
        ),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_committee_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
    )
    op.create_index("ix_committee_committee_id", "committee", ["committee_id"], unique=False)
    op.create_index("ix_committee_operation_id", "committee", ["operation_id"], unique=False)
    op.create_index(
        "ix_committee_organization",
        "committee",
        ["organization_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index(
        "ix_committee_superseded_by",
        "committee",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("end_reason", sa.String(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(committee_id::text || chr(10) || member_id::text, 0)"), "="),
            (sa.text("hashtextextended(committee_id::text || chr(10) || member_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_seat_one_of_a_person",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(committee_id::text, 0)"), "="),
            (sa.text("hashtextextended(committee_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL AND title IN ('secretary', 'inspection_chair')"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_seat_one_head",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(seat_id::text, 0)"), "="),
            (sa.text("hashtextextended(seat_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_seat_seat_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_seat_sound_period"),
        ),
        sa.CheckConstraint("basis IN ('elected', 'appointed', 'ratified')", name=op.f("ck_seat_basis_known")),
        sa.CheckConstraint(
            "end_reason IN ('retirement', 'job_change', 'transferred_out', 'left_party', 'dismissed', 'resigned', 'deceased', 'other_title', 'restructured')",
            name=op.f("ck_seat_end_reason_known"),
        ),
        sa.CheckConstraint(
            "title IN ('secretary', 'standing_deputy', 'deputy_secretary', 'standing_member', 'committee_member', 'inspection_chair', 'inspection_deputy', 'inspection_member')",
            name=op.f("ck_seat_title_known"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_seat_member_id")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_seat_operation_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_seat_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index(
        "ix_seat_committee",
        "seat",
        ["committee_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index(
        "ix_seat_member",
        "seat",
        ["member_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index("ix_seat_operation_id", "seat", ["operation_id"], unique=False)
    op.create_index("ix_seat_seat_id", "seat", ["seat_id"], unique=False)
    op.create_index(
        "ix_seat_superseded_by",
        "seat",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    for table in ("committee", "seat"):
        for statement in guard_statements(table):
            op.execute(statement)
    op.execute(JUDGE_SEATS)
    op.execute(judging(*JUDGED_BEFORE, "seats"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(judging(*JUDGED_BEFORE))
    op.execute("DROP FUNCTION judge_seats")
    op.drop_index(
        "ix_seat_superseded_by", table_name="seat", postgresql_where=sa.text("superseded_by IS NOT NULL")
    )
    op.drop_index("ix_seat_seat_id", table_name="seat")
    op.drop_index("ix_seat_operation_id", table_name="seat")
    op.drop_index("ix_seat_member", table_name="seat", postgresql_where=sa.text("superseded_by IS NULL"))
    op.drop_index("ix_seat_committee", table_name="seat", postgresql_where=sa.text("superseded_by IS NULL"))
    op.drop_table("seat")
    op.drop_index(
        "ix_committee_superseded_by",
        table_name="committee",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index(
        "ix_committee_organization", table_name="committee", postgresql_where=sa.text("superseded_by IS NULL")
    )
    op.drop_index("ix_committee_operation_id", table_name="committee")
    op.drop_index("ix_committee_committee_id", table_name="committee")
    op.drop_table("committee")
