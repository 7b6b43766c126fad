"""Catalogues: codes with dated words in both languages. Each is a policy, and edited like one."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from asyncpg import Connection, Record

from app.domain.catalogues import CATALOGUES, KEYS, PREFIX, taken_by
from app.domain.errors import NotFound, RuleBroken
from app.domain.names import title_sort_key
from app.domain.period import cover
from app.domain.vocabulary.words import Words
from app.models.catalogue import CatalogueEntry, CatalogueItem, CatalogueRead, Catalogues
from app.models.correction import PeriodShape
from app.paging import check_frame
from app.queries import policies as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_period
from app.services.history import Plan
from app.services.policies import Policies

Entries = Mapping[str, Mapping[str, Any]]
"""What a row of a catalogue says: by code its words, and its rank where the catalogue is ordered."""


async def listed(connection: Connection, as_of: AsOf) -> Catalogues:
    """All catalogues, with how many codes are in use on the day."""
    rows = await queries.rows_of(connection, as_of, sorted(KEYS), None)
    items = [
        CatalogueItem(
            name=one.name,
            key=one.key,
            subject=one.subject,
            field=one.field,
            ordered=one.ordered,
            entries_count=len(_holding(rows, one.key, as_of.on)),
        )
        for one in CATALOGUES.values()
    ]
    return Catalogues(items=items, on=as_of.on, known_at=check_frame(rows[0], as_of))


async def get(connection: Connection, as_of: AsOf, name: str) -> CatalogueRead:
    """The codes in use on a day, each with the days over which it has these words."""
    catalogue = CATALOGUES.get(name)
    if catalogue is None:
        raise NotFound("not_found")
    rows = await queries.rows_of(connection, as_of, [catalogue.key], None)
    known_at = check_frame(rows[0], as_of)
    holding = [row for row in rows if row["key"] and to_period(row["valid"]).contains(as_of.on)]
    if not holding:
        raise NotFound("policy_unknown")
    entries: Entries = holding[0]["value"]
    return CatalogueRead(
        name=name,
        key=catalogue.key,
        ordered=catalogue.ordered,
        entries=[_entry(rows, code, entries[code], as_of.on) for code in _in_order(entries)],
        source=holding[0]["source"],
        on=as_of.on,
        known_at=known_at,
    )


async def words(connection: Connection, as_of: AsOf) -> dict[str, dict[str, Words]]:
    """The codes in use on a day with their words, of each catalogue by its name."""
    rows = await queries.rows_of(connection, as_of, sorted(KEYS), None)
    return {name: _words(_holding(rows, one.key, as_of.on)) for name, one in CATALOGUES.items()}


def _words(entries: Entries) -> dict[str, Words]:
    return {code: Words(entries[code]["vi"], entries[code]["en"]) for code in _in_order(entries)}


async def words_of_all_days(connection: Connection) -> dict[str, dict[str, set[str]]]:
    """All words that each code has on any day, of each catalogue by its name."""
    said: dict[str, dict[str, set[str]]] = {name: {} for name in CATALOGUES}
    for row in await queries.rows_for(connection, sorted(KEYS)):
        codes = said[row["key"].removeprefix(PREFIX)]
        for code, entry in row["value"].items():
            codes.setdefault(code, set()).update((entry["vi"], entry["en"]))
    return said


def _holding(rows: Iterable[Record], key: str, on: date) -> Entries:
    for row in rows:
        if row["key"] == key and to_period(row["valid"]).contains(on):
            value: Entries = row["value"]
            return value
    return {}


def _in_order(entries: Entries) -> tuple[str, ...]:
    """The codes by rank, else by their Vietnamese words."""

    def place(code: str) -> tuple[Any, ...]:
        return entries[code].get("rank", 0), title_sort_key(entries[code]["vi"]), code

    return tuple(sorted(entries, key=place))


def _entry(rows: Iterable[Record], code: str, said: Mapping[str, Any], on: date) -> CatalogueEntry:
    same = cover(to_period(row["valid"]) for row in rows if row["value"].get(code) == said)
    (valid,) = (period for period in same if period.contains(on))
    return CatalogueEntry(
        code=code,
        vi=said["vi"],
        en=said["en"],
        rank=said.get("rank"),
        valid=PeriodShape(from_=valid.start, to=valid.end),
    )


async def require_codes(connection: Connection, plan: Plan, edited: Collection[str]) -> None:
    """Refuse a code on days on which its catalogue has none such (R-ORG-16, R-MEM-6).

    Judged are the fields that are edited: what the plan says of others was said of these days before.
    """
    said = [
        (catalogue, period, values[catalogue.field])
        for catalogue in taken_by(plan.table.name)
        if catalogue.field in edited
        for period, values in plan.written
        if values and values.get(catalogue.field)
    ]
    if not said:
        return
    rows = (await Policies.read(connection, *{catalogue.key for catalogue, *_ in said})).rows
    for catalogue, period, code in said:
        own = [row for row in rows if row.key == catalogue.key]
        for missing in period.subtract([row.valid for row in own if code in row.value]):
            holding = next((row for row in own if row.valid.contains(missing.start)), None)
            raise RuleBroken(
                catalogue.rule,
                "code_not_in_catalogue",
                value=list(_in_order(holding.value)) if holding else [],
                source=holding.source if holding else None,
                catalogue=catalogue.name,
                on=missing.start.isoformat(),
            )
