"""The tree of a file as a draft restructuring, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.auth import ActorDep
from app.cause import CauseDep
from app.domain.errors import FieldError, Invalid
from app.domain.imports import FileFormat, ImportKey
from app.domain.systems import OWN_SYSTEM
from app.errors import OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.models.restructuring_read import RestructuringRead
from app.models.scalars import Day, Id, System
from app.routing import Route
from app.services import restructurings, wanted_structure
from app.services.wanted_structure import WantedStructure
from app.upload import StreamedWriting, UploadDep, a_file

router = APIRouter(
    prefix="/restructurings",
    tags=["restructurings"],
    route_class=Route,
    responses=problems(*OF_EVERY_READ),
)


async def _wanted(
    _: ActorDep,
    root: Annotated[Id, Query(description="The organization at the top, which stays where it is.")],
    effective_on: Annotated[Day, Query(description="The day on which all of it takes effect.")],
    key: Annotated[
        ImportKey,
        Query(
            description="By what the file names organizations: ids of `system`, or codes as of the day; what is"
            " new, by any name that is none of these."
        ),
    ] = ImportKey.EXTERNAL_ID,
    system: Annotated[
        System | None,
        Query(description=f"Whose external ids these are. `{OWN_SYSTEM}`: the ids of this register itself."),
    ] = None,
) -> WantedStructure:
    if system is None and key is ImportKey.EXTERNAL_ID:
        raise Invalid(FieldError("/query/system", "system_required"))
    return WantedStructure(root, effective_on, key, system)


@router.post(
    "/from-structure",
    status_code=201,
    responses=problems(*OF_EVERY_WRITE),
    openapi_extra=a_file(*FileFormat),
)
async def draft_from_structure(
    wanted: Annotated[WantedStructure, Depends(_wanted)],
    upload: UploadDep,
    connection: StreamedWriting,
    cause: CauseDep,
    response: Response,
) -> RestructuringRead:
    """Make the tree look like this file: a draft of the measures that lead there, ready for a preview.

    The columns are those of a file of organizations (`/v1/imports/template?kind=organizations&within=…` fills one) and
    `successor`: in whom the organization ends. Every organization below `root` has a row; an empty cell keeps what is
    on record; a name not on record is established, under a local key made of it. A successor that stands below the
    organization itself takes its members only, where it becomes a type that holds none. A row that ends says nothing
    of its children: each has its own. What is new gets the id of `system` by which the file names it. Sent again once
    it was applied, the file has nothing to change. `valid_from` and `opened_on` are not read.

    What a file contradicts is answered 409 (`structure_has_conflicts`) with up to 100 places, `row` and `line`: an
    organization without row and successor, an unknown or ended parent or successor, a circle, a name or code that
    stands twice, an id of what has ended or stands elsewhere, a row that both changes and ends. Then, and where the
    tree looks so already, nothing is made.
    """
    document = await wanted_structure.document(connection, cause, wanted, upload.file, upload.form)
    drafted = await restructurings.draft(connection, cause, document)
    response.headers["Location"] = f"/v1/restructurings/{drafted.id}"
    return tag(response, cause.as_of, drafted)
