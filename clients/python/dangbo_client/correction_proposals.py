"""Corrections of what is locked of a member: proposed by one, confirmed or refused by another person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dangbo_client.access import OpenStep, PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.member_shapes import Member
from dangbo_client.operations import ActorName
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant, Period
from dangbo_client.writing import correction, of_fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionProposalItem:
    """A correction as it was proposed, and how it ended."""

    id: str
    member_id: str
    period: Period
    fields: tuple[str, ...]
    value: Mapping[str, Any]
    reason: str | None
    evidence: str | None
    state: str
    proposed_by: ActorName
    proposed_at: datetime | None
    closed_by: ActorName | None
    closed_at: datetime | None
    closing_reason: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionProposal(CorrectionProposalItem):
    """One proposal, and the steps there are."""

    steps: tuple[OpenStep, ...]
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]


class CorrectionProposals(Resource):
    """`client.correction_proposals`."""

    @reads("correction-proposals")
    def list(
        self,
        *,
        state: Sequence[str] = ("pending",),
        within: str | None = None,
        member: str | None = None,
        known_at: Instant | None = None,
    ) -> Listing[CorrectionProposalItem]:
        """Proposals about members whom you may correct, the oldest first."""

    @reads("correction-proposals/{proposal_id}")
    def get(self, proposal_id: str) -> CorrectionProposal:
        """One proposal, pending or closed."""

    def propose(
        self,
        member: Member,
        value: Mapping[str, Any],
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
    ) -> CorrectionProposal:
        """Propose to correct particulars that are locked."""
        document = correction(from_, to, reason, evidence, **of_fact("person", value))
        path = ("members", member.id, "correction-proposals")
        return self._write(CorrectionProposal, path, document, member)

    def confirm(self, proposal: CorrectionProposalItem) -> CorrectionProposal:
        """Carry out what another person proposed, as it was read."""
        path = ("correction-proposals", proposal.id, "confirmations")
        return self._write(CorrectionProposal, path, read=proposal)

    @writes("correction-proposals/{proposal}/refusals")
    def refuse(self, proposal: CorrectionProposalItem, *, reason: str) -> CorrectionProposal:
        """Refuse what another person proposed."""

    @writes("correction-proposals/{proposal}/withdrawals")
    def withdraw(self, proposal: CorrectionProposalItem, *, reason: str) -> CorrectionProposal:
        """Withdraw a proposal of your own."""
