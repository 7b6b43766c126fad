"""What the database keeps by itself: guards, derived headcounts, and who may touch what.

Revision ID: a2c5d7e90b11
Revises: 2ed778d77c85
"""

from alembic import op
from app.fact_guards import guard_statements, judging, said_once

revision = "a2c5d7e90b11"
down_revision = "2ed778d77c85"
branch_labels = None
depends_on = None

FACTS = (
    "access_grant",
    "activity",
    "identifier",
    "member_external_id",
    "membership",
    "organization_code",
    "organization_external_id",
    "organization_name",
    "organization_opening",
    "organization_sector",
    "organization_type",
    "person",
    "placement",
    "policy",
)

VIEWS = (
    # When each organization exists: the union of its placements.
    """
    CREATE VIEW organization_life AS
        SELECT organization_id, range_agg(valid) AS days FROM placement WHERE superseded_by IS NULL
        GROUP BY organization_id
    """,
    # When each organization exists and its type holds members, by the type catalogue of each day.
    """
    CREATE VIEW cell_life AS
        SELECT p.organization_id AS cell_id, range_agg(datemultirange(p.valid * t.valid) * holding.days) AS days
        FROM placement p
        JOIN organization_type t ON t.organization_id = p.organization_id AND t.superseded_by IS NULL
        JOIN (
            SELECT kind.key AS type, range_agg(catalogue.valid) AS days
            FROM policy catalogue, jsonb_each(catalogue.value) kind
            WHERE catalogue.key = 'org.type_catalogue'
              AND catalogue.scope_id = '00000000-0000-0000-0000-000000000000'
              AND catalogue.superseded_by IS NULL AND (kind.value ->> 'holds_members')::boolean
            GROUP BY kind.key
        ) holding USING (type)
        WHERE p.superseded_by IS NULL
        GROUP BY p.organization_id
    """,
)

