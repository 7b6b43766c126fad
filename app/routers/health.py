"""Whether the service lives, and whether it can answer: for supervisors, not for users."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from app.queries.schema import revision

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez() -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """The database answers, and its schema is this release's; 503 otherwise."""
    async with request.app.state.database.reading() as connection:
        found = await revision(connection)
    if found != request.app.state.revision:
        return PlainTextResponse("the schema is not this release's: migrate", 503)
    return PlainTextResponse("ok")
