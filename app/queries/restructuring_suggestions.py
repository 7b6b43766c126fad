"""What asks for a reorganization on the day, as SQL: the organizations within reach, in one statement.

Which numbers are told is decided by the checks (`app.domain.restructuring.suggestions`), made for the nation and for
each organization of which a policy says something itself; every organization goes by those of the nearest above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.authority import Authority
from app.domain.committees import CommitteeKind, SeatEndReason
from app.domain.nation import NATION
from app.domain.restructuring.suggestions import Check, SuggestionKind
from app.queries.asof import AsOf
from app.queries.committees import seated
from app.queries.conditions import Conditions
from app.queries.organizations import counted, kind, named
from app.queries.reach import reached_then, reaches_root

MOST_CANDIDATES = 10
"""So many organizations to merge with are named."""

_LACKING = {
    SuggestionKind.SEATS_VACANT: "m.size, sits.persons, sits.persons < m.size",
    SuggestionKind.HEAD_MISSING: "1, 0, sits.headless",
}
"""What a committee is told of: what should be, what is, whether it lacks (SQL expressions)."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; None: not narrowed."""

    within: UUID | None = None
    kinds: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The list: SQL, arguments, visibility, the lateral query of the candidates of a page, and the number of
    organizations that are not judged by their members, as their rolls are not complete on the day."""

    sql: str
    arguments: list[Any]
    visible: str
    candidates: str
    unjudged: str


def listed(
    as_of: AsOf,
    filters: Filters,
    actor_id: UUID,
    roles: list[str],
    checks: Sequence[tuple[UUID | None, Check]],
) -> Found:
    """What the checks, each for an organization and all below it (None: the nation), find within reach.

    `number` is the place of the check met, null of committees; `value` is what should be, `found` what is.
    """
    wanted = Conditions(as_of, actor_id, roles)
    wanted.want(f"({reaches_root('$3', '$4', '$5')} OR o.id IN ({reached_then(as_of, '$3', '$4', '$5')}))")
    source = f"({named(as_of)}) o"
    if filters.within is not None:
        source = f"({wanted.below(filters.within)}) w JOIN {source} ON o.id = w.organization_id"
    stood = f"(SELECT o.* FROM {source} WHERE {wanted.wanted})"
    unjudged = f"""(CASE WHEN EXISTS ({_unopened(as_of)}) THEN (
            SELECT count(*)::int FROM {_unjudged(as_of)} u JOIN {stood} s ON s.id = u.organization_id
        ) ELSE 0 END)"""
    kinds = set(filters.kinds or SuggestionKind)
    chosen = [one for one in enumerate(checks) if one[1][1].kind in kinds]
    lacking = [kind for kind in _LACKING if kind in kinds]
    missing = SuggestionKind.COMMITTEE_MISSING in kinds
    places = wanted.place(list({ruled_by for ruled_by, _ in checks if ruled_by is not None}))
    told = [_numbers(as_of, wanted.place(_said(chosen)), places)]
    told += [_vacancies(as_of, lacking)] if lacking else []
    told += [_without_committee(as_of)] if missing else []
    whom = ["true"] if missing else []
    if chosen and not missing:
        types = wanted.place(sorted({type_ for _, (_, check) in chosen for type_ in check.types}))
        whom.append(f"s.type = ANY({types}::text[])")
    if lacking and not missing:
        whom.append(f"s.id IN ({_restructured(as_of)})")
    sql = f"""
        SELECT s.id, s.parent_id, s.code, s.name, s.name_en, s.type, s.sort_key, t.kind, t.number, t.committee_id,
               t.value, t.found, coalesce(t.committee_id, s.id) AS about
        FROM {stood} s CROSS JOIN LATERAL ({" UNION ALL ".join(told)}) t
        WHERE {" OR ".join(whom) or "false"}"""
    return Found(sql, wanted.arguments, wanted.visible, _candidates(as_of, wanted), unjudged)


def _said(checks: Sequence[tuple[int, tuple[UUID | None, Check]]]) -> dict[str, list[dict[str, Any]]]:
    """The checks as the statement is told of them: by the organization that rules and the type they are for."""
    said: dict[str, list[dict[str, Any]]] = {}
    for number, (ruled_by, check) in checks:
        one = {
            "number": number,
            "kind": check.kind.value,
            "value": check.value,
            "counts": check.counts,
            "least": check.met.least,
            "most": check.met.most,
            "under_province": check.under_province,
        }
        for type_ in check.types:
            said.setdefault(f"{ruled_by or NATION}/{type_}", []).append(one)
    return said


def _unopened(as_of: AsOf) -> str:
    """The organizations whose rolls are complete only after the day: `organization_id`."""
    return f"""
        SELECT opening.organization_id FROM {as_of.believed("organization_opening")} opening
        WHERE lower(opening.valid) > $1::date"""


def _unjudged(as_of: AsOf) -> str:
    """These and all above them: `organization_id`."""
    return f"""(
            WITH RECURSIVE unopened(organization_id) AS (
                {_unopened(as_of)}
                UNION
                SELECT up.parent_id FROM unopened CROSS JOIN LATERAL (
                    SELECT placed.parent_id FROM {as_of.holding("placement")} placed
                    WHERE placed.organization_id = unopened.organization_id AND placed.parent_id IS NOT NULL OFFSET 0
                ) up
            )
            SELECT * FROM unopened)"""


def _numbers(as_of: AsOf, rules: str, places: str) -> str:
    """Whose number is one that a check tells of (marks of `_said`, and of all that have policies of their own).

    Only those are counted that a check is for. The nearest place rules, also where it says nothing of the kinds asked.
    """
    ruled_by = f"""CASE WHEN cardinality({places}::uuid[]) > 0 THEN (
                        SELECT above.ancestor_id FROM {as_of.above("s.id")} above
                        WHERE above.ancestor_id = ANY({places}::uuid[]) ORDER BY above.depth LIMIT 1) END"""
    # OFFSET 0 keeps the planner from counting before it is known that there is a check.
    return f"""
            SELECT r.kind, r.number, NULL::uuid AS committee_id, r.value, n.found
            FROM (
                SELECT s.id, said.checks FROM (
                    SELECT {rules}::jsonb->(coalesce({ruled_by}, '{NATION}') || '/' || s.type) AS checks OFFSET 0
                ) said
                WHERE said.checks IS NOT NULL OFFSET 0
            ) ruled
            CROSS JOIN LATERAL ({counted(as_of, "ruled.id")}) c
            CROSS JOIN LATERAL jsonb_to_recordset(ruled.checks) AS r(
                number int, kind text, value int, counts text, least int, most int, under_province boolean)
            CROSS JOIN LATERAL (
                SELECT CASE WHEN r.counts = 'cells' THEN ({_cells(as_of)})
                            WHEN c.before_opening THEN NULL
                            WHEN r.counts = 'official' THEN c.official
                            WHEN r.counts = 'members' THEN c.official + c.probationary
                            WHEN NOT EXISTS ({_powers(as_of)}) THEN c.official + c.probationary END AS found
                OFFSET 0
            ) n
            WHERE n.found >= r.least AND (r.most IS NULL OR n.found <= r.most)
              AND (r.under_province IS NULL OR r.under_province = EXISTS ({_province(as_of)}))"""


def _cells(as_of: AsOf) -> str:
    return f"""
        SELECT count(*)::int FROM {as_of.holding("placement")} p
        JOIN {as_of.holding("organization_type")} t USING (organization_id)
        CROSS JOIN LATERAL {kind(as_of, "t.type")} k
        WHERE p.parent_id = s.id AND k.holds_members"""


def _powers(as_of: AsOf) -> str:
    return f"""
        SELECT FROM {as_of.holding("organization_authority")} held
        WHERE held.organization_id = s.id AND held.kind = '{Authority.DELEGATED_UPPER_POWERS}'"""


def _province(as_of: AsOf) -> str:
    return f"""
        SELECT FROM {as_of.holding("organization_type")} t CROSS JOIN LATERAL {kind(as_of, "t.type")} k
        WHERE t.organization_id = s.parent_id AND k.level = 'provincial'"""


def _vacancies(as_of: AsOf, kinds: Sequence[SuggestionKind]) -> str:
    """The committees that a restructuring took seats from, and that since lack members or the head."""
    lacks = ", ".join(f"('{kind}', {_LACKING[kind]})" for kind in kinds)
    return f"""
            SELECT lack.kind, NULL, m.committee_id, lack.value, lack.found
            FROM {as_of.holding("committee")} m
            CROSS JOIN LATERAL ({seated(as_of, "m.committee_id")}) sits
            CROSS JOIN LATERAL (VALUES {lacks}) AS lack(kind, value, found, lacking)
            WHERE m.organization_id = s.id AND lack.lacking AND m.committee_id IN ({_lost_seats(as_of)})"""


def _lost_seats(as_of: AsOf) -> str:
    """The committees that a restructuring took seats from."""
    return f"""
                SELECT gone.committee_id FROM {as_of.believed("seat")} gone
                WHERE gone.end_reason = '{SeatEndReason.RESTRUCTURED}' AND upper(gone.valid) <= $1::date"""


def _restructured(as_of: AsOf) -> str:
    """The organizations of those committees."""
    return f"""
            SELECT m.organization_id FROM {as_of.holding("committee")} m
            WHERE m.committee_id IN ({_lost_seats(as_of)})"""


def _without_committee(as_of: AsOf) -> str:
    """The organizations that had no executive committee on any day since they are of their type."""
    # OFFSET 0 keeps the planner from looking for all of them at once, where a page wants the first.
    return f"""
            SELECT '{SuggestionKind.COMMITTEE_MISSING}', NULL, NULL, 1, 0
            FROM {as_of.holding("organization_type")} typed
            WHERE typed.organization_id = s.id AND NOT EXISTS (
                SELECT FROM {as_of.believed("committee")} m
                WHERE m.organization_id = s.id AND m.kind = '{CommitteeKind.EXECUTIVE}'
                  AND m.valid && daterange(lower(typed.valid), $1::date, '[]') OFFSET 0)"""


def _candidates(as_of: AsOf, wanted: Conditions) -> str:
    """With whom an organization that is too small could merge: of its type, under its parent, within reach."""
    # Put in order first: a parent may have a thousand others, of which only the first are asked whether they are near.
    return f"""
        SELECT ARRAY(
            SELECT jsonb_build_object('id', o.id, 'name', o.name) FROM (
                SELECT o.id, o.name, o.sort_key FROM ({named(as_of)}) o
                WHERE listed.kind = '{SuggestionKind.BELOW_MINIMUM}' AND o.parent_id = listed.parent_id
                  AND o.type = listed.type AND o.id <> listed.id
                ORDER BY o.sort_key, o.id OFFSET 0
            ) o WHERE {wanted.near("o.id")}
            ORDER BY o.sort_key, o.id LIMIT {MOST_CANDIDATES}) AS candidates"""
