"""Who names an organization or a member: one list of the columns, which the schema may not outgrow."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Uuid
from sqlmodel import SQLModel

from app import models
from app.models.fact import NAMES
from app.queries import facts
from app.queries.naming import NAMINGS, RESTING, Bond, Identity, Touch

for module in pkgutil.iter_modules(models.__path__, "app.models."):
    importlib.import_module(module.name)  # declares its tables
OF_OTHERS = {
    "id",
    "actor_id",
    "ballot_id",
    "committee_id",
    "distinction_id",
    "grant_id",
    "hold_id",
    "lineage_id",
    "meeting_id",
    "merge_id",
    "number_space",
    "preview_id",
    "proposal_id",
    "restructuring_id",
    "said_first_by",
    "seat_id",
    "subject_id",
    "transfer_id",
}
"""Columns of ids that name neither an organization nor a member."""

NAMED = [(identity, column) for identity in Identity for column in NAMINGS[identity]]


def _columns() -> Iterator[tuple[str, Column[object]]]:
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            yield f"{table.name}.{column.name}", column


def _said_to_name(column: Column[object]) -> set[str]:
    """What a column names by its foreign keys, or where it has none by its own word."""
    return {key.target_fullname for key in column.foreign_keys} | {column.info.get(NAMES, "")}


@pytest.mark.parametrize("identity", list(Identity))
def test_every_column_that_names_is_classed(identity: Identity) -> None:
    naming = {name for name, column in _columns() if identity.value in _said_to_name(column)}
    assert naming <= NAMINGS[identity].keys(), naming - NAMINGS[identity].keys()


def test_every_id_without_a_foreign_key_is_classed_or_names_something_else() -> None:
    ids = {
        name
        for name, column in _columns()
        if isinstance(column.type, Uuid) and not column.foreign_keys and column.name not in OF_OTHERS
    }
    classed = {column for _, column in NAMED}
    assert ids <= classed, ids - classed


@pytest.mark.parametrize(("identity", "column"), NAMED)
def test_what_is_classed_is_in_the_schema(identity: Identity, column: str) -> None:
    found = dict(_columns())[column]
    said = _said_to_name(found) - {""}
    assert said <= {identity.value}, f"{column} names {said}"


@pytest.mark.parametrize(("identity", "column"), NAMED)
def test_a_fact_blocks_and_what_else_blocks_says_by_which_operation(identity: Identity, column: str) -> None:
    naming, table = NAMINGS[identity][column], column.partition(".")[0]
    if table in {one.name for one in facts.TABLES}:
        assert naming.bond is Bond.BLOCKS and column not in RESTING
    else:
        assert (naming.bond is Bond.BLOCKS) == (column in RESTING)
        assert naming.touch is Touch.NOTHING


def test_what_changes_an_organization_or_a_member_is_a_fact_of_theirs() -> None:
    for identity, listed in (
        (Identity.ORGANIZATION, facts.ORGANIZATION_FACTS),
        (Identity.MEMBER, facts.MEMBER_FACTS),
    ):
        changing = {column for column, one in NAMINGS[identity].items() if one.touch is Touch.CHANGES}
        assert {f"{table.name}.{next(iter(table.key))}" for table in listed.values()} <= changing
