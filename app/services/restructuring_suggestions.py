"""What asks for a reorganization on a day, by the policies of that day and of each place."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.domain.hierarchy import Hierarchy
from app.domain.policy import PolicyMissing, PolicyRow, Resolved, resolve, said
from app.domain.restructuring.suggestions import KEYS, VACANCIES, Check, SuggestionKind, checks, measure_of
from app.models.restructuring_suggestion import SuggestionItem
from app.paging import Listing
from app.queries import policies as policy_queries
from app.queries import restructuring_suggestions as queries
from app.queries.asof import AsOf
from app.services.policies import TREE_KEYS, to_row

_BY_NAME = {"sort_key": "text", "id": "uuid", "kind": "text", "about": "uuid"}


async def listing(connection: Connection, as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """What is found of the organizations within reach, by name."""
    rows = await policy_queries.rows_holding(connection, as_of, [*KEYS, *TREE_KEYS])
    ruling = _checks(as_of, rows)
    found = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_ORGANIZATION), ruling)
    return Listing(
        found.sql,
        found.arguments,
        _BY_NAME,
        lambda row: _to_item(row, ruling),
        visible=found.visible,
        extra=found.candidates,
        besides={"unjudged": found.unjudged},
    )


def _checks(as_of: AsOf, rows: Sequence[Record]) -> list[tuple[UUID | None, Check]]:
    """The checks of the nation (None), and of each organization of which a policy says something itself."""
    policies = [to_row(row, row["organization_id"]) for row in rows]
    paths: dict[UUID | None, Sequence[UUID]] = {None: ()}
    paths |= {row["organization_id"]: row["path"] for row in rows if row["key"] in KEYS and row["path"]}
    try:
        hierarchy = Hierarchy.of(*(resolve(policies, key, as_of.on) for key in TREE_KEYS))
    except PolicyMissing:
        return []
    return [
        (place, check)
        for place, path in paths.items()
        for check in checks(_limits(as_of, policies, path), hierarchy)
    ]


def _limits(as_of: AsOf, policies: Sequence[PolicyRow], path: Sequence[UUID]) -> Mapping[str, Resolved]:
    """What the policies say at the end of a path; without those that say nothing."""
    return {key: limit for key in KEYS if (limit := said(policies, key, as_of.on, path))}


def _to_item(row: Record, ruling: Sequence[tuple[UUID | None, Check]]) -> SuggestionItem:
    kind = SuggestionKind(row["kind"])
    check = None if row["number"] is None else ruling[row["number"]][1]
    found = check or VACANCIES[kind]
    return SuggestionItem(
        organization_id=row["id"],
        **{name: row[name] for name in ("code", "name", "name_en", "type", "committee_id", "candidates")},
        kind=kind,
        obligation=found.obligation,
        rule=found.rule,
        source=found.source,
        value=row["value"],
        number=row["found"],
        measure=check and measure_of(check, row["candidates"]),
        becomes=check and check.becomes,
    )
