"""What became of files: imports, their errors, their held rows."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import NotFound
from app.domain.imports import FileFormat
from app.language import Language, in_words
from app.models.imports import ImportErrorItem, ImportFault, ImportHeldItem, ImportOutcomes, ImportRead
from app.models.operation import ActorName
from app.paging import Listing
from app.queries.asof import AsOf
from app.queries.imports import records
from app.queries.reads import OfPersons
from app.services.history import Cause
from app.services.imports.kinds import roles_by_kind


async def get(connection: Connection, cause: Cause, import_id: UUID) -> ImportRead:
    """One import. 404 where it is neither the actor's own nor of an organization they may import into."""
    row = await records.get(connection, import_id, cause.actor.id, cause.today, roles_by_kind())
    if row is None:
        raise NotFound("not_found")
    return _to_read(row)


def listing(as_of: AsOf, actor: Actor) -> Listing:
    """The imports the actor may see, the latest first."""
    sql, arguments = records.listed(as_of, actor.id, roles_by_kind())
    return Listing(sql, arguments, {"started_at": "timestamptz", "id": "uuid"}, _to_read, descending=True)


def errors(as_of: AsOf, actor: Actor, import_id: UUID, language: Language) -> Listing:
    """The errors found in a file, in the order of its rows."""
    sql, arguments, visible = records.errors(as_of, import_id, actor.id, roles_by_kind())

    def to_item(row: Record) -> ImportErrorItem:
        form = FileFormat(row["media_type"])
        return ImportErrorItem(
            **{name: row[name] for name in _ERROR_COLUMNS},
            line=form.line_of(row["row"]) if row["row"] else None,
            detail=detail(row, form, language),
        )

    return Listing(sql, arguments, {"number": "integer"}, to_item, visible=visible)


def detail(error: Mapping[str, Any], form: FileFormat, language: Language) -> str:
    """What is wrong, in words, with what was probably meant where that is told; other rows by their lines."""
    facts = error["facts"]
    suggested = "_suggested" if "suggestion" in facts else ""
    if "other_row" in facts:
        facts = {**facts, "other_line": form.line_of(facts["other_row"])}
    if "successors" in facts:
        if not (heirs := _heirs(facts["successors"])):
            return in_words(language, "import.ended_without_successor", **facts)
        facts = {**facts, "heirs": heirs}
    return in_words(language, f"import.{error['code']}{suggested}", **facts)


_MOST_HEIRS = 2
"""How many successors a sentence names; the facts hold them all."""


def _heirs(successors: Sequence[Mapping[str, Any]]) -> list[str]:
    """Who lives on of what an organization has become, by name and code."""
    living = [
        f"{one['name']} ({one['code']})" if one["code"] else one["name"]
        for one in successors
        if one["ended_on"] is None
    ]
    return living if len(living) <= _MOST_HEIRS else [*living[:_MOST_HEIRS], "…"]


_ERROR_COLUMNS = ("number", "row", "column", "code", "facts")


def held(as_of: AsOf, actor: Actor, import_id: UUID, language: Language) -> Listing:
    """The rows of a file that were held, in their order; whose duplicates they are is recorded as shown."""
    sql, arguments, visible = records.held(
        as_of, import_id, actor.id, roles_by_kind(), roles_for(Action.READ_MEMBER)
    )

    def to_item(row: Record) -> ImportHeldItem:
        form = FileFormat(row["media_type"])
        return ImportHeldItem(
            row=row["row"],
            line=form.line_of(row["row"]),
            faults=[_to_fault(row["row"], fault, form, language) for fault in row["faults"]],
            duplicate_of=row["member_id"],
            organization_id=row["organization_id"],
            sent_by=ActorName(id=row["actor_id"], name=row["actor_name"]),
        )

    return Listing(sql, arguments, {"row": "integer"}, to_item, visible=visible, persons=OfPersons())


def _to_fault(row: int, fault: Mapping[str, Any], form: FileFormat, language: Language) -> ImportFault:
    return ImportFault(
        pointer=f"/{row}/{fault['column']}" if fault["column"] else f"/{row}",
        code=fault["code"],
        detail=detail(fault, form, language),
        suggestion=fault["facts"].get("suggestion"),
    )


def _to_read(row: Record) -> ImportRead:
    outcomes = ImportOutcomes(**{name: row[name] for name in ImportOutcomes.model_fields})
    apart = {"sha256": row["sha256"].hex(), "outcomes": outcomes}
    return ImportRead(**{name: apart.get(name) or row[name] for name in ImportRead.model_fields})
