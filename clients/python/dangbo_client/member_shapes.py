"""What the register says of members.

Dates of persons are text, as far as they are known: `1958-03-07`, `1958-03` or `1958`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dangbo_client.access import PermittedAction
from dangbo_client.member_dues import DaySpan, PartyAge
from dangbo_client.writing import DependentOperation


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberItem:
    """A member as lists show one, on the day asked about; after an exit, in the last cell."""

    id: str
    full_name: str
    sex: str | None
    birth_year: int | None
    cell_id: str
    cell_name: str | None
    standing: str | None
    activity_status: str | None
    exit_reason: str | None
    exited_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeDue:
    """A member who reaches a milestone of party age; `possible` where the recorded dates do not settle it."""

    member: MemberItem
    years: int
    since: DaySpan
    reached_on: DaySpan
    early: bool
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbationEnd:
    """A member on probation and when it ends; `possible` where the recorded dates do not settle it."""

    member: MemberItem
    ends_on: DaySpan
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlace:
    """The cell of official activity, and the ids from the root down to it (none where it had ended)."""

    id: str
    name: str | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number of the member's papers, of which only the end is shown."""

    kind: str
    number: str
    masked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member on the day asked about; None: not recorded."""

    id: str
    full_name: str
    birth_date: str | None
    birth_date_masked: bool
    residence_masked: bool
    cell: CellPlace
    standing: str | None
    activity_status: str | None
    exit_reason: str | None
    exited_on: date | None
    began_on: date
    party_age: PartyAge
    probation_ends_on: str | None
    identifiers: tuple[Identifier, ...]
    external_ids: Mapping[str, str]
    version: int
    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str
    sex: str | None = None
    home_place: str | None = None
    residence: str | None = None
    occupation: str | None = None
    workplace: str | None = None
    general_education: str | None = None
    professional_education: str | None = None
    political_theory: str | None = None
    citizen_birth_date: str | None = None
    youth_union_on: str | None = None
    admitted_on: str | None = None
    inducted_on: str | None = None
    admission_place: str | None = None
    introducers: str | None = None
    recognised_on: str | None = None
    recognition_place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmaskedField:
    """A value as it is recorded; None: none is."""

    field: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmaskedMember:
    """The whole values asked for, in the order of the question."""

    id: str
    fields: tuple[UnmaskedField, ...]
    on: date
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """One fact about a member from a day up to, not including, another; of the values, those of its kind."""

    fact: str
    from_: date
    to: date | None
    operation_id: str
    recorded_at: datetime
    cell_id: str | None = None
    cell_name: str | None = None
    standing: str | None = None
    exit_reason: str | None = None
    exit_ground: str | None = None
    activity_status: str | None = None
    identifier: Identifier | None = None
    system: str | None = None
    external_id: str | None = None
    particulars: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Days on which a member is elsewhere than was said, as a restructuring took the roll of the cell there.

    `to` None: open; `to_cell_id` None: out of the register; `operation_id` applied the restructuring.
    """

    from_: date
    to: date | None
    from_cell_id: str
    to_cell_id: str | None
    operation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMember(Member):
    """The member after the act, and where restructurings took him or her."""

    followed: tuple[Following, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedMember:
    """The member after a correction, and up to a hundred of the operations that rest on the fact.

    None where no membership is left.
    """

    member: Member | None
    dependent_operations: tuple[DependentOperation, ...]
    dependent_operations_count: int
    followed: tuple[Following, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCandidate:
    """A member whom a row of a paper may mean, what speaks for it and what against."""

    member: MemberItem
    reasons: tuple[str, ...]
    contradictions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMatch:
    """What became of a row: `sure` (the one candidate), `candidates` (the likeliest first) or `none`."""

    outcome: str
    candidates: tuple[MatchCandidate, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFault:
    """What of a row cannot be read; `pointer` names the place in what was sent."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMatch(RowMatch):
    """What became of a row that was sent: also `unreadable`, with the `fault` for which it was not compared."""

    fault: PaperFault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What became of each row, in the order of the rows."""

    rows: tuple[PaperMatch, ...]
    on: date
    known_at: datetime | None
