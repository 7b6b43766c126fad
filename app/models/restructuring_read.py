"""Restructurings as the API gives them: where they stand, what they need, what their previews say."""

from typing import Annotated, Any

from pydantic import Field as Bounds

from app.domain.restructuring.conflicts import ConflictCode, ConflictRemedy, ConflictSeverity
from app.domain.restructuring.deciding import CommitteePart
from app.domain.restructuring.document import MeasureKind
from app.domain.restructuring.effects import AffectedThing, RestructuringEffect
from app.domain.restructuring.lifecycle import RestructuringState, RestructuringStep
from app.models.access import PermittedAction
from app.models.operation import ActorName, DecisionPaper
from app.models.page import Page
from app.models.restructuring_document import MOST_MEASURES, LocalKey, RestructuringNew
from app.models.scalars import Count, Day, Id, Instant, KnownAt, Name, Note, RecordedAt, Shape, Version
from app.models.step import OpenStep

Digest = Annotated[
    str,
    Bounds(
        min_length=64,
        max_length=64,
        pattern="^[0-9a-f]{64}$",
        description="One word for what is asked, what it does, who changes cell and what speaks against it.",
    ),
]


class RestructuringItem(Shape):
    """A restructuring as lists show it."""

    id: Id
    state: RestructuringState
    effective_on: Day | None
    reason: Note | None
    kinds: list[MeasureKind] = Bounds(max_length=20, description="What it does, each kind once.")
    proposed_by: ActorName
    proposed_at: RecordedAt
    reverses: Id | None = Bounds(description="The applied one that it undoes from its own day on.")
    revision: Count = Bounds(description="How often it was edited, the first draft included.")
    version: Version = Bounds(description="Grows with each edit and each step.")


class RestructuringPage(Page[RestructuringItem]):
    """One page of restructurings."""


class NeededEnd(Shape):
    """An organization whose committee's word it needs, and whether that is on record."""

    organization_id: Id
    name: Name | None = Bounds(description="On the day before the document that was submitted takes effect.")
    part: CommitteePart
    met: bool


class TakenStep(Shape):
    """A step that was taken."""

    step: RestructuringStep
    state: RestructuringState = Bounds(description="To which it led.")
    by: ActorName
    at: RecordedAt
    reason: Note | None
    revision: Count
    digest: Digest | None
    operation_id: Id


class RestructuringRead(RestructuringItem):
    """One restructuring: what it asks for, where it stands, what it still needs."""

    document: RestructuringNew
    names: dict[Id, Name] = Bounds(
        max_length=200_000,
        description="Of the organizations of the register that the document names, as they were named on the day"
        " before it takes effect.",
    )
    keys: dict[LocalKey, Id] = Bounds(
        max_length=MOST_MEASURES,
        description="The organizations that it begins: their ids, by local key. `#<id>-successor` is what takes the"
        " place of an upgraded or downgraded organization if the policy `org.retype_identity` says so.",
    )
    digest: Digest | None = Bounds(description="Of the preview that was submitted, which its steps agree to.")
    preview_id: Id | None = Bounds(
        description="The latest preview of this revision that is kept still; once submitted, of the digest submitted."
    )
    job_id: Id | None = Bounds(description="The job that is to apply it, while it waits or runs.")
    needs: list[NeededEnd] = Bounds(max_length=1_000, description="Known once it is submitted.")
    operation_id: Id | None = Bounds(description="The operation that applied it.")
    taken: list[TakenStep] = Bounds(max_length=1_000)
    steps: list[OpenStep] = Bounds(max_length=20, description="The steps there are, as it stands now.")
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class ConflictRead(Shape):
    """What speaks against it, or is to be known of it."""

    code: ConflictCode
    severity: ConflictSeverity
    pointer: str = Bounds(max_length=300, description="The place in the document (JSON pointer).")
    remedy: ConflictRemedy = Bounds(
        description="What can be done; the words of both are in the vocabularies."
    )
    detail: str = Bounds(max_length=2_000, description="In the language of `Accept-Language` (vi, en).")
    rule: str = Bounds(max_length=20)
    value: Any = Bounds(description="The value of the policy applied, or the bound of the rule.")
    source: str | None = Bounds(max_length=500)
    organizations: list[Id] = Bounds(
        max_length=200,
        description="Of those it concerns, whom the document names or begins, or you may read; their names: `names`.",
    )
    count: Count | None = Bounds(description="How many it concerns, of members only how many.")
    on: Day | None
    excused: bool = Bounds(description="A superior's decision sets the rule aside.")
    operation_id: Id | None = Bounds(
        default=None,
        description="Where it is owed to what is known of a later day (`on`): the operation that said so, which is"
        " taken back first, or gone round by an effective day from that day on.",
    )


class EffectCount(Shape):
    """How many things of a kind something happens to."""

    thing: AffectedThing
    effect: RestructuringEffect
    count: Count


class Ledger(Shape):
    """Members of the cells whose rolls the document changes or takes out of the register: nobody is lost.

    Who travels along with an organization changes no roll, and is in `counts`. Those out of your reach are counted
    too: it is what all ends agree to.
    """

    before: Count
    received: Count = Bounds(description="Who come from outside the register.")
    handed_over: Count = Bounds(description="Who leave it.")
    after: Count


class PreviewEnd(Shape):
    """An organization whose committee's word it will need."""

    organization_id: Id
    name: Name | None = Bounds(description="On the day before it takes effect.")
    part: CommitteePart
    about: list[Id] = Bounds(
        max_length=5_000,
        description="Of a consent: the organizations whose arrangement needs it, as far as the document names or"
        " begins them or you may read them; their names: `names`.",
    )
    value: dict[str, Any] | None = Bounds(description="Of a consent: the value of the policy, by case.")
    source: str | None = Bounds(max_length=500)


class PreviewRead(Shape):
    """What a revision would do, worked out in one snapshot and kept for a day."""

    id: Id
    restructuring_id: Id
    revision: Count
    digest: Digest
    made_at: Instant
    kept_until: Instant
    known_at: KnownAt
    blocked: bool = Bounds(description="A conflict stops it: it can be neither submitted nor applied so.")
    counts: list[EffectCount] = Bounds(
        max_length=200,
        description="Of all its rows. Those out of your reach are counted too: it is what all ends agree to.",
    )
    grassroots_change: int = Bounds(
        ge=-(2**31), le=2**31 - 1, description="How many grassroots organizations more there are afterwards."
    )
    ledger: Ledger
    needs: list[PreviewEnd] = Bounds(max_length=1_000)
    conflicts: list[ConflictRead] = Bounds(max_length=1_000, description="Those that stop it first.")
    conflicts_count: Count
    names: dict[Id, Name] = Bounds(
        max_length=200_000,
        description="Of the organizations that it begins, as it names them; of those in `conflicts` and `about`, as"
        " they were named on the day before it takes effect.",
    )


class SubmissionNew(Shape):
    """Asks for the word of the committees on what a preview showed."""

    digest: Digest
    reason: Note | None = None


class AgreementNew(Shape):
    """Consents to, or approves, exactly what the digest stands for; the papers behind it are those of the document."""

    digest: Digest
    reason: Note | None = None


class StepReason(Shape):
    """A step that says why."""

    reason: Note


class ReversalNew(Shape):
    """From when on, and by which papers, an applied restructuring is reversed.

    What was handed over is received again, with those of its members of whom nothing else was said since.
    """

    effective_on: Day
    legal_basis: Note | None = None
    reason: Note
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=50)


class AnnulmentNew(Shape):
    """Says that it was recorded in error, and by which evidence."""

    reason: Note
    evidence: Note | None = None
