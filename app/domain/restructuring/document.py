"""What a restructuring asks for: an ordered list of measures that take effect together, on one day.

A measure names organizations of the register by their ids, and those that the document itself begins by local keys.
What it says is of the tree alone: who decided it, by which papers, how far the document has come stand elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.domain.hierarchy import Hierarchy, Level, OrganizationType

Reference = UUID | str
"""An organization: its id or, of one that the document begins, its local key."""


class MeasureKind(StrEnum):
    """What is done, by the words of the decisions; each has its own name in law."""

    ESTABLISH = "establish"
    RENAME = "rename"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    RETYPE = "retype"
    TRANSFER = "transfer"
    RECEIVE = "receive"
    HAND_OVER = "hand_over"
    MERGE_ABSORB = "merge_absorb"
    MERGE_CONSOLIDATE = "merge_consolidate"
    SPLIT = "split"
    DISSOLVE = "dissolve"
    END_OPERATION = "end_operation"


BY_DECISION = (MeasureKind.UPGRADE, MeasureKind.DOWNGRADE)
"""Measures by which an organization becomes another body: its committee ends, and what its superior let it do."""


class RetypeIdentity(StrEnum):
    """What an upgrade or a downgrade makes of an organization: the same as another type, or another in its place."""

    KEEP = "keep"
    SUCCESSOR = "successor"


@dataclass(frozen=True, slots=True)
class Part:
    """What of an organization goes to one destination: child organizations, and members of its own roll."""

    to: Reference
    children: tuple[Reference, ...] = ()
    members: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where the children and the members of an organization go.

    `rest`: where all go that no part names; without it the parts must name all. `late_to`: where those go who are
    only found later to have belonged to it on the day; without it `rest`, or the one destination there is.
    """

    parts: tuple[Part, ...] = ()
    rest: Reference | None = None
    late_to: Reference | None = None

    @property
    def default(self) -> Reference | None:
        """Where those go of whom nothing else is said; None where several could be meant."""
        destinations = {part.to for part in self.parts}
        return self.late_to or self.rest or (destinations.pop() if len(destinations) == 1 else None)


@dataclass(frozen=True, slots=True)
class Founding:
    """An organization that the document begins: what it is, and its local key."""

    key: str
    parent: Reference
    type: OrganizationType
    name: str
    name_en: str | None = None
    code: str | None = None
    sector: str | None = None
    external_ids: Mapping[str, str] = field(default_factory=dict)
    """The names by which other systems know it, by system."""


@dataclass(frozen=True, slots=True)
class Establish:
    """A new organization (thành lập)."""

    founding: Founding


