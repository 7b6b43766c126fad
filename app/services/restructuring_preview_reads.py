"""Previews of restructurings as they are read: by names, and whom each reader is told.

Numbers are of the whole document, which all ends agree to. Named is what the document names or begins, and what the
reader may read; whose word is needed is told to all.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import NotFound
from app.domain.restructuring.conflicts import ConflictCode, ConflictRemedy
from app.domain.restructuring.effects import AffectedThing as Thing
from app.domain.restructuring.effects import RestructuringEffect as Effect
from app.domain.restructuring.planning import Plan
from app.language import Language, in_words
from app.models.restructuring_read import ConflictRead, EffectCount, Ledger, PreviewEnd, PreviewRead
from app.models.restructuring_rows import PreviewRow
from app.paging import Listing
from app.queries import restructuring_previews as queries
from app.queries.asof import AsOf
from app.queries.reads import OfPersons
from app.services import restructuring_course
from app.services.history import Cause
from app.services.restructuring_conflicts import naming_only


async def get(
    connection: Connection,
    as_of: AsOf,
    actor: Actor,
    restructuring_id: UUID,
    preview_id: UUID,
    language: Language,
) -> PreviewRead:
    """A preview that is kept still. 404 where the restructuring is out of reach, or the preview over."""
    return read_of(await _kept(connection, as_of, actor, restructuring_id, preview_id), language)


async def _kept(
    connection: Connection, as_of: AsOf, actor: Actor, restructuring_id: UUID, preview_id: UUID
) -> Record:
    await restructuring_course.find(connection, as_of, actor, restructuring_id)
    row = await find(connection, as_of, actor, restructuring_id, preview_id)
    if row is None:
        raise NotFound("not_found")
    return row


async def find(
    connection: Connection, as_of: AsOf, actor: Actor, restructuring_id: UUID, preview_id: UUID
) -> Record | None:
    """A preview that is kept still, and of whom the actor is told."""
    return await queries.preview(connection, restructuring_id, preview_id, None, *_telling(actor, as_of))


async def latest(connection: Connection, cause: Cause, restructuring_id: UUID, digest: str) -> Record | None:
    """The same of the last one that came to a digest."""
    telling = _telling(cause.actor, cause.as_of)
    return await queries.preview(connection, restructuring_id, None, digest, *telling)


def _telling(actor: Actor, as_of: AsOf) -> tuple[UUID, list[str], date]:
    return actor.id, roles_for(Action.READ_ORGANIZATION), as_of.today


def conflicts_of(row: Record) -> list[dict[str, Any]]:
    """The conflicts of a preview as the actor is told them."""
    summary = row["summary"]
    return naming_only({*row["told"], *summary["begun"]}, summary["conflicts"])


def read_of(row: Record, language: Language) -> PreviewRead:
    """A preview as the API gives it to the actor who found it."""
    summary = row["summary"]
    shown = {*row["told"], *summary["begun"]}
    names = summary["begun"] | {key: summary["names"][key] for key in row["told"]}
    return PreviewRead(
        id=row["id"],
        restructuring_id=row["restructuring_id"],
        revision=row["revision"],
        digest=row["digest"],
        made_at=row["made_at"],
        kept_until=row["kept_until"],
        known_at=row["known_at"],
        blocked=summary["blocked"],
        counts=[EffectCount(thing=thing, effect=effect, count=n) for thing, effect, n in summary["counts"]],
        grassroots_change=summary["grassroots_change"],
        ledger=Ledger(**summary["ledger"]),
        needs=[
            PreviewEnd(**{**one, "about": [key for key in one["about"] if key in shown]})
            for one in summary["needs"]
        ],
        conflicts=[ConflictRead(**one, detail=_detail(one, language)) for one in conflicts_of(row)],
        conflicts_count=summary["conflicts_count"],
        names=names,
    )


def _detail(one: Mapping[str, Any], language: Language) -> str:
    """A conflict as a sentence, with what can be done about it, and where."""
    return in_words(
        language,
        "restructuring_conflict",
        conflict=ConflictCode(one["code"]),
        remedy=ConflictRemedy(one["remedy"]),
        pointer=one["pointer"],
    )


def _reader(actor: Actor) -> queries.Reader:
    return queries.Reader(
        actor_id=actor.id,
        roles=roles_for(Action.READ_ORGANIZATION),
        grant_roles=roles_for(Action.READ_GRANT) + roles_for(Action.ANNUL_RESTRUCTURING),
        member_roles=roles_for(Action.READ_MEMBER),
    )


async def rows(
    connection: Connection,
    as_of: AsOf,
    actor: Actor,
    restructuring_id: UUID,
    preview_id: UUID,
    things: Sequence[Thing],
    effects: Sequence[Effect],
) -> Listing:
    """The rows of a preview about what the actor may read, in the order of things, by names."""
    summary = (await _kept(connection, as_of, actor, restructuring_id, preview_id))["summary"]
    sql, arguments, visible, names = queries.preview_rows(
        as_of,
        _reader(actor),
        preview_id,
        date.fromisoformat(summary["on"]),
        summary["begun"],
        [one.value for one in things] or None,
        [one.value for one in effects] or None,
    )
    persons = OfPersons() if not things or queries.OF_PERSONS.keys() & set(things) else None
    return Listing(sql, arguments, {"n": "bigint"}, to_row, visible=visible, extra=names, persons=persons)


def to_row(row: Record) -> PreviewRow:
    """A row as lists show it."""
    return PreviewRow(**{name: row[name] for name in PreviewRow.model_fields})


async def differing(
    connection: Connection, cause: Cause, kept: Record, other: UUID, plan: Plan, most: int
) -> list[dict[str, Any]]:
    """Rows about what the actor may read that only one of two previews has; `now`: only the second, of a plan.

    By names, but for persons: a refusal is no recorded read.
    """
    found = await queries.differing(
        connection,
        cause.as_of,
        _reader(cause.actor),
        kept["id"],
        other,
        plan.effective_on,
        (kept["summary"]["begun"], begun(plan)),
        most,
    )
    return [{"now": row["now"], **to_row(row).model_dump(mode="json", by_alias=True)} for row in found]


def begun(plan: Plan) -> dict[str, str]:
    """The names of what a document begins, by id."""
    return {
        str(key): named.name
        for key in plan.begun
        if (named := plan.after[key].name.at(plan.effective_on)) is not None
    }
