"""Persons on paper who are not a member: said, read and struck out."""

from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.errors import Conflict, FieldError, Invalid, NotFound
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.fact import FIRST_DAY
from app.models.member_distinction import DistinctionCorrection
from app.models.paper_distinction import PaperDistinctionItem, PaperDistinctionNew, PaperDistinctionRead
from app.paging import Listing, check_frame
from app.queries import facts, locks, member_distinctions
from app.queries import paper_distinctions as queries
from app.queries.asof import AsOf
from app.queries.facts import Wanted
from app.services import history
from app.services.access import held_roles, permitted
from app.services.history import Cause

ACTIONS = (Action.DISTINGUISH_MEMBERS,)
"""What can be done with a distinction."""

_ALWAYS = Period(date.fromisoformat(FIRST_DAY))


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The persons on paper said not to be a member within reach, in the order in which that was said."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_MEMBER))
    return Listing(sql, arguments, {"id": "uuid"}, _to_item, visible=visible)


def _to_item(row: Record) -> PaperDistinctionItem:
    return PaperDistinctionItem(**{name: row[name] for name in PaperDistinctionItem.model_fields})


async def get(
    connection: Connection, as_of: AsOf, actor: Actor, distinction_id: UUID
) -> PaperDistinctionRead:
    """One distinction, whether or not it was struck out. 404 where the member is out of reach."""
    return (await _find(connection, as_of, actor, distinction_id))[0]


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, distinction_id: UUID
) -> tuple[PaperDistinctionRead, Record, list[HeldRole]]:
    row = await queries.get(connection, as_of, distinction_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not allows(Action.READ_MEMBER, held):
        raise NotFound("not_found")
    check_frame(row, as_of)
    read = PaperDistinctionRead(
        **_to_item(row).model_dump(),
        struck_out_at=row["struck_out_at"],
        known_at=as_of.known_at or row["frame_latest"],
        actions=permitted(ACTIONS, held),
    )
    return read, row, held


async def distinguish(
    connection: Connection, cause: Cause, document: PaperDistinctionNew
) -> PaperDistinctionRead:
    """Say that whom a system knows by an id is not a member: no match and no file takes one for the other again."""
    paper = (document.member_id, document.system, document.external_id)
    await locks.own_members(connection, [document.member_id])
    ends = await member_distinctions.ends(connection, [document.member_id], cause.actor.id, cause.today)
    member = ends.get(document.member_id)
    held = held_roles(member["held"] if member else None)
    if member is None or not allows(Action.READ_MEMBER, held):
        raise Invalid(FieldError("/body/member_id", "unknown_member"))
    require(Action.DISTINGUISH_MEMBERS, held)
    if await queries.is_borne(connection, *paper):
        raise Conflict("paper_is_of_member")
    if await queries.is_said(connection, *paper):
        raise Conflict("paper_distinction_exists")
    distinction_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.PAPER_DISTINGUISHED,
        {"distinction": str(distinction_id), "member": str(document.member_id)},
        reason=document.reason,
    )
    wanted = Wanted(
        (distinction_id,), _ALWAYS, document.model_dump(include=set(facts.PAPER_DISTINCTION.values))
    )
    await facts.overwrite(connection, facts.PAPER_DISTINCTION, operation_id, [wanted])
    await history.touch(connection, cause, operation_id, concerned={member["cell_id"]})
    return await _after(connection, cause, distinction_id)


async def correct(
    connection: Connection,
    cause: Cause,
    distinction_id: UUID,
    expected_version: int,
    document: DistinctionCorrection,
) -> PaperDistinctionRead:
    """Strike a distinction out: it was said in error. `known_at` still shows it."""
    await queries.own_member(connection, distinction_id)
    read, row, held = await _find(connection, cause.as_of, cause.actor, distinction_id)
    require(Action.DISTINGUISH_MEMBERS, held)
    require_version(expected_version, read.version)
    if not row["holds"]:
        raise Invalid(FieldError("/body", "nothing_to_change"))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.PAPER_DISTINCTION_CORRECTED,
        {"distinction": str(distinction_id), "evidence": document.evidence},
        reason=document.reason,
    )
    struck_out = Wanted((distinction_id,), _ALWAYS, None)
    await facts.overwrite(connection, facts.PAPER_DISTINCTION, operation_id, [struck_out])
    await history.touch(connection, cause, operation_id, concerned={row["home_id"]})
    return await _after(connection, cause, distinction_id)


async def _after(connection: Connection, cause: Cause, distinction_id: UUID) -> PaperDistinctionRead:
    read = await get(connection, cause.as_of, cause.actor, distinction_id)
    return read.model_copy(update={"known_at": None})
