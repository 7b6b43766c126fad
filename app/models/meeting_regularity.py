"""How regularly bodies met, and who stayed away: what the meetings of some months come to."""

from pydantic import Field as Bounds

from app.domain.meetings import MeetingBody
from app.domain.membership import Standing
from app.models.page import Page
from app.models.ratio import Ratio
from app.models.scalars import Count, Id, Month, Name, PersonName, Shape


class Regularity(Shape):
    """Regular meetings held of those due."""

    due: Count = Bounds(
        description="By the policy `meeting.frequency` over the months in which the body was there."
    )
    held: Count = Bounds(description="Of the due ones.")
    not_held: Count = Bounds(description="Of the due ones: said not to be held, with the reason.")
    missing: Count = Bounds(description="Of the due ones: nothing is recorded.")
    regularity: Ratio


class RegularityItem(Regularity):
    """A cell, or the executive committee of an organization."""

    organization_id: Id
    organization_name: Name | None = Bounds(description="On the last day of the months.")
    body: MeetingBody


class RegularityPage(Page[RegularityItem]):
    """One page of bodies, by the name of the organization; `on` is the last day of the months."""

    whole: Regularity = Bounds(description="Of all bodies together.")


class AbsenteeItem(Shape):
    """A member who stayed away from regular meetings of the cell without reason."""

    id: Id
    full_name: PersonName | None = Bounds(description="At the end of the year.")
    cell_id: Id = Bounds(description="The last cell whose meeting was missed.")
    cell_name: Name | None = Bounds(description="At the end of the year.")
    standing: Standing = Bounds(description="At the last meeting missed.")
    months: list[Month] = Bounds(max_length=12, description="The months whose meetings were missed.")


class AbsenteePage(Page[AbsenteeItem]):
    """One page of absentees, in Vietnamese order; `on` is the end of the year."""

    least: Count = Bounds(
        description="How many months make one an absentee [policy `removal.missing_months_in_year`]."
    )
    source: str = Bounds(max_length=500)
