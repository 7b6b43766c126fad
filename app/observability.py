"""What every request leaves behind: its id, its line in the log, its count; and what every answer carries."""

import re
import time
from uuid import uuid4

import structlog
from fastapi import FastAPI
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.limits import HEALTH, BodyLimit, RequestsInFlight

log = structlog.get_logger()

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

CLIENT_WENT = 499
"""The status logged when the caller left before there was an answer."""

_ACCEPTED_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_OF_EVERY_ANSWER = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
_UNLESS_SAID_OTHERWISE = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
]
_OVER_TLS = (b"strict-transport-security", b"max-age=31536000")


BROWSERS_MAY_SEND = [
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-Id",
]
BROWSERS_MAY_READ = [
    "Content-Language",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "Operation-Id",
    "Retry-After",
    "X-Request-Id",
]


class Metrics:
    """The figures of one service process, in a registry of its own: routes and counts, never a value."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "http_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self._duration = Histogram(
            "http_request_duration_seconds",
            "From the first byte to the last.",
            ["method", "route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._in_flight = Gauge(
            "http_requests_in_flight", "Requests being served or waiting.", registry=self.registry
        )

    def begin(self) -> None:
        self._in_flight.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in METHODS else "OTHER"
        self._in_flight.dec()
        self._requests.labels(method, route, str(status)).inc()
        self._duration.labels(method, route).observe(seconds)

    async def answer(self, _request: Request) -> Response:
        """The endpoint `/metrics`."""
        return Response(generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class Observation:
    """Gives a request its id, marks its answer, counts and logs it. Pure ASGI, outermost."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        status = CLIENT_WENT

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _mark(message, request_id, scope["scheme"])
            await send(message)

        started = time.perf_counter()
        self._metrics.begin()
        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                await self._app(scope, receive, marked)
        except Exception:
            status = 500
            raise
        finally:
            seconds = time.perf_counter() - started
            route = route_of(scope)
            self._metrics.end(scope["method"], route, status, seconds)
            write = log.debug if scope["path"] in HEALTH else log.info
            write(
                "request",
                method=scope["method"] if scope["method"] in METHODS else "OTHER",
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
                request_id=request_id,
                actor_id=str(scope["actor_id"]) if "actor_id" in scope else None,
            )


def install(
    app: FastAPI, metrics: Metrics, *, body_limit: int, import_limit: int, cors_origins: list[str]
) -> None:
    """Put the outer layers around everything the app does, its own failures included. Call it last."""
    layers: ASGIApp = app.build_middleware_stack()
    layers = BodyLimit(layers, body_limit, {"/v1/imports": import_limit})
    layers = RequestsInFlight(layers)
    if cors_origins:
        layers = CORSMiddleware(
            layers,
            allow_origins=cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=BROWSERS_MAY_SEND,
            expose_headers=BROWSERS_MAY_READ,
        )
    app.middleware_stack = Observation(layers, metrics)


def route_of(scope: Scope) -> str:
    """The route's template, such as `/v1/members/{member_id}`: never the path, which anybody can make up."""
    within_routers = scope.get("fastapi", {}).get("effective_route_context")
    route = within_routers or scope.get("route")
    if route is not None:
        return str(route.path)
    is_plain = "endpoint" in scope and not scope["path_params"]
    return str(scope["root_path"] or scope["path"]) if is_plain else "unmatched"


def _request_id(scope: Scope) -> str:
    """The caller's own id, if it is one that can stand in a log as it is; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ACCEPTED_ID.fullmatch(value):
            return str(value, "ascii")
    return uuid4().hex


def _mark(message: Message, request_id: str, scheme: str) -> None:
    headers = message.setdefault("headers", [])
    said = {name for name, _ in headers}
    message["headers"] = [
        *headers,
        (b"x-request-id", request_id.encode()),
        *_OF_EVERY_ANSWER,
        *(header for header in _UNLESS_SAID_OTHERWISE if header[0] not in said),
        *([_OVER_TLS] if scheme == "https" else []),
    ]