@dataclass(frozen=True, slots=True)
class Receive:
    """An organization that comes from outside the register (tiếp nhận), with so many members."""

    founding: Founding
    outside: str
    members: int


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name or code for the same organization (đổi tên)."""

    organization: Reference
    name: str | None = None
    name_en: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Retype:
    """Another type for an organization: by decision (nâng cấp, hạ cấp), or because the law changed.

    By decision it ends for a successor where the policy says so (`RetypeIdentity`); by law it is always the same.

    `parent`: where it stands under another organization then. Where the new type holds no members, `allocation` says to
    which cells they go.
    """

    kind: MeasureKind
    organizations: tuple[Reference, ...]
    type: OrganizationType
    parent: Reference | None = None
    allocation: Allocation = Allocation()


@dataclass(frozen=True, slots=True)
class Transfer:
    """Organizations that go under another one with all below them (chuyển giao); perhaps as another type."""

    organizations: tuple[Reference, ...]
    to: Reference
    type: OrganizationType | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Organizations that leave the register with all below them (bàn giao ra ngoài)."""

    organizations: tuple[Reference, ...]
    outside: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Organizations that end in another one: an existing one (sáp nhập) or one that the document begins (hợp nhất).

    Their children come to stand under it. Their own members go to `members_to`, else to the survivor itself.
    """

    kind: MeasureKind
    sources: tuple[Reference, ...]
    into: Reference
    members_to: Reference | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """An organization that is divided (chia tách); it ends, unless it survives with what no part takes away."""

    organization: Reference
    allocation: Allocation
    source_survives: bool = False


@dataclass(frozen=True, slots=True)
class Dissolve:
    """An organization that ends as its task is done (giải thể); all its children and members are placed elsewhere."""

    organization: Reference
    allocation: Allocation


@dataclass(frozen=True, slots=True)
class EndOperation:
    """An organization that ends after all it had was handed over (kết thúc hoạt động)."""

    organization: Reference


Measure = (
    Establish | Receive | Rename | Retype | Transfer | HandOver | Merge | Split | Dissolve | EndOperation
)


@dataclass(frozen=True, slots=True)
class Document:
    """The measures of a restructuring in their order, and the day on which they all take effect.

    `ids`: the organizations that it begins, by local key. `excused`: rules that a superior's decision sets aside, each
    for one organization.
    """

    effective_on: date
    measures: Sequence[Measure]
    ids: Mapping[str, UUID] = field(default_factory=dict)
    excused: frozenset[tuple[str, UUID]] = frozenset()

    def id_of(self, reference: Reference) -> UUID | None:
        """The organization that is meant; None where no measure has begun one of that key."""
        return reference if isinstance(reference, UUID) else self.ids.get(reference)


def successor_key(organization_id: UUID) -> str:
    """The local key of what a change of type puts in the place of an organization (`RetypeIdentity.SUCCESSOR`)."""
    return f"#{organization_id}-successor"


def kind_of_retype(hierarchy: Hierarchy, old: OrganizationType | None, new: OrganizationType) -> MeasureKind:
    """What decisions call a change of type: to a higher level an upgrade; of one level a committee is above a cell."""
    if old is None or _rank(hierarchy, old) == _rank(hierarchy, new):
        return MeasureKind.RETYPE
    up = _rank(hierarchy, new) < _rank(hierarchy, old)
    return MeasureKind.UPGRADE if up else MeasureKind.DOWNGRADE


def _rank(hierarchy: Hierarchy, type_: OrganizationType) -> tuple[Level, bool]:
    rule = hierarchy.types[type_]
    return rule.level, rule.holds_members and rule.level is not Level.CELL


def by_law(measures: Sequence[Measure]) -> frozenset[UUID]:
    """The organizations of the register whose type measures change by law."""
    retyped = (one for one in measures if isinstance(one, Retype) and one.kind is MeasureKind.RETYPE)
    return frozenset(key for one in retyped for key in one.organizations if isinstance(key, UUID))


def names_of(measures: Sequence[Measure]) -> set[UUID]:
    """The organizations of the register that measures name."""
    return {reference for one in measures for reference in references(one) if isinstance(reference, UUID)}


def leaving(measures: Sequence[Measure]) -> set[UUID]:
    """The organizations that measures lead out of the register, with all below."""
    handed_over = (one.organizations for one in measures if isinstance(one, HandOver))
    return {reference for named in handed_over for reference in named if isinstance(reference, UUID)}


def codes_of(measures: Sequence[Measure]) -> set[str]:
    """The codes that measures give."""
    given = (
        one.code if isinstance(one, Rename) else one.founding.code
        for one in measures
        if isinstance(one, Establish | Receive | Rename)
    )
    return {code for code in given if code}


def members_of(measures: Sequence[Measure]) -> set[UUID]:
    """The members whom measures place one by one."""
    allocations = (one.allocation for one in measures if isinstance(one, Retype | Split | Dissolve))
    return {member_id for one in allocations for part in one.parts for member_id in part.members}


def changing(measures: Sequence[Measure]) -> set[UUID]:
    """The organizations of the register that measures change, and do not only name as a place to go to."""
    return {reference for one in measures for reference in _changed(one) if isinstance(reference, UUID)}


def _changed(measure: Measure) -> list[Reference]:
    match measure:
        case Establish() | Receive():
            return []
        case Retype(organizations=organizations, allocation=allocation):
            return [*organizations, *(key for part in allocation.parts for key in part.children)]
        case Transfer(organizations=organizations) | HandOver(organizations=organizations):
            return list(organizations)
        case Merge(sources=sources, into=into):
            return [*sources, into]
        case (
            Split(organization=one, allocation=allocation) | Dissolve(organization=one, allocation=allocation)
        ):
            return [one, *(key for part in allocation.parts for key in part.children)]
        case Rename(organization=one) | EndOperation(organization=one):
            return [one]


def references(measure: Measure) -> list[Reference]:
    """All organizations that a measure names."""
    match measure:
        case Establish(founding=founding) | Receive(founding=founding):
            return [founding.parent]
        case Rename(organization=one) | EndOperation(organization=one):
            return [one]
        case Retype():
            parent = [] if measure.parent is None else [measure.parent]
            return [*measure.organizations, *parent, *_allocated(measure.allocation)]
        case Transfer():
            return [*measure.organizations, measure.to]
        case HandOver():
            return list(measure.organizations)
        case Merge():
            return [*measure.sources, measure.into, *([measure.members_to] if measure.members_to else [])]
        case (
            Split(organization=one, allocation=allocation) | Dissolve(organization=one, allocation=allocation)
        ):
            return [one, *_allocated(allocation)]


def _allocated(allocation: Allocation) -> list[Reference]:
    ends = [one for one in (allocation.rest, allocation.late_to) if one is not None]
    return [*ends, *(key for part in allocation.parts for key in (part.to, *part.children))]
