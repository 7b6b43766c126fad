"""A body taken in as a file: spooled to disk while it is hashed, never whole in memory."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Annotated, Any

from asyncpg import Connection
from fastapi import Depends, Request

from app.auth import authenticated
from app.domain.errors import UnsupportedMediaType
from app.domain.imports import Encoding, FileFormat
from app.routing import IdempotencyKey, Write

_KEPT_IN_MEMORY = 1024 * 1024

_TABLES = (
    "The file itself. CSV: comma, semicolon, tab or as a first line `sep=` says, with a header;"
    " columns in any order; UTF-8, UTF-16 with its mark, or Windows-1258 where all its words are Vietnamese."
    " NDJSON: one object a line, names as the columns, texts as values, UTF-8."
    " XLSX: the first sheet that is shown, its header in row 1; numbers as identifiers lose their zeros,"
    " so write them as texts; of a formula the stored value counts. A first column `errors` is not read."
    " Columns of words take identifiers or the words for them (`/v1/imports/kinds`)."
)


def a_file(*forms: FileFormat) -> dict[str, Any]:
    """A body that is a file of rows, in the contract."""
    content = {
        form.value: {"schema": {"type": "string", "format": "binary", "maxLength": 268_435_456}}
        for form in forms
    }
    return {"requestBody": {"required": True, "description": _TABLES, "content": content}}


@dataclass(frozen=True, slots=True)
class Upload:
    """The file, at its beginning; what it is, and the SHA-256 of its bytes."""

    file: IO[bytes]
    form: FileFormat
    sha256: bytes


async def _upload(request: Request) -> AsyncIterator[Upload]:
    await authenticated(request)
    form = _form(request)
    hashed = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY) as file:
        async for chunk in request.stream():
            hashed.update(chunk)
            await asyncio.to_thread(file.write, chunk)
        file.seek(0)
        yield Upload(file, form, hashed.digest())


def _form(request: Request) -> FileFormat:
    """The format that `Content-Type` names; 415 for any other, and for bytes in another coding.

    It need not name the encoding, which the bytes themselves tell; but it may name none that is not read.
    """
    named, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "").removeprefix("charset=")
    if named.strip() not in list(FileFormat) or (charset and charset not in list(Encoding)):
        raise UnsupportedMediaType("unsupported_media_type", accepted=[one.value for one in FileFormat])
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("body_is_coded")
    return FileFormat(named.strip())


UploadDep = Annotated[Upload, Depends(_upload, scope="function")]
"""The request's body as a file; 415 unless it is CSV, NDJSON or XLSX."""


async def _streamed_writing(
    request: Request, upload: UploadDep, idempotency_key: IdempotencyKey = None
) -> Connection:
    actor = await authenticated(request)
    body_hash = hashlib.sha256(upload.sha256 + request.url.query.encode()).digest()
    write: Write = request.state.write
    return await write.begin(actor, idempotency_key, body_hash, pool="importer")


StreamedWriting = Annotated[Connection, Depends(_streamed_writing)]
"""`Writing` for a body that is a file: the transaction begins when all of it has come."""
