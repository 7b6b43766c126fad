"""Jobs: acts that wait for a worker, asked for by a request and told of until they have ended."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Actor
from app.domain.errors import NotFound
from app.domain.jobs import JobKind, JobPhase
from app.models.job import JobRead
from app.queries import actors
from app.queries import jobs as queries
from app.services import history
from app.services.history import Cause

Tell = Callable[[JobPhase], Awaitable[None]]
"""Tells which phase of an act begins."""


async def tell_nobody(_phase: JobPhase) -> None:
    """Of an act that is no job."""


async def ask(
    connection: Connection, cause: Cause, kind: JobKind, subject_id: UUID, argument: str, language: str
) -> JobRead:
    """Let an act wait for a worker; of one subject only one waits at a time."""
    job_id = history.new_id()
    await actors.known(connection, cause.actor)
    await queries.ask(
        connection, job_id, kind.value, subject_id, cause.actor.id, argument, language, cause.request_id
    )
    return await get(connection, cause.actor, job_id, subject_id)


async def get(connection: Connection, actor: Actor, job_id: UUID, subject_id: UUID) -> JobRead:
    """How far a job about something is; once it has failed, why."""
    row = await queries.get(connection, job_id, subject_id)
    if row is None:
        raise NotFound("not_found")
    return _read_of(row, actor)


_TOLD_TO_ALL = ("type", "title", "status", "code", "detail")
"""What others than who asked are told of a problem: all else it names by the reach of who asked."""


def _read_of(row: Record, actor: Actor) -> JobRead:
    said = {name: row[name] for name in JobRead.model_fields}
    if said["problem"] is not None and row["actor_id"] != actor.id:
        said["problem"] = {name: said["problem"][name] for name in _TOLD_TO_ALL}
    return JobRead(**said)
