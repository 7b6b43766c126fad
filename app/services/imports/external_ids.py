"""Imports of external ids: by what other systems know the organizations and members that are on record here."""

from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, roles_for
from app.domain.import_cells import day_column, text_column, version_column, word_column
from app.domain.import_file import Row
from app.domain.imports import Asked, ImportMeaning, ImportMode, ImportSubject
from app.domain.operation import OperationKind
from app.domain.systems import OWN_SYSTEM
from app.queries.imports import external_ids as queries
from app.services import history
from app.services.history import Cause
from app.services.imports import filling
from app.services.imports.kind import Kind

COLUMNS = (
    word_column("subject", ImportSubject, required=True),
    text_column("known_as", 120, required=True),
    text_column("other_system", 60, required=True),
    text_column("other_id", 120, required=True),
    day_column("valid_from"),
    version_column(),
)

_TYPES = {"day": "date", "whole_number": "integer"}
STAGED = {column.name: _TYPES.get(column.holds, "text") for column in COLUMNS}


def finish(row: Row, asked: Asked) -> tuple[Any, ...]:
    """The first day: of the row, else of the request, else that of the record."""
    *said, valid_from, row_version = row.values
    for column, value in zip(COLUMNS, said, strict=False):
        row.require(column.name, value)
    if said[2] == OWN_SYSTEM:
        row.refuse("other_system", "system_reserved")
    return (*said, valid_from or asked.effective_on, row_version)


async def examine(connection: Connection, cause: Cause, asked: Asked) -> None:
    """Resolve, compare, and note what is wrong. To be applied, what the file names is taken first."""
    assert asked.system is not None  # refused before the file is read
    corrections = asked.meaning is ImportMeaning.CORRECTIONS
    await queries.resolve(connection, asked.key, asked.system, cause.today)
    await queries.weigh_reach(
        connection,
        cause.actor.id,
        cause.today,
        *(
            roles_for(action)
            for action in (
                Action.READ_ORGANIZATION,
                Action.IMPORT_ORGANIZATIONS,
                Action.READ_MEMBER,
                Action.IMPORT_MEMBERS,
            )
        ),
    )
    if asked.mode is ImportMode.APPLY:
        await queries.own_named(connection)
    await queries.compare(connection, corrections)
    await queries.check(connection, corrections)


async def apply(connection: Connection, cause: Cause, operation_id: UUID) -> None:
    """Write what is wanted; what gains an id gains a version."""
    cells = await queries.write(connection, operation_id)
    await history.touch(connection, cause, operation_id, concerned=cells)


EXTERNAL_IDS = Kind(
    action=Action.IMPORT_MEMBERS,
    operation=OperationKind.EXTERNAL_IDS_IMPORTED,
    subject="subject_id",
    columns=COLUMNS,
    staged=STAGED,
    finish=finish,
    examine=examine,
    apply=apply,
    known=queries.KNOWN,
    filled=filling.external_ids,
)
"""Of organizations, who imports them alone may tell ids."""
