"""Requests that a generator makes of the contract alone: none fails, none answers what the contract does not say.

The same seed every time, so that a run says something about the code and not about luck. `DANGBO_EXAMPLES` asks
for more examples of each operation than the dozen that a hurried run can afford.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import requests
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from conftest import RolledBack
from hypothesis import HealthCheck, Phase, given, reject, settings
from make import Client, World, client_of
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database, speak
from app.main import create_app

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = int(os.environ.get("DANGBO_EXAMPLES", "12"))
EXAMINED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)

CONTRACT = create_app(Settings(), Database(Settings(), "", "")).openapi()
# Every request here is signed in; requests that are not are a matter of the access matrix.
del CONTRACT["security"], CONTRACT["components"]["securitySchemes"]
OPERATIONS = {
    operation["operationId"]: (path, method)
    for path, methods in CONTRACT["paths"].items()
    for method, operation in methods.items()
    if path.startswith("/v1")
}


@dataclass(frozen=True)
class Service:
    """The service in a thread of its own, for a generator that knows nothing of event loops."""

    portal: BlockingPortal
    connection: asyncpg.Connection
    client: Client
    world: World

    def send(self, case: Case) -> httpx.Response:
        """The answer to a case; what it wrote is forgotten at once."""
        sent = requests.Request(**_kwargs(case)).prepare()
        return self.portal.call(self._send, sent)

    async def _send(self, sent: requests.PreparedRequest) -> httpx.Response:
        alone = self.connection.transaction()
        await alone.start()
        try:
            return await self.client.request(
                sent.method or "GET",
                sent.url or "",
                content=sent.body or b"",
                headers={
                    name: _bytes(value) for name, value in sent.headers.items() if name != "Authorization"
                },
            )
        finally:
            await alone.rollback()


def _kwargs(case: Case) -> dict[str, Any]:
    kwargs = case.as_transport_kwargs(base_url="http://register")
    return {
        name: kwargs[name]
        for name in ("method", "url", "headers", "params", "data", "json", "files")
        if name in kwargs
    }


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


@pytest.fixture(scope="module")
def service(urls: Urls, world: World, state_dir: Path) -> Iterator[Service]:
    async def connect() -> tuple[asyncpg.Connection, Client]:
        connection = await asyncpg.connect(urls.application)
        await speak(connection)
        await connection.transaction().start()
        database = RolledBack(connection)
        app = create_app(Settings(development_issuer=True), database, state_dir)
        for role in ("admin", "provincial_organizing_board"):
            signed_in = await client_of(app, database, world, state_dir, role, "province", "everything")
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return connection, Client(transport=transport, base_url="http://register", headers=signed_in.headers)

    with start_blocking_portal() as portal:
        connection, client = portal.call(connect)
        yield Service(portal, connection, client, world)
        portal.call(connection.close)


@pytest.fixture(scope="module")
def schema() -> Any:
    return schemathesis.openapi.from_dict(CONTRACT)


def _known(world: World, path: str, method: str) -> dict[str, Any]:
    """What nobody can guess: ids of the small register, and their version."""
    named = {one["name"] for one in CONTRACT["paths"][path][method].get("parameters", [])}
    ids = {"organization_id": str(world["court"]), "member_id": str(world["p0"])}
    return {
        "path_parameters": {name: one for name, one in ids.items() if name in named},
        "headers": {"if-match": '"1-000000000000"'} if "if-match" in named else {},
    }


def _asked(mode: GenerationMode) -> Iterator[Any]:
    """The operations; where nothing is sent, nothing can be wrong about it."""
    for name, (path, method) in OPERATIONS.items():
        operation = CONTRACT["paths"][path][method]
        if mode is GenerationMode.POSITIVE or operation.get("parameters") or "requestBody" in operation:
            yield pytest.param(
                name, mode, id=f"{name} {'as' if mode is GenerationMode.POSITIVE else 'not as'} agreed"
            )


@pytest.mark.parametrize(
    ("name", "mode"), [*_asked(GenerationMode.POSITIVE), *_asked(GenerationMode.NEGATIVE)]
)
def test_whatever_is_sent_is_answered_as_the_contract_says(
    service: Service, schema: Any, name: str, mode: GenerationMode
) -> None:
    path, method = OPERATIONS[name]
    known = _known(service.world, path, method) if mode is GenerationMode.POSITIVE else {}

    @EXAMINED
    @given(case=schema[path][method].as_strategy(mode, **known))
    def examine(case: Case) -> None:
        try:
            answer = service.send(case)
        except httpx.InvalidURL:  # a thousand codes of four bytes a sign: longer than the client lets out
            reject()
        case.validate_response(answer, checks=CHECKS)

    examine()
