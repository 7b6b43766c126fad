"""The rows of a preview: one thing each that a restructuring would change, or that would travel along."""

from typing import Annotated

from pydantic import ConfigDict
from pydantic import Field as Bounds

from app.domain.access import Role
from app.domain.restructuring.effects import AffectedThing, RestructuringEffect
from app.domain.restructuring.lineage import FINEST, LineageKind
from app.models.correction import PeriodShape
from app.models.page import Page
from app.models.scalars import Day, Id, Name, PersonName, Shape


class SaidAnew(Shape):
    """What would be believed of an organization over a period, and is not yet."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    from_: Day = Bounds(alias="from")
    to: Day | None
    value: Annotated[str, Bounds(max_length=300)] | bool | None = Bounds(
        description="The id of the parent, a type, a name, a code, or whether the powers are held; null: there is"
        " nothing then (of the place: the organization is no more, or stands at the top).",
    )


class OrganizationSaidAnew(Shape):
    """What would be said otherwise of an organization, each thing over its periods; an empty list: nothing."""

    placement: list[SaidAnew] = Bounds(default=[], max_length=1_000, description="Under which one it stands.")
    type: list[SaidAnew] = Bounds(default=[], max_length=1_000)
    name: list[SaidAnew] = Bounds(default=[], max_length=1_000)
    code: list[SaidAnew] = Bounds(default=[], max_length=1_000)
    powers: list[SaidAnew] = Bounds(default=[], max_length=1_000, description="Delegated upper powers.")


class LineageShare(Shape):
    """What part of the members of an organization goes into another one, and how."""

    kind: LineageKind
    share: int = Bounds(ge=1, le=FINEST, description="So many parts of `whole`.")
    whole: int = Bounds(ge=1, le=FINEST)


class RoleHeld(Shape):
    """Who holds a role, and which."""

    actor_id: Id
    role: Role


class PreviewRow(Shape):
    """One thing that would change or travel along. Names are of the day before, or of what the document begins."""

    thing: AffectedThing
    effect: RestructuringEffect
    id: Id = Bounds(
        description="Of the thing; of `lineage`, `authority` and `policy` the organization, of `access` the grant."
    )
    organization_id: Id | None = Bounds(description="On which it hangs until then; null: it begins.")
    from_id: Id | None = Bounds(
        description="The organization it leaves; of what travels along, the one with which it travels."
    )
    to_id: Id | None = Bounds(
        description="The organization to which it goes or returns; of `access` the one over which the role is held."
    )
    detail: OrganizationSaidAnew | LineageShare | PeriodShape | RoleHeld | None = Bounds(
        description="Of an organization that begins, ends, moves or changes: what is said anew. Of `lineage`: the"
        " share. Of a member who moves: the days of the stay; of a committee or a seat that returns with a reversal:"
        " its days. Of `grant` and `access`: who holds which role."
    )

    name: Name | None = Bounds(
        description="Of the organization, or of the machine client; of a role, of who holds it; null of other things."
    )
    full_name: PersonName | None = Bounds(
        description="Of the member, of who holds the seat, of who is transferred; null where out of your reach, and"
        " in refusals."
    )
    organization_name: Name | None
    from_name: Name | None
    to_name: Name | None


class PreviewRowPage(Page[PreviewRow]):
    """One page of a preview's rows."""
