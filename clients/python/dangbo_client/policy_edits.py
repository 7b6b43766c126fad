"""Edits of policies: proposed by one, approved or refused by another person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dangbo_client.access import OpenStep, PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.operations import ActorName
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant, Period
from dangbo_client.writing import Decision, act


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedRow:
    """What a key shall say; `combine` None: as the key does."""

    value: Any
    combine: str | None = None
    source: str
    confidence: str = "sure"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEditItem:
    """An edit. `row` None: what is recorded over the period is struck out."""

    id: str
    key: str
    scope: str
    organization_id: str | None
    organization_name: str | None
    period: Period
    row: EditedRow | None
    unit: str | None
    state: str
    reason: str | None
    proposed_by: ActorName
    proposed_at: datetime | None
    closed_by: ActorName | None
    closed_at: datetime | None
    closing_reason: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedValue:
    """What a key says, and the document it comes from."""

    value: Any
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlteredPeriod:
    """Days on which a key says something else, for so many organizations on the first of them."""

    valid: Period
    before: ResolvedValue | None
    after: ResolvedValue | None
    organizations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRecords:
    """Records that the key would no longer allow: while there are any, the edit is not approved."""

    kind: str
    count: int
    organizations: tuple[str, ...]
    organizations_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """What an edit alters; `days` None: without end."""

    days: int | None
    organizations: int
    periods: tuple[AlteredPeriod, ...]
    periods_count: int
    records: tuple[BrokenRecords, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEdit(PolicyEditItem):
    """One edit, what it alters, and the steps there are."""

    alteration: Alteration
    steps: tuple[OpenStep, ...]
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]


class PolicyEdits(Resource):
    """`client.policy_edits`."""

    @reads("policy-edits")
    def list(
        self,
        *,
        state: Sequence[str] = (),
        key: str | None = None,
        within: str | None = None,
        known_at: Instant | None = None,
    ) -> Listing[PolicyEditItem]:
        """Edits within your reach, the latest first."""

    @reads("policy-edits/{edit_id}")
    def get(self, edit_id: str) -> PolicyEdit:
        """One edit with what it alters."""

    def propose(
        self,
        key: str,
        row: EditedRow | None,
        *,
        from_: Day,
        to: Day | None = None,
        organization_id: str | None = None,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> PolicyEdit:
        """Propose what a key says over a period; `row` None strikes out what is recorded there."""
        said = {
            "key": key,
            "row": row,
            "period": {"from": from_, "to": to},
            "organization_id": organization_id,
        }
        return self._write(PolicyEdit, ("policy-edits",), act(reason, decisions, said))

    @writes("policy-edits/{edit}/approvals")
    def approve(
        self, edit: PolicyEditItem, *, decisions: Sequence[Decision], reason: str | None = None
    ) -> PolicyEdit:
        """Approve an edit of another, as it was read, by its paper."""

    @writes("policy-edits/{edit}/refusals")
    def refuse(self, edit: PolicyEditItem, *, reason: str) -> PolicyEdit:
        """Refuse an edit of another."""

    @writes("policy-edits/{edit}/withdrawals")
    def withdraw(self, edit: PolicyEditItem, *, reason: str) -> PolicyEdit:
        """Withdraw an edit of your own."""
