"""Ballots as an act names them: with their own figures, or by the meeting that they were held in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, allows
from app.domain.ballots import BallotStep
from app.domain.errors import FieldError, Invalid
from app.domain.meetings import MeetingBody
from app.domain.votes import Base
from app.models.ballot import BallotNew, BallotOfMeeting
from app.queries import meetings as queries
from app.services.access import held_roles
from app.services.history import Cause
from app.services.meeting_judging import EXCLUSIONS, base_of, split
from app.services.policies import Policies


@dataclass(frozen=True, slots=True)
class NamedBallot:
    """A ballot with all its figures, where the request names it, and the meeting it was held in, if it says."""

    pointer: str
    figures: BallotNew
    meeting_id: UUID | None = None

    @property
    def named(self) -> str:
        """Where the request names whose ballot it was."""
        return f"{self.pointer}/{'organization_id' if self.meeting_id is None else 'meeting_id'}"

    @property
    def dated(self) -> str:
        """Where the request says the day."""
        return f"{self.pointer}/{'held_on' if self.meeting_id is None else 'meeting_id'}"


async def named_ballots(
    connection: Connection, cause: Cause, said: Sequence[BallotNew | BallotOfMeeting]
) -> list[NamedBallot]:
    """The ballots of a request, those of meetings with the base that the meeting's roll and absences give (R-VOTE-2).

    `Invalid` where there is no such meeting in reach, or its base is not known or smaller than the votes.
    """
    ids = {one.meeting_id for one in said if isinstance(one, BallotOfMeeting)}
    bases = await _bases(connection, cause, ids) if ids else {}
    found, wrong = [], []
    for number, one in enumerate(said):
        pointer = f"/body/ballots/{number}"
        if isinstance(one, BallotNew):
            found.append(NamedBallot(pointer, one))
            continue
        row, base = bases.get(one.meeting_id, (None, None))
        if error := _wrong(pointer, one, row, base):
            wrong.append(error)
        elif row is not None and base is not None:
            figures = BallotNew(
                step=one.step,
                organization_id=row["organization_id"],
                held_on=row["day"],
                summoned=base.summoned,
                left_out=dict(base.left_out),
                in_favour=one.in_favour,
            )
            found.append(NamedBallot(pointer, figures, one.meeting_id))
    if wrong:
        raise Invalid(*wrong)
    return found


def _wrong(pointer: str, one: BallotOfMeeting, row: Record | None, base: Base | None) -> FieldError | None:
    if row is None:
        return FieldError(f"{pointer}/meeting_id", "unknown_meeting")
    of_cell = row["body"] == MeetingBody.CELL
    if of_cell != (one.step is BallotStep.CELL) or one.step is BallotStep.UPPER:
        return FieldError(f"{pointer}/step", "step_of_another_body")
    if base is None:
        return FieldError(f"{pointer}/meeting_id", "base_unknown")
    if base.size < 1:
        return FieldError(f"{pointer}/meeting_id", "base_empty")
    if one.in_favour > base.size:
        return FieldError(f"{pointer}/in_favour", "votes_beyond_base")
    return None


async def _bases(
    connection: Connection, cause: Cause, meeting_ids: set[UUID]
) -> dict[UUID, tuple[Record, Base | None]]:
    """The meetings in reach with their bases."""
    as_of = cause.as_of
    rows = await queries.get_many(connection, as_of, meeting_ids, cause.actor.id)
    rolls = await queries.rolls(connection, as_of, meeting_ids)
    policies = await Policies.read(connection, EXCLUSIONS)
    found: dict[UUID, tuple[Record, Base | None]] = {}
    for row in rows:
        if not allows(Action.READ_ORGANIZATION, held_roles(row["roles_held"])):
            continue
        roll, _ = split(one for one in rolls if one["n"] == row["id"])
        found[row["id"]] = (row, base_of(policies, row, roll))
    return found
