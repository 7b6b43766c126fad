"""Notices of other systems; records that are of different persons.

Revision ID: 99ad0defa2ef
Revises: a712cfcf0d76
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements, said_once

revision = "99ad0defa2ef"
down_revision = "a712cfcf0d76"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "member_distinction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("distinction_id", sa.Uuid(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(distinction_id::text, 0)"), "="),
            (sa.text("hashtextextended(distinction_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_member_distinction_distinction_id",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(one_id::text || chr(10) || other_id::text, 0)"), "="),
            (sa.text("hashtextextended(one_id::text || chr(10) || other_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_member_distinction_once",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_member_distinction_sound_period"),
        ),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_member_distinction_two_in_order")),
        sa.ForeignKeyConstraint(["one_id"], ["member.id"], name=op.f("fk_member_distinction_one_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_member_distinction_operation_id")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_member_distinction_other_id")),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["operation.id"], name=op.f("fk_member_distinction_superseded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_distinction")),
    )
    op.create_index(
        "ix_member_distinction_distinction_id", "member_distinction", ["distinction_id"], unique=False
    )
    op.create_index(
        "ix_member_distinction_operation_id", "member_distinction", ["operation_id"], unique=False
    )
    op.create_index("ix_member_distinction_other_id", "member_distinction", ["other_id"], unique=False)
    op.create_index(
        "ix_member_distinction_pair",
        "member_distinction",
        ["one_id", "other_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index(
        "ix_member_distinction_superseded_by",
        "member_distinction",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "external_id IS NFC NORMALIZED AND external_id !~ '[[:cntrl:]]' AND char_length(external_id) BETWEEN 1 AND 120 AND external_id = btrim(external_id)",
            name=op.f("ck_notice_external_id_clean"),
        ),
        sa.CheckConstraint(
            "kind IN ('left_work', 'retired', 'moved_work', 'moved_home', 'went_abroad', 'died', 'name_changed')",
            name=op.f("ck_notice_kind_known"),
        ),
        sa.CheckConstraint(
            "system IS NFC NORMALIZED AND system !~ '[[:cntrl:]]' AND char_length(system) BETWEEN 1 AND 60 AND system = btrim(system)",
            name=op.f("ck_notice_system_clean"),
        ),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_notice_operation_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_notice_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("organization_id", "system", "external_id", name="uq_notice_external_id"),
    )
    op.create_index("ix_notice_operation_id", "notice", ["operation_id"], unique=False)
    op.create_table(
        "notice_closing",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_by IS NOT NULL)", name=op.f("ck_notice_closing_settled_by_an_act")
        ),
        sa.CheckConstraint("state IN ('settled', 'dismissed')", name=op.f("ck_notice_closing_state_known")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_closing_notice_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_notice_closing_operation_id")
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["operation.id"], name=op.f("fk_notice_closing_settled_by")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_closing")),
    )
    op.create_index("ix_notice_closing_operation_id", "notice_closing", ["operation_id"], unique=False)
    op.create_table(
        "notice_match",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_match_member_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_match_notice_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_notice_match_operation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_match")),
    )
    op.create_index("ix_notice_match_member_id", "notice_match", ["member_id"], unique=False)
    op.create_index("ix_notice_match_notice_id", "notice_match", ["notice_id"], unique=False)
    op.create_index("ix_notice_match_operation_id", "notice_match", ["operation_id"], unique=False)
    op.create_table(
        "notice_person",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("birth_date", postgresql.DATERANGE(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("cell_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "external_id IS NFC NORMALIZED AND external_id !~ '[[:cntrl:]]' AND char_length(external_id) BETWEEN 1 AND 120 AND external_id = btrim(external_id)",
            name=op.f("ck_notice_person_external_id_clean"),
        ),
        sa.CheckConstraint(
            "full_name IS NFC NORMALIZED AND full_name !~ '[[:cntrl:]]' AND char_length(full_name) BETWEEN 1 AND 100 AND full_name = btrim(full_name)",
            name=op.f("ck_notice_person_full_name_clean"),
        ),
        sa.CheckConstraint(
            "number IS NFC NORMALIZED AND number !~ '[[:cntrl:]]' AND char_length(number) BETWEEN 1 AND 40 AND number = btrim(number)",
            name=op.f("ck_notice_person_number_clean"),
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_person_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_person")),
    )
    for table in ("notice", "notice_match", "notice_closing"):
        op.execute(said_once(table))
        op.execute(f"GRANT SELECT, INSERT ON {table} TO dangbo_application")
        op.execute(f"GRANT SELECT ON {table} TO dangbo_reader")
    # Who a notice is about is forgotten when it is closed.
    op.execute("GRANT SELECT, INSERT, DELETE ON notice_person TO dangbo_application")
    op.execute("GRANT SELECT ON notice_person TO dangbo_reader")
    for statement in guard_statements("member_distinction"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("notice_person")
    op.drop_index("ix_notice_match_operation_id", table_name="notice_match")
    op.drop_index("ix_notice_match_notice_id", table_name="notice_match")
    op.drop_index("ix_notice_match_member_id", table_name="notice_match")
    op.drop_table("notice_match")
    op.drop_index("ix_notice_closing_operation_id", table_name="notice_closing")
    op.drop_table("notice_closing")
    op.drop_index("ix_notice_operation_id", table_name="notice")
    op.drop_table("notice")
    op.drop_index(
        "ix_member_distinction_superseded_by",
        table_name="member_distinction",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index(
        "ix_member_distinction_pair",
        table_name="member_distinction",
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.drop_index("ix_member_distinction_other_id", table_name="member_distinction")
    op.drop_index("ix_member_distinction_operation_id", table_name="member_distinction")
    op.drop_index("ix_member_distinction_distinction_id", table_name="member_distinction")
    op.drop_table("member_distinction")
