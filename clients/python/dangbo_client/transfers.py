"""Transfers of members: introduced by one side, received by the other, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.access import OpenStep, PermittedAction, Refusal
from dangbo_client.findings import Finding
from dangbo_client.lists import Listing
from dangbo_client.member_shapes import Following
from dangbo_client.operations import ActorName
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant
from dangbo_client.writing import Decision, act


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferItem:
    """A transfer on a day; `state` and `since` are None before it, and where it was struck out."""

    id: str
    kind: str
    purpose: str | None
    state: str | None
    since: date | None
    member_id: str
    full_name: str | None
    birth_year: int | None
    from_cell_id: str | None
    from_name: str | None
    to_organization_id: str | None
    to_name: str | None
    to_cell_id: str | None
    to_cell_name: str | None
    introduced_on: date
    moved_on: date | None
    expected_end: date | None
    due_on: date | None
    due_rule: str | None
    refusal_ground: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(TransferItem):
    """One transfer, what is late of it, and the steps there are."""

    findings: tuple[Finding, ...]
    on: date
    known_at: datetime | None
    steps: tuple[OpenStep, ...]
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancedTransfer(Transfer):
    """A transfer after a step, which seats the step ended, and where restructurings took the member."""

    ended_seats: tuple[str, ...]
    followed: tuple[Following, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep:
    """A recorded step; its `id` is that of the operation, by which `correct` names it."""

    id: str
    step: str
    state: str
    on: date
    recorded_at: datetime
    actor: ActorName
    reason: str | None
    decisions: tuple[Decision, ...]
    struck_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferResult:
    """What became of one member: the transfer (none in a preview), or the refusal."""

    member_id: str
    transfer_id: str | None = None
    from_cell_id: str | None = None
    due_on: date | None = None
    findings: tuple[Finding, ...] = ()
    refusal: Refusal | None = None


class Transfers(Resource):
    """`client.transfers`. `on` defaults to today, `known_at` to now."""

    @reads("transfers")
    def list(
        self,
        *,
        within: str | None = None,
        member: str | None = None,
        kind: Sequence[str] = (),
        state: Sequence[str] = (),
        due_by: Day | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[TransferItem]:
        """Transfers as they stand on a day; with `due_by` those whose limit ends by then."""

    @reads("transfers/{transfer_id}")
    def get(self, transfer_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Transfer:
        """One transfer, what is late of it, and the steps there are."""

    @reads("transfers/{transfer_id}/steps")
    def steps(self, transfer_id: str, *, known_at: Instant | None = None) -> Listing[TransferStep]:
        """The recorded steps with their papers, struck out ones too."""

    def introduce(
        self,
        *member_ids: str,
        kind: str,
        introduced_on: Day,
        to_organization_id: str | None = None,
        to_outside: str | None = None,
        moved_on: Day | None = None,
        purpose: str | None = None,
        expected_end: Day | None = None,
        each: bool = False,
        preview: bool = False,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> tuple[TransferResult, ...]:
        """Introduce up to 200 members on the same terms; with `preview` only say what would come of it."""
        said = {
            "member_ids": list(member_ids),
            "kind": kind,
            "introduced_on": introduced_on,
            "to_organization_id": to_organization_id,
            "to_outside": to_outside,
            "moved_on": moved_on,
            "purpose": purpose,
            "expected_end": expected_end,
            "bulk": "each" if each else "all_or_nothing",
            "preview": preview,
        }
        return self._write(tuple[TransferResult, ...], ("transfers",), act(reason, decisions, said))

    @writes("transfers/arrivals")
    def arrive(
        self,
        *,
        from_outside: str,
        introduced_on: Day,
        member: Mapping[str, Any],
        decisions: Sequence[Decision],
        reason: str | None = None,
    ) -> AdvancedTransfer:
        """Take in somebody from outside: `member` names a known one by `member_id`, else describes a new one.

        Both give `cell_id`, `standing` and `since`; a new one at least `full_name` too.
        """

    @writes("transfers/{transfer}/steps")
    def advance(
        self,
        transfer: Transfer,
        step: str,
        *,
        on: Day,
        cell_id: str | None = None,
        to_organization_id: str | None = None,
        to_outside: str | None = None,
        expected_end: Day | None = None,
        refusal_ground: str | None = None,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> AdvancedTransfer:
        """Take a step; `Stale` if someone took one since `transfer` was read."""

    def correct(
        self, transfer: Transfer, step: TransferStep, *, reason: str, evidence: str | None = None
    ) -> Transfer:
        """Strike out a step that was recorded in error, while nothing recorded since rests on it."""
        document = {"operation_id": step.id, "reason": reason, "evidence": evidence}
        return self._write(Transfer, ("transfers", transfer.id, "corrections"), document, transfer)
