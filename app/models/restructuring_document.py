"""The document of a restructuring as the API takes it and gives it: papers, day, measures."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Strict, model_validator
from pydantic import Field as Bounds
from pydantic_core import PydanticCustomError

from app.domain.hierarchy import OrganizationType
from app.domain.membership import ActivityStatus, Standing
from app.domain.restructuring import document as domain
from app.domain.restructuring.document import MeasureKind, Reference
from app.models.operation import DecisionPaper
from app.models.restructuring_examples import EXAMPLES
from app.models.scalars import CLEAN, Code, Day, Id, Key, Name, Note, OtherSystem, SectorCode, Shape

MOST_MEASURES = 2_000
"""How many measures one document may have."""

MOST_NAMED = 5_000
"""How many organizations, or parts, one measure may name."""

MOST_MEMBERS = 20_000
"""How many members one part may name."""

LocalKey = Annotated[
    str,
    Bounds(
        min_length=2,
        max_length=60,
        pattern=r"^#[a-z0-9][a-z0-9_-]*$",
        description="An organization that this document begins, by the key it is given there.",
        examples=["#land-office"],
    ),
]
Organization = Annotated[
    Id | LocalKey, Bounds(description="By id or, of one that this document begins, by its key.")
]
Organizations = Annotated[list[Organization], Bounds(min_length=1, max_length=MOST_NAMED)]
Outside = Annotated[str, Bounds(min_length=1, max_length=300), CLEAN]
Workplace = Annotated[str, Bounds(min_length=1, max_length=200), CLEAN]


class MemberChoice(Shape):
    """Members of a cell by what is recorded of them on the effective day; each list: any of these, one at least."""

    standings: list[Standing] | None = Bounds(default=None, min_length=1, max_length=5)
    activity_statuses: list[ActivityStatus] | None = Bounds(default=None, min_length=1, max_length=10)
    workplaces: list[Workplace] | None = Bounds(
        default=None,
        min_length=1,
        max_length=100,
        description="The workplace begins with one of these; accents and case do not matter.",
    )

    @model_validator(mode="after")
    def _chooses(self) -> Self:
        if self.standings is None and self.activity_statuses is None and self.workplaces is None:
            raise PydanticCustomError("nothing_chosen", "chooses by nothing: use rest for all")
        return self


class AllocatedPart(Shape):
    """What goes to one destination: child organizations, and members of the organization's own roll."""

    to: Organization
    children: list[Organization] = Bounds(default=[], max_length=MOST_NAMED)
    members: list[Id] = Bounds(default=[], max_length=MOST_MEMBERS)
    where: MemberChoice | None = Bounds(
        default=None, description="The members who are so when it is previewed, besides those named."
    )


class Allocated(Shape):
    """Where children and members go. Without `rest` the parts must name all of them."""

    parts: list[AllocatedPart] = Bounds(default=[], max_length=MOST_NAMED)
    rest: Organization | None = Bounds(default=None, description="Where all go that no part names.")
    late_to: Organization | None = Bounds(
        default=None,
        description="Where those go who are found later to have been there on the day; default: `rest`,"
        " or the one destination there is.",
    )


class Founding(Shape):
    """What an organization is that the document begins."""

    key: LocalKey
    parent: Organization
    type: OrganizationType
    name: Name
    name_en: Name | None = None
    code: Code | None = None
    sector: SectorCode | None = None
    external_ids: dict[OtherSystem, Key] = Bounds(
        default={}, max_length=50, description="The names by which other systems know it, by system."
    )


class Establish(Founding):
    """A new organization (thành lập)."""

    kind: Literal[MeasureKind.ESTABLISH]


class Receive(Founding):
    """An organization that comes from outside the register (tiếp nhận). Its members are recorded afterwards.

    In the document that reverses a hand-over they come back by themselves, and are not counted in `members`.
    """

    kind: Literal[MeasureKind.RECEIVE]
    outside: Outside = Bounds(description="From where it comes.")
    members: Annotated[int, Strict(), Bounds(ge=0, le=100_000)] = Bounds(
        default=0, description="How many of its own roll the minutes say that it brings."
    )


