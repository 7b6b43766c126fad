"""Requests on their way: idempotency keys, trying again, problems.

Every POST carries an `Idempotency-Key`, so the register carries it out once however often it arrives; that
is why writes are tried again as freely as reads.
"""

import contextlib
import email.utils
import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_origin
from urllib.parse import quote

import httpx

from dangbo_client.problems import DangboError, Incomplete, Problem, UnexpectedAnswer, Unreachable, problem_of
from dangbo_client.shapes import Shape, plain, read, versioned_part

Path = tuple[str, ...]
"""A path, part by part: `("organizations", id, "children")`."""

Parameters = Mapping[str, Any]

_PASSING = frozenset({429, 502, 503, 504})
_NEVER_PASSING = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
_FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is tried again: at most `tries` times, for `seconds` after its first failure.

    Between two tries lies what the register asks for (`Retry-After`), and on top of it a random time of up to
    half a second, which doubles with each try up to `longest_pause` seconds. Waiting for the register to
    finish the same request, when only its answer was lost, counts as no try.
    """

    tries: int = 6
    seconds: float = 300.0
    longest_pause: float = 15.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is sent piece by piece: `pieces` begins anew for each try."""

    pieces: Callable[[], Iterable[bytes]]
    size: int
    media_type: str
    answer_seconds: float
    """How long the register may work on it before the connection counts as lost."""


class Sender:
    """Sends requests to one register with one credential."""

    def __init__(self, http: httpx.Client, patience: Patience) -> None:
        self._http = http
        self._patience = patience

    def get(
        self, path: Path, parameters: Parameters | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Read."""
        return self._send(lambda: self._request("GET", path, parameters, headers=headers))

    def post(
        self,
        path: Path,
        document: Any = None,
        *,
        parameters: Parameters | None = None,
        if_match: str | None = None,
    ) -> httpx.Response:
        """Write; or search with what must not stand in an address."""
        headers = _keyed() | ({"If-Match": if_match} if if_match is not None else {})
        body = plain(document)
        return self._send(lambda: self._request("POST", path, parameters, headers=headers, json=body))

    def upload(self, path: Path, parameters: Parameters, upload: Upload) -> httpx.Response:
        """Write with a streamed body."""
        headers = _keyed() | {"Content-Type": upload.media_type, "Content-Length": str(upload.size)}
        usual = self._http.timeout
        timeout = httpx.Timeout(
            connect=usual.connect, write=usual.write, pool=usual.pool, read=upload.answer_seconds
        )
        return self._send(
            lambda: self._request(
                "POST", path, parameters, headers=headers, content=upload.pieces(), timeout=timeout
            )
        )

    def lines(self, path: Path, parameters: Parameters, document: Any = None) -> Iterator[Any]:
        """A whole list, line by line; `Incomplete` unless it ends with the count of what came.

        Tried again until the first line is here. Afterwards a failure is told: the caller has had items.
        """
        method, headers, more = "GET", {"Accept": "application/x-ndjson"}, {}
        if document is not None:
            method, headers, more = "POST", headers | _keyed(), {"json": plain(document)}
        response = self._send(
            lambda: self._request(method, path, parameters, headers=headers, **more), stream=True
        )
        received, announced = 0, None
        with contextlib.closing(response):
            try:
                for line in _lines(response.iter_bytes()):
                    said = json.loads(line)
                    if "end" in said:
                        announced = said["end"]["count"]
                        break
                    received += 1
                    yield said
            except (httpx.TransportError, ValueError):
                raise Incomplete(received) from None
        if announced != received:
            raise Incomplete(received, announced)

    def _request(self, method: str, path: Path, parameters: Parameters | None, **more: Any) -> httpx.Request:
        address = "/".join(("/v1", *(quote(part, safe="") for part in path)))
        return self._http.build_request(method, address, params=_query(parameters or {}), **more)

    def _send(self, build: Callable[[], httpx.Request], *, stream: bool = False) -> httpx.Response:
        """The answer, if it is a success; else the problem, once trying again is no use any more."""
        tries, give_up_at = 0, float("inf")
        while True:
            asked_to_wait = 0.0
            failure: DangboError
            tries += 1
            try:
                response = self._http.send(build(), stream=True)
                if not (stream and response.is_success):
                    response.read()
            except _NEVER_PASSING:
                raise
            except httpx.TransportError as error:
                failure = Unreachable(tries, type(error).__name__)
            else:
                if response.is_success:
                    return response
                failure = _problem(response)
                running = failure.code == "request_running"
                if response.status_code not in _PASSING and not running:
                    raise failure
                asked_to_wait = _retry_after(response)
                tries -= running
            pause = asked_to_wait + random.uniform(
                0, min(self._patience.longest_pause, _FIRST_PAUSE * 2 ** max(tries - 1, 0))
            )
            now = time.monotonic()
            give_up_at = min(give_up_at, now + self._patience.seconds)
            if tries >= self._patience.tries or now + pause > give_up_at:
                raise failure
            time.sleep(pause)


def document_of(response: httpx.Response) -> Any:
    """The JSON of an answer."""
    try:
        return response.json()
    except ValueError:
        raise UnexpectedAnswer(f"{response.status_code} without JSON") from None


def answered(shape: type[Shape], response: httpx.Response) -> Shape:
    """What an answer says; what it holds of a version that a write must name, as the `etag` of what has one."""
    kind: Any = shape
    said = document_of(response)
    try:
        if get_origin(kind) is tuple:
            said = said["items"]
        elif (place := versioned_part(kind)) is not None:
            versioned = said if place == "" else said[place]
            if versioned is not None:
                versioned["etag"] = response.headers["ETag"]
    except (KeyError, TypeError):
        raise UnexpectedAnswer(f"{response.status_code} without a version, or without items") from None
    return read(shape, said)


def _problem(response: httpx.Response) -> Problem:
    try:
        return problem_of(response.status_code, response.json())
    except ValueError:
        return problem_of(response.status_code, None)


def _keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _query(parameters: Parameters) -> dict[str, Any]:
    """What was given: None is left out, several values repeat the name."""
    return {
        name: plain(value)
        for name, value in parameters.items()
        if value is not None and value != () and value != []
    }


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines end at line feeds alone: a name may hold what other splitters take for an end."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _retry_after(response: httpx.Response) -> float:
    """Seconds the register asks to wait: a number, or the time until a date; 0 where it does not say."""
    asked = response.headers.get("Retry-After", "")
    if asked.isdecimal():
        return float(asked)
    try:
        until = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
