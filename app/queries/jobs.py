"""Jobs as SQL: asked for, begun, told of, ended."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.jobs import MOST_ATTEMPTS


async def ask(
    connection: Connection,
    job_id: UUID,
    kind: str,
    subject_id: UUID,
    actor_id: UUID,
    argument: str,
    language: str,
    request_id: str | None,
) -> None:
    """Let an act wait for its turn."""
    await connection.execute(
        "INSERT INTO job (id, kind, subject_id, actor_id, argument, language, request_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        job_id,
        kind,
        subject_id,
        actor_id,
        argument,
        language,
        request_id,
    )


async def unended(connection: Connection) -> list[Record]:
    """The jobs that wait or run, the first asked for first, each with who asked."""
    rows: list[Record] = await connection.fetch(
        "SELECT j.*, a.issuer, a.subject, a.name FROM job j JOIN actor a ON a.id = j.actor_id"
        " WHERE j.ended_at IS NULL ORDER BY j.id LIMIT 100"
    )
    return rows


async def begin(connection: Connection, job_id: UUID) -> int | None:
    """Count another attempt; answers which, or None where the job has ended meanwhile."""
    attempt: int | None = await connection.fetchval(
        "UPDATE job SET attempts = attempts + 1 WHERE id = $1 AND ended_at IS NULL RETURNING attempts", job_id
    )
    return attempt


async def wait(connection: Connection, job_id: UUID) -> None:
    """Take an attempt back: the job found what it needs taken by others, and waits on."""
    await connection.execute(
        "UPDATE job SET attempts = attempts - 1 WHERE id = $1 AND ended_at IS NULL", job_id
    )


async def tell(connection: Connection, job_id: UUID, phase: str, done: int, total: int) -> None:
    """Tell how far a job is."""
    await connection.execute(
        "UPDATE job SET phase = $2, done = $3, total = $4 WHERE id = $1 AND ended_at IS NULL",
        job_id,
        phase,
        done,
        total,
    )


async def end(connection: Connection, job_id: UUID, problem: Mapping[str, Any] | None) -> None:
    """End a job: done or, with the problem it would have been, failed."""
    await connection.execute(
        "UPDATE job SET ended_at = clock_timestamp(), problem = $2 WHERE id = $1", job_id, problem
    )


async def get(connection: Connection, job_id: UUID, subject_id: UUID) -> Record | None:
    """A job about something, as far as it is."""
    return await connection.fetchrow(
        f"""
        SELECT *, CASE WHEN ended_at IS NOT NULL AND problem IS NULL THEN 'done'
                       WHEN ended_at IS NOT NULL THEN 'failed'
                       WHEN attempts BETWEEN 1 AND {MOST_ATTEMPTS} THEN 'running' ELSE 'waiting' END AS state
        FROM job WHERE id = $1 AND subject_id = $2
        """,
        job_id,
        subject_id,
    )
