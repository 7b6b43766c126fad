"""The service as it is deployed, and its peer: the same bytes by the shortest way."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app import logs
from app.config import settings
from app.db import Database
from app.main import create_app


def app() -> FastAPI:
    """The real service, with its logs as in use."""
    logs.configure("INFO")
    given = settings()
    assert given.application_url is not None and given.reader_url is not None
    database = Database(given, given.application_url.get_secret_value(), given.reader_url.get_secret_value())
    return create_app(given, database, given.state_dir)


PLAINEST = """
    SELECT o.id, p.parent_id, c.code, n.name, n.name_en, t.type, s.sector, o.version, pn.name AS parent_name
    FROM organization o
    JOIN placement p ON p.organization_id = o.id AND p.superseded_by IS NULL AND p.valid @> CURRENT_DATE
    JOIN organization_name n ON n.organization_id = o.id AND n.superseded_by IS NULL AND n.valid @> CURRENT_DATE
    JOIN organization_type t ON t.organization_id = o.id AND t.superseded_by IS NULL AND t.valid @> CURRENT_DATE
    LEFT JOIN organization_code c
      ON c.organization_id = o.id AND c.superseded_by IS NULL AND c.valid @> CURRENT_DATE
    LEFT JOIN organization_sector s
      ON s.organization_id = o.id AND s.superseded_by IS NULL AND s.valid @> CURRENT_DATE
    LEFT JOIN organization_name pn
      ON pn.organization_id = p.parent_id AND pn.superseded_by IS NULL AND pn.valid @> CURRENT_DATE
    WHERE o.id = $1"""


def peer() -> Starlette:
    """Bare Starlette and asyncpg: the facts by plain SQL, padded to the size of the service's answer."""

    async def get(request: Request) -> Response:
        async with request.app.state.pool.acquire() as connection:
            row = await connection.fetchrow(PLAINEST, UUID(request.path_params["id"]))
        body = json.dumps({**dict(row), "rest": ""}, default=str, ensure_ascii=False)
        missing = int(request.query_params["size"]) - len(body.encode())
        return Response((body[:-2] + " " * missing + '"}').encode(), media_type="application/json")

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok")

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        given = settings()
        assert given.reader_url is not None
        application.state.pool = await asyncpg.create_pool(
            given.reader_url.get_secret_value(), min_size=1, max_size=given.readers
        )
        yield
        await application.state.pool.close()

    return Starlette(routes=[Route("/v1/organizations/{id}", get), Route("/livez", livez)], lifespan=lifespan)
