"""The worker of a service process: it carries out jobs, one after the other, each in one transaction.

A job's turn is held by the transaction that carries it out: no other process takes it meanwhile, and a job whose
process died is free again. Its end is written by the same transaction as its facts: it is done once or not at all.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import structlog
from asyncpg import Connection, Record

from app import errors
from app.clock import today
from app.db import Database
from app.domain.access import Actor
from app.domain.errors import Conflict, Unavailable
from app.domain.jobs import MOST_ATTEMPTS, PARTS, JobKind, JobPhase
from app.language import Language
from app.queries import jobs, locks
from app.queries.locks import Turn
from app.services import restructuring_application
from app.services.history import Cause
from app.services.jobs import Tell

log = structlog.get_logger()

_PAUSE_SECONDS = 1.0
"""How long the worker sleeps where nothing waits."""


@asynccontextmanager
async def working(database: Database, zone: ZoneInfo) -> AsyncIterator[None]:
    """Carry out jobs beside the caller's own work, until the block ends."""
    task = asyncio.create_task(_work(database, zone))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _work(database: Database, zone: ZoneInfo) -> None:
    while True:
        try:
            worked = await work_one(database, zone)
        except Exception as error:  # whatever it is, it must not end the worker; the job is begun again
            log.error("job_waits", error=type(error).__name__, exc_info=error)
            worked = False
        if not worked:
            await asyncio.sleep(_PAUSE_SECONDS)


async def work_one(database: Database, zone: ZoneInfo) -> bool:
    """Carry out the first job whose turn can be had; False where none waits."""
    async with database.recording() as telling:
        for job in await jobs.unended(telling):
            if await _carry_out(database, telling, job, zone):
                return True
    return False


async def _carry_out(database: Database, telling: Connection, job: Record, zone: ZoneInfo) -> bool:
    """One job; False where another process has it. `telling` is a connection that commits by itself."""

    async def tell(phase: JobPhase) -> None:
        await jobs.tell(telling, job["id"], phase.value, phase.done, PARTS)

    attempt = None
    try:
        async with database.writing() as unit:
            connection = await unit.begin("planner")
            if not await locks.try_turn(connection, Turn.JOB, str(job["id"])):
                return False
            attempt = await jobs.begin(telling, job["id"])
            if attempt is None:
                return False
            if attempt > MOST_ATTEMPTS:
                raise Conflict("job_given_up")
            await _ACTS[JobKind(job["kind"])](connection, _cause(job, zone), job, tell)
            await tell(JobPhase.SEALING)
            await jobs.end(connection, job["id"], None)
    except (Unavailable, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
        if attempt is not None:
            await jobs.wait(telling, job["id"])  # others have what it needs: that is no failed attempt
        return False
    except asyncio.CancelledError:
        if attempt is not None:
            # The service ends in order: the job did not bring it down. A lost database does not keep it from ending.
            with contextlib.suppress(Exception):
                await jobs.wait(telling, job["id"])
        raise
    except Exception as error:
        refusal = errors.refusal_behind(error)
        if refusal is None:
            raise
        await jobs.end(telling, job["id"], errors.of_refusal(refusal, Language(job["language"])))
    log.info("job_ended", job=str(job["id"]), kind=job["kind"])
    return True


def _cause(job: Record, zone: ZoneInfo) -> Cause:
    actor = Actor(job["actor_id"], job["issuer"], job["subject"], job["name"])
    return Cause(actor, today(zone), job["request_id"])


async def _apply_restructuring(connection: Connection, cause: Cause, job: Record, tell: Tell) -> None:
    restructuring_id: UUID = job["subject_id"]
    await restructuring_application.apply(connection, cause, restructuring_id, job["argument"], tell)


_ACTS: dict[JobKind, Callable[[Connection, Cause, Record, Tell], Awaitable[None]]] = {
    JobKind.RESTRUCTURING_APPLICATION: _apply_restructuring,
}
"""How each kind of job is carried out."""
