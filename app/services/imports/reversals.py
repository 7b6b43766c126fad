"""An import taken back as a whole, while nothing later depends on it."""

from functools import partial
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.errors import Conflict
from app.domain.operation import OperationKind
from app.models.imports import ImportRead, ImportReversalNew
from app.queries import locks
from app.queries.imports import records as queries
from app.queries.locks import Turn
from app.services.access import held_over
from app.services.history import Cause
from app.services.imports import records
from app.services.imports.kinds import KINDS
from app.services.reversal import reverse as take_back


async def reverse(
    connection: Connection, cause: Cause, import_id: UUID, document: ImportReversalNew
) -> ImportRead:
    """Take back all that a file brought; what it had changed is believed again as before.

    The duty is held over everything the file was about, or what its kind asks for instead. Refused with the list of
    the later operations that depend on it (R-REV-1); `known_at` still shows what was believed meanwhile.
    """
    await locks.take_turn(connection, Turn.REVERSAL, str(import_id))
    imported = await records.get(connection, cause, import_id)
    if imported.operation_id is None or imported.reversed_by is not None:
        raise Conflict("nothing_to_reverse")
    kind = KINDS[imported.kind]
    await (kind.require_reversible or partial(_require_over_all, kind.action))(
        connection, cause, imported.operation_id
    )
    reversing_id = await take_back(
        connection,
        cause,
        imported.operation_id,
        OperationKind.IMPORT_REVERSED,
        {"import": str(import_id)},
        reason=document.reason,
    )
    await queries.insert_reversal(connection, import_id, reversing_id)
    return await records.get(connection, cause, import_id)


async def _require_over_all(action: Action, connection: Connection, cause: Cause, operation_id: UUID) -> None:
    about = await queries.about(connection, operation_id)
    held = await held_over(connection, cause, about)
    for organization_id in about:
        require(action, held.get(organization_id, []))
