"""What a migration that makes a table of facts, or of acts of two persons, gives it: guards and rights.

Migrations already released run these statements too. What the functions answer therefore stays; facts that need
other guards get another function.
"""

_ONLY_BEFORE_IT_IS_KNOWN = (
    "REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION of_open_operation()"
)


def said_once(table: str) -> str:
    """The guard of a table whose rows name their operation: nothing is added to one that is already known."""
    return f"CREATE TRIGGER open_operation_in AFTER INSERT ON {table} {_ONLY_BEFORE_IT_IS_KNOWN}"


def guard_statements(table: str) -> tuple[str, ...]:
    """All that a table of facts needs, as SQL: rows are added and taken back once, by an operation not yet known.

    Headcounts and what the sealing judges (`judge_operation`) are not part of it: those name their tables.
    """
    return (
        f"CREATE TRIGGER only_once BEFORE UPDATE ON {table} FOR EACH ROW"
        " WHEN (OLD.superseded_by IS NOT NULL OR NEW.superseded_by IS NULL) EXECUTE FUNCTION only_once()",
        f"CREATE TRIGGER believed_first BEFORE INSERT ON {table} FOR EACH ROW"
        " WHEN (NEW.superseded_by IS NOT NULL) EXECUTE FUNCTION only_once()",
        said_once(table),
        f"CREATE TRIGGER open_operation_out AFTER UPDATE ON {table} {_ONLY_BEFORE_IT_IS_KNOWN}",
        f"GRANT SELECT, INSERT, UPDATE (superseded_by) ON {table} TO dangbo_application",
        f"GRANT SELECT ON {table} TO dangbo_reader",
    )


def judging(*subjects: str) -> str:
    """What the sealing judges of all that one operation wrote: `judge_<subject>` of each, in this order, as SQL.

    A migration that brings a subject says this anew, with all before it; its downgrade without.
    """
    performed = "\n".join(f"    PERFORM judge_{subject}(judged);" for subject in subjects)
    return (
        "CREATE OR REPLACE FUNCTION judge_operation(judged uuid) RETURNS void LANGUAGE plpgsql"
        f" SET search_path = public, pg_temp AS $$\nBEGIN\n{performed}\nEND $$"
    )


def judging_two_persons(*tables: str) -> str:
    """What the sealing judges of acts of two persons, of all tables of what is proposed, as SQL.

    Who proposes or closes is whose operation it is; machine clients propose and withdraw, a person decides. That it is
    another person, the constraints of `<table>_closing` say. A migration that brings such a table says this anew, with
    all before it, and has `two_persons` judged; its downgrade says it without.
    """
    taken = "\n            UNION ALL\n".join(
        f"""\
            SELECT one.id FROM {table} one JOIN operation said ON said.id = one.operation_id
            WHERE one.operation_id = judged AND one.proposer_id <> said.actor_id
            UNION ALL
            SELECT one.id FROM {table}_closing one
            JOIN operation said ON said.id = one.operation_id JOIN actor closer ON closer.id = one.closer_id
            WHERE one.operation_id = judged AND (
                one.closer_id <> said.actor_id
                OR one.state <> 'withdrawn' AND closer.issuer = 'dangbo:machine')"""
        for table in tables
    )
    return f"""
    CREATE OR REPLACE FUNCTION judge_two_persons(judged uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        wrong uuid[];
    BEGIN
        SELECT array_agg(id) INTO wrong FROM (
{taken}
        ) taken;
        IF wrong IS NOT NULL THEN PERFORM refuse('two_persons', wrong); END IF;
    END $$
"""
