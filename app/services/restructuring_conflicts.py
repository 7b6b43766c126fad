"""What speaks against a restructuring, as previews keep it, as answers tell it, and as a refusal."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from asyncpg import Connection

from app.domain.access import Action, allows
from app.domain.errors import RuleBroken
from app.domain.restructuring.conflicts import (
    MOST_CONCERNED,
    REMEDIES,
    Conflict,
    ConflictCode,
    ConflictRemedy,
    ConflictSeverity,
)
from app.services import restructuring_course
from app.services.access import held_over
from app.services.history import Cause
from app.services.restructuring_in_hand import RestructuringInHand

MOST_REFUSED = 100
"""How many conflicts a refusal names."""


def as_kept(one: Conflict) -> dict[str, Any]:
    """A conflict as previews keep it."""
    return {
        "code": one.code.value,
        "severity": one.severity.value,
        "pointer": one.pointer,
        "remedy": REMEDIES[one.code].value,
        "rule": one.rule,
        "value": one.value,
        "source": one.source,
        "organizations": [str(key) for key in one.organizations[:MOST_CONCERNED]],
        "count": one.count,
        "on": None if one.on is None else one.on.isoformat(),
        "excused": one.excused,
        "operation_id": None if one.operation_id is None else str(one.operation_id),
    }


def naming_only(known: Set[str], conflicts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Conflicts as they are kept, that name no organizations but the known ones."""
    return [
        {**one, "organizations": [key for key in one["organizations"] if key in known]} for one in conflicts
    ]


async def told(
    connection: Connection, cause: Cause, taken: RestructuringInHand, conflicts: Sequence[Conflict]
) -> list[dict[str, Any]]:
    """Conflicts as a refusal names them: no organization out of reach that the document itself does not name."""
    held = await held_over(connection, cause, {key for one in conflicts for key in one.organizations})
    known = {key for key, roles in held.items() if allows(Action.READ_ORGANIZATION, roles)}
    known |= {*restructuring_course.named_by(taken.given), *taken.ids.values()}
    return naming_only({str(key) for key in known}, [as_kept(one) for one in conflicts])


def refuse(conflicts: Sequence[Mapping[str, Any]]) -> None:
    """The refusal of a document by the first conflict that stops it; `conflicts` names the others."""
    first = next(one for one in conflicts if one["severity"] == ConflictSeverity.BLOCK)
    raise RuleBroken(
        first["rule"],
        "restructuring_conflict",
        value=first["value"],
        source=first["source"],
        records=first["organizations"],
        conflict=ConflictCode(first["code"]),
        remedy=ConflictRemedy(first["remedy"]),
        pointer=first["pointer"],
        count=first["count"],
        on=first["on"],
        conflicts=list(conflicts[:MOST_REFUSED]),
    )
