"""Every lock that acts take, named by its strength: the only file that waits for other writers.

In this order, so that no two acts wait for each other: turns, as `Turn` lists them; organizations closed; organizations
shared; members owned; organizations owned, which are shared before where members are owned too; last of all the clock,
by the sealing itself. Rows of one strength are taken in the order of their ids. Whoever waits longer than
`lock_timeout` is answered 503.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any
from uuid import UUID

from asyncpg import Connection


class Turn(Enum):
    """What only one transaction does at a time, each with the key of its advisory lock, as SQL.

    Where the key is of a text (`$1`), only those wait for each other who say the same.
    """

    BOOTSTRAP = "7000"
    """Making the roles of a server: a lock of the session, by whoever starts the service."""
    REQUEST = "hashtextextended($1, 7002)"
    """Carrying out one request under an idempotency key: actor, method, route, key. Nobody waits for it."""
    REVERSAL = "hashtextextended($1, 7004)"
    """Taking one import back, by its id."""
    JOB = "hashtextextended($1, 7006)"
    """Carrying out one job, by its id. Nobody waits for it."""
    RESTRUCTURING = "hashtextextended($1, 7005)"
    """Taking a step of one restructuring, by its id."""
    ACCESS = "7001, 3"
    """What is judged over several grants or keys at once: taking grants back, making keys."""
    POLICIES = "7001, 4"
    """Closing an edit of policies: what it alters is judged and written before another is, or a restructuring."""
    TREE = "7001, 1"
    """Changing the tree's shape: where organizations stand, what they are, how long they live."""
    NAMES = "hashtextextended($1, 7003)"
    """Applying a file that names things by ids of one system: else two files would both take a new id for free."""
    CLOCK = "7001, 2"
    """Becoming known. Taken by `seal_operation`, in the database, until COMMIT."""


async def take_turn(connection: Connection, turn: Turn, *about: str) -> None:
    """Wait until no other transaction does this; until COMMIT none will."""
    await connection.execute(f"SELECT pg_advisory_xact_lock({turn.value})", *about)


async def try_turn(connection: Connection, turn: Turn, *about: str) -> bool:
    """The same without waiting; False while another transaction does this."""
    taken: bool = await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({turn.value})", *about)
    return taken


async def share_organizations(connection: Connection, organization_ids: Iterable[UUID]) -> None:
    """Keep organizations open and where they are; others may share them, and one may own each."""
    await _lock_organizations(connection, "FOR KEY SHARE", _GIVEN, list(set(organization_ids)))


async def share_found(connection: Connection, organization_ids: Iterable[UUID]) -> None:
    """Share cells that are found only once members are owned; not waited for: 503 where somebody closes one."""
    await _lock_organizations(connection, "FOR KEY SHARE NOWAIT", _GIVEN, list(set(organization_ids)))


async def own_organizations(connection: Connection, organization_ids: Iterable[UUID]) -> None:
    """Write facts of organizations, alone; others may share them: writers of their members go on meanwhile."""
    await own_organizations_of(connection, _GIVEN, list(set(organization_ids)))


async def own_organizations_of(connection: Connection, query: str, *arguments: Any) -> None:
    """The same of those whose ids a query answers."""
    await _lock_organizations(connection, "FOR NO KEY UPDATE", query, *arguments)


async def close_organizations(connection: Connection, organization_ids: Iterable[UUID]) -> None:
    """Have organizations for oneself, whose place or life is about to change; the turn of the tree is taken first."""
    await _lock_organizations(connection, "FOR UPDATE", _GIVEN, list(set(organization_ids)))


async def own_members(
    connection: Connection, member_ids: Iterable[UUID], organization_ids: Iterable[UUID] = ()
) -> None:
    """Write about members, alone, while the cells they were, are or (`organization_ids`) shall be in are shared.

    What is read afterwards is of members that nobody moves, in cells that nobody closes. Whoever was moved while this
    waited is found in the new cell; that is not waited for, as who closes a cell may be waiting for its members:
    503 then.
    """
    ids, named = list(set(member_ids)), list(set(organization_ids))
    await _lock_organizations(
        connection, "FOR KEY SHARE", f"{_CELLS_OF} UNION SELECT unnest($2::uuid[])", ids, named
    )
    await _lock_members(connection, "FOR NO KEY UPDATE", ids)
    await _lock_organizations(connection, "FOR KEY SHARE NOWAIT", _CELLS_OF, ids)


async def own_members_of(
    connection: Connection, query: str, thing_id: UUID, organization_ids: Iterable[UUID] = ()
) -> None:
    """The same of those whose ids a query answers: all whom a thing (`$1`) names or named.

    Whom it names only since another act, for which this waited, made its member part of another record: that one is
    not waited for, as the records before are owned already. 503 then.
    """
    ids = {row[0] for row in await connection.fetch(query, thing_id)}
    await own_members(connection, ids, organization_ids)
    if late := list({row[0] for row in await connection.fetch(query, thing_id)} - ids):
        await _lock_members(connection, "FOR NO KEY UPDATE NOWAIT", late)
        await _lock_organizations(connection, "FOR KEY SHARE NOWAIT", _CELLS_OF, late)


_GIVEN = "SELECT unnest($1::uuid[])"
_CELLS_OF = "SELECT cell_id FROM membership WHERE member_id = ANY($1::uuid[]) AND superseded_by IS NULL"


async def _lock_members(connection: Connection, strength: str, member_ids: list[UUID]) -> None:
    await connection.execute(
        f"SELECT FROM member WHERE id = ANY($1::uuid[]) ORDER BY id {strength}", member_ids
    )


async def _lock_organizations(connection: Connection, strength: str, query: str, *arguments: Any) -> None:
    await connection.execute(
        f"SELECT FROM organization WHERE id IN ({query}) ORDER BY id {strength}", *arguments
    )
