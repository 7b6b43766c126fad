"""What every route of the API does beyond FastAPI's own: strict requests, and commit before the answer.

FastAPI ignores unknown query parameters and reads JSON laxly; here both are refused. A
write's transaction ends, and its answer is stored under its idempotency key, before the answer leaves.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, get_origin

from asyncpg import Connection
from fastapi import Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.accepting import JSON, chosen, require_json
from app.auth import authenticated
from app.db import Database, UnitOfWork
from app.domain.access import Action, Actor, roles_for
from app.domain.errors import Conflict, FieldError, Invalid, NotFound
from app.exports import FORMATS
from app.models.page import Page
from app.queries import idempotency
from app.queries.history import within_reach

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_SAFE = {"GET", "HEAD", "OPTIONS"}
_MOST_NESTING = 64

_WITHHELD = 409
"""Stored in place of the status of an answer that nobody may store: asked again, there is only this to say."""


class Route(APIRoute):
    """A route of the API."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        known = _query_names(self.dependant)
        offered = _offered(self)

        async def answer(request: Request) -> Response:
            await authenticated(request)  # first of all: who may not ask learns nothing from other refusals
            if offered:
                chosen(request.headers.get("accept", ""), offered)
            if self.body_field is not None:
                require_json(request)
            if request.scope["query_string"]:
                _refuse_unknown(request, known)
            try:
                return await handle(request)
            finally:
                if (borrowed := request.scope.get("borrowed")) is not None:
                    await request.app.state.database.give_back(*borrowed)

        async def commit_then_answer(request: Request) -> Response:
            request = StrictRequest(request.scope, request.receive)
            database: Database = request.app.state.database
            async with database.writing() as unit:
                write = request.state.write = Write(unit, request)
                try:
                    response = await answer(request)
                except Replayed as replayed:
                    return replayed.response
                await write.keep(response)
            return response

        return answer if set(self.methods or ()) <= _SAFE else commit_then_answer


def _offered(route: APIRoute) -> tuple[str, ...]:
    """The media types that a route can answer; none where it answers a file of its own."""
    if isinstance(route.response_class, type) and not issubclass(route.response_class, JSONResponse):
        return ()
    model = route.response_model
    return (JSON, *FORMATS) if isinstance(model, type) and issubclass(model, Page) else (JSON,)


def _query_names(dependant: Dependant) -> dict[str, bool]:
    """The query parameters of a route and of its dependencies, and whether each may come several times."""
    names = {
        field.alias: get_origin(field.field_info.annotation) is tuple for field in dependant.query_params
    }
    for below in dependant.dependencies:
        names |= _query_names(below)
    return names


def _refuse_unknown(request: Request, known: Mapping[str, bool]) -> None:
    names = set(request.query_params.keys())
    listed = (("expected", sorted(known)),)
    errors = [FieldError("/query", "unknown_parameter", listed)] if not names <= known.keys() else []
    errors += [
        FieldError(f"/query/{name}", "parameter_repeated")
        for name in sorted(known.keys() & names)
        if len(request.query_params.getlist(name)) > 1 and not known[name]
    ]
    if errors:
        raise Invalid(*errors)


class StrictRequest(Request):
    """A request whose JSON is UTF-8, without repeated names, without NaN, not nested beyond reason."""

    async def json(self) -> Any:
        if not hasattr(self, "_strict_json"):
            self._strict_json = _read_json(await self.body())
        return self._strict_json


def _read_json(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
        if text.count("[") + text.count("{") > _MOST_NESTING and _depth(text) > _MOST_NESTING:
            raise Invalid(FieldError("/body", "json_too_deep"))
        return json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant, parse_int=_bounded_int
        )
    except (UnicodeDecodeError, RecursionError):
        raise Invalid(FieldError("/body", "json_not_utf8")) from None
    except json.JSONDecodeError as error:
        raise Invalid(FieldError("/body", "json_invalid", (("position", error.pos),))) from None


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise Invalid(FieldError("/body", "json_name_repeated"))
    return read


