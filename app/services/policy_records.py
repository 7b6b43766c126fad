"""What an edited rule would do to records it already judges: for each such key a question to the register.

A resource whose records are judged by a policy adds its own to `JUDGED`; keys without a line are asked nothing.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.catalogues import CATALOGUES, PREFIX
from app.domain.errors import RuleBroken
from app.domain.hierarchy import Hierarchy, OrganizationType
from app.domain.period import Period
from app.domain.policy import PolicyMissing, PolicyRow
from app.models.policy_edit import BrokenRecords
from app.queries import policy_records as queries
from app.queries.ranges import to_range
from app.services.policies import TREE_KEYS, Policies

Rows = Sequence[PolicyRow]
Question = Callable[[Connection, str, Rows, Rows, Period], Awaitable[BrokenRecords]]
"""Asked with the key, its rows before and after the edit, and the days edited."""


async def broken(
    connection: Connection, key: str, before: Rows, after: Rows, period: Period
) -> list[BrokenRecords]:
    """Records that the key allows now and would no longer, by kind."""
    found = [
        await question(connection, key, before, after, period)
        for prefix, question in JUDGED.items()
        if key.startswith(prefix)
    ]
    return [one for one in found if one.count]


def _national(rows: Rows) -> Iterator[PolicyRow]:
    return (row for row in rows if row.organization_id is None)


def _counted(kind: str, found: Record) -> BrokenRecords:
    return BrokenRecords(
        kind=kind,
        count=found["n"],
        organizations=found["organizations"],
        organizations_count=found["organizations_n"],
    )


def _days(valid: Period) -> Range:
    days: Range = to_range(valid)
    return days


async def _memberships(
    connection: Connection, _key: str, _before: Rows, after: Rows, period: Period
) -> BrokenRecords:
    """Memberships in cells whose type would hold no members (R-ORG-4)."""
    holding = (
        (name, _days(row.valid))
        for row in _national(after)
        for name, entry in row.value.items()
        if entry["holds_members"]
    )
    return _counted("membership", await queries.memberships_outside(connection, holding, _days(period)))


async def _codes(
    connection: Connection, key: str, _before: Rows, after: Rows, period: Period
) -> BrokenRecords:
    """Codes said of organizations or members that the catalogue would not have (R-ORG-16, R-MEM-6)."""
    catalogue = CATALOGUES[key.removeprefix(PREFIX)]
    codes = ((code, _days(row.valid)) for row in _national(after) for code in row.value)
    found = await queries.codes_outside(connection, catalogue, codes, _days(period))
    return _counted(catalogue.field, found)


async def _placements(
    connection: Connection, key: str, before: Rows, after: Rows, period: Period
) -> BrokenRecords:
    """Links of the tree that are in the matrix of their first day, and would not be (R-ORG-1)."""
    others = await Policies.read(connection, *(one for one in TREE_KEYS if one != key))
    known, edited = (others.joined(rows) for rows in (before, after))
    organizations: list[UUID] = []
    for link in await queries.links(connection, _days(period)):
        if _allowed(known, link) and not _allowed(edited, link):
            organizations += link["organizations"]
    shown = sorted(set(organizations))
    return BrokenRecords(
        kind="placement",
        count=len(organizations),
        organizations=shown[: queries.MOST_SHOWN],
        organizations_count=len(shown),
    )


def _allowed(policies: Policies, link: Record) -> bool:
    parent = link["parent_type"]
    try:
        hierarchy = Hierarchy.of(*(policies.on(key, link["on_day"]) for key in TREE_KEYS))
        hierarchy.check(
            OrganizationType(link["type"]),
            OrganizationType(parent) if parent else None,
            delegated_upper_powers=link["delegated"],
        )
    except (RuleBroken, PolicyMissing):
        return False
    return True


JUDGED: Mapping[str, Question] = {
    PREFIX: _codes,
    "org.parent_matrix": _placements,
    "org.root_types": _placements,
    "org.type_catalogue": _memberships,
}
"""The keys (or beginnings of keys) that judge records of the register, and how those that would break are counted."""
