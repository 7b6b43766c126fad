"""The term of the record of reads: what is older is deleted (R-READ-2)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from asyncpg import Connection

from app.domain.operation import OperationKind
from app.domain.partial_date import add_months
from app.queries import reads
from app.queries import verify as register
from app.services import history
from app.services.history import Cause
from app.services.policies import Policies

KEPT_MONTHS = "reads.kept_months"
"""The policy of how long a read is kept."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many records of reads were deleted: those from before the day."""

    before: date
    count: int


async def prune(connection: Connection, cause: Cause, zone: ZoneInfo) -> Pruned:
    """Delete what is older than the policy of the day keeps, as one operation; none where there is nothing.

    On a connection of the role that owns the tables: the application's may not delete.
    """
    policies = await Policies.read(connection, KEPT_MONTHS)
    before = add_months(cause.today, -policies.on(KEPT_MONTHS, cause.today).value)
    count = await reads.delete_before(connection, datetime.combine(before, time.min, zone))
    if count:
        said = {"before": before.isoformat(), "count": count}
        operation_id = await history.begin(connection, cause, OperationKind.READS_PRUNED, said)
        root_id = await register.root(connection)
        await history.touch(connection, cause, operation_id, concerned=[root_id] if root_id else [])
    return Pruned(before, count)
