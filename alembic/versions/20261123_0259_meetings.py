"""Meetings with absences and resolutions, ballots held in them, and what the sealing judges of all that.

Revision ID: 2b3ca51931e1
Revises: 4714cb148aa5
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements, judging

revision = "2b3ca51931e1"
down_revision = "4714cb148aa5"
branch_labels = None
depends_on = None

# A meeting stands on a day of its organization's life; absences and resolutions on the day of a meeting that was held.
# Who is said to be absent was on the roll when that was said: a roll that is corrected later takes no absence back.
JUDGE_MEETINGS = """
    CREATE FUNCTION judge_meetings(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
        touched uuid[];
    BEGIN
        SELECT array_agg(DISTINCT m.meeting_id) INTO wrong FROM meeting m
        LEFT JOIN organization_life life USING (organization_id)
        WHERE m.superseded_by IS NULL AND NOT m.valid <@ coalesce(life.days, '{}') AND (
            m.operation_id = judged OR m.organization_id IN (
                SELECT p.organization_id FROM placement p
                WHERE p.operation_id = judged OR p.superseded_by = judged));
        IF wrong IS NOT NULL THEN PERFORM refuse('meeting_in_life', wrong); END IF;

        SELECT array_agg(DISTINCT meeting_id) INTO touched FROM (
            SELECT meeting_id FROM meeting WHERE operation_id = judged OR superseded_by = judged
            UNION
            SELECT meeting_id FROM absence WHERE operation_id = judged
            UNION
            SELECT meeting_id FROM resolution WHERE operation_id = judged
        ) said;
        IF touched IS NULL THEN RETURN; END IF;

        SELECT array_agg(DISTINCT of.meeting_id) INTO wrong FROM (
            SELECT meeting_id, valid FROM absence WHERE meeting_id = ANY(touched) AND superseded_by IS NULL
            UNION ALL
            SELECT meeting_id, valid FROM resolution WHERE meeting_id = ANY(touched) AND superseded_by IS NULL
        ) of
        WHERE NOT EXISTS (
            SELECT FROM meeting m WHERE m.meeting_id = of.meeting_id AND m.superseded_by IS NULL
              AND m.not_held_reason IS NULL AND m.valid = of.valid);
        IF wrong IS NOT NULL THEN PERFORM refuse('record_of_meeting', wrong); END IF;

        SELECT array_agg(DISTINCT m.meeting_id) INTO wrong
        FROM absence a JOIN meeting m ON m.meeting_id = a.meeting_id AND m.superseded_by IS NULL
        WHERE a.operation_id = judged AND a.superseded_by IS NULL AND NOT CASE m.body
            WHEN 'cell' THEN EXISTS (
                SELECT FROM membership h WHERE h.member_id = a.member_id AND h.cell_id = m.organization_id
                  AND h.valid @> lower(m.valid) AND h.superseded_by IS NULL)
            ELSE EXISTS (
                SELECT FROM seat s WHERE s.member_id = a.member_id AND s.committee_id = m.committee_id
                  AND s.valid @> lower(m.valid) AND s.superseded_by IS NULL)
            END;
        IF wrong IS NOT NULL THEN PERFORM refuse('absence_on_roll', wrong); END IF;
    END $$
"""

JUDGED_BEFORE = (
    "memberships",
    "organizations",
    "cells",
    "policy_edits",
    "sectors",
    "seats",
    "correction_proposals",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(meeting_id::text || chr(10) || member_id::text, 0)"), "="),
            (sa.text("hashtextextended(meeting_id::text || chr(10) || member_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_absence_meeting_id_member_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_absence_sound_period"),
        ),
        sa.CheckConstraint(
            "reason IN ('temporarily_elsewhere', 'exempted', 'prosecuted', 'ill', 'on_duty', 'accepted_other', 'without_reason')",
            name=op.f("ck_absence_reason_known"),
        ),
        sa.CheckConstraint("upper(valid) = lower(valid) + 1", name=op.f("ck_absence_of_one_day")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_absence_member_id")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_absence_operation_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_absence_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_meeting_id", "absence", ["meeting_id"], unique=False)
    op.create_index("ix_absence_member_id", "absence", ["member_id"], unique=False)
    op.create_index("ix_absence_operation_id", "absence", ["operation_id"], unique=False)
    op.create_index(
        "ix_absence_superseded_by",
        "absence",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("not_held_reason", sa.String(), nullable=True),
        postgresql.ExcludeConstraint(
            (
                sa.text(
                    "hashtextextended(organization_id::text || chr(10) || body || chr(10) || (month - '1900-01-01'::date)::text, 0)"
                ),
                "=",
            ),
            (
                sa.text(
                    "hashtextextended(organization_id::text || chr(10) || body || chr(10) || (month - '1900-01-01'::date)::text, 1)"
                ),
                "=",
            ),
            where=sa.text("superseded_by IS NULL AND kind = 'regular'"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_meeting_one_regular",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(meeting_id::text, 0)"), "="),
            (sa.text("hashtextextended(meeting_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_meeting_meeting_id",
        ),
        sa.CheckConstraint(
            "(body = 'committee') = (committee_id IS NOT NULL)",
            name=op.f("ck_meeting_committee_of_a_committee"),
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_meeting_sound_period"),
        ),
        sa.CheckConstraint("body IN ('cell', 'committee')", name=op.f("ck_meeting_body_known")),
        sa.CheckConstraint(
            "kind IN ('regular', 'extraordinary', 'thematic', 'congress')", name=op.f("ck_meeting_kind_known")
        ),
        sa.CheckConstraint(
            "not_held_reason IN ('too_few_could_come', 'disaster_or_epidemic', 'work_elsewhere', 'restructuring', 'other')",
            name=op.f("ck_meeting_not_held_reason_known"),
        ),
        sa.CheckConstraint(
            "not_held_reason IS NULL OR kind = 'regular'", name=op.f("ck_meeting_regular_if_not_held")
        ),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_meeting_month_by_first_day")),
        sa.CheckConstraint("upper(valid) = lower(valid) + 1", name=op.f("ck_meeting_of_one_day")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_meeting_operation_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_meeting_organization_id")
        ),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_meeting_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index("ix_meeting_meeting_id", "meeting", ["meeting_id"], unique=False)
    op.create_index("ix_meeting_operation_id", "meeting", ["operation_id"], unique=False)
    op.create_index("ix_meeting_organization_id", "meeting", ["organization_id", "month"], unique=False)
    op.create_index(
        "ix_meeting_superseded_by",
        "meeting",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_table(
        "resolution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("summoned", sa.SmallInteger(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("in_favour", sa.SmallInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(meeting_id::text || chr(10) || number::text, 0)"), "="),
            (sa.text("hashtextextended(meeting_id::text || chr(10) || number::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_resolution_meeting_id_number",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_resolution_sound_period"),
        ),
        sa.CheckConstraint(
            "share IN ('simple_majority', 'two_thirds')", name=op.f("ck_resolution_share_known")
        ),
        sa.CheckConstraint(
            "title IS NFC NORMALIZED AND title !~ '[[:cntrl:]]' AND char_length(title) BETWEEN 1 AND 300 AND title = btrim(title)",
            name=op.f("ck_resolution_title_clean"),
        ),
        sa.CheckConstraint("in_favour BETWEEN 0 AND summoned", name=op.f("ck_resolution_in_favour_counted")),
        sa.CheckConstraint("number BETWEEN 1 AND 50", name=op.f("ck_resolution_number_bounded")),
        sa.CheckConstraint("summoned BETWEEN 1 AND 30000", name=op.f("ck_resolution_summoned_counted")),
        sa.CheckConstraint("upper(valid) = lower(valid) + 1", name=op.f("ck_resolution_of_one_day")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_resolution_operation_id")),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["operation.id"], name=op.f("fk_resolution_superseded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
    )
    op.create_index("ix_resolution_meeting_id", "resolution", ["meeting_id"], unique=False)
    op.create_index("ix_resolution_operation_id", "resolution", ["operation_id"], unique=False)
    op.create_index(
        "ix_resolution_superseded_by",
        "resolution",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.add_column("ballot", sa.Column("meeting_id", sa.Uuid(), nullable=True))
    for table in ("meeting", "absence", "resolution"):
        for statement in guard_statements(table):
            op.execute(statement)
    op.execute(JUDGE_MEETINGS)
    op.execute(judging(*JUDGED_BEFORE, "meetings"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(judging(*JUDGED_BEFORE))
    op.execute("DROP FUNCTION judge_meetings")
    op.drop_column("ballot", "meeting_id")
    op.drop_index(
        "ix_resolution_superseded_by",
        table_name="resolution",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_resolution_operation_id", table_name="resolution")
    op.drop_index("ix_resolution_meeting_id", table_name="resolution")
    op.drop_table("resolution")
    op.drop_index(
        "ix_meeting_superseded_by",
        table_name="meeting",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_meeting_organization_id", table_name="meeting")
    op.drop_index("ix_meeting_operation_id", table_name="meeting")
    op.drop_index("ix_meeting_meeting_id", table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(
        "ix_absence_superseded_by",
        table_name="absence",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_absence_operation_id", table_name="absence")
    op.drop_index("ix_absence_member_id", table_name="absence")
    op.drop_index("ix_absence_meeting_id", table_name="absence")
    op.drop_table("absence")
