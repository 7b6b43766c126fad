"""A restructuring in hand: which steps there are, and which of them are this actor's to take.

A step of one is taken by its proposer, or by other persons whose offices speak for the committees concerned (R-RS-9).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Record

from app.domain.access import Action, HeldRole, allows, refusal, role_may_not
from app.domain.errors import Forbidden
from app.domain.restructuring.deciding import CommitteePart
from app.domain.restructuring.lifecycle import (
    STEPS,
    RestructuringRule,
    RestructuringState,
    RestructuringStep,
)
from app.domain.steps import Who, open_steps
from app.domain.two_persons import Part
from app.models.restructuring_document import RestructuringNew

DUTY: Mapping[RestructuringStep, Action] = {
    RestructuringStep.EDIT: Action.PROPOSE_RESTRUCTURING,
    RestructuringStep.SUBMIT: Action.PROPOSE_RESTRUCTURING,
    RestructuringStep.CANCEL: Action.PROPOSE_RESTRUCTURING,
    RestructuringStep.CONSENT: Action.APPROVE_RESTRUCTURING,
    RestructuringStep.APPROVE: Action.APPROVE_RESTRUCTURING,
    RestructuringStep.RETURN: Action.APPROVE_RESTRUCTURING,
    RestructuringStep.APPLY: Action.APPLY_RESTRUCTURING,
    RestructuringStep.REVERSE: Action.PROPOSE_RESTRUCTURING,
    RestructuringStep.REINSTATE: Action.ANNUL_RESTRUCTURING,
    RestructuringStep.PROPOSE_ANNULMENT: Action.ANNUL_RESTRUCTURING,
    RestructuringStep.ANNUL: Action.ANNUL_RESTRUCTURING,
    RestructuringStep.KEEP: Action.ANNUL_RESTRUCTURING,
}
"""The duty by which each step is taken."""

WORD: Mapping[RestructuringStep, tuple[CommitteePart, ...]] = {
    RestructuringStep.CONSENT: (CommitteePart.CONSENTS,),
    RestructuringStep.APPROVE: (CommitteePart.DECIDES, CommitteePart.ACCEPTS),
}
"""Whose word a step brings."""

RULE = "R-RS-9"
"""Two persons, and who is the second."""

MOST_WAITED_FOR = 5
"""How many of those whose word it waits for a refusal names, in one sentence; `needs` has them all."""


@dataclass(frozen=True, slots=True)
class RestructuringInHand:
    """A restructuring in hand: its row, what it asks for, and what the actor holds over the organizations it concerns.

    `anywhere`: of one that names none yet, the roles that the actor holds over any.
    """

    row: Record
    given: RestructuringNew
    ids: Mapping[str, UUID]
    held: Mapping[UUID, Sequence[HeldRole]]
    part: Part
    anywhere: Sequence[HeldRole] = ()

    @property
    def id(self) -> UUID:
        key: UUID = self.row["id"]
        return key

    @property
    def state(self) -> RestructuringState:
        return RestructuringState(self.row["state"])

    @property
    def roles(self) -> list[HeldRole]:
        """All roles that the actor holds over an organization of it, or over one whose word it needs."""
        return [*self.anywhere, *(one for roles in self.held.values() for one in roles)]

    @property
    def roles_of_a_party(self) -> list[HeldRole]:
        """Those held over what it changes, or over one whose word it needed: not where something came from, or went."""
        parties = {*self.row["changed"], *self.end_ids}
        return [one for key, roles in self.held.items() if key in parties for one in roles]

    @property
    def submitted(self) -> Mapping[str, Any] | None:
        """The submission that stands: what its digest is, and whose word it needs."""
        steps = self.row["steps"] or []
        for one in reversed(steps):
            if one["step"] in (RestructuringStep.SUBMIT, RestructuringStep.EDIT):
                return one if one["step"] == RestructuringStep.SUBMIT else None
        return None

    @property
    def ends(self) -> Sequence[Mapping[str, Any]]:
        """The organizations whose word the submission that stands asks for, each with its part; else none."""
        ends: Sequence[Mapping[str, Any]] = self.submitted["ends"] if self.submitted else ()
        return ends

    @property
    def end_ids(self) -> set[UUID]:
        """These organizations alone."""
        return {UUID(one["organization_id"]) for one in self.ends}

    @property
    def applied_by(self) -> UUID:
        """The operation that applied it."""
        applied = [one for one in self.row["steps"] or [] if one["step"] == RestructuringStep.APPLY]
        return UUID(applied[-1]["operation_id"])

    @property
    def took_effect_on(self) -> date:
        """The day of one that is applied."""
        assert self.given.effective_on is not None  # a document without a day is never applied
        return self.given.effective_on

    @property
    def met(self) -> set[tuple[str, str]]:
        """The organizations, each with its part, whose word stands since the submission."""
        met: set[tuple[str, str]] = set()
        for one in self.row["steps"] or []:
            if one["step"] == RestructuringStep.SUBMIT:
                met.clear()
            elif one["step"] in WORD:
                met |= {(end["organization_id"], end["part"]) for end in one["ends"]}
        return met

    def open_ends(self, *parts: CommitteePart) -> list[Mapping[str, Any]]:
        """The ends of these parts whose word is not on record yet."""
        met = self.met
        return [
            one
            for one in self.ends
            if one["part"] in parts and (one["organization_id"], one["part"]) not in met
        ]

    def own_ends(self, *parts: CommitteePart) -> list[Mapping[str, Any]]:
        """Those of them whose office the actor holds, or a higher one."""
        return [
            one
            for one in self.open_ends(*parts)
            if allows(Action.APPROVE_RESTRUCTURING, self.held.get(UUID(one["organization_id"]), ()))
        ]

    def refusal(self, rule: RestructuringRule) -> Forbidden | None:
        """Why a step is not this actor's: by duty, by who he or she is to it, by whose word is asked."""
        if rule.step is RestructuringStep.REVERSE:
            # A document of its own, which machines may propose too; but it tells of all that ended.
            tells = None if self.row["way_back_readable"] else role_may_not(DUTY[rule.step])
            return refusal(DUTY[rule.step], self.roles) or tells
        if rule.who is Who.PROPOSER:
            if not self.part.proposer:
                return Forbidden("only_the_proposer_edits", rule=RULE)
            return refusal(DUTY[rule.step], self.roles)
        annuls = DUTY[rule.step] is Action.ANNUL_RESTRUCTURING
        if refused := refusal(DUTY[rule.step], self.roles_of_a_party if annuls else self.roles):
            return refused
        if self.part.machine:
            return Forbidden("machines_only_propose", rule=RULE)
        if rule.who is Who.SECOND_PERSON and (self.part.proposer or self.part.own_client):
            return Forbidden("two_persons_needed", rule=RULE)
        parts = WORD.get(rule.step)
        if parts and self.open_ends(*parts) and not self.own_ends(*parts):
            waiting = self.open_ends(*parts)[:MOST_WAITED_FOR]
            waits_for = [one["name"] or one["organization_id"] for one in waiting]
            return Forbidden("word_of_others", rule=RULE, waits_for=waits_for)
        return None

    def open(self) -> list[RestructuringRule]:
        """The steps there are: where consent is needed, nothing is approved before.

        What the annulment of another document does to it is no step to ask for.
        """
        waits = bool(self.open_ends(CommitteePart.CONSENTS))
        skipped = RestructuringStep.APPROVE if waits else RestructuringStep.CONSENT
        hidden = (skipped, RestructuringStep.REINSTATE)
        return [one for one in open_steps(STEPS, self.state) if one.step not in hidden]
