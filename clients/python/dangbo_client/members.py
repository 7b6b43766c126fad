"""Members: the index of their dossiers as of any day, and what is recorded of them.

Dates of persons are text, as far as they are known: `1958-03-07`, `1958-03` or `1958`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict, Unpack

from dangbo_client.lists import Listing
from dangbo_client.member_shapes import (
    BadgeDue,
    CorrectedMember,
    Matches,
    Member,
    MemberItem,
    ProbationEnd,
    TimelineItem,
    UnmaskedMember,
    WrittenMember,
)
from dangbo_client.resource import Resource, reads
from dangbo_client.sending import answered
from dangbo_client.shapes import Day, Instant
from dangbo_client.writing import Decision, act, correction, of_fact


class PaperRow(TypedDict):
    """A person as a paper has them; what is left out is not compared."""

    full_name: str
    birth_date: NotRequired[str]
    number: NotRequired[str]
    cell_id: NotRequired[str]
    system: NotRequired[str]
    external_id: NotRequired[str]


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


class Members(Resource):
    """`client.members`. `on` defaults to today, `known_at` to now."""

    @reads("members")
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
        said = {"within": within, "rows": rows}
        return answered(Matches, self._sender.post(("members", "matches"), said, parameters=asked))

    @reads("organizations/{within}/badges-due")
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

    @reads("organizations/{within}/probations-ending")
    def probations_ending(
        self,
        within: str,
        *,
        ends_by: Day | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[ProbationEnd]:
        """Whose probation in an organization and below it ends by a day, the earliest first."""

    @reads("members/{member_id}")
    def get(self, member_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Member:
        """One member on a day; after an exit, with its reason, in the last cell."""

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
        path = ("members", member_id, "unmaskings")
        return answered(UnmaskedMember, self._sender.post(path, said, parameters=asked))

    @reads("members/{member_id}/timeline")
    def timeline(self, member_id: str, *, known_at: Instant | None = None) -> Listing[TimelineItem]:
        """All facts of a member in order of time, each with the operation that recorded it."""

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
    ) -> WrittenMember:
        """Put a person onto the roll of a cell from a day on; `identifiers` are numbers by kind of paper."""
        said = {
            "cell_id": cell_id,
            "standing": standing,
            "since": since,
            "full_name": full_name,
            "identifiers": _numbers(identifiers),
            **particulars,
        }
        return self._write(WrittenMember, ("members",), act(reason, decisions, said))

    def change(
        self,
        member: Member,
        *,
        effective_on: Day,
        identifiers: Mapping[str, str | None] | None = None,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
        **facts: Unpack[MemberFacts],
    ) -> WrittenMember:
        """Record what becomes true from a day on; `Stale` if it was changed since `member` was read."""
        said = {"effective_on": effective_on, "identifiers": _numbers(identifiers), **facts}
        path = ("members", member.id, "changes")
        return self._write(WrittenMember, path, act(reason, decisions, said), member)

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
        said = of_fact(fact, value, kind=kind, system=system)
        path = ("members", member.id, "corrections")
        return self._write(CorrectedMember, path, correction(from_, to, reason, evidence, **said), member)


def _numbers(identifiers: Mapping[str, str | None] | Mapping[str, str] | None) -> list[dict[str, str | None]]:
    return [{"kind": kind, "number": number} for kind, number in (identifiers or {}).items()]
