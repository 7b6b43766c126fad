"""Policies: what a rule's value is on a day at a place, and the rows a release brings."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from asyncpg import Connection, Record

from app.domain.errors import NotFound
from app.domain.hierarchy import Hierarchies, Hierarchy
from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.period import Period, cover
from app.domain.policy import (
    Combine,
    Confidence,
    PolicyMissing,
    PolicyRow,
    PolicyScope,
    Resolved,
    ShippedRow,
    parse_document,
    resolve,
    said,
)
from app.domain.policy_shape import KnownKey, known_keys
from app.domain.working_days import Holidays
from app.models.correction import PeriodShape
from app.models.policy import PolicyItem, PolicyRead
from app.paging import Listing, check_frame
from app.queries import policies as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_period
from app.services import history
from app.services.history import Cause

SHIPPED = Path(__file__).parents[1] / "policies"

TREE_KEYS = ("org.type_catalogue", "org.root_types", "org.parent_matrix")
"""What a hierarchy is made of."""

CALENDAR = "calendar.holidays"
"""The days off of each year, by which limits in working days are counted."""

log = structlog.get_logger()


def shipped_rows() -> list[ShippedRow]:
    """All rows of the files this release ships."""
    return [row for file in sorted(SHIPPED.glob("*.toml")) for row in parse_document(file.read_text("utf-8"))]


@cache
def known() -> Mapping[str, KnownKey]:
    """The keys that this release knows, with what it ships of each."""
    return known_keys(shipped_rows())


async def ship(connection: Connection, cause: Cause) -> int:
    """Bring the register's national rows up to this release; answers how many rows were new or different.

    A row that a release corrects supersedes what was believed over its period, but for the days that were edited
    here: what two persons decided stays (R-POL-4), and the log says what was left. Nothing is removed.
    """
    believed = defaultdict(list)
    for found in await queries.shipped(connection):
        believed[found["key"], _said(*tuple(found)[2:])].append(to_period(found["valid"]))
    kept = defaultdict(list)
    for found in await queries.edited_days(connection):
        kept[found["key"]].append(to_period(found["valid"]))
    news = []
    for row in shipped_rows():
        own = believed[row.key, _said(row.value, row.unit, row.combine, row.source, row.confidence)]
        edited = [days for one in kept[row.key] if (days := row.valid.intersect(one))]
        if left := [piece for days in cover(edited) for piece in days.subtract(own)]:
            log.warning("policy_edits_kept", key=row.key, days=[str(days) for days in left])
        news += [
            replace(row, valid=piece) for piece in row.valid.subtract(kept[row.key]) if piece.subtract(own)
        ]
    if not news:
        return 0
    keys = sorted({row.key for row in news})
    operation_id = await history.begin(connection, cause, OperationKind.POLICIES_SHIPPED, {"keys": keys})
    await queries.ship(
        connection,
        operation_id,
        [
            {
                "key": row.key,
                "valid_from": row.valid.start,
                "valid_to": row.valid.end,
                "value": row.value,
                "unit": row.unit,
                "combine": row.combine.value,
                "source": row.source,
                "confidence": row.confidence.value,
            }
            for row in news
        ],
    )
    return len(news)


def _said(value: Any, *others: str) -> tuple[str, ...]:
    """What a row says, as one comparable thing: of values written differently but the same, one and the same."""
    return json.dumps(value, sort_keys=True), *map(str, others)


class Policies:
    """The rows of some keys, read once, asked many times."""

    def __init__(self, rows: Sequence[PolicyRow]) -> None:
        self._rows = rows

    @classmethod
    async def read(cls, connection: Connection, *keys: str) -> "Policies":
        """Everything believed of these keys."""
        rows = await queries.rows_for(connection, keys)
        return cls([to_row(row, None if row["scope_id"] == NATION else row["scope_id"]) for row in rows])

    @property
    def rows(self) -> Sequence[PolicyRow]:
        """All of them."""
        return self._rows

    def joined(self, rows: Sequence[PolicyRow]) -> "Policies":
        """These rows and others beside them."""
        return Policies([*self._rows, *rows])

    def on(self, key: str, on: date, path: Sequence[UUID] = ()) -> Resolved:
        """The value of a key on the day of the business fact, for an organization's path from the root."""
        return resolve(self._rows, key, on, path)

    def said(self, key: str, on: date, path: Sequence[UUID] = ()) -> Resolved | None:
        """The same; None where no row says anything of it."""
        return said(self._rows, key, on, path)

    def holidays(self, *years: int) -> Holidays:
        """The calendars of the years (`CALENDAR`), as far as they are on record."""
        found = (self.said(CALENDAR, date(year, 1, 1)) for year in years)
        return Holidays.of(one.value for one in found if one is not None)


