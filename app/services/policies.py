"""Policies: what a rule's value is on a day at a place, and the rows a release brings."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from asyncpg import Connection

from app.domain.hierarchy import Hierarchy
from app.domain.operation import OperationKind
from app.domain.policy import (
    Combine,
    Confidence,
    PolicyRow,
    PolicyScope,
    Resolved,
    ShippedRow,
    parse_document,
    resolve,
)
from app.queries import policies as queries
from app.queries.ranges import to_period
from app.services import history
from app.services.history import Cause

SHIPPED = Path(__file__).parents[1] / "policies"


def shipped_rows() -> list[ShippedRow]:
    """All rows of the files this release ships."""
    return [row for file in sorted(SHIPPED.glob("*.toml")) for row in parse_document(file.read_text("utf-8"))]


async def ship(connection: Connection, cause: Cause) -> int:
    """Bring the register's national rows up to this release; answers how many rows were new or different.

    A row that a release corrects supersedes what was believed over its period; nothing is removed.
    """
    believed = {
        (row["key"], to_period(row["valid"])): tuple(row)[2:] for row in await queries.shipped(connection)
    }
    news = [
        row
        for row in shipped_rows()
        if believed.get((row.key, row.valid))
        != (row.value, row.unit, row.combine.value, row.source, row.confidence.value)
    ]
    if not news:
        return 0
    keys = sorted({row.key for row in news})
    operation_id = await history.begin(connection, cause, OperationKind.POLICIES_SHIPPED, {"keys": keys})
    await queries.ship(
        connection,
        operation_id,
        [
            {
                "key": row.key,
                "valid_from": row.valid.start,
                "valid_to": row.valid.end,
                "value": row.value,
                "unit": row.unit,
                "combine": row.combine.value,
                "source": row.source,
                "confidence": row.confidence.value,
            }
            for row in news
        ],
    )
    return len(news)


class Policies:
    """The rows of some keys, read once, asked many times."""

    def __init__(self, rows: Sequence[PolicyRow]) -> None:
        self._rows = rows

    @classmethod
    async def read(cls, connection: Connection, *keys: str) -> "Policies":
        """Everything believed of these keys."""
        return cls(
            [
                PolicyRow(
                    id=row["id"],
                    key=row["key"],
                    scope=PolicyScope(row["scope"]),
                    organization_id=None if row["scope_id"] == queries.NATION else row["scope_id"],
                    valid=to_period(row["valid"]),
                    value=row["value"],
                    combine=Combine(row["combine"]),
                    source=row["source"],
                    confidence=Confidence(row["confidence"]),
                )
                for row in await queries.rows_for(connection, keys)
            ]
        )

    def on(self, key: str, on: date, path: Sequence[UUID] = ()) -> Resolved:
        """The value of a key on the day of the business fact, for an organization's path from the root."""
        return resolve(self._rows, key, on, path)


async def hierarchy_on(connection: Connection, on: date) -> Hierarchy:
    """The type catalogue and the parent matrix of a day."""
    keys = ("org.type_catalogue", "org.root_types", "org.parent_matrix")
    policies = await Policies.read(connection, *keys)
    return Hierarchy.of(*(policies.on(key, on) for key in keys))
