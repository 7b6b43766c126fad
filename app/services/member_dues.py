"""Due lists below an organization: badges on an award day, probations that end by a day."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.access import Action, Actor, roles_for
from app.domain.badges import MONTHS_A_YEAR, award_before, award_on, due, early_months, reached
from app.domain.errors import FieldError, Invalid
from app.domain.partial_date import add_months
from app.domain.party_age import Certainty, Span
from app.models.member_dues import BadgeDueItem, ProbationEndItem
from app.models.scalars import LAST
from app.paging import Listing
from app.queries import member_dues as queries
from app.queries import members as members_queries
from app.queries.asof import AsOf
from app.queries.reads import OfPersons
from app.services import organizations
from app.services.members import to_item
from app.services.party_age import BREAKS, PROBATION, breaking, to_span
from app.services.policies import ruling

_MILESTONES, _AWARD_DAYS, _EARLY = "badge.milestones", "badge.award_days", "badge.early_months_illness"
_MONTH_ENDS = timedelta(days=4)
"""By so much the days of admission reach further than months are counted back: months are of unequal length."""


async def badges(
    connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID, award: date | None, early: bool
) -> Listing:
    """Who below an organization is due for which milestone on an award day (default: the next one).

    Due is whose milestone is reached after the award day before, and by this one; with `early` also who may have
    the badge on it if gravely ill. The rules are those of the award day.
    """
    await organizations.get(connection, as_of, actor, organization_id)
    asked = replace(as_of, on=award or as_of.on)
    rules = await ruling(connection, asked, organization_id, _MILESTONES, _AWARD_DAYS, _EARLY, BREAKS)
    month_days = rules[_AWARD_DAYS].value
    award_day = award_on(asked.on, month_days)
    if award_day > LAST:
        raise Invalid(FieldError("/query/on", "no_award_day_ahead"))
    if award not in (None, award_day):
        raise Invalid(FieldError("/query/award_on", "not_an_award_day", (("award_days", month_days),)))
    ahead = {
        years: add_months(award_day, early_months(years, rules[_EARLY].value) if early else 0)
        for years in rules[_MILESTONES].value
    }
    after = award_before(award_day, month_days)
    found = queries.badges(
        as_of,
        organization_id,
        actor.id,
        roles_for(Action.READ_MEMBER),
        queries.Windows(after, list(ahead.items()), [_admitted(after, *one) for one in ahead.items()]),
        award_day,
        sorted(breaking(rules[BREAKS].value)),
    )

    def to_due(row: Record) -> BadgeDueItem:
        since = Span(row["since_earliest"], row["since_latest"])
        milestone = reached(since, row["milestone"])
        certainty = due(milestone, after, ahead[row["milestone"]])
        assert certainty is not None  # else it would not be listed
        return BadgeDueItem(
            member=to_item(row),
            years=row["milestone"],
            since=to_span(since),
            reached_on=to_span(milestone),
            early=milestone.earliest > award_day,
            certainty=certainty,
        )

    return Listing(
        found.sql,
        found.arguments,
        {"milestone": "integer", "sort_key": "text", "id": "uuid"},
        to_due,
        extra=members_queries.shown(as_of),
        visible=found.visible,
        persons=OfPersons(),
        besides={"award_on": f"'{award_day}'::text", "undated": found.undated},
    )


def _admitted(after: date, years: int, up_to: date) -> Range:
    """When those were admitted whose unbroken party age reaches the milestone in its window, a little widely."""
    first, last = (add_months(day, -years * MONTHS_A_YEAR) for day in (after, up_to))
    return Range(first - _MONTH_ENDS, last + _MONTH_ENDS)


async def probations(
    connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID, ends_by: date | None
) -> Listing:
    """Whose probation below an organization ends by a day (default: the day asked about), the earliest first."""
    await organizations.get(connection, as_of, actor, organization_id)
    rules = await ruling(connection, as_of, organization_id, PROBATION)
    by = ends_by or as_of.on
    found = queries.probations(
        as_of, organization_id, actor.id, roles_for(Action.READ_MEMBER), by, rules[PROBATION].value
    )

    def to_ending(row: Record) -> ProbationEndItem:
        ends = Span(row["ends_earliest"], row["ends_latest"])
        settled = ends.latest <= by
        return ProbationEndItem(
            member=to_item(row),
            ends_on=to_span(ends),
            certainty=Certainty.CERTAIN if settled else Certainty.POSSIBLE,
        )

    return Listing(
        found.sql,
        found.arguments,
        {"ends_earliest": "date", "sort_key": "text", "id": "uuid"},
        to_ending,
        extra=members_queries.shown(as_of),
        visible=found.visible,
        persons=OfPersons(),
        besides={"ends_by": f"'{by}'::text", "undated": found.undated},
    )