def to_row(row: Record, organization_id: UUID | None) -> PolicyRow:
    """A row as the register holds it."""
    return PolicyRow(
        id=row["id"],
        key=row["key"],
        scope=PolicyScope(row["scope"]),
        organization_id=organization_id,
        valid=to_period(row["valid"]),
        value=row["value"],
        combine=Combine(row["combine"]),
        source=row["source"],
        confidence=Confidence(row["confidence"]),
    )


async def ruling(
    connection: Connection, as_of: AsOf, organization_id: UUID, *keys: str
) -> dict[str, Resolved]:
    """What each of these keys says for an organization on the day, as believed at the instant."""
    rows = await queries.rows_of(connection, as_of, keys, organization_id)
    return {key: _resolved(rows, key, as_of.on) for key in keys}


def ruled(rows: Sequence[dict[str, Any]] | None, key: str, on: date, path: Sequence[UUID] | None) -> Resolved:
    """What a key says by the rows that `queries.policies.rules_over` found for the day and the path."""
    found = [
        PolicyRow(
            id=row["id"],
            key=row["key"],
            scope=PolicyScope(row["scope"]),
            organization_id=row["organization_id"] and UUID(row["organization_id"]),
            valid=Period(on),
            value=row["value"],
            combine=Combine(row["combine"]),
            source=row["source"],
            confidence=Confidence(row["confidence"]),
        )
        for row in rows or ()
    ]
    return resolve(found, key, on, path or ())


def _resolved(rows: Sequence[Record], key: str, on: date) -> Resolved:
    """`rows` come from the root down, so their order is the path."""
    found = [to_row(row, row["organization_id"]) for row in rows if row["key"] == key]
    path = list(dict.fromkeys(row.organization_id for row in found if row.organization_id))
    return resolve(found, key, on, path)


async def get(connection: Connection, as_of: AsOf, key: str, organization_id: UUID | None) -> PolicyRead:
    """What a key says on a day, for everyone or for an organization, and the rows that make it so."""
    rows = await queries.rows_of(connection, as_of, [key], organization_id)
    known_at = check_frame(rows[0], as_of)
    try:
        resolved = _resolved(rows, key, as_of.on)
    except PolicyMissing:
        raise NotFound("policy_unknown") from None
    items = {row["id"]: _to_item(row) for row in rows}
    assert known_at is not None  # there are rows, so an operation wrote them
    return PolicyRead(
        key=key,
        organization_id=organization_id,
        value=resolved.value,
        unit=items[resolved.row_ids[0]].unit,
        source=resolved.source,
        confidence=spelled(resolved.confidence),
        rows=[items[row_id] for row_id in resolved.row_ids],
        on=as_of.on,
        known_at=known_at,
    )


def listing(
    as_of: AsOf, keys: Sequence[str] | None, organization_id: UUID | None, all_periods: bool
) -> Listing:
    """Policy rows by key, the widest scope first, then in time."""
    sql, arguments, visible = queries.listed(as_of, keys, organization_id, all_periods)
    order = {"key": "text", "level": "bigint", "valid_from": "date", "id": "bigint"}
    return Listing(sql, arguments, order, _to_item, visible=visible)


def _to_item(row: Record) -> PolicyItem:
    said = {
        name: row[name] for name in ("key", "value", "unit", "scope", "organization_id", "combine", "source")
    }
    return PolicyItem(
        **said,
        valid=PeriodShape(from_=row["valid_from"], to=row["valid_to"]),
        confidence=spelled(Confidence(row["confidence"])),
    )


def spelled(confidence: Confidence) -> Any:
    """A confidence as the contract says it."""
    return confidence.name.lower()


async def hierarchies(connection: Connection) -> Hierarchies:
    """The type catalogue and the parent matrix of any day, read once."""
    policies = await Policies.read(connection, *TREE_KEYS)
    return Hierarchies(
        cache(lambda on: Hierarchy.of(*(policies.on(key, on) for key in TREE_KEYS))),
        tuple(sorted({row.valid.start for row in policies.rows})),
    )


async def hierarchy_on(connection: Connection, on: date) -> Hierarchy:
    """The type catalogue and the parent matrix of a day."""
    return (await hierarchies(connection)).on(on)