def _refuse_constant(_: str) -> None:
    raise Invalid(FieldError("/body", "number_not_finite"))


def _bounded_int(digits: str) -> int:
    if len(digits) > 20:
        raise Invalid(FieldError("/body", "number_too_large"))
    return int(digits)


class Replayed(Exception):
    """The request was carried out before: this is its stored answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Write:
    """The write of one request: its transaction, and the idempotency key it came under."""

    def __init__(self, unit: UnitOfWork, request: Request) -> None:
        self._unit = unit
        self._request = request
        self._key: idempotency.Key | None = None
        self._body_hash = b""

    async def begin(
        self,
        actor: Actor,
        key: str | None,
        body_hash: bytes,
        pool: str = "writer",
        *,
        snapshot: bool = False,
    ) -> Connection:
        """Begin the transaction; under a key that was used before, answer as then (or refuse another body).

        The first statement is the try-lock on the key: a twin that still runs is a conflict, not a wait.
        """
        connection = await self._unit.begin(pool, snapshot=snapshot)
        if key is None:
            return connection
        request = self._request
        self._key = idempotency.Key(actor.id, request.method, request.url.path, key)
        self._body_hash = body_hash
        if not await idempotency.try_turn(connection, self._key):
            raise Conflict("request_running")
        stored = await idempotency.find(connection, self._key)
        if stored is None:
            return connection
        if stored.body_hash != body_hash:
            raise Invalid(FieldError("/header/idempotency-key", "key_reused"))
        if stored.operation_id is not None and not await within_reach(
            connection,
            stored.operation_id,
            actor.id,
            roles_for(Action.READ_ORGANIZATION) + roles_for(Action.READ_GRANT),
            request.state.today,
        ):
            raise NotFound("not_found")
        if stored.status == _WITHHELD:
            raise Conflict("key_already_made")
        raise Replayed(
            Response(stored.body, stored.status, {**stored.headers, "Idempotency-Replayed": "true"})
        )

    async def keep(self, response: Response) -> None:
        """Store a success under its key, in the same transaction; of a secret, only that it was told."""
        connection = self._unit.connection
        if self._key is None or connection is None or not 200 <= response.status_code < 300:
            return
        headers = {
            name: value
            for name, value in response.headers.items()
            if name in ("content-type", "etag", "location", "operation-id")
        }
        if response.headers.get("cache-control") == "no-store":
            status, body = _WITHHELD, b""
        else:
            status, body = response.status_code, bytes(response.body)
        answer = idempotency.Stored(self._body_hash, status, headers, body, None)
        await idempotency.store(connection, self._key, answer)


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=100,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="Makes the request safe to send again: within 24 hours the first answer is repeated.",
    ),
]


async def _body_hash(request: Request) -> bytes:
    return hashlib.sha256(await request.body() + request.url.query.encode()).digest()


async def _writing(request: Request, idempotency_key: IdempotencyKey = None) -> Connection:
    actor = await authenticated(request)
    write: Write = request.state.write
    return await write.begin(actor, idempotency_key, await _body_hash(request))


async def _planning(request: Request, idempotency_key: IdempotencyKey = None) -> Connection:
    actor = await authenticated(request)
    write: Write = request.state.write
    return await write.begin(actor, idempotency_key, await _body_hash(request), "planner", snapshot=True)


async def _restructuring(request: Request, idempotency_key: IdempotencyKey = None) -> Connection:
    actor = await authenticated(request)
    write: Write = request.state.write
    return await write.begin(actor, idempotency_key, await _body_hash(request), "planner")


Writing = Annotated[Connection, Depends(_writing)]
"""The connection of the request's write transaction; committed before the answer leaves."""

Planning = Annotated[Connection, Depends(_planning)]
"""The same of a preview: it writes no facts and sees one snapshot; on the restructurings' own pool."""

Restructuring = Annotated[Connection, Depends(_restructuring)]
"""The same of an act that changes much of the tree at once, on the restructurings' own pool."""
