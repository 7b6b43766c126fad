"""The service: settings, database, routers and error handlers, wired together; no logic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute

from app import auth, contract, errors
from app.config import Settings
from app.db import Database
from app.paging import fernet_of
from app.routers import organizations

ROUTERS = (organizations.router,)


def create_app(settings: Settings, database: Database, state_dir: Path | None = None) -> FastAPI:
    """The application over a database that the lifespan opens and closes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        try:
            yield
        finally:
            await database.close()

    app = FastAPI(
        title="Dangbo",
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        separate_input_output_schemas=False,
    )
    app.state.database = database
    app.state.tokens = auth.tokens(settings, state_dir)
    app.state.zone = ZoneInfo(settings.time_zone)
    app.state.cursors = fernet_of(
        settings.secret_key.get_secret_value() if settings.secret_key else "development"
    )
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    errors.install(app)
    contract.install(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "If-Match", "Idempotency-Key", "Accept-Language"],
            expose_headers=["ETag", "Location", "Operation-Id", "Retry-After", "X-Request-Id"],
        )
    return app


def _operation_id(route: APIRoute) -> str:
    """The function's name, frozen once released: it names the method in generated clients."""
    return route.name
