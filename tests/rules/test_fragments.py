"""Pieces of SQL that take expressions: no name inside one is taken for a name of who calls it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.domain.imports import ImportKey
from app.queries import (
    committees,
    facts,
    held_transfers,
    lineage,
    machine_clients,
    members,
    operations,
    organizations,
    policies,
    reach,
    restructuring_returns,
    restructurings,
    things,
    todays_tree,
)
from app.queries.asof import AsOf
from app.queries.imports import checks, naming
from app.queries.imports import organizations as named_organizations

QUERIES = Path(__file__).parents[2] / "app" / "queries"
DAY = date(2026, 1, 1)
GIVEN = "outer_row.given"
"""An expression of a caller."""

FRAGMENTS: dict[str, tuple[str, Callable[[AsOf], str]]] = {
    "AsOf.holding": ("asof", lambda a: a.holding("policy", GIVEN)),
    "AsOf.below": ("asof", lambda a: a.below(GIVEN, GIVEN)),
    "AsOf.above": ("asof", lambda a: a.above(GIVEN, GIVEN)),
    "AsOf.ancestry": ("asof", lambda a: a.ancestry(GIVEN)),
    "AsOf.headcounts": ("asof", lambda a: a.headcounts(GIVEN)),
    "committees.seated": ("seated", lambda a: committees.seated(a, GIVEN)),
    "reach.held": ("reach", lambda _: reach.held(GIVEN, GIVEN, GIVEN)),
    "reach.reachable": ("reach", lambda _: reach.reachable(GIVEN, GIVEN, GIVEN, GIVEN)),
    "reach.reachable_from_above": ("reach", lambda _: reach.reachable_from_above(GIVEN, GIVEN, GIVEN, GIVEN)),
    "reach.reachable_then": ("reach", lambda a: reach.reachable_then(a, GIVEN, GIVEN, GIVEN, GIVEN)),
    "reach.held_then": ("reach", lambda a: reach.held_then(a, GIVEN, GIVEN, GIVEN)),
    "reach.reached_then": ("reach", lambda a: reach.reached_then(a, GIVEN, GIVEN, GIVEN)),
    "reach.reached": ("reach", lambda _: reach.reached(GIVEN, GIVEN, GIVEN)),
    "reach.reaches_root": ("reach", lambda _: reach.reaches_root(GIVEN, GIVEN, GIVEN)),
    "members.home": ("home", lambda _: members.home(GIVEN, GIVEN)),
    "members.going_on": ("going", lambda _: members.going_on(GIVEN)),
    "members.last_cell": ("last", lambda a: members.last_cell(a, GIVEN)),
    "members.name_of": ("name", lambda a: members.name_of(a, GIVEN, GIVEN)),
    "reach.readable": ("reach", lambda _: reach.readable(GIVEN, GIVEN, GIVEN, GIVEN)),
    "lineage.end": ("end", lambda a: lineage.end(a, GIVEN)),
    "todays_tree.rolls": ("todays", lambda a: todays_tree.rolls(a, GIVEN, GIVEN)),
    "organizations.kind": ("kind", lambda a: organizations.kind(a, GIVEN, GIVEN)),
    "organizations.life": ("life", lambda a: organizations.life(a, GIVEN)),
    "organizations.counted": ("count", lambda a: organizations.counted(a, GIVEN, GIVEN)),
    "organizations.branch": ("branch", lambda a: organizations.branch(a, GIVEN)),
    "policies.rules_over": ("rule", lambda a: policies.rules_over(a, GIVEN, GIVEN)),
    "checks.by_rule": ("ruling", lambda _: checks.by_rule("R-1", "a.key", GIVEN)),
    "operations.decisions": ("paper", lambda _: operations.decisions(GIVEN)),
    "machine_clients.answers_for": ("client", lambda _: machine_clients.answers_for(GIVEN, GIVEN)),
    "held_transfers.of_transfer": ("met", lambda a: held_transfers.of_transfer(a, GIVEN, GIVEN)),
    "held_transfers.of_hold": ("met", lambda a: held_transfers.of_hold(a, GIVEN, GIVEN)),
    "restructurings.state_of": ("latest", lambda _: restructurings.state_of(GIVEN)),
    "restructuring_returns.applying": ("applying", lambda _: restructuring_returns.applying(GIVEN)),
    "things.spans": ("span", lambda a: things.spans(a, facts.HOLD, GIVEN)),
    "things.version": ("version", lambda _: things.version(facts.HOLD, GIVEN)),
    "things.nearest": ("nearest", lambda a: things.nearest(a, facts.HOLD, GIVEN)),
    "things.names_paper": ("papered", lambda a: things.names_paper(a, facts.HOLD, GIVEN)),
    "naming.bearer": ("borne", lambda _: naming.bearer("member", GIVEN, GIVEN)),
    "naming.told": ("told", lambda _: naming.told("member", GIVEN, GIVEN, GIVEN)),
    "naming.organization_told": (
        "told",
        lambda _: naming.organization_told(ImportKey.CODE, GIVEN, GIVEN, GIVEN),
    ),
    "imports.known_by": ("borne", lambda _: named_organizations.known_by(ImportKey.CODE, GIVEN, GIVEN)),
    "imports.once_known_by": (
        "bore",
        lambda _: named_organizations.once_known_by(ImportKey.CODE, GIVEN, GIVEN),
    ),
}
"""Whatever takes SQL expressions: by what its inner names begin, and its text."""

CARRIED = {"organizations.branch": {"count"}, "things.spans": {"version"}, "lineage.end": {"life"}}
"""The pieces within a piece, by what their names begin."""

OFFERED = {"paper_tied"}
"""Names that callers are told of: conditions that they give are about these rows."""

_NAME = re.compile(r"\b([a-z]\w*)\.[a-z*]")
_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+([a-z]\w*)(?:\s+(?:AS\s+)?([a-z]\w*))?")


def inner_names(text: str) -> set[str]:
    """What a text calls its rows, and tables that it does not call otherwise."""
    text = re.sub(r"'[^']*'", "''", text)
    return {name for name in _NAME.findall(text) if name != "outer_row"} | {
        name or table for table, name in _TABLE.findall(text) if table not in ("unnest", "jsonb_to_recordset")
    }


def texts(fragment: str) -> list[str]:
    """Its text for the present and for a past belief; without what reads a table, which holds no expression."""
    _, made = FRAGMENTS[fragment]
    found = []
    for as_of in (AsOf(DAY, None, DAY), AsOf(DAY, datetime(2026, 1, 1, tzinfo=UTC), DAY)):
        text = made(as_of)
        for table in facts.TABLES:
            text = text.replace(as_of.believed(table.name), "(believed)")
        found.append(text)
    return found


@pytest.mark.parametrize("fragment", sorted(FRAGMENTS))
def test_a_piece_of_sql_begins_its_inner_names_in_a_way_of_its_own(fragment: str) -> None:
    prefix, _ = FRAGMENTS[fragment]
    allowed = {prefix, "asof"} | CARRIED.get(fragment, set())
    for text in texts(fragment):
        assert GIVEN in text
        strange = {name for name in inner_names(text) if name.partition("_")[0] not in allowed}
        assert not strange, text


def test_no_query_calls_its_rows_as_a_piece_of_sql_does() -> None:
    inner = {name: set[str]() for name in FRAGMENTS}
    for fragment in FRAGMENTS:
        for text in texts(fragment):
            inner[fragment] |= inner_names(text)
    reserved = set().union(*inner.values()) - OFFERED
    places = {
        name: {
            path.relative_to(QUERIES).as_posix()
            for path in QUERIES.rglob("*.py")
            if re.search(rf"\b{name}\.[a-z*{{]", path.read_text(encoding="utf-8"))
        }
        for name in reserved
    }
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