class Rename(Shape):
    """Another name or code for the same organization (đổi tên)."""

    kind: Literal[MeasureKind.RENAME]
    organization: Organization
    name: Name | None = None
    name_en: Name | None = None
    code: Code | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name is None and self.name_en is None and self.code is None:
            raise PydanticCustomError("nothing_to_change", "names nothing that shall be otherwise")
        return self


class Upgrade(Allocated):
    """A higher type (nâng cấp); where that holds no members, they go to its new cells. Other children stay with it.

    By the policy `org.retype_identity` it is the same organization (`keep`), or ends for a `successor` that begins in
    its place with its name and code; then later measures that name it mean that one. Led back to its former type by
    the document that reverses another one, it is always the same.
    """

    kind: Literal[MeasureKind.UPGRADE]
    organization: Organization
    type: OrganizationType
    parent: Organization | None = Bounds(default=None, description="Where it stands under another one then.")


class Downgrade(Allocated):
    """A lower type (hạ cấp), for the same organization or a successor as of an upgrade. Other children stay with it."""

    kind: Literal[MeasureKind.DOWNGRADE]
    organization: Organization
    type: OrganizationType
    parent: Organization | None = Bounds(default=None, description="Where it stands under another one then.")


class Retype(Shape):
    """Another type because the law changed, in place: nothing moves."""

    kind: Literal[MeasureKind.RETYPE]
    organizations: Organizations
    type: OrganizationType


class Transfer(Shape):
    """Organizations that go under another one with all below them (chuyển giao, tiếp nhận)."""

    kind: Literal[MeasureKind.TRANSFER]
    organizations: Organizations
    to: Organization
    type: OrganizationType | None = Bounds(
        default=None, description="Where they become another type on the way."
    )


class HandOver(Shape):
    """Organizations that leave the register with all below them (bàn giao)."""

    kind: Literal[MeasureKind.HAND_OVER]
    organizations: Organizations
    outside: Outside = Bounds(description="To where they go.")


class MergeAbsorb(Shape):
    """Organizations that end in an existing one, which keeps name and identity (sáp nhập)."""

    kind: Literal[MeasureKind.MERGE_ABSORB]
    sources: Organizations
    into: Organization
    members_to: Organization | None = Bounds(
        default=None, description="The cell to which members of their own rolls go; default: the survivor."
    )


class MergeConsolidate(Shape):
    """Organizations that all end in a new one, which the document begins (hợp nhất)."""

    kind: Literal[MeasureKind.MERGE_CONSOLIDATE]
    sources: Organizations
    into: LocalKey
    members_to: Organization | None = Bounds(
        default=None, description="The cell to which members of their own rolls go; default: the new one."
    )


class Split(Allocated):
    """An organization that is divided (chia tách); it ends, unless it only gives something off."""

    kind: Literal[MeasureKind.SPLIT]
    organization: Organization
    source_survives: bool = False


class Dissolve(Allocated):
    """An organization that ends because its task is done (giải thể); all it has is placed elsewhere."""

    kind: Literal[MeasureKind.DISSOLVE]
    organization: Organization


class EndOperation(Shape):
    """An organization that ends after all it had was handed on (kết thúc hoạt động)."""

    kind: Literal[MeasureKind.END_OPERATION]
    organization: Organization


Measure = Annotated[
    Establish
    | Receive
    | Rename
    | Upgrade
    | Downgrade
    | Retype
    | Transfer
    | HandOver
    | MergeAbsorb
    | MergeConsolidate
    | Split
    | Dissolve
    | EndOperation,
    Bounds(discriminator="kind"),
]


ExcusableRule = Literal["R-ORG-10", "R-ORG-11", "R-ORG-14", "R-ORG-17"]
"""The rules that a superior may set aside, as `conflicts.EXCUSABLE` has them."""


class Excuse(Shape):
    """A superior's decision that sets a rule aside for one organization."""

    rule: ExcusableRule
    organization: Organization
    decision: DecisionPaper


class RestructuringNew(Shape):
    """What a restructuring asks for. A draft may be incomplete: what is missing, its preview says."""

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES})  # type: ignore[dict-item]

    effective_on: Day | None = Bounds(default=None, description="The day on which all of it takes effect.")
    legal_basis: Note | None = None
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=50)
    excuses: list[Excuse] = Bounds(default=[], max_length=100)
    measures: list[Measure] = Bounds(
        default=[],
        max_length=MOST_MEASURES,
        description="In their order: between them only existence is judged, by the rules what stands after the last.",
    )


