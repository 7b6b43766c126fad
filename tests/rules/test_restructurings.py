"""Restructurings: no thing that hangs on organizations, and no rule that may be set aside, is forgotten."""

from datetime import date
from itertools import chain
from types import SimpleNamespace
from typing import Any, get_args
from uuid import UUID

import pytest

from app.domain.restructuring.conflicts import EXCUSABLE
from app.domain.restructuring.effects import AffectedThing, RestructuringEffect
from app.models.restructuring_document import ExcusableRule
from app.queries import facts, restructuring_acts
from app.queries.facts import ORGANIZATION_FACTS, FactTable
from app.queries.naming import NAMINGS, Identity, naming
from app.queries.restructuring_effects import EFFECTS, UNTOUCHED
from app.queries.restructuring_moves import Moves
from app.queries.restructuring_outlasting import IN_THE_WAY
from app.queries.restructuring_previews import OF_PERSONS
from app.services import restructuring_restorations

OF_THE_PLAN = {AffectedThing.ORGANIZATION, AffectedThing.LINEAGE}
"""What the plan itself says."""

DAY, NOBODY = date(2024, 7, 1), UUID(int=0)
GONE = (RestructuringEffect.ENDS, RestructuringEffect.MOVES, RestructuringEffect.CHANGES)

OF_ORGANIZATIONS = {table.name for table in ORGANIZATION_FACTS.values()}
"""What the plan says, or what ends with its organization."""

STANDS = {
    "policy.scope_id": "a preview lists it as staying: who edits policies ends it",
    "lineage.source_id": "what came of an organization stays so",
    "roll_destination.cell_id": "where a roll went stays so",
    "roll_destination.destination_id": "who follows it goes on from there",
}
"""Columns of facts that name an organization which ends, and go on."""

NOT_SAID_AGAIN = {
    "membership": "the measures of the reversal bring members back",
    "activity": "goes with the membership",
    "transfer": "is led back with its member and its destination, like by any restructuring",
    "organization_sector": "its founding says it",
    "organization_external_id": "its founding says it",
    "organization_opening": "begins with it",
    "organization_authority": "is decided anew",
}
"""What a restructuring ends or alters, and the reversal of one says otherwise than as holding again."""


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The tables of facts that are written, without a database."""
    written: set[str] = set()

    async def write(_connection: Any, table: FactTable, *_: Any, **__: Any) -> None:
        written.add(table.name)

    monkeypatch.setattr(restructuring_acts, "overwrite_from", write)
    monkeypatch.setattr(facts, "overwrite", write)
    return written


async def _applied() -> None:
    await restructuring_acts.write(SimpleNamespace(), NOBODY, Moves(DAY, DAY))


def test_every_column_that_names_an_organization_is_previewed_or_said_to_stay() -> None:
    assert EFFECTS.keys() | UNTOUCHED == NAMINGS[Identity.ORGANIZATION].keys()
    assert not EFFECTS.keys() & UNTOUCHED


def test_every_kind_of_thing_is_listed_by_somebody() -> None:
    assert {one.thing for one in chain.from_iterable(EFFECTS.values())} | OF_THE_PLAN == set(AffectedThing)


def test_every_thing_of_a_member_is_listed_under_his_or_her_name_and_the_read_recorded() -> None:
    of_members = {column.partition(".")[0] for column in NAMINGS[Identity.MEMBER]}
    listed = {
        one.thing
        for column, rows in EFFECTS.items()
        for one in rows
        if column.partition(".")[0] in of_members or one.thing.value in of_members
    }
    assert listed == OF_PERSONS.keys()


async def test_what_a_preview_says_to_end_or_to_move_the_application_writes(tables: set[str]) -> None:
    await _applied()
    listed = {
        column.split(".")[0]
        for column, rows in EFFECTS.items()
        if any(f"'{effect.value}' AS effect" in one.rows for one in rows for effect in GONE)
    }
    assert listed, "no effect is found: are they said otherwise by now?"
    assert listed <= tables, listed - tables


async def test_every_fact_that_names_what_ends_is_ended_stands_in_the_way_or_goes_on(
    tables: set[str],
) -> None:
    await _applied()
    untold = {
        f"{table.name}.{column}"
        for table, column in naming(Identity.ORGANIZATION)
        if table.name not in tables | OF_ORGANIZATIONS
    }
    assert untold - IN_THE_WAY.keys() == STANDS.keys()
    assert IN_THE_WAY.keys() <= NAMINGS[Identity.ORGANIZATION].keys()


async def test_what_the_application_ends_a_reversal_says_again_or_brings_back_otherwise(
    tables: set[str],
) -> None:
    await _applied()
    ended = set(tables)
    tables.clear()
    await restructuring_restorations.write(SimpleNamespace(), NOBODY, [])
    assert ended == tables | NOT_SAID_AGAIN.keys()


def test_a_document_may_set_aside_the_rules_that_can_be() -> None:
    assert frozenset(get_args(ExcusableRule)) == EXCUSABLE
