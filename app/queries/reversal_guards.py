"""The guards of the database asked what they would refuse of a reversal, before it is sealed; and whose word it is."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from asyncpg import CheckViolationError, Connection

from app.queries.facts import (
    ABSENCE,
    COMMITTEE,
    MEETING,
    MEMBERSHIP,
    ORGANIZATION_OPENING,
    PAPER_DISTINCTION,
    PLACEMENT,
    POLICY,
    RESOLUTION,
    SEAT,
    FactTable,
)
from app.queries.reversal import Dependants, known_after, latest, saying

_ORGANIZATIONS = "organization_id = ANY($2::uuid[])"
_COMMITTEES = "committee_id = ANY($2::uuid[])"
_IN_OFFICE = f"organization_id IN (SELECT body.organization_id FROM committee body WHERE body.{_COMMITTEES})"
_MEETINGS = "meeting_id = ANY($2::uuid[])"
_SEATS = "seat_id = ANY($2::uuid[])"
_WAY_UP = """organization_id IN (
    WITH RECURSIVE up(id) AS (
        SELECT unnest($2::uuid[])
        UNION
        SELECT stands.parent_id FROM up JOIN placement stands ON stands.organization_id = up.id
        WHERE stands.superseded_by IS NULL AND stands.parent_id IS NOT NULL
    )
    SELECT id FROM up)"""
_ABSENT = f"member_id IN (SELECT absent.member_id FROM absence absent WHERE absent.{_MEETINGS})"


def _of_seats(column: str) -> str:
    return f"{column} IN (SELECT held.{column} FROM seat held WHERE held.{_SEATS})"


WHOSE: Mapping[str, Sequence[tuple[FactTable, str]]] = {
    "membership_unbroken": ((MEMBERSHIP, "member_id = ANY($2::uuid[])"),),
    "organization_unbroken": ((PLACEMENT, _ORGANIZATIONS),),
    "tree_without_cycle": ((PLACEMENT, _WAY_UP),),
    "opening_in_life": ((ORGANIZATION_OPENING, _ORGANIZATIONS), (PLACEMENT, _ORGANIZATIONS)),
    "code_in_catalogue": ((POLICY, "$2::uuid[] IS NOT NULL AND starts_with(key, 'catalogue.')"),),
    "committee_in_life": ((COMMITTEE, _COMMITTEES), (PLACEMENT, _IN_OFFICE)),
    "seat_in_committee": ((SEAT, _SEATS), (COMMITTEE, _of_seats("committee_id"))),
    "seat_of_official": ((SEAT, _SEATS), (MEMBERSHIP, _of_seats("member_id"))),
    "meeting_in_life": ((MEETING, _MEETINGS),),
    "record_of_meeting": ((MEETING, _MEETINGS), (ABSENCE, _MEETINGS), (RESOLUTION, _MEETINGS)),
    "absence_on_roll": ((MEMBERSHIP, _ABSENT), (SEAT, _ABSENT)),
    "paper_told_apart": ((PAPER_DISTINCTION, "distinction_id = ANY($2::uuid[])"),),
}
"""Guards that what is taken back can meet: the facts that made it so, as conditions on the records refused (`$2`)."""


async def refused(connection: Connection, reversing_id: UUID) -> tuple[str, list[UUID]] | None:
    """What the sealing would refuse of a reversal as it stands: the guard, and the first hundred of the records.

    Asked at a savepoint, by the very function of the sealing, which asks again under its lock.
    """
    try:
        async with connection.transaction():
            await connection.execute("SELECT judge_operation($1)", reversing_id)
    except CheckViolationError as refusal:
        if refusal.constraint_name not in WHOSE:
            raise
        return refusal.constraint_name, [UUID(one) for one in (refusal.detail or "").split(",") if one]
    return None


async def later(
    connection: Connection, operation_id: UUID, guard: str, records: Sequence[UUID]
) -> Dependants:
    """The operations known after one that said, or took back, what a guard would refuse without it."""
    asked = " UNION ALL ".join(saying(table, whose) for table, whose in WHOSE[guard])
    return await latest(connection, known_after(asked), operation_id, records)
