"""Entity tags: the version of a resource, and a hash of what else shapes the bytes of its answer.

`If-Match` compares the version alone: two views of one version are the same to a writer, who may also send the bare
version (`"7"`). Weak tags are refused: a writer must have read the very version (RFC 9110, 13.1.1).
"""

import hashlib
import re
from functools import lru_cache
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
    response.headers["ETag"] = f'"{resource.version}-{_shaped(as_of.on, as_of.known_at, shapes)}"'
    return resource


@lru_cache(maxsize=1024)
def _shaped(*shapes: object) -> str:
    return hashlib.sha256(repr(shapes).encode()).hexdigest()[:12]


async def _expected_version(
    if_match: Annotated[
        str | None, Header(max_length=200, description="The ETag of what the caller last read. Required.")
    ] = None,
) -> int:
    if if_match is None:
        raise PreconditionRequired("if_match_required")
    matched = re.fullmatch(r'"(\d{1,9})(?:-[0-9a-f]{12})?"', if_match)
    if matched is None:
        raise Invalid(FieldError("/header/if-match", "etag_unknown"))
    return int(matched[1])


async def _expected_digest(
    if_match: Annotated[
        str | None,
        Header(
            max_length=200,
            description="The digest of the preview that was approved, in double quotes. Required.",
        ),
    ] = None,
) -> str:
    if if_match is None:
        raise PreconditionRequired("digest_required")
    matched = re.fullmatch(r'"([0-9a-f]{64})"', if_match)
    if matched is None:
        raise Invalid(FieldError("/header/if-match", "digest_unknown"))
    return matched[1]


ExpectedDigest = Annotated[str, Depends(_expected_digest)]
"""The digest `If-Match` names; 428 without, 422 where it is none."""

ExpectedVersion = Annotated[int, Depends(_expected_version)]
"""The version `If-Match` names; 428 without, 422 where it is no tag of ours."""


def require_version(expected: int, current: int) -> None:
    """Refuse a write that was made for an older version."""
    if expected != current:
        raise Stale("stale", current_version=current)
