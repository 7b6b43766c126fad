"""Due lists: who reaches a milestone of party age by an award day, whose probation ends by a day."""

from pydantic import Field as Bounds

from app.domain.party_age import Certainty
from app.models.member import MemberItem
from app.models.page import Page
from app.models.party_age import DaySpan
from app.models.scalars import Count, Day, Shape


class BadgeDueItem(Shape):
    """A member and the milestone of party age that is reached."""

    member: MemberItem
    years: int = Bounds(ge=1, le=200, description="The milestone.")
    since: DaySpan = Bounds(description="From when party age counts, up to the award day.")
    reached_on: DaySpan = Bounds(description="When it reaches the milestone.")
    early: bool = Bounds(
        description="Only after the award day: due on it to the gravely ill alone [06 18.1]."
    )
    certainty: Certainty = Bounds(
        description="`possible`: the recorded dates allow it, and do not settle it."
    )


class BadgeDuePage(Page[BadgeDueItem]):
    """One page of who is due, as far as dates tell: the register knows neither disciplines nor badges held."""

    award_on: Day
    undated: Count = Bounds(description="Official members of whom no admission is recorded: not judged.")


class ProbationEndItem(Shape):
    """A member on probation and when it ends."""

    member: MemberItem
    ends_on: DaySpan = Bounds(
        description="The day after the last of probation: official from then on [06 4.2]."
    )
    certainty: Certainty = Bounds(
        description="`possible`: the recorded dates allow it, and do not settle it."
    )


class ProbationEndPage(Page[ProbationEndItem]):
    """One page of whose probation ends."""

    ends_by: Day
    undated: Count = Bounds(description="Probationary members of whom no ceremony is recorded: not judged.")
