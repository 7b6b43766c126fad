"""Vocabularies over HTTP."""

import hashlib
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Header, Response

from app.auth import ActorDep
from app.errors import problems
from app.models.vocabulary import Vocabularies
from app.routing import Route
from app.services import vocabularies

router = APIRouter(
    prefix="/vocabularies",
    tags=["vocabularies"],
    route_class=Route,
    responses=problems("unauthenticated", "invalid-request", "too-many-requests", "unavailable"),
)


@cache
def _answer() -> tuple[bytes, str]:
    """The bytes of the answer, which only a release changes, and their tag."""
    body = vocabularies.get().model_dump_json().encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'


@router.get(
    "",
    response_model=Vocabularies,
    responses={304: {"description": "What the caller has is still right."}},
)
async def list_vocabularies(
    _: ActorDep,
    if_none_match: Annotated[
        str | None, Header(max_length=200, description="The ETag of what the caller has.")
    ] = None,
) -> Response:
    """Every enumeration of the contract, with the words for its members in Vietnamese and English."""
    body, etag = _answer()
    headers = {"ETag": etag, "Cache-Control": "private, max-age=3600"}
    if if_none_match is not None and etag in (
        one.strip().removeprefix("W/") for one in if_none_match.split(",")
    ):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
