"""Records that may be of one person; and that two are of different persons, said, read and struck out."""

from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.errors import Conflict, FieldError, Invalid, NotFound
from app.domain.matching import MatchReason
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.fact import FIRST_DAY
from app.models.member_distinction import (
    DistinctionCorrection,
    DistinctionItem,
    DistinctionNew,
    DistinctionRead,
    DuplicateMember,
    DuplicatePair,
)
from app.paging import Listing, check_frame
from app.queries import facts, locks
from app.queries import member_distinctions as queries
from app.queries.asof import AsOf
from app.queries.facts import Wanted
from app.queries.reads import OfPersons
from app.services import history
from app.services.access import held_roles, permitted
from app.services.history import Cause

ACTIONS = (Action.DISTINGUISH_MEMBERS,)
"""What can be done with a distinction."""

_ALWAYS = Period(date.fromisoformat(FIRST_DAY))


def duplicates(as_of: AsOf, actor: Actor, within: UUID | None) -> Listing:
    """Pairs of records within reach that may be of one person and were not said to be of two, by name."""
    roles = roles_for(Action.READ_BIRTH_DATE)
    sql, arguments, visible, extra = queries.duplicates(as_of, actor.id, roles, within)
    return Listing(
        sql,
        arguments,
        queries.ORDER,
        _to_pair,
        visible=visible,
        extra=extra,
        persons=OfPersons(),
        duty=Action.READ_BIRTH_DATE,
    )


def _to_pair(row: Record) -> DuplicatePair:
    reasons = [MatchReason.NUMBER] if row["numbered"] else []
    reasons += [MatchReason.NAME, MatchReason.BIRTH_DATE] if row["named"] else []
    return DuplicatePair(members=[DuplicateMember(**one) for one in row["members"]], reasons=reasons)


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The pairs said to be of different persons, both within reach, in the order in which that was said."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_MEMBER))
    return Listing(sql, arguments, {"id": "uuid"}, _to_item, visible=visible)


def _to_item(row: Record) -> DistinctionItem:
    return DistinctionItem(
        members=[row["one_id"], row["other_id"]],
        **{name: row[name] for name in ("id", "reason", "said_at", "version")},
    )


async def get(connection: Connection, as_of: AsOf, actor: Actor, distinction_id: UUID) -> DistinctionRead:
    """One distinction, whether or not it was struck out. 404 where one of its members is out of reach."""
    return (await _find(connection, as_of, actor, distinction_id))[0]


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, distinction_id: UUID
) -> tuple[DistinctionRead, Record, list[list[HeldRole]]]:
    row = await queries.get(connection, as_of, distinction_id, actor.id)
    ends = [held_roles(row[end]) for end in ("one_held", "other_held")] if row else []
    if row is None or not all(allows(Action.READ_MEMBER, held) for held in ends):
        raise NotFound("not_found")
    check_frame(row, as_of)
    narrowest = min(ends, key=lambda held: allows(Action.DISTINGUISH_MEMBERS, held))
    read = DistinctionRead(
        **_to_item(row).model_dump(),
        struck_out_at=row["struck_out_at"],
        known_at=as_of.known_at or row["frame_latest"],
        actions=permitted(ACTIONS, narrowest),
    )
    return read, row, ends


async def distinguish(connection: Connection, cause: Cause, document: DistinctionNew) -> DistinctionRead:
    """Say that two records are of different persons: they are no longer taken for one."""
    one_id, other_id = sorted(document.members)
    if one_id == other_id:
        raise Invalid(FieldError("/body/members", "members_are_the_same"))
    await locks.own_members(connection, [one_id, other_id])
    ends = await queries.ends(connection, [one_id, other_id], cause.actor.id, cause.today)
    held = {key: held_roles(row["held"]) for key, row in ends.items()}
    unknown = [
        FieldError(f"/body/members/{number}", "unknown_member")
        for number, key in enumerate(document.members)
        if not allows(Action.READ_MEMBER, held.get(key, []))
    ]
    if unknown:
        raise Invalid(*unknown)
    for roles in held.values():
        require(Action.DISTINGUISH_MEMBERS, roles)
    if await queries.is_distinct(connection, one_id, other_id):
        raise Conflict("distinction_exists")
    distinction_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBERS_DISTINGUISHED,
        {"distinction": str(distinction_id), "members": [str(one_id), str(other_id)]},
        reason=document.reason,
    )
    wanted = Wanted((distinction_id,), _ALWAYS, {"one_id": one_id, "other_id": other_id})
    await facts.overwrite(connection, facts.MEMBER_DISTINCTION, operation_id, [wanted])
    concerned = {row["cell_id"] for row in ends.values()}
    await history.touch(connection, cause, operation_id, concerned=concerned)
    return await _after(connection, cause, distinction_id)


async def correct(
    connection: Connection,
    cause: Cause,
    distinction_id: UUID,
    expected_version: int,
    document: DistinctionCorrection,
) -> DistinctionRead:
    """Strike a distinction out: it was said in error. `known_at` still shows it."""
    await queries.own_members(connection, distinction_id)
    read, row, ends = await _find(connection, cause.as_of, cause.actor, distinction_id)
    for held in ends:
        require(Action.DISTINGUISH_MEMBERS, held)
    require_version(expected_version, read.version)
    if not row["holds"]:
        raise Invalid(FieldError("/body", "nothing_to_change"))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.DISTINCTION_CORRECTED,
        {"distinction": str(distinction_id), "evidence": document.evidence},
        reason=document.reason,
    )
    struck_out = Wanted((distinction_id,), _ALWAYS, None)
    await facts.overwrite(connection, facts.MEMBER_DISTINCTION, operation_id, [struck_out])
    concerned = {row["one_home"], row["other_home"]}
    await history.touch(connection, cause, operation_id, concerned=concerned)
    return await _after(connection, cause, distinction_id)


async def _after(connection: Connection, cause: Cause, distinction_id: UUID) -> DistinctionRead:
    read = await get(connection, cause.as_of, cause.actor, distinction_id)
    return read.model_copy(update={"known_at": None})