FUNCTIONS = (
    # After a large import the planner must know the new sizes at once, not when autovacuum comes by. Runs as the
    # owner, because the application owns nothing and may not ANALYZE; with the session's temporary tables last, for
    # one that bears a table's name would be taken for it.
    """
    CREATE FUNCTION refresh_statistics() RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        facts text;
    BEGIN
        SELECT string_agg(attrelid::regclass::text, ', ') INTO facts
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE attname = 'superseded_by' AND relkind = 'r' AND relnamespace = 'public'::regnamespace;
        EXECUTE 'ANALYZE organization, organization_ancestry, member, headcount_change, ' || facts;
    END $$
    """,
    """
    CREATE FUNCTION refuse(constraint_name text, records uuid[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = '23514', CONSTRAINT = constraint_name,
            MESSAGE = constraint_name, DETAIL = coalesce(array_to_string(records[1:100], ','), '');
    END $$
    """,
    # A fact is superseded once, an operation sealed once.
    """
    CREATE FUNCTION only_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM refuse('only_once', NULL);
        RETURN NULL;
    END $$
    """,
    # Nobody adds to an operation that is already known, or takes back what another still open one says: that would
    # become known without ever having been judged.
    """
    CREATE FUNCTION of_open_operation() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        named uuid[];
    BEGIN
        IF TG_OP = 'INSERT' THEN
            SELECT array_agg(DISTINCT operation_id) INTO named FROM written;
        ELSE
            SELECT array_agg(DISTINCT superseded_by) INTO named FROM written;
            IF EXISTS (
                SELECT FROM written JOIN operation said ON said.id = written.operation_id
                WHERE said.recorded_at IS NULL AND written.superseded_by <> said.id
            ) THEN
                PERFORM refuse('of_open_operation', NULL);
            END IF;
        END IF;
        IF EXISTS (SELECT FROM operation WHERE id = ANY(named) AND recorded_at IS NOT NULL) THEN
            PERFORM refuse('of_open_operation', NULL);
        END IF;
        RETURN NULL;
    END $$
    """,
    # Headcounts follow memberships, whoever writes them.
    """
    CREATE FUNCTION count_heads() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO headcount_change (cell_id, standing, on_date, n)
        SELECT cell_id, standing, on_date, sum(n) FROM (
            SELECT cell_id, standing, lower(valid) AS on_date, CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END AS n
            FROM written WHERE cell_id IS NOT NULL
            UNION ALL
            SELECT cell_id, standing, upper(valid), CASE TG_OP WHEN 'INSERT' THEN -1 ELSE 1 END
            FROM written WHERE cell_id IS NOT NULL AND upper(valid) IS NOT NULL
        ) changes
        GROUP BY cell_id, standing, on_date HAVING sum(n) <> 0;
        RETURN NULL;
    END $$
    """,
    # From the first day on the roll there is no gap: a member is in a cell, or out for a reason.
    """
    CREATE FUNCTION judge_memberships(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
        touched_members uuid[];
    BEGIN
        SELECT array_agg(DISTINCT member_id) INTO touched_members FROM membership
        WHERE operation_id = judged OR superseded_by = judged;

        IF touched_members IS NOT NULL THEN
            SELECT array_agg(member_id) INTO wrong FROM (
                SELECT member_id FROM membership
                WHERE member_id = ANY(touched_members) AND superseded_by IS NULL
                GROUP BY member_id
                HAVING (SELECT count(*) FROM unnest(range_agg(valid))) > 1
                    OR bool_and(upper(valid) IS NOT NULL)
                    OR min(lower(valid)) IS DISTINCT FROM min(lower(valid)) FILTER (WHERE cell_id IS NOT NULL)
            ) broken;
            IF wrong IS NOT NULL THEN PERFORM refuse('membership_unbroken', wrong); END IF;
        END IF;
    END $$
    """,
    # Organizations exist without a gap, under a living parent, never below themselves, with a name and a type.
    """
    CREATE FUNCTION judge_organizations(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
        touched_organizations uuid[];
        described_organizations uuid[];
    BEGIN
        SELECT array_agg(DISTINCT organization_id) INTO touched_organizations FROM (
            SELECT organization_id FROM placement WHERE operation_id = judged OR superseded_by = judged
            UNION
            SELECT organization_id FROM organization_type WHERE operation_id = judged OR superseded_by = judged
        ) touched;

        IF touched_organizations IS NOT NULL THEN
            SELECT array_agg(organization_id) INTO wrong FROM (
                SELECT organization_id FROM placement
                WHERE organization_id = ANY(touched_organizations) AND superseded_by IS NULL
                GROUP BY organization_id
                HAVING (SELECT count(*) FROM unnest(range_agg(valid))) > 1
            ) broken;
            IF wrong IS NOT NULL THEN PERFORM refuse('organization_unbroken', wrong); END IF;

            SELECT array_agg(DISTINCT p.organization_id) INTO wrong FROM placement p
            WHERE (p.organization_id = ANY(touched_organizations) OR p.parent_id = ANY(touched_organizations))
              AND p.superseded_by IS NULL AND p.parent_id IS NOT NULL
              AND NOT p.valid <@ coalesce(
                  (SELECT days FROM organization_life WHERE organization_id = p.parent_id), '{}');
            IF wrong IS NOT NULL THEN PERFORM refuse('parent_alive', wrong); END IF;

            WITH RECURSIVE below(organization_id) AS (
                SELECT unnest(touched_organizations)
                UNION
                SELECT p.organization_id FROM below JOIN placement p ON p.parent_id = below.organization_id
                WHERE p.superseded_by IS NULL
            ),
            up(organization_id, ancestor_id, valid, depth) AS (
                SELECT p.organization_id, p.parent_id, p.valid, 1 FROM below JOIN placement p USING (organization_id)
                WHERE p.superseded_by IS NULL AND p.parent_id IS NOT NULL
                UNION ALL
                SELECT up.organization_id, p.parent_id, up.valid * p.valid, up.depth + 1
                FROM up JOIN placement p ON p.organization_id = up.ancestor_id AND p.valid && up.valid
                WHERE p.superseded_by IS NULL AND p.parent_id IS NOT NULL
                  AND up.ancestor_id <> up.organization_id AND up.depth <= 12
            )
            SELECT array_agg(DISTINCT organization_id) INTO wrong FROM up
            WHERE ancestor_id = organization_id OR depth > 12;
            IF wrong IS NOT NULL THEN PERFORM refuse('tree_without_cycle', wrong); END IF;
        END IF;

        SELECT array_agg(DISTINCT organization_id) INTO described_organizations FROM (
            SELECT unnest(touched_organizations) AS organization_id
            UNION
            SELECT organization_id FROM organization_name WHERE operation_id = judged OR superseded_by = judged
            UNION
            SELECT organization_id FROM organization_opening WHERE operation_id = judged OR superseded_by = judged
        ) described;

        IF described_organizations IS NOT NULL THEN
            SELECT array_agg(life.organization_id) INTO wrong FROM (
                SELECT * FROM organization_life WHERE organization_id = ANY(described_organizations)
            ) life LEFT JOIN (
                SELECT organization_id, range_agg(valid) AS days FROM organization_name
                WHERE organization_id = ANY(described_organizations) AND superseded_by IS NULL
                GROUP BY organization_id
            ) named USING (organization_id) LEFT JOIN (
                SELECT organization_id, range_agg(valid) AS days FROM organization_type
                WHERE organization_id = ANY(described_organizations) AND superseded_by IS NULL
                GROUP BY organization_id
            ) typed USING (organization_id)
            WHERE NOT life.days <@ coalesce(named.days * typed.days, '{}');
            IF wrong IS NOT NULL THEN PERFORM refuse('organization_described', wrong); END IF;

            SELECT array_agg(DISTINCT organization_id) INTO wrong FROM organization_opening
            LEFT JOIN (SELECT * FROM organization_life WHERE organization_id = ANY(described_organizations)) life
                USING (organization_id)
            WHERE organization_id = ANY(described_organizations) AND superseded_by IS NULL
              AND NOT valid <@ coalesce(life.days, '{}');
            IF wrong IS NOT NULL THEN PERFORM refuse('opening_in_life', wrong); END IF;
        END IF;
    END $$
    """,
    # Members are only where a cell exists and its type holds members.
    """
    CREATE FUNCTION judge_cells(judged uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
        touched_cells uuid[];
    BEGIN
        SELECT array_agg(DISTINCT cell_id) INTO touched_cells FROM (
            SELECT cell_id FROM membership WHERE operation_id = judged
            UNION
            SELECT organization_id FROM placement WHERE operation_id = judged OR superseded_by = judged
            UNION
            SELECT organization_id FROM organization_type WHERE operation_id = judged OR superseded_by = judged
            UNION
            SELECT cell_id FROM membership WHERE superseded_by IS NULL AND EXISTS (
                SELECT FROM policy WHERE key = 'org.type_catalogue' AND (operation_id = judged OR superseded_by = judged))
        ) touched WHERE cell_id IS NOT NULL;

        IF touched_cells IS NOT NULL THEN
            SELECT array_agg(cell_id) INTO wrong FROM (
                SELECT cell_id, range_agg(valid) AS days FROM membership
                WHERE cell_id = ANY(touched_cells) AND superseded_by IS NULL
                GROUP BY cell_id
            ) used LEFT JOIN (SELECT * FROM cell_life WHERE cell_id = ANY(touched_cells)) life USING (cell_id)
            WHERE NOT used.days <@ coalesce(life.days, '{}');
            IF wrong IS NOT NULL THEN PERFORM refuse('membership_in_cell', wrong); END IF;
        END IF;
    END $$
    """,
    judging("memberships", "organizations", "cells"),
    # An operation is judged when it is sealed, and becomes known after all that is known: nobody chooses the
    # instant. The lock is held until COMMIT, so that the order of instants is the order of commits, and two acts
    # that are sound each alone but not together are not both judged without the other.
    """
    CREATE FUNCTION seal_operation() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            PERFORM refuse('read_committed', ARRAY[NEW.id]);
        END IF;
        PERFORM pg_advisory_xact_lock(7001, 2);
        PERFORM judge_operation(NEW.id);
        NEW.recorded_at := greatest(
            clock_timestamp(), (SELECT max(recorded_at) FROM operation) + interval '1 microsecond');
        RETURN NEW;
    END $$
    """,
    # No transaction leaves an operation behind that is not sealed, and so neither judged nor known.
    """
    CREATE FUNCTION operation_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        IF EXISTS (SELECT FROM operation WHERE id = NEW.id AND recorded_at IS NULL) THEN
            PERFORM refuse('operation_sealed', ARRAY[NEW.id]);
        END IF;
        RETURN NULL;
    END $$
    """,
)

