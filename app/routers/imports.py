"""Imports over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from app.auth import ActorDep
from app.cause import CauseDep
from app.domain.errors import FieldError, Invalid
from app.domain.imports import Asked, FileFormat, ImportKey, ImportKind, ImportMeaning, ImportMode
from app.errors import OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.language import Language
from app.models.imports import ImportErrorPage, ImportKinds, ImportPage, ImportRead
from app.models.scalars import Day, Id, Note, System
from app.paging import AllDaysListerDep
from app.reading import TodaysReading
from app.routing import Route
from app.services.imports import run
from app.services.imports.kinds import KINDS
from app.upload import StreamedWriting, UploadDep

router = APIRouter(prefix="/imports", tags=["imports"], route_class=Route, responses=problems(*OF_EVERY_READ))

ImportId = Annotated[Id, Path(description="The import's id.")]
AcceptLanguage = Annotated[
    str | None, Header(max_length=200, description="The language of `detail`: vi (default) or en.")
]


async def _asked(
    _: ActorDep,
    kind: Annotated[ImportKind, Query(description="What the rows are about.")],
    mode: Annotated[ImportMode, Query(description="Only look, or look and then write.")],
    key: Annotated[
        ImportKey,
        Query(
            description="By what organizations are named: ids of `system`, or codes as of the row's first day."
        ),
    ] = ImportKey.EXTERNAL_ID,
    system: Annotated[System | None, Query(description="Whose external ids these are.")] = None,
    meaning: Annotated[
        ImportMeaning, Query(description="What a difference means: true from a day, or recorded wrongly.")
    ] = ImportMeaning.CHANGES,
    effective_on: Annotated[
        Day | None, Query(description="The first day of the rows that name none in `valid_from`.")
    ] = None,
    reason: Annotated[Note | None, Query(description="Required for corrections; no personal data.")] = None,
) -> Asked:
    errors = []
    if system is None and (key is ImportKey.EXTERNAL_ID or not KINDS[kind].has_codes):
        errors.append(FieldError("/query/system", "system_required"))
    if reason is None and meaning is ImportMeaning.CORRECTIONS:
        errors.append(FieldError("/query/reason", "reason_required"))
    if errors:
        raise Invalid(*errors)
    return Asked(kind, mode, key, system, meaning, effective_on, reason)


_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself, UTF-8. CSV: comma, semicolon or tab, with a header; columns in any order."
        " NDJSON: one object a line, names as the columns, texts as values.",
        "content": {
            form.value: {"schema": {"type": "string", "format": "binary", "maxLength": 268_435_456}}
            for form in FileFormat
        },
    }
}


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE), openapi_extra=_FILE)
async def import_file(
    asked: Annotated[Asked, Depends(_asked)], upload: UploadDep, connection: StreamedWriting, cause: CauseDep
) -> ImportRead:
    """Take in a file of rows of one kind: whole or not at all; a file with errors is kept as `refused`."""
    return await run.take_in(connection, cause, asked, upload.file, upload.form, upload.sha256)


@router.get("", response_model=ImportPage)
async def list_imports(lister: AllDaysListerDep) -> Any:
    """Imports of one's own, and those into organizations where one may import the same; the latest first."""
    return await lister.answer(run.listing(lister.as_of, lister.actor), ImportPage)


@router.get("/kinds")
async def list_import_kinds(_: ActorDep) -> ImportKinds:
    """What can be imported: the columns of each kind of file."""
    return run.kinds()


@router.get(
    "/template",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string", "maxLength": 2000}}}}},
)
async def get_import_template(
    _: ActorDep, kind: Annotated[ImportKind, Query(description="The kind of file.")]
) -> Response:
    """An empty CSV file of a kind: its header, as spreadsheets open it."""
    disposition = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response(run.template_of(kind), media_type="text/csv; charset=utf-8", headers=disposition)


@router.get("/{import_id}")
async def get_import(read: TodaysReading, cause: CauseDep, import_id: ImportId) -> ImportRead:
    """One import: what was asked, what became of it, how many errors it has."""
    return await run.get(read.connection, cause, import_id)


@router.get("/{import_id}/errors", response_model=ImportErrorPage)
async def list_import_errors(
    lister: AllDaysListerDep, import_id: ImportId, accept_language: AcceptLanguage = None
) -> Any:
    """The errors found in a file, by row and column, with words for each; the first ten thousand."""
    listing = run.errors(lister.as_of, lister.actor, import_id, Language.of(accept_language))
    return await lister.answer(listing, ImportErrorPage)
