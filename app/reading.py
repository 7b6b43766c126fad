"""What a read asks: who asks, as of which day and instant, over which connection.

One dependency for all of it, since each link of a chain of dependencies costs every request tens of microseconds.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from asyncpg import Connection
from fastapi import Depends, Header, Query, Request

from app.auth import authenticated
from app.db import Database
from app.domain.access import Actor
from app.models.scalars import Day, Instant
from app.queries.asof import AsOf
from app.queries.reads import Asking
from app.recording import asking

On = Annotated[Day | None, Query(description="The day asked about; default: today.")]
KnownAt = Annotated[
    Instant | None, Query(description="What the register said at this instant; default: now.")
]
AcceptLanguage = Annotated[
    str | None, Header(max_length=200, description="The language of `detail`: vi (default) or en.")
]


@dataclass(frozen=True, slots=True)
class Read:
    """One read of one request."""

    connection: Connection
    as_of: AsOf
    actor: Actor


@dataclass(frozen=True, slots=True)
class ReadOfMembers(Read):
    """A read that shows members: the connection can record who was shown whom, and nothing else is shown."""

    asking: Asking


async def ask(request: Request, on: date | None, known_at: datetime | None) -> tuple[AsOf, Actor]:
    """The day and the instant asked about, and who asks."""
    actor = await authenticated(request)
    today: date = request.state.today
    return AsOf(on or today, known_at, today), actor


async def _borrowed(request: Request, pool: str = "reader") -> Connection:
    """Borrowed until the answer is made; the route gives it back. Cheaper than a generator of its own."""
    database: Database = request.app.state.database
    connection = await database.borrow(pool)
    request.scope["borrowed"] = (connection, pool)
    return connection


async def _reading(request: Request, on: On = None, known_at: KnownAt = None) -> Read:
    as_of, actor = await ask(request, on, known_at)
    return Read(await _borrowed(request), as_of, actor)


async def _reading_member(request: Request, on: On = None, known_at: KnownAt = None) -> ReadOfMembers:
    as_of, actor = await ask(request, on, known_at)
    asked = await asking(request, actor)
    return ReadOfMembers(await _borrowed(request, "member_reader"), as_of, actor, asked)


async def _all_days(request: Request, known_at: KnownAt = None) -> Read:
    as_of, actor = await ask(request, None, known_at)
    return Read(await _borrowed(request), as_of, actor)


async def _of_today(request: Request) -> Read:
    as_of, actor = await ask(request, None, None)
    return Read(await _borrowed(request), as_of, actor)


async def _snapshot(request: Request, on: On = None, known_at: KnownAt = None) -> AsyncIterator[Read]:
    as_of, actor = await ask(request, on, known_at)
    database: Database = request.app.state.database
    async with database.snapshot() as connection:
        yield Read(connection, as_of, actor)


async def _counting(request: Request, on: On = None, known_at: KnownAt = None) -> AsyncIterator[Read]:
    as_of, actor = await ask(request, on, known_at)
    database: Database = request.app.state.database
    async with database.snapshot("lister") as connection:
        yield Read(connection, as_of, actor)


async def _all_days_counting(request: Request, known_at: KnownAt = None) -> AsyncIterator[Read]:
    as_of, actor = await ask(request, None, known_at)
    database: Database = request.app.state.database
    async with database.snapshot("lister") as connection:
        yield Read(connection, as_of, actor)


async def _counting_members(
    request: Request, on: On = None, known_at: KnownAt = None
) -> AsyncIterator[ReadOfMembers]:
    as_of, actor = await ask(request, on, known_at)
    asked = await asking(request, actor)
    database: Database = request.app.state.database
    async with database.snapshot("member_lister", readonly=False) as connection:
        yield ReadOfMembers(connection, as_of, actor, asked)


async def _all_days_counting_members(
    request: Request, known_at: KnownAt = None
) -> AsyncIterator[ReadOfMembers]:
    as_of, actor = await ask(request, None, known_at)
    asked = await asking(request, actor)
    database: Database = request.app.state.database
    async with database.snapshot("member_lister", readonly=False) as connection:
        yield ReadOfMembers(connection, as_of, actor, asked)


async def _exporting(request: Request) -> AsyncIterator[Read]:
    as_of, actor = await ask(request, None, None)
    database: Database = request.app.state.database
    async with database.exporting() as connection:
        yield Read(connection, as_of, actor)


Reading = Annotated[Read, Depends(_reading)]
"""A read of one statement, as of a day."""

MemberReading = Annotated[ReadOfMembers, Depends(_reading_member)]
"""A read of one statement that shows a member and records it."""

AllDaysReading = Annotated[Read, Depends(_all_days)]
"""The same where the answer tells of all days."""

TodaysReading = Annotated[Read, Depends(_of_today)]
"""The same where only the present can be asked about."""

Snapshot = Annotated[Read, Depends(_snapshot, scope="function")]
"""A read whose statements see one snapshot."""

Counting = Annotated[Read, Depends(_counting, scope="function")]
"""A `Snapshot` for figures: each statement is planned for what it asks, a cell or a province."""

AllDaysCounting = Annotated[Read, Depends(_all_days_counting, scope="function")]
"""The same where the answer tells of all days."""

MemberCounting = Annotated[ReadOfMembers, Depends(_counting_members, scope="function")]
"""The same where members are shown: what was shown is recorded before the snapshot ends."""

AllDaysMemberCounting = Annotated[ReadOfMembers, Depends(_all_days_counting_members, scope="function")]
"""The same where the answer tells of all days."""

Exporting = Annotated[Read, Depends(_exporting, scope="function")]
"""A `Snapshot` of the present on the exports' own pool, for questions that take long."""
