"""Who asks, over HTTP."""

from fastapi import APIRouter

from app.cause import CauseDep
from app.errors import problems
from app.models.access import MeRead
from app.reading import TodaysReading
from app.routing import Route
from app.services import me

router = APIRouter(
    prefix="/me",
    tags=["access"],
    route_class=Route,
    responses=problems("unauthenticated", "invalid-request", "too-many-requests", "unavailable"),
)


@router.get("")
async def get_me(read: TodaysReading, cause: CauseDep) -> MeRead:
    """Who the caller is, the grants that hold for them today, and the organizations that top their reach."""
    return await me.describe(read.connection, cause)
