"""The service: settings, database, routers and error handlers, wired together; no logic."""

import gc
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app import auth, contract, errors, migrations, observability, worker
from app.config import Settings
from app.db import Database
from app.docs import mount_docs
from app.paging import fernet_of
from app.recording import key_of
from app.routers import (
    ballots,
    catalogues,
    committees,
    correction_proposals,
    directory,
    grants,
    health,
    holds,
    imports,
    machine_clients,
    me,
    meeting_regularity,
    meetings,
    member_distinctions,
    member_dues,
    member_merges,
    members,
    notices,
    operations,
    organizations,
    paper_distinctions,
    policies,
    policy_edits,
    reads,
    restructuring_structure,
    restructuring_suggestions,
    restructurings,
    seats,
    transfers,
    verify,
    vocabularies,
)

ROUTERS = (
    organizations.router,
    directory.router,
    member_distinctions.router,  # before a member is looked for under these names
    paper_distinctions.router,
    members.router,
    member_merges.router,
    notices.router,
    ballots.router,
    committees.router,
    meetings.router,
    meeting_regularity.router,
    restructuring_suggestions.router,
    seats.router,
    restructuring_structure.router,
    transfers.router,
    holds.router,
    restructurings.router,
    member_dues.router,
    correction_proposals.router,
    operations.router,
    reads.router,
    policies.router,
    policy_edits.router,
    catalogues.router,
    verify.router,
    grants.router,
    machine_clients.router,
    me.router,
    vocabularies.router,
    imports.router,
)


def create_app(settings: Settings, database: Database, state_dir: Path | None = None) -> FastAPI:
    """The application over a database that the lifespan opens and closes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        # What the start has made stays to the end: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        try:
            async with worker.working(database, app.state.zone):
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
        # Our own metrics and logs know what must not be in them; asking for a provider costs every request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.database = database
    app.state.tokens = auth.tokens(settings, state_dir)
    app.state.zone = settings.time_zone
    app.state.revision = migrations.head()
    # Without a key of its own a process seals its cursors with one that dies with it.
    key = settings.secret_key.get_secret_value() if settings.secret_key else secrets.token_urlsafe()
    app.state.cursors = fernet_of(key)
    app.state.hash_key = key_of(key)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    errors.install(app)
    contract.install(app)
    mount_docs(app)
    metrics = observability.Metrics()
    app.add_api_route("/metrics", metrics.answer, include_in_schema=False)
    app.include_router(health.router)
    observability.install(
        app,
        metrics,
        body_limit=settings.body_limit,
        import_limit=settings.import_limit,
        cors_origins=settings.cors_origins,
    )
    return app


def _operation_id(route: APIRoute) -> str:
    """The function's name, frozen once released: it names the method in generated clients."""
    return route.name
