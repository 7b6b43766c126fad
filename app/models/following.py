"""What restructurings have made of a stay that was recorded late."""

from collections.abc import Iterable

from pydantic import Field

from app.domain.restructuring.following import Followed
from app.models.scalars import Day, Id, Shape


class Following(Shape):
    """Days on which a member is elsewhere than the document says, as the cell holds no members any more (R-RS-11)."""

    from_: Day = Field(alias="from")
    to: Day | None = Field(description="The first day on which it is otherwise; null: open.")
    from_cell_id: Id
    to_cell_id: Id | None = Field(description="Null: out of the register.")
    operation_id: Id = Field(description="The operation that applied the restructuring.")


class Replayed(Shape):
    """What an act that writes memberships also answers."""

    followed: list[Following] = Field(
        default=[],
        max_length=100,
        description="Where restructurings that were applied before took the member, in order of time.",
    )


def to_followed(ways: Iterable[Followed]) -> list[Following]:
    """The ways as answers show them."""
    return [
        Following(
            **{"from": way.days.start},
            to=way.days.end,
            from_cell_id=way.from_cell_id,
            to_cell_id=way.to_cell_id,
            operation_id=way.operation_id,
        )
        for way in ways
    ]
