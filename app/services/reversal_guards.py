"""What the guards of the database would refuse of a reversal, said before they do: with the later operations behind it.

`app/services/reversal.py` has asked before what has an answer of its own: what replaced it, the tree, the rolls.
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from asyncpg import Connection

from app.domain.errors import RuleBroken
from app.domain.hierarchy import DEEPEST
from app.queries import reversal_guards as queries
from app.services import operations
from app.services.history import Cause


class Said(NamedTuple):
    """How the refusal of a guard is told. `places`: its records are organizations, and named."""

    message: str
    rule: str = "R-REV-1"
    value: object = 0
    source: str = "design"
    places: bool = False


GUARDS: Mapping[str, Said] = {
    "membership_unbroken": Said("left_off_the_roll"),
    "organization_unbroken": Said("left_with_gap", "R-ORG-2", 1, places=True),
    "tree_without_cycle": Said("left_too_deep", "R-ORG-2", DEEPEST, places=True),
    "opening_in_life": Said("opening_left_outside_life", places=True),
    "code_in_catalogue": Said("code_left_outside_catalogue"),
    "committee_in_life": Said("committee_left_outside_life"),
    "seat_in_committee": Said("seat_left_outside_term"),
    "seat_of_official": Said("seat_left_to_no_official", "R-COM-5", "official", "DL 3"),
    "meeting_in_life": Said("meeting_left_outside_life"),
    "record_of_meeting": Said("record_left_without_meeting"),
    "absence_on_roll": Said("absence_left_to_nobody", "R-MEET-2", 1),
    "paper_told_apart": Said("paper_left_told_apart"),
}
"""The guards that what is taken back can meet (`tests/rules/test_reversal_guards.py` has all others, and why not)."""


async def require(connection: Connection, cause: Cause, operation_id: UUID, reversing_id: UUID) -> None:
    """Refuse what the guards would, as a rule, with the later operations in the way; once all is taken back.

    Named are organizations alone: of all else the operations tell those who may read them.
    """
    refused = await queries.refused(connection, reversing_id)
    if refused is None:
        return
    guard, records = refused
    said = GUARDS[guard]
    later = await queries.later(connection, operation_id, guard, records)
    raise RuleBroken(
        said.rule,
        said.message,
        value=said.value,
        source=said.source,
        records=[str(one) for one in records] if said.places else (),
        **await operations.dependent(connection, cause, later.shown, later.count),
    )
