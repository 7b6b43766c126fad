"""What of a request the record of reads keeps, and that nothing is shown where it cannot be kept.

The hash of a list's question is keyed: the question can hold a name or a number, and whoever reads the record could
try all numbers against a plain hash. It leaves out the page, so that all pages of one question have the same.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from fastapi import Request

from app.domain.access import Actor
from app.domain.errors import Unavailable
from app.queries.reads import Asking

_OF_THE_PAGE = frozenset({"after", "limit", "total"})
_BYTES = 16


def key_of(secret: str) -> bytes:
    """The key of the hashes, from any secret text; no other use of the secret gives the same."""
    return hashlib.sha256(b"recorded reads\n" + secret.encode()).digest()


async def asking(request: Request, actor: Actor) -> Asking:
    """What the record shall say of this request."""
    route = request.scope["route"].name
    asked: list[Any] = [
        route,
        sorted(request.path_params.items()),
        sorted(one for one in request.query_params.multi_items() if one[0] not in _OF_THE_PAGE),
    ]
    if request.method == "POST":
        asked.append(await request.json())
    text = json.dumps(asked, sort_keys=True)  # escaped: no text is too odd to be hashed
    digest = hmac.digest(request.app.state.hash_key, text.encode(), "sha256")[:_BYTES]
    return Asking(actor.id, route, request.scope.get("request_id"), digest)


@contextmanager
def recorded_or_refused() -> Iterator[None]:
    """Answers 503 where the database does not let the read be recorded."""
    try:
        yield
    except (
        asyncpg.InsufficientPrivilegeError,
        asyncpg.ReadOnlySQLTransactionError,
        asyncpg.UndefinedTableError,
        asyncpg.DiskFullError,
    ):
        raise Unavailable("read_not_recorded", retry_after=5) from None
