"""What an edit of a policy alters: resolved values by day and place, and records that would no longer be allowed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from asyncpg import Connection

from app.domain.period import Period
from app.domain.policy import PolicyRow, Resolved
from app.domain.policy_edits import Altered, Group, alterations, days_altered, edited, first_days
from app.models.correction import PeriodShape
from app.models.policy_edit import Alteration, AlteredPeriod, ResolvedValue
from app.queries import policy_edits as queries
from app.services import policy_records
from app.services.policies import spelled, to_row

MOST_PERIODS = 200


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit says: the row it puts in the place of what is believed over a period, or nothing."""

    key: str
    organization_id: UUID | None
    period: Period
    row: PolicyRow | None


async def alteration_of(connection: Connection, edit: Edit, closed_at: datetime | None = None) -> Alteration:
    """What the edit alters now; of one that is closed, what it altered or would have altered then."""
    rows = await queries.rows_before(connection, [edit.key], closed_at)
    before = [to_row(one, one["organization_id"]) for one in rows]
    after = edited(before, edit.organization_id, edit.period, edit.row)
    days = first_days([*before, *after], edit.period)
    groups = await _groups(connection, edit, days, [*before, *after])
    found = alterations(edit.key, edit.period, before, after, groups)
    records = (
        await policy_records.broken(connection, edit.key, before, after, edit.period)
        if closed_at is None
        else []
    )
    first = min((one.valid.start for one in found), default=None)
    return Alteration(
        days=days_altered(found),
        organizations=sum(one.organizations for one in found if one.valid.start == first),
        periods=[_to_shape(one) for one in found[:MOST_PERIODS]],
        periods_count=len(found),
        records=records,
    )


async def _groups(
    connection: Connection, edit: Edit, days: list[date], rows: list[PolicyRow]
) -> dict[date, list[Group]]:
    """The organizations of each day; for an edit of the nation's row, also the nation itself."""
    bearers = {row.organization_id for row in rows if row.organization_id is not None}
    groups: dict[date, list[Group]] = defaultdict(list)
    for found in await queries.groups(connection, days, edit.organization_id, bearers):
        groups[found["day"]].append((tuple(found["path"]), found["n"]))
    if edit.organization_id is None:
        for day in days:
            groups[day].append(((), 0))
    return groups


def _to_shape(one: Altered) -> AlteredPeriod:
    return AlteredPeriod(
        valid=PeriodShape(from_=one.valid.start, to=one.valid.end),
        before=_value(one.before),
        after=_value(one.after),
        organizations=one.organizations,
    )


def _value(said: Resolved | None) -> ResolvedValue | None:
    if said is None:
        return None
    return ResolvedValue(value=said.value, source=said.source, confidence=spelled(said.confidence))
