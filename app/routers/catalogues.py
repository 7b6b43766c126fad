"""Catalogues over HTTP: codes with dated words."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.errors import OF_EVERY_READ, problems
from app.models.catalogue import CatalogueRead, Catalogues
from app.reading import Reading
from app.routing import Route
from app.services import catalogues

router = APIRouter(
    prefix="/catalogues", tags=["policies"], route_class=Route, responses=problems(*OF_EVERY_READ)
)


@router.get("")
async def list_catalogues(read: Reading) -> Catalogues:
    """The catalogues whose codes the register takes, with how many codes each has on the day."""
    return await catalogues.listed(read.connection, read.as_of)


@router.get("/{name}")
async def get_catalogue(
    read: Reading,
    name: Annotated[
        str, Path(min_length=1, max_length=60, pattern=r"^[a-z_]+$", description="For instance `sectors`.")
    ],
) -> CatalogueRead:
    """The codes of a catalogue in use on a day, with their words in Vietnamese and English."""
    return await catalogues.get(read.connection, read.as_of, name)