TRIGGERS = (
    "CREATE CONSTRAINT TRIGGER operation_sealed AFTER INSERT ON operation DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION operation_sealed()",
    "CREATE TRIGGER seal_operation BEFORE UPDATE ON operation FOR EACH ROW"
    " WHEN (OLD.recorded_at IS NULL) EXECUTE FUNCTION seal_operation()",
    "CREATE TRIGGER only_once BEFORE UPDATE ON operation FOR EACH ROW"
    " WHEN (OLD.recorded_at IS NOT NULL) EXECUTE FUNCTION only_once()",
    "CREATE TRIGGER count_heads_in AFTER INSERT ON membership"
    " REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_heads()",
    "CREATE TRIGGER count_heads_out AFTER UPDATE ON membership"
    " REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_heads()",
    *(said_once(table) for table in ("operation_decision", "operation_member", "operation_organization")),
)

GUARDED = tuple(statement for table in (*FACTS, "api_key") for statement in guard_statements(table))
"""A key of a machine client is said and taken back like a fact."""

APPENDED = (
    "actor",
    "decision",
    "headcount_change",
    "idempotency",
    "import",
    "import_error",
    "member",
    "operation",
    "operation_decision",
    "operation_member",
    "operation_organization",
    "organization",
    "organization_ancestry",
)

