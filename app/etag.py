"""Entity tags: the version of a resource, and a hash of what else shapes the bytes of its answer.

`If-Match` compares the version alone: two views of one version are the same to a writer.
"""

import hashlib
import re
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, Header, Response

from app.domain.errors import FieldError, Invalid, PreconditionRequired, Stale
from app.queries.asof import AsOf


class Versioned(Protocol):
    """A resource with a version."""

    @property
    def version(self) -> int: ...


Resource = TypeVar("Resource", bound=Versioned)


def tag(response: Response, as_of: AsOf, resource: Resource, *shapes: object) -> Resource:
    """Set the answer's ETag; `shapes` is what else than version, day and instant shapes the bytes."""
    shaped = hashlib.sha256(repr((as_of.on, as_of.known_at, shapes)).encode()).hexdigest()[:12]
    response.headers["ETag"] = f'"{resource.version}-{shaped}"'
    return resource


async def _expected_version(
    if_match: Annotated[
        str | None, Header(max_length=200, description="The ETag of what the caller last read. Required.")
    ] = None,
) -> int:
    if if_match is None:
        raise PreconditionRequired("if_match_required")
    matched = re.fullmatch(r'(?:W/)?"(\d{1,9})(?:-[0-9a-f]{12})?"', if_match)
    if matched is None:
        raise Invalid(FieldError("/header/if-match", "etag_unknown"))
    return int(matched[1])


ExpectedVersion = Annotated[int, Depends(_expected_version)]
"""The version `If-Match` names; 428 without, 422 where it is no tag of ours."""


def require_version(expected: int, current: int) -> None:
    """Refuse a write that was made for an older version."""
    if expected != current:
        raise Stale("stale", current_version=current)
