"""Restructurings: many acts on the tree as one document, previewed, agreed to by others, applied all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.access import OpenStep, PermittedAction
from dangbo_client.files import File, send
from dangbo_client.lists import Listing
from dangbo_client.operations import ActorName
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.sending import answered
from dangbo_client.shapes import Day, Instant
from dangbo_client.writing import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RestructuringItem:
    """A restructuring as lists show it."""

    id: str
    state: str
    effective_on: date | None
    reason: str | None
    kinds: tuple[str, ...]
    proposed_by: ActorName
    proposed_at: datetime | None
    reverses: str | None
    revision: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededEnd:
    """An organization whose committee's word it needs, and whether that is on record."""

    organization_id: str
    name: str | None
    part: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenStep:
    """A step that was taken; `at` is None in the answer to the very step."""

    step: str
    state: str
    by: ActorName
    at: datetime | None
    reason: str | None
    revision: int
    digest: str | None
    operation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restructuring(RestructuringItem):
    """One restructuring; `keys` are the ids of what it begins, `operation_id` the operation that applied it.

    `names` are those of the organizations that the document names, by their ids, of the day before it takes effect.
    `preview_id` is of the latest preview that is kept (of the digest submitted), `job_id` of the job that applies it.
    """

    document: Mapping[str, Any]
    names: Mapping[str, str]
    keys: Mapping[str, str]
    digest: str | None
    preview_id: str | None
    job_id: str | None
    needs: tuple[NeededEnd, ...]
    operation_id: str | None
    taken: tuple[TakenStep, ...]
    steps: tuple[OpenStep, ...]
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What speaks against it (`block`) or is to be known of it; `pointer` is the place in the document."""

    code: str
    severity: str
    pointer: str
    remedy: str
    detail: str
    rule: str
    value: Any
    source: str | None
    organizations: tuple[str, ...]
    count: int | None
    on: date | None
    excused: bool
    operation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectCount:
    """How many things of a kind something happens to."""

    thing: str
    effect: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Members of the cells whose rolls change, before and after: nobody is lost."""

    before: int
    received: int
    handed_over: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewEnd:
    """An organization whose committee's word it will need.

    Of a consent: the arrangements it is `about`, and what the policy says of each case.
    """

    organization_id: str
    name: str | None
    part: str
    about: tuple[str, ...]
    value: Mapping[str, Any] | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a revision would do, kept until `kept_until`; its `digest` is what is submitted, agreed to and applied."""

    id: str
    restructuring_id: str
    revision: int
    digest: str
    made_at: datetime
    kept_until: datetime
    known_at: datetime | None
    blocked: bool
    counts: tuple[EffectCount, ...]
    grassroots_change: int
    ledger: Ledger
    needs: tuple[PreviewEnd, ...]
    conflicts: tuple[Conflict, ...]
    conflicts_count: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One thing that would change or travel along, by names where you may read them."""

    thing: str
    effect: str
    id: str
    organization_id: str | None
    from_id: str | None
    to_id: str | None
    detail: Mapping[str, Any] | None
    name: str | None
    full_name: str | None
    organization_name: str | None
    from_name: str | None
    to_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A large application: how far it is and, once it has failed, the problem it would have been."""

    id: str
    kind: str
    subject_id: str
    state: str
    phase: str | None
    done: int
    total: int
    asked_at: datetime
    ended_at: datetime | None
    problem: Mapping[str, Any] | None


class Restructurings(Resource):
    """`client.restructurings`. Documents are mappings of the contract's shape `RestructuringNew`."""

    @reads("restructurings")
    def list(
        self,
        *,
        state: Sequence[str] = (),
        within: str | None = None,
        organization: str | None = None,
        proposer: str | None = None,
        reverses: str | None = None,
        operation: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        awaiting: bool | None = None,
        known_at: Instant | None = None,
    ) -> Listing[RestructuringItem]:
        """Those that name an organization within your reach, and your own drafts; the latest first.

        `operation`: the one that this operation drafted or applied. `since`, `until`: by the day on which they take
        effect. `awaiting`: those that wait for your word.
        """

    @reads("restructurings/{restructuring_id}")
    def get(self, restructuring_id: str, *, known_at: Instant | None = None) -> Restructuring:
        """One restructuring: what it asks for, where it stands, whose word it needs."""

    def draft(self, document: Mapping[str, Any]) -> Restructuring:
        """Keep a draft, complete or not."""
        return self._write(Restructuring, ("restructurings",), document)

    def from_structure(
        self,
        root: str,
        file: File,
        *,
        effective_on: Day,
        key: str = "code",
        system: str | None = None,
        progress: bool = False,
    ) -> Restructuring:
        """Draft the measures that make the tree below an organization look like a file.

        Its columns are those of an import of organizations, and `successor`: a template filled for the organization can
        be edited and sent back. What is missing in the file must name its successor there: `Refused` says which do not.
        """
        parameters = {"root": root, "effective_on": effective_on, "key": key, "system": system}
        path = ("restructurings", "from-structure")
        return answered(Restructuring, send(self._sender, path, parameters, file, "structure", progress))

    def edit(self, restructuring: RestructuringItem, document: Mapping[str, Any]) -> Restructuring:
        """Ask for something else, whole: a draft again, and nothing that was agreed to holds any more."""
        path = ("restructurings", restructuring.id, "edits")
        return self._write(Restructuring, path, document, restructuring)

    def preview(self, restructuring: RestructuringItem) -> Preview:
        """Work out all that the latest revision would do."""
        return self._write(Preview, ("restructurings", restructuring.id, "previews"))

    @reads("restructurings/{restructuring_id}/previews/{preview_id}")
    def get_preview(self, restructuring_id: str, preview_id: str) -> Preview:
        """A preview that is kept still."""

    def rows(
        self, preview: Preview, *, thing: Sequence[str] = (), effect: Sequence[str] = ()
    ) -> Listing[PreviewRow]:
        """Everything that would change or travel along, of what you may read."""
        path = ("restructurings", preview.restructuring_id, "previews", preview.id, "rows")
        return Listing(self._sender, path, {"thing": thing, "effect": effect}, PreviewRow)

    @writes("restructurings/{restructuring}/submissions")
    def submit(
        self, restructuring: RestructuringItem, *, digest: str, reason: str | None = None
    ) -> Restructuring:
        """Ask for the word of the committees on exactly what a preview of this digest showed."""

    def consent(self, restructuring: Restructuring, *, reason: str | None = None) -> Restructuring:
        """Record the prior consent from above to what was read."""
        return self._agree(restructuring, "consents", reason)

    def approve(self, restructuring: Restructuring, *, reason: str | None = None) -> Restructuring:
        """Record that the committees whose offices you hold decide or accept what was read."""
        return self._agree(restructuring, "approvals", reason)

    def _agree(self, restructuring: Restructuring, step: str, reason: str | None) -> Restructuring:
        said = {"digest": restructuring.digest, "reason": reason}
        return self._write(Restructuring, ("restructurings", restructuring.id, step), said, restructuring)

    @writes("restructurings/{restructuring}/returns")
    def give_back(self, restructuring: RestructuringItem, *, reason: str) -> Restructuring:
        """Return it to its proposer."""

    @writes("restructurings/{restructuring}/cancellations")
    def cancel(self, restructuring: RestructuringItem, *, reason: str) -> Restructuring:
        """Give up what you proposed; it stays readable."""

    def apply(self, restructuring: Restructuring) -> Restructuring | Job:
        """Carry out exactly what was approved, all at once; `Stale` with `facts["rows"]` that differ by now.

        What is large is carried out by a job: ask `application` how far it is.
        """
        path = ("restructurings", restructuring.id, "applications")
        response = self._sender.post(path, if_match=f'"{restructuring.digest}"')
        return answered(Job, response) if response.status_code == 202 else answered(Restructuring, response)

    @reads("restructurings/{restructuring_id}/applications/{job_id}")
    def application(self, restructuring_id: str, job_id: str) -> Job:
        """How far a large application is."""

    @writes("restructurings/{restructuring_id}/reversals")
    def reverse(
        self,
        restructuring_id: str,
        *,
        effective_on: Day,
        reason: str,
        legal_basis: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> Restructuring:
        """Draft the document that leads back from a later day on; the time between stays as it was."""

    @writes("restructurings/{restructuring}/annulment-proposals")
    def propose_annulment(
        self, restructuring: RestructuringItem, *, reason: str, evidence: str | None = None
    ) -> Restructuring:
        """Ask that an applied one be taken back as recorded in error."""

    @writes("restructurings/{restructuring}/annulments")
    def annul(self, restructuring: RestructuringItem, *, reason: str) -> Restructuring:
        """Take it back as if it had never been, as another proposed; refused while later acts depend on it."""

    @writes("restructurings/{restructuring}/annulment-refusals")
    def keep(self, restructuring: RestructuringItem, *, reason: str) -> Restructuring:
        """Let it stand: refuse an annulment, or withdraw one's own."""
