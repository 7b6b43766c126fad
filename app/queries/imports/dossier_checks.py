"""What can be wrong with what a file says of persons: the order of dates, names, standings, the form of numbers.

Judged are only the rows that would change something, as single requests are.
"""

from asyncpg import Connection

from app.domain import dossier_dates, standing_steps
from app.domain.dossier_dates import Pair
from app.domain.membership import Standing
from app.domain.nation import NATION
from app.domain.person import NUMBER_FORMS
from app.domain.person_name import NAME_DECIDED_BY
from app.domain.policy import Confidence
from app.queries.imports.checks import Check, refuse_all

_NAME_FACTS = f"jsonb_build_object('rule', 'R-MEM-4', 'source', '{NAME_DECIDED_BY}') AS facts"
_STANDING_FACTS = f"jsonb_build_object('rule', 'R-MEM-8', 'source', '{standing_steps.SOURCE}') AS facts"

_CHECKS: tuple[Check, ...] = (
    (
        "full_name",
        "name_by_decision",
        f"""
        SELECT w.row, {_NAME_FACTS} FROM wanted_person w JOIN staged_member m USING (row)
        WHERE w.known AND NOT m.corrected AND m.full_name IS NOT NULL AND EXISTS (
            SELECT FROM person b WHERE b.member_id = w.member_id AND b.superseded_by IS NULL
            AND b.valid && w.valid AND b.full_name <> w.full_name)
        UNION ALL
        SELECT w.row, {_NAME_FACTS} FROM staged_subject s
        JOIN wanted_person w ON w.member_id = s.member_id AND lower(w.valid) > s.day
        JOIN wanted_person b ON b.member_id = w.member_id AND upper(b.valid) = lower(w.valid)
        WHERE NOT s.known AND b.full_name <> w.full_name""",
    ),
    (
        "standing",
        "official_stays_official",
        f"""
        SELECT w.row, {_STANDING_FACTS} FROM staged_run w JOIN staged_member m ON m.row = w.row AND NOT m.corrected
        WHERE w.known AND w.standing = '{Standing.PROBATIONARY}' AND (
            w.row_before IS NOT NULL AND w.standing_before = '{Standing.OFFICIAL}' OR EXISTS (
            SELECT FROM membership b WHERE b.member_id = w.member_id AND b.superseded_by IS NULL
            AND b.valid && w.valid AND b.standing = '{Standing.OFFICIAL}'))
        UNION ALL
        SELECT w.row, {_STANDING_FACTS} FROM wanted_membership w
        JOIN wanted_membership b ON b.member_id = w.member_id AND upper(b.valid) = lower(w.valid)
        WHERE NOT w.known AND w.standing = '{Standing.PROBATIONARY}' AND b.standing = '{Standing.OFFICIAL}'""",
    ),
)


def _wrong(pair: Pair) -> str:
    """A condition: whichever of their possible days they mean, the two dates of a row stand in the wrong order."""
    if pair.apart:
        return f"upper(w.{pair.then}) - 1 <= lower(w.{pair.first})"
    return f"w.{pair.then} << w.{pair.first}"


_PAIRS = ", ".join(
    f"({place}, '{pair.first}', '{pair.then}', {_wrong(pair)}, num_nonnulls(m.{pair.first}, m.{pair.then}) > 0)"
    for place, pair in enumerate(dossier_dates.PAIRS)
)

_DATES = f"""
    INSERT INTO staged_error (row, "column", code, facts)
    SELECT DISTINCT ON (w.row) w.row, pair.later, 'dates_out_of_order', jsonb_build_object(
        'rule', 'R-MEM-7', 'source', '{dossier_dates.SOURCE}', 'first', pair.earlier, 'then', pair.later)::text
    FROM wanted_person w JOIN staged_member m USING (row)
    CROSS JOIN LATERAL (VALUES {_PAIRS}) pair(place, earlier, later, wrong, said)
    WHERE ({" OR ".join(map(_wrong, dossier_dates.PAIRS))}) AND pair.wrong AND pair.said
    ORDER BY w.row, pair.place"""

_JUDGED = ", ".join(
    f"('{kind}', '{form.policy}', '{form.rule}', '{form.message}')" for kind, form in NUMBER_FORMS.items()
)

_NUMBERS = f"""
    INSERT INTO staged_error (row, "column", code, facts)
    WITH form AS MATERIALIZED (
        SELECT judged.kind, judged.code, p.valid, '^(?:' || (p.value #>> '{{}}') || ')$' AS pattern,
               jsonb_build_object('rule', judged.rule, 'value', p.value, 'source', p.source)::text AS facts
        FROM (VALUES {_JUDGED}) judged(kind, key, rule, code)
        JOIN policy p ON p.key = judged.key AND p.scope_id = '{NATION}' AND p.superseded_by IS NULL
         AND p.confidence = '{Confidence.SURE}'
    )
    SELECT DISTINCT w.row, w.kind, form.code, form.facts
    FROM wanted_identifier w JOIN form ON form.kind = w.kind AND w.number !~ form.pattern
    JOIN staged_member m ON m.row = w.row AND form.valid @> lower(m.valid)
    WHERE w.holds"""


async def check(connection: Connection) -> None:
    """Note the rows at fault, once the runs of memberships are known (`staged_run`)."""
    await refuse_all(connection, _CHECKS)
    for statement in (_DATES, _NUMBERS):
        await connection.execute(statement)
