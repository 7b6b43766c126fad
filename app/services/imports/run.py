"""One file taken in: read, staged, judged whole, and then written: whole, in its sound rows, or not at all."""

import asyncio
from typing import IO, Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import role_may_not, roles_for
from app.domain.import_file import encoding_in
from app.domain.imports import Asked, Encoding, FileFormat, ImportAccept, ImportMode, ImportState, Unreadable
from app.models.imports import ImportRead
from app.queries import actors, reach, schema
from app.queries.imports import holding, records, staging
from app.services import history
from app.services.history import Cause
from app.services.imports.kind import Kind
from app.services.imports.kinds import KINDS
from app.services.imports.records import get
from app.services.imports.staging import stage

_NOTHING = {"created": 0, "changed": 0, "unchanged": 0, "followed": 0}
_LARGE = 1000
"""From so many new organizations or members on, plans made for the sizes before would be far off."""


async def take_in(
    connection: Connection, cause: Cause, asked: Asked, file: IO[bytes], form: FileFormat, sha256: bytes
) -> ImportRead:
    """Judge a file, and apply it where asked, as far as it is sound. What is wrong is kept and writes nothing else."""
    kind = KINDS[asked.kind]
    await _require_role(connection, cause, kind)
    import_id = history.new_id()
    await staging.open_tables(connection, kind.staged)
    rows, readable, encoding = 0, False, None
    try:
        encoding = await asyncio.to_thread(encoding_in, file, form)
    except Unreadable as unreadable:
        await staging.add_errors(connection, list(unreadable.errors))
    else:
        rows, readable = await stage(connection, kind, asked, file, form, encoding)
    organization_id, clean = None, readable and asked.accept is ImportAccept.CLEAN
    if readable:
        await kind.examine(connection, cause, asked)
        organization_id = await staging.common_organization(connection, cause.today)
        if clean:
            await _set_aside(connection, cause, asked, kind)
        else:
            await holding.note_owners(connection, kind.owners)
    errors = await holding.count_errors(connection)
    outcomes = {"loaded": 0, "unchanged": 0, "duplicate": 0, "held": rows}
    if not errors or (clean and errors <= staging.MOST_HELD):
        known = kind.known or holding.known_rows(asked.subject_key, kind.subject)
        outcomes = await holding.count_rows(connection, known, kind.subject, rows)
    refused = errors > 0 and not outcomes["loaded"] + outcomes["unchanged"]
    counts, operation_id = dict(_NOTHING), None
    if not refused:
        counts |= await staging.count_subjects(connection, kind.subject)
        counts["followed"] = await kind.followed(connection)
        if asked.mode is ImportMode.APPLY and counts["created"] + counts["changed"]:
            operation_id = await _apply(connection, cause, asked, kind, import_id, counts)
    await actors.known(connection, cause.actor)
    await records.insert(
        connection,
        {
            "id": import_id,
            "kind": asked.kind.value,
            "mode": asked.mode.value,
            "state": _state(asked, refused).value,
            "actor_id": cause.actor.id,
            "organization_id": organization_id,
            "parameters": _parameters(asked, form, encoding),
            "effective_on": asked.effective_on,
            "sha256": sha256,
            "rows": rows,
            **outcomes,
            "counts": counts,
            "errors": errors,
            "operation_id": operation_id,
        },
    )
    await records.keep_errors(connection, import_id, staging.MOST_HELD if clean else staging.MOST_ERRORS_KEPT)
    await staging.drop_tables(connection)
    return await get(connection, cause, import_id)


async def _require_role(connection: Connection, cause: Cause, kind: Kind) -> None:
    """Who may import nothing anywhere need not wait for the file to be read."""
    roles = roles_for(kind.action)
    if not await reach.holds_anywhere(connection, cause.actor.id, roles, cause.today):
        raise role_may_not(kind.action)


async def _set_aside(connection: Connection, cause: Cause, asked: Asked, kind: Kind) -> None:
    """Set the rows at fault aside, and those that are at fault for want of them, until what is left is sound."""
    if kind.recheck is None:
        while await holding.take_out(connection, kind.owners):
            await staging.forget_examined(connection)
            await kind.examine(connection, cause, asked)
        return
    while await holding.stand_together(connection, asked.subject_key, kind.subject, kind.below):
        await holding.note_owners(connection, kind.owners)
        await holding.set_aside(connection, kind.subject, kind.tables)
        await kind.recheck(connection, asked)


async def _apply(
    connection: Connection, cause: Cause, asked: Asked, kind: Kind, import_id: UUID, counts: dict[str, int]
) -> UUID:
    operation_id = await history.begin(
        connection,
        cause,
        kind.operation,
        {"import": str(import_id), "counts": counts},
        reason=asked.reason,
        effective_on=asked.effective_on,
    )
    await kind.apply(connection, cause, operation_id)
    if counts["created"] >= _LARGE:
        await schema.refresh_statistics(connection)
    return operation_id


def _state(asked: Asked, refused: bool) -> ImportState:
    if refused:
        return ImportState.REFUSED
    return ImportState.APPLIED if asked.mode is ImportMode.APPLY else ImportState.VALID


def _parameters(asked: Asked, form: FileFormat, encoding: Encoding | None) -> dict[str, Any]:
    return {
        "key": asked.key.value,
        "system": asked.system,
        "meaning": asked.meaning.value,
        "effective_on": asked.effective_on,
        "reason": asked.reason,
        "accept": asked.accept.value,
        "duplicates": asked.duplicates.value,
        "media_type": form.value,
        "encoding": encoding and encoding.value,
    }
