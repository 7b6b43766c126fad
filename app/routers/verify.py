"""Verification over HTTP."""

from fastapi import APIRouter, Request

from app.cause import CauseDep
from app.errors import OF_EVERY_READ, problems
from app.language import Language
from app.models.verify import Report
from app.reading import Exporting
from app.routing import Route
from app.services import verify

router = APIRouter(prefix="/verify", tags=["register"], route_class=Route, responses=problems(*OF_EVERY_READ))


@router.get("")
async def verify_register(read: Exporting, cause: CauseDep, request: Request) -> Report:
    """Check in one snapshot that everything recorded keeps what the register promises."""
    return await verify.verify_for(
        read.connection, cause, Language.of(request.headers.get("accept-language"))
    )