OPENED = "id, kind, actor_id, reason, effective_on, request_id, changes"
"""What an operation says when it begins; `recorded_at` is set at its end."""

GRANTS = (
    f"GRANT SELECT ON {', '.join(APPENDED)} TO dangbo_application",
    f"GRANT INSERT ON {', '.join(one for one in APPENDED if one != 'operation')} TO dangbo_application",
    f"GRANT INSERT ({OPENED}) ON operation TO dangbo_application",
    "GRANT UPDATE (version) ON organization, member TO dangbo_application",
    "GRANT UPDATE (recorded_at) ON operation TO dangbo_application",
    # Derived or expiring: not history.
    "GRANT DELETE ON organization_ancestry, idempotency TO dangbo_application",
    "REVOKE EXECUTE ON FUNCTION refresh_statistics FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION refresh_statistics TO dangbo_application",
    "GRANT SELECT ON alembic_version, organization_life, cell_life TO dangbo_application, dangbo_reader",
    f"GRANT SELECT ON {', '.join(one for one in APPENDED if one != 'idempotency')} TO dangbo_reader",
    "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO dangbo_application', current_database()); END $$",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    for statement in (*VIEWS, *FUNCTIONS, *TRIGGERS, *GUARDED, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM dangbo_application, dangbo_reader")
    op.execute("GRANT SELECT ON alembic_version TO dangbo_application, dangbo_reader")
    op.execute(
        "DROP FUNCTION refresh_statistics, refuse, only_once, of_open_operation, count_heads, judge_operation,"
        " judge_memberships, judge_organizations, judge_cells,"
        " seal_operation, operation_sealed CASCADE"
    )
    op.execute("DROP VIEW organization_life, cell_life")
