"""The tree of a file as a draft: the measures by which a subtree comes to look like it, and nothing written."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, roles_for
from app.domain.errors import Conflict, Contradicted, FieldError, Invalid
from app.domain.hierarchy import Hierarchy, OrganizationType
from app.domain.import_cells import ENDED, Column, text_column
from app.domain.import_file import Row, batches, encoding_in
from app.domain.imports import FileFormat, Filling, ImportKey, RowError, Unreadable
from app.domain.restructuring import wanted_measures, wanted_tree
from app.domain.restructuring.wanted_tree import Present, Recorded, WantedRow
from app.domain.systems import OWN_SYSTEM
from app.models.restructuring_document import MOST_MEASURES, Measure, RestructuringNew
from app.models.restructuring_measures import as_given
from app.queries import wanted_structure as queries
from app.queries.asof import AsOf
from app.services.access import require_over
from app.services.history import Cause
from app.services.imports import organizations
from app.services.imports.staging import as_read
from app.services.policies import hierarchy_on

COLUMNS = (*organizations.COLUMNS, text_column("successor", 120))
"""Those of a file of organizations, so that a filled template can be sent, and one more."""

MOST_ROWS = 20_000
"""Organizations of one file: all of them are held at once."""

_PLACES = {column.name: place for place, column in enumerate(COLUMNS)}
_ENDABLE = tuple(column.name for column in COLUMNS if column.ended_by)


@dataclass(frozen=True, slots=True)
class WantedStructure:
    """Of which subtree, from which day on, and how the file names organizations."""

    root_id: UUID
    effective_on: date
    key: ImportKey
    system: str | None


async def wanted_structure(
    connection: Connection, cause: Cause, wanted: WantedStructure, file: IO[bytes], form: FileFormat
) -> tuple[RestructuringNew, list[RowError]]:
    """The document that makes a subtree look like a file, and what in the file or on record is against it.

    With conflicts the document has no measures. Refused: who has not the duty over the subtree, and malformed rows.
    """
    present = await _present(connection, cause, wanted)
    columns = await as_read(connection, COLUMNS)
    rows, errors = await asyncio.to_thread(_rows, file, form, columns, wanted.key)
    if errors:
        raise Invalid(*_as_errors(errors, form))
    hierarchy = await hierarchy_on(connection, wanted.effective_on)
    recorded = await _recorded(connection, wanted, present, rows)
    found, conflicts = await asyncio.to_thread(_measures, wanted, present, rows, hierarchy, recorded)
    if len(found) > MOST_MEASURES:
        facts = (("found", len(found)), ("most", MOST_MEASURES))
        raise Invalid(FieldError("/body", "too_many_measures", facts))
    return RestructuringNew(effective_on=wanted.effective_on, measures=found), conflicts


def _measures(
    wanted: WantedStructure,
    present: Sequence[Present],
    rows: Sequence[WantedRow],
    hierarchy: Hierarchy,
    recorded: Mapping[str, Recorded],
) -> tuple[list[Measure], list[RowError]]:
    tree, conflicts = wanted_tree.compare(present, rows, wanted.key, hierarchy, recorded)
    other = wanted.key is ImportKey.EXTERNAL_ID and wanted.system != OWN_SYSTEM
    system = wanted.system if other else None
    found = [] if conflicts else list(as_given(wanted_measures.measures(tree, hierarchy, system)))
    return found, conflicts


async def document(
    connection: Connection, cause: Cause, wanted: WantedStructure, file: IO[bytes], form: FileFormat
) -> RestructuringNew:
    """The same where nothing is against it; refused with all conflicts, or where the subtree looks so already."""
    found, conflicts = await wanted_structure(connection, cause, wanted, file, form)
    if conflicts:
        raise Contradicted("structure_has_conflicts", *_as_errors(conflicts, form))
    if not found.measures:
        raise Conflict("structure_is_so")
    return found


async def _present(connection: Connection, cause: Cause, wanted: WantedStructure) -> list[Present]:
    as_of = AsOf(wanted.effective_on, None, cause.today)
    named = Filling(wanted.root_id, wanted.key, wanted.system)
    roles = roles_for(Action.READ_ORGANIZATION)
    await require_over(
        connection,
        cause,
        Action.PROPOSE_RESTRUCTURING,
        {"/query/root": [wanted.root_id]},
        Action.READ_ORGANIZATION,
    )
    rows = await queries.present(connection, as_of, named, cause.actor.id, roles)
    if not rows:
        raise Invalid(FieldError("/query/root", "not_there_then"))
    return [_to_present(row, wanted) for row in rows]


async def _recorded(
    connection: Connection, wanted: WantedStructure, present: Sequence[Present], rows: Sequence[WantedRow]
) -> dict[str, Recorded]:
    """What is on record behind the names of what is not there on the day, or is said to end."""
    known = {one.known_as for one in present}
    asked = [row.known_as for row in rows if row.successor is not None or row.known_as not in known]
    found = await queries.recorded(connection, wanted.effective_on, wanted.key, wanted.system, asked)
    return {row["name"]: Recorded(row["id"], frozenset(row["went_into"])) for row in found}


def _to_present(row: Record, wanted: WantedStructure) -> Present:
    return Present(
        id=row["id"],
        known_as=row[wanted.key.value],
        parent=row["parent_id"] if row["placed"] else None,
        type=OrganizationType(row["type"]),
        name=row["name"],
        name_en=row["name_en"],
        code=row["code"],
        sector=row["sector"],
        version=row["row_version"],
    )


def _rows(
    file: IO[bytes], form: FileFormat, columns: Sequence[Column], key: ImportKey
) -> tuple[list[WantedRow], list[RowError]]:
    """All rows that could be read, and what is wrong with the others."""
    rows: list[WantedRow] = []
    errors: list[RowError] = []
    try:
        for batch in batches(file, form, encoding_in(file, form), columns):
            for row in batch:
                wanted = _wanted(row, key)
                errors += row.errors
                if not row.errors:
                    rows.append(wanted)
            if len(rows) + len(errors) > MOST_ROWS:
                raise Unreadable(RowError(MOST_ROWS, None, "too_many_rows", {"most": MOST_ROWS}))
    except Unreadable as unreadable:
        errors += unreadable.errors
    return rows, errors


def _wanted(row: Row, key: ImportKey) -> WantedRow:
    """What a row says of its organization; that something ends is said by a successor, and by nothing else."""
    said = {name: row.values[place] for name, place in _PLACES.items()}
    row.require(key.value, said[key.value])
    for name in _ENDABLE:
        if said[name] == ENDED:
            row.refuse(name, "not_by_structure")
    if said["valid_to"] is not None:
        row.refuse("valid_to", "not_by_structure")
    return WantedRow(
        number=row.number,
        known_as=said[key.value] or "",
        parent=said["parent"],
        type=said["type"] and OrganizationType(said["type"]),
        name=said["name"],
        name_en=said["name_en"],
        code=said["code"],
        sector=said["sector"],
        successor=said["successor"],
        row_version=said["row_version"],
    )


def _as_errors(errors: Iterable[RowError], form: FileFormat) -> Iterator[FieldError]:
    """Errors of a file as a refusal lists them: by row and column, with the line for who looks at the file."""
    for one in errors:
        facts = dict(one.facts)
        if "other_row" in facts:
            facts["other_line"] = form.line_of(facts["other_row"])
        if one.row:
            facts |= {"row": one.row, "line": form.line_of(one.row)}
        if one.column:
            facts["column"] = one.column
        pointer = "".join(f"/{part}" for part in ("body", one.row or None, one.column) if part is not None)
        yield FieldError(pointer, one.code, tuple(facts.items()), "import")
