"""The facts of a member in order of time, as answers show them."""

from typing import Annotated, Literal

from pydantic import ConfigDict
from pydantic import Field as Bounds

from app.domain.leaving import ExitGround
from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.models.member import Line, MaskedIdentifier
from app.models.page import Page
from app.models.scalars import Day, Id, Instant, Key, Name, Shape, System


class TimelineItem(Shape):
    """One fact about a member, with its period; of the values, those of its kind of fact."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    fact: Literal["membership", "person", "activity", "identifier", "external_id"]
    from_: Day = Bounds(alias="from")
    to: Day | None = Bounds(description="Not included; null: open.")
    operation_id: Id = Bounds(
        description="The operation that said it first; what it left of others stays theirs."
    )
    recorded_at: Instant
    cell_id: Id | None = None
    cell_name: Name | None = None
    standing: Standing | None = None
    exit_reason: ExitReason | None = None
    exit_ground: ExitGround | None = None
    activity_status: ActivityStatus | None = None
    identifier: MaskedIdentifier | None = None
    system: System | None = None
    external_id: Key | None = None
    particulars: dict[Annotated[str, Bounds(max_length=60)], Line | None] | None = Bounds(
        default=None,
        max_length=30,
        description="Those that differ from the period before; at first, all known.",
    )


class TimelinePage(Page[TimelineItem]):
    """One page of a member's facts."""
