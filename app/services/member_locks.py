"""What of a member is locked: the dates that the dossier says, once they are known (R-MEM-1)."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range

from app.domain.errors import RuleBroken
from app.domain.period import Period
from app.models.member import Particulars
from app.queries import facts
from app.queries.ranges import to_range
from app.services.member_record import particulars
from app.services.policies import Policies

_KEY = "member.locked_particulars"


async def rule_of(connection: Connection, on: date) -> dict[str, Any]:
    """The value and the source of the lock, as a refusal names them."""
    rule = (await Policies.read(connection, _KEY)).on(_KEY, on)
    return {"value": rule.value, "source": rule.source}


async def locked_by(
    connection: Connection, member_id: UUID, said: Particulars, period: Period
) -> Collection[str]:
    """The locked dates that what is said contradicts in the period; to know one more exactly contradicts nothing."""
    dates = {
        name: value for name, value in particulars(said).items() if facts.PERSON.values[name] == "DATERANGE"
    }
    if not dates:
        return []
    locked = (await rule_of(connection, period.start))["value"]
    rows = await facts.believed(connection, facts.PERSON, (member_id,))
    return sorted(
        name
        for name, value in dates.items()
        if name in locked
        and any(
            held.overlaps(period) and values[name] is not None and not _exacter(values[name], to_range(value))
            for held, values in rows
        )
    )


def _exacter(known: Range, said: Range | None) -> bool:
    """Whether all the days said are among those known to be possible."""
    return said is not None and known.lower <= said.lower and said.upper <= known.upper


async def require_unlocked(
    connection: Connection, member_id: UUID, said: Particulars, period: Period, message: str
) -> None:
    """Refuse what alters locked particulars (R-MEM-1)."""
    altered = await locked_by(connection, member_id, said, period)
    if altered:
        rule = await rule_of(connection, period.start)
        raise RuleBroken("R-MEM-1", message, **rule, fields=altered)
