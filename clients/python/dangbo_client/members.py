"""Members: the index of their dossiers as of any day, and what is recorded of them.

Dates of persons are text, as far as they are known: `1958-03-07`, `1958-03` or `1958`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict, Unpack

from dangbo_client.access import Actor, PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.member_dues import DaySpan, PartyAge
from dangbo_client.sending import Sender, document_of, tagged
from dangbo_client.shapes import Day, Instant, read
from dangbo_client.writing import Decision, Dependent, act, correction


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
class CorrectedMember:
    """The member after a correction, and up to a hundred of the records that rest on the fact.

    None where no membership is left.
    """

    member: Member | None
    dependents: tuple[Dependent, ...]
    dependents_count: int


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
class Matches:
    """What became of each row, in the order of the rows."""

    rows: tuple[RowMatch, ...]
    on: date
    known_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionProposal:
    """A correction of what is locked, which waits for a second person; from a day up to, not including, another."""

    id: str
    member_id: str
    period: Mapping[str, str | None]
    value: Mapping[str, Any]
    reason: str
    evidence: str | None
    proposed_by: Actor
    proposed_at: datetime | None


class PaperRow(TypedDict):
    """A person as a paper has them; what is left out is not compared."""

    full_name: str
    birth_date: NotRequired[str]
    number: NotRequired[str]
    cell_id: NotRequired[str]


class Particulars(TypedDict, total=False):
    """The index sheet of the dossier. What is left out stays as it is; None ends it."""

    sex: str | None
    home_place: str | None
    residence: str | None
    occupation: str | None
    workplace: str | None
    general_education: str | None
    professional_education: str | None
    political_theory: str | None
    citizen_birth_date: str | None
    youth_union_on: str | None
    admitted_on: str | None
    inducted_on: str | None
    admission_place: str | None
    introducers: str | None
    recognised_on: str | None
    recognition_place: str | None


class NewMember(Particulars, total=False):
    """What else can be said of a member who comes onto a roll; `external_ids` are by system."""

    birth_date: str | None
    activity_status: str
    external_ids: Mapping[str, str]


class MemberFacts(Particulars, total=False):
    """What a change can say. Name, cell and standing cannot end; a birth date has only corrections."""

    full_name: str
    cell_id: str
    standing: str


class Members:
    """`client.members`. `on` defaults to today, `known_at` to now."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        within: str | None = None,
        cell: str | None = None,
        standing: Sequence[str] = (),
        activity_status: Sequence[str] = (),
        id: Sequence[str] = (),
        system: str | None = None,
        external_id: str | None = None,
        birth_dates_differ: bool = False,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[MemberItem]:
        """Members on the roll on a day, in Vietnamese order of names."""
        asked = {
            "within": within,
            "cell": cell,
            "standing": standing,
            "activity_status": activity_status,
            "id": id,
            "system": system,
            "external_id": external_id,
            "birth_dates_differ": birth_dates_differ or None,
            "on": on,
            "known_at": known_at,
        }
        return Listing(self._sender, ("members",), asked, MemberItem)

    def search(
        self,
        *,
        name: str | None = None,
        number: str | None = None,
        born: str | None = None,
        sex: str | None = None,
        within: str | None = None,
        standing: Sequence[str] = (),
        activity_status: Sequence[str] = (),
        include_exited: bool = False,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[MemberItem]:
        """Members by part of the name (accents and case disregarded), whole number of a paper, birth, sex."""
        wanted = {
            "name": name,
            "number": number,
            "born": born,
            "sex": sex,
            "within": within,
            "standing": standing,
            "activity_status": activity_status,
            "include_exited": include_exited,
        }
        asked = {"on": on, "known_at": known_at}
        return Listing(self._sender, ("members", "searches"), asked, MemberItem, wanted)

    def match(
        self,
        rows: Sequence[PaperRow],
        *,
        within: str | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Matches:
        """Whom of the members within reach up to 5,000 people on paper are."""
        asked = {"on": on, "known_at": known_at}
        answer = self._sender.post(("members", "matches"), {"within": within, "rows": rows}, parameters=asked)
        return read(Matches, document_of(answer))

    def badges_due(
        self,
        within: str,
        *,
        award_on: Day | None = None,
        early: bool = False,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[BadgeDue]:
        """Who in an organization and below it is due for which badge on an award day (None: the next one).

        With `early` also whose milestone is so near that the gravely ill may have the badge.
        """
        asked = {"award_on": award_on, "early": early, "on": on, "known_at": known_at}
        return Listing(self._sender, ("organizations", within, "badges-due"), asked, BadgeDue)

    def probations_ending(
        self,
        within: str,
        *,
        ends_by: Day | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[ProbationEnd]:
        """Whose probation in an organization and below it ends by a day, the earliest first."""
        asked = {"ends_by": ends_by, "on": on, "known_at": known_at}
        return Listing(self._sender, ("organizations", within, "probations-ending"), asked, ProbationEnd)

    def get(self, member_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Member:
        """One member on a day; after an exit, with its reason, in the last cell."""
        answer = self._sender.get(("members", member_id), {"on": on, "known_at": known_at})
        return read(Member, tagged(answer))

    def unmask(
        self,
        member_id: str,
        fields: Sequence[str],
        purpose: str,
        *,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> UnmaskedMember:
        """Values that reads mask, whole; who asked for which, and for what, is recorded."""
        said = {"fields": fields, "purpose": purpose}
        asked = {"on": on, "known_at": known_at}
        answer = self._sender.post(("members", member_id, "unmaskings"), said, parameters=asked)
        return read(UnmaskedMember, document_of(answer))

    def timeline(self, member_id: str, *, known_at: Instant | None = None) -> Listing[TimelineItem]:
        """All facts of a member in order of time, each with the operation that recorded it."""
        return Listing(self._sender, ("members", member_id, "timeline"), {"known_at": known_at}, TimelineItem)

    def create(
        self,
        *,
        cell_id: str,
        standing: str,
        since: Day,
        full_name: str,
        identifiers: Mapping[str, str] | None = None,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
        **particulars: Unpack[NewMember],
    ) -> Member:
        """Put a person onto the roll of a cell from a day on; `identifiers` are numbers by kind of paper."""
        said = {
            "cell_id": cell_id,
            "standing": standing,
            "since": since,
            "full_name": full_name,
            "identifiers": _numbers(identifiers),
            **particulars,
        }
        return read(Member, tagged(self._sender.post(("members",), act(reason, decisions, said))))

    def change(
        self,
        member: Member,
        *,
        effective_on: Day,
        identifiers: Mapping[str, str | None] | None = None,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
        **facts: Unpack[MemberFacts],
    ) -> Member:
        """Record what becomes true from a day on; `Stale` if it was changed since `member` was read."""
        said = {"effective_on": effective_on, "identifiers": _numbers(identifiers), **facts}
        path = ("members", member.id, "changes")
        answer = self._sender.post(path, act(reason, decisions, said), if_match=member.etag)
        return read(Member, tagged(answer))

    def correct(
        self,
        member: Member,
        fact: str,
        value: Mapping[str, Any] | None,
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
        kind: str | None = None,
        system: str | None = None,
    ) -> CorrectedMember:
        """Correct a fact recorded in error from a day up to, not including, another; None strikes it out.

        `fact` is person, membership, activity, identifier (of a `kind`) or external_id (of a `system`).
        """
        document = correction(fact, value, from_, to, reason, evidence, kind=kind, system=system)
        path = ("members", member.id, "corrections")
        answer = self._sender.post(path, document, if_match=member.etag)
        return read(CorrectedMember, tagged(answer, "member"))

    def propose_correction(
        self,
        member: Member,
        value: Mapping[str, Any],
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
    ) -> CorrectionProposal:
        """Propose to correct particulars that are locked; a second person confirms it."""
        document = correction("person", value, from_, to, reason, evidence)
        path = ("members", member.id, "correction-proposals")
        answer = self._sender.post(path, document, if_match=member.etag)
        return read(CorrectionProposal, document_of(answer))

    def correction_proposals(
        self, *, within: str | None = None, member: str | None = None, known_at: Instant | None = None
    ) -> Listing[CorrectionProposal]:
        """The proposals that wait for a second person, the oldest first."""
        asked = {"within": within, "member": member, "known_at": known_at}
        return Listing(self._sender, ("correction-proposals",), asked, CorrectionProposal)

    def confirm_correction(self, proposal: CorrectionProposal, member: Member) -> CorrectedMember:
        """Carry out what another person proposed; `member` as it was just read."""
        path = ("correction-proposals", proposal.id, "confirmations")
        return read(CorrectedMember, tagged(self._sender.post(path, if_match=member.etag), "member"))

    def withdraw_correction(self, proposal: CorrectionProposal, *, reason: str) -> CorrectionProposal:
        """End a proposal that is not to be confirmed."""
        path = ("correction-proposals", proposal.id, "withdrawals")
        return read(CorrectionProposal, document_of(self._sender.post(path, {"reason": reason})))


def _numbers(identifiers: Mapping[str, str | None] | Mapping[str, str] | None) -> list[dict[str, str | None]]:
    return [{"kind": kind, "number": number} for kind, number in (identifiers or {}).items()]
