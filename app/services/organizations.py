"""Organizations: what a person asks of them."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, roles_for
from app.domain.authority import Authority
from app.domain.errors import Gone, NotFound, NotYet
from app.domain.finding import Finding, FindingCode
from app.models.authority import AuthorityHeld
from app.models.finding import to_findings
from app.models.organization import ChildItem, Headcount, OrganizationItem, OrganizationRead
from app.paging import Listing, check_frame
from app.queries import organizations as queries
from app.queries.asof import AsOf
from app.queries.reach import reads_past
from app.services.access import held_roles, permitted
from app.services.history import Cause
from app.services.successors import became, whole_until

ACTIONS = (
    Action.CHANGE_ORGANIZATION,
    Action.CORRECT_ORGANIZATION,
    Action.IMPORT_ORGANIZATIONS,
    Action.MANAGE_COMMITTEE,
    Action.CREATE_MEMBER,
    Action.IMPORT_MEMBERS,
    Action.MANAGE_GRANT,
)
"""What can be done with an organization."""

_BY_NAME = {"sort_key": "text", "id": "uuid"}


async def get(connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID) -> OrganizationRead:
    """One organization on a day. 404 where it is out of reach, or had not yet begun."""
    return (await find(connection, as_of, actor, organization_id))[0]


async def by_code(
    connection: Connection, as_of: AsOf, actor: Actor, code: str, *, dated: bool
) -> OrganizationRead:
    """The organization that bears a code on the day. 404 where none does, or it is out of reach.

    Asked without a day (not `dated`), a retired code is gone: the refusal names until when it was borne, and what has
    become of who bore it last, with shares.
    """
    found = await queries.bearer(connection, as_of, code)
    if found is None:
        raise NotFound("not_found")
    read = await get(connection, as_of, actor, found["organization_id"])
    if found["borne"]:
        return read
    if dated:
        raise NotFound("not_found")
    heirs = (await became(connection, as_of, {read.id: whole_until(as_of, read.ended_on)}))[read.id]
    raise Gone(
        "code_retired",
        until=found["until"].isoformat(),
        successors=[heir.model_dump(mode="json") for heir in heirs],
    )


async def after(connection: Connection, cause: Cause, organization_id: UUID) -> OrganizationRead:
    """The organization of today as an act has left it."""
    read, _ = await find(connection, cause.as_of, cause.actor, organization_id)
    return read.model_copy(update={"known_at": None})


async def find(
    connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID
) -> tuple[OrganizationRead, list[HeldRole]]:
    """One organization on a day, and the roles held over it; none where it is read for what it has become."""
    row = await queries.get(connection, as_of, organization_id, actor.id)
    held = held_roles(row["held"] if row else None)
    readers = roles_for(Action.READ_ORGANIZATION)
    if row is None or not (
        any(one.role in readers for one in held)
        or await reads_past(connection, organization_id, actor.id, readers, as_of.today)
    ):
        raise NotFound("not_found")
    known_at = check_frame(row, as_of)
    if row["began_on"] is None:
        raise NotYet("not_known_then") if as_of.known_at else NotFound("not_found")
    if row["name"] is None:
        raise NotYet("not_yet", began_on=str(row["began_on"]))
    assert known_at is not None  # it exists, so an operation made it
    read = OrganizationRead(
        **{name: row[name] for name in _READ_COLUMNS},
        external_ids=row["external_ids"] or {},
        authorities=[_authority(*one) for one in row["authorities"] or ()],
        ended_on=row["ended_on"] if row["ended_on"] and row["ended_on"] <= as_of.on else None,
        on=as_of.on,
        known_at=known_at,
        actions=permitted(ACTIONS, held),
    )
    return read, held


def _authority(kind: str, since: date, names_paper: bool) -> AuthorityHeld:
    """Who grants it does so by a decision [294 10.6, 22]; one that is not named is noted (R-ORG-14)."""
    missing = Finding("R-ORG-14", FindingCode.DECISION_NOT_NAMED, source="294 10.6, 22")
    return AuthorityHeld(
        kind=Authority(kind), since=since, findings=to_findings([] if names_paper else [missing])
    )


_READ_COLUMNS = tuple(
    set(OrganizationRead.model_fields)
    - {"external_ids", "authorities", "ended_on", "on", "known_at", "actions"}
)


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The organizations of a day within reach, by name."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_ORGANIZATION))
    return Listing(sql, arguments, _BY_NAME, _to_item, visible=visible)


def children(as_of: AsOf, actor: Actor, organization_id: UUID) -> Listing:
    """The children of an organization on a day, each with the counts of its branch."""
    sql, arguments, visible = queries.listed(
        as_of, queries.Filters(parent=organization_id), actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    return Listing(
        sql, arguments, _BY_NAME, _to_child, visible=visible, extra=queries.branch(as_of, "listed.id")
    )


def _to_item(row: Record) -> OrganizationItem:
    return OrganizationItem(**item(row))


def item(row: Record) -> dict[str, Any]:
    """What every list shows of an organization."""
    return {name: row[name] for name in OrganizationItem.model_fields}


def _to_child(row: Record) -> ChildItem:
    return ChildItem(
        **item(row),
        children=row["children"],
        members=headcount(row),
        own_members=None if row["before_opening"] else row["own_members"],
        before_opening=row["before_opening"],
    )


def headcount(row: Record) -> Headcount | None:
    """The numbers of a counted branch; none before its opening."""
    if row["before_opening"]:
        return None
    official, probationary = row["official"], row["probationary"]
    return Headcount(official=official, probationary=probationary, total=official + probationary)