def resolved(
    given: RestructuringNew,
    effective_on: date,
    ids: Mapping[str, UUID],
    chosen: Mapping[tuple[int, int], list[UUID]],
) -> domain.Document:
    """The document as the rules take it.

    `ids`: of the organizations that it begins, by key. `chosen`: the members that the choice of a part (number of the
    measure, number of the part) found.
    """
    excused = (
        (one.rule, one.organization if isinstance(one.organization, UUID) else ids.get(one.organization))
        for one in given.excuses
    )
    return domain.Document(
        effective_on=effective_on,
        measures=measures_of(given, chosen),
        ids=ids,
        excused=frozenset((rule, key) for rule, key in excused if key is not None),
    )


def measures_of(
    given: RestructuringNew, chosen: Mapping[tuple[int, int], list[UUID]] = MappingProxyType({})
) -> list[domain.Measure]:
    """The measures alone, as the rules take them; `chosen` as of `resolved`."""
    return [_resolved(one, number, chosen) for number, one in enumerate(given.measures)]


def _resolved(one: Measure, number: int, chosen: Mapping[tuple[int, int], list[UUID]]) -> domain.Measure:
    match one:
        case Establish():
            return domain.Establish(_founding(one))
        case Receive():
            return domain.Receive(_founding(one), one.outside, one.members)
        case Rename():
            return domain.Rename(one.organization, one.name, one.name_en, one.code)
        case Upgrade() | Downgrade():
            allocation = _allocation(one, number, chosen)
            return domain.Retype(one.kind, (one.organization,), one.type, one.parent, allocation)
        case Retype():
            return domain.Retype(one.kind, tuple(one.organizations), one.type)
        case Transfer():
            return domain.Transfer(tuple(one.organizations), one.to, one.type)
        case HandOver():
            return domain.HandOver(tuple(one.organizations), one.outside)
        case MergeAbsorb() | MergeConsolidate():
            return domain.Merge(one.kind, tuple(one.sources), one.into, one.members_to)
        case Split():
            return domain.Split(one.organization, _allocation(one, number, chosen), one.source_survives)
        case Dissolve():
            return domain.Dissolve(one.organization, _allocation(one, number, chosen))
        case EndOperation():
            return domain.EndOperation(one.organization)


def _founding(one: Founding) -> domain.Founding:
    return domain.Founding(
        **{field.name: getattr(one, field.name) for field in dataclasses.fields(domain.Founding)}
    )


def _allocation(
    one: Allocated, number: int, chosen: Mapping[tuple[int, int], list[UUID]]
) -> domain.Allocation:
    parts = (
        domain.Part(
            part.to, tuple(part.children), frozenset([*part.members, *chosen.get((number, place), [])])
        )
        for place, part in enumerate(one.parts)
    )
    return domain.Allocation(tuple(parts), one.rest, one.late_to)


def choices(given: RestructuringNew) -> dict[tuple[int, int], tuple[Reference, MemberChoice]]:
    """The parts that choose members, by the numbers of measure and part, each with the organization they are of."""
    return {
        (number, place): (one.organization, part.where)
        for number, one in enumerate(given.measures)
        if isinstance(one, Upgrade | Downgrade | Split | Dissolve)
        for place, part in enumerate(one.parts)
        if part.where is not None
    }


def members_told_apart(given: RestructuringNew) -> list[tuple[int, UUID]]:
    """The organizations of the register of whose members some are named or chosen, by the numbers of measures."""
    return [
        (number, one.organization)
        for number, one in enumerate(given.measures)
        if isinstance(one, Upgrade | Downgrade | Split | Dissolve) and isinstance(one.organization, UUID)
        if any(part.members or part.where for part in one.parts)
    ]


def keys(given: RestructuringNew) -> list[str]:
    """The local keys of the organizations that a document begins, or may begin in the place of others, in order."""
    found = []
    for one in given.measures:
        if isinstance(one, Founding):
            found.append(one.key)
        elif isinstance(one, Upgrade | Downgrade) and isinstance(one.organization, UUID):
            found.append(domain.successor_key(one.organization))
    return found


def as_json(given: RestructuringNew) -> dict[str, Any]:
    """The document as it is stored, and as its digest takes it."""
    return given.model_dump(mode="json", exclude_defaults=True)
