"""Catalogues: codes with dated words in both languages. Each is a policy, and edited like one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from asyncpg import Connection, Record

from app.domain.errors import NotFound, RuleBroken
from app.domain.names import title_sort_key
from app.domain.period import Period, cover
from app.models.catalogue import CatalogueEntry, CatalogueItem, CatalogueRead, Catalogues
from app.models.correction import PeriodShape
from app.paging import check_frame
from app.queries import policies as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_period
from app.services.history import Plan
from app.services.policies import Policies

PREFIX = "catalogue."
SECTORS = "catalogue.sectors"
NAMES = ("sectors",)


async def listed(connection: Connection, as_of: AsOf) -> Catalogues:
    """All catalogues, with how many codes are in use on the day."""
    rows = await queries.rows_of(connection, as_of, [PREFIX + name for name in NAMES], None)
    items = [
        CatalogueItem(name=name, key=PREFIX + name, entries_count=len(_holding(rows, name, as_of.on) or ()))
        for name in NAMES
    ]
    return Catalogues(items=items, on=as_of.on, known_at=check_frame(rows[0], as_of))


async def get(connection: Connection, as_of: AsOf, name: str) -> CatalogueRead:
    """The codes in use on a day, each with the days over which it has these words."""
    if name not in NAMES:
        raise NotFound("not_found")
    rows = await queries.rows_of(connection, as_of, [PREFIX + name], None)
    known_at = check_frame(rows[0], as_of)
    holding = [row for row in rows if row["key"] and to_period(row["valid"]).contains(as_of.on)]
    if not holding:
        raise NotFound("policy_unknown")
    entries: Mapping[str, Any] = holding[0]["value"]
    shown = sorted(entries.items(), key=lambda entry: (title_sort_key(entry[1]["vi"]), entry[0]))
    return CatalogueRead(
        name=name,
        key=PREFIX + name,
        entries=[_entry(rows, code, words, as_of.on) for code, words in shown],
        source=holding[0]["source"],
        on=as_of.on,
        known_at=known_at,
    )


def _holding(rows: Iterable[Record], name: str, on: date) -> Mapping[str, Any] | None:
    for row in rows:
        if row["key"] == PREFIX + name and to_period(row["valid"]).contains(on):
            value: Mapping[str, Any] = row["value"]
            return value
    return None


def _entry(rows: Iterable[Record], code: str, words: Mapping[str, str], on: date) -> CatalogueEntry:
    same = cover(to_period(row["valid"]) for row in rows if row["value"].get(code) == words)
    (valid,) = (period for period in same if period.contains(on))
    return CatalogueEntry(code=code, **words, valid=PeriodShape(from_=valid.start, to=valid.end))


async def require_sectors(connection: Connection, plan: Plan) -> None:
    """Refuse a sector on days on which the catalogue has no such code (R-ORG-16)."""
    policies = await Policies.read(connection, SECTORS)
    for period, values in plan.written:
        if values is None:
            continue
        known = [row.valid for row in policies.rows if values["sector"] in row.value]
        for missing in period.subtract(known):
            row = _last(policies, missing)
            raise RuleBroken(
                "R-ORG-16",
                "sector_not_in_catalogue",
                value=sorted(row.value) if row else [],
                source=row.source if row else None,
                on=missing.start.isoformat(),
            )


def _last(policies: Policies, missing: Period) -> Any:
    return next((row for row in policies.rows if row.valid.contains(missing.start)), None)
