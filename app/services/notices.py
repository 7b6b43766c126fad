"""Notices of other systems: read."""

from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain import access, notices
from app.domain.access import Action, Actor, HeldRole, allows, roles_for
from app.domain.errors import Forbidden, NotFound
from app.domain.masking import mask_birth_date, mask_number
from app.domain.matching import Match, MatchOutcome, OnPaper
from app.domain.names import fold
from app.domain.notices import STEPS, NoticeState
from app.domain.steps import open_steps
from app.models.member_matches import RowMatch
from app.models.notice import NoticeItem, NoticePersonRead, NoticeRead
from app.models.operation import ActorName
from app.paging import Listing, check_frame
from app.queries import notices as queries
from app.queries import reads
from app.queries.asof import AsOf
from app.queries.ranges import to_possible_day
from app.queries.reads import Asking, OfPersons
from app.recording import recorded_or_refused
from app.services import member_matches
from app.services.access import held_roles, open_step, permitted

ACTIONS = (Action.SETTLE_NOTICE,)
"""What can be done with a notice."""


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The notices within reach, those due first before the others, those without a known limit first of all."""
    sql, arguments, visible, extra = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_NOTICE))
    return Listing(
        sql,
        arguments,
        queries.ORDER,
        to_item,
        visible=visible,
        extra=extra,
        persons=OfPersons(),
        duty=Action.READ_NOTICE,
    )


def to_item(row: Record) -> NoticeItem:
    """A notice as lists show it."""
    return NoticeItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    return {name: row[name] for name in NoticeItem.model_fields}


async def get(
    connection: Connection, as_of: AsOf, asking: Asking, actor: Actor, notice_id: UUID
) -> NoticeRead:
    """One notice, recorded as a read of the member it means. 404 where it is out of reach."""
    row, held = await find(connection, as_of, actor, notice_id)
    await _record(connection, asking, row)
    return to_read(row, as_of, actor, held)


async def _record(connection: Connection, asking: Asking, row: Record) -> None:
    with recorded_or_refused():
        await reads.record(connection, asking, OfPersons(row["member_id"]), int(row["person_kept"]))


async def candidates(
    connection: Connection, as_of: AsOf, asking: Asking, actor: Actor, notice_id: UUID
) -> RowMatch:
    """Whom of the members within the actor's own reach a notice may mean; what is shown is recorded.

    Nobody once whom it is about is kept no longer.
    """
    row, _ = await find(connection, as_of, actor, notice_id)
    if row["person_kept"]:
        name = row["person_name"]
        person = OnPaper(
            fold(name) if name else None, to_possible_day(row["birth_date"]), row["number"], row["cell_id"]
        )
        asked = [member_matches.Row(person, row["system"], row["person_external_id"])]
        compared = await member_matches.compare(connection, as_of, actor.id, asked)
        matched = member_matches.shown(compared.matches[0], compared.members[0])
    else:
        matched = member_matches.shown(Match(MatchOutcome.NONE, ()), {})
    await member_matches.record_shown(connection, asking, [matched])
    return matched


async def find(
    connection: Connection, as_of: AsOf, actor: Actor, notice_id: UUID
) -> tuple[Record, list[HeldRole]]:
    """A notice and the roles held where it is reached; 404 where it may not be read."""
    rows = await queries.get_many(connection, as_of, [notice_id], actor.id)
    held = held_roles(rows[0]["held"] if rows else None)
    if not allows(Action.READ_NOTICE, held):
        raise NotFound("not_found")
    check_frame(rows[0], as_of)
    return rows[0], held


def refusal(actor: Actor, held: list[HeldRole]) -> Forbidden | None:
    """Why the steps of a notice are not the actor's."""
    return access.refusal(Action.SETTLE_NOTICE, held) or notices.refusal(machine=actor.is_machine)


def to_read(row: Record, as_of: AsOf, actor: Actor, held: list[HeldRole]) -> NoticeRead:
    """One notice with what this actor may see of whom it is about, and can do with it."""
    refused = refusal(actor, held)
    return NoticeRead(
        **_item(row),
        about=_person(row, whole_birth=allows(Action.READ_BIRTH_DATE, held)),
        sent_by=ActorName(id=row["sender_id"], name=row["sender_name"]),
        matched_by=_named(row, "matcher"),
        closed_by=_named(row, "closer"),
        **{name: row[name] for name in ("closed_at", "closing_reason", "settled_by")},
        steps=[open_step(one, refused) for one in open_steps(STEPS, NoticeState(row["state"]))],
        known_at=as_of.known_at or row["frame_latest"],
        actions=permitted(ACTIONS, held),
    )


def _named(row: Record, who: str) -> ActorName | None:
    return ActorName(id=row[f"{who}_id"], name=row[f"{who}_name"]) if row[f"{who}_id"] else None


def _person(row: Record, *, whole_birth: bool) -> NoticePersonRead | None:
    if not row["person_kept"]:
        return None
    born = to_possible_day(row["birth_date"])
    return NoticePersonRead(
        external_id=row["person_external_id"],
        full_name=row["person_name"],
        birth_date=born if whole_birth else mask_birth_date(born),
        birth_date_masked=not whole_birth,
        number=mask_number(row["number"]) if row["number"] else None,
        cell_id=row["cell_id"],
    )
