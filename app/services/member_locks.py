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

_DATES = frozenset(name for name, kind in facts.PERSON.values.items() if kind == "DATERANGE")


async def rule_of(connection: Connection, on: date) -> dict[str, Any]:
    """The value and the source of the lock, as a refusal names them."""
    rule = (await Policies.read(connection, _KEY)).on(_KEY, on)
    return {"value": rule.value, "source": rule.source}


async def locked_by(
    connection: Connection, member_id: UUID, said: Particulars, period: Period
) -> Collection[str]:
    """The locked dates that what is said contradicts in the period; to know one more exactly contradicts nothing."""
    dates = {name: value for name, value in particulars(said).items() if name in _DATES}
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


async def require_agreed(connection: Connection, survivor_id: UUID, duplicate_id: UUID) -> None:
    """Refuse that a record goes on for another where it alters, or leaves out, what is locked of that one (R-MEM-1).

    Who knows the same, or one of the days that the other holds possible, alters nothing.
    """
    policies = await Policies.read(connection, _KEY)
    kept = await facts.believed(connection, facts.PERSON, (survivor_id,))
    for period, known in await facts.believed(connection, facts.PERSON, (duplicate_id,)):
        for held, said in kept:
            shared = period.intersect(held)
            if shared is None:
                continue
            rule = policies.on(_KEY, shared.start)
            altered = sorted(
                name
                for name in _DATES.intersection(rule.value)
                if known[name] is not None and not _exacter(known[name], said[name])
            )
            if altered:
                raise RuleBroken(
                    "R-MEM-1",
                    "records_differ_in_locked",
                    value=rule.value,
                    source=rule.source,
                    records=[str(survivor_id), str(duplicate_id)],
                    fields=altered,
                )
