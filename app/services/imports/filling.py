"""Rows to fill templates with: what is on record below an organization, for those who may import the same there.

Sent back untouched, each row changes nothing. Protected fields are filled as far as the actor's duties show them
whole; an empty cell keeps what it stands for.
"""

from collections.abc import Callable, Mapping

from asyncpg import Record

from app.domain.access import TABLE, Action, Actor, Nearness, roles_for
from app.domain.imports import Filling
from app.paging import Listing
from app.queries.asof import AsOf
from app.queries.imports import filling as queries
from app.queries.imports.filling import Rows
from app.queries.reads import OfPersons

Fill = Callable[[AsOf, Actor, Filling], Listing]
"""The list that fills a template of a kind; its items are records whose columns are the file's."""

_BY_NAME = {"sort_key": "text", "id": "uuid"}


def _listing(rows: Rows, order: Mapping[str, str], persons: OfPersons | None = None) -> Listing:
    return Listing(
        rows.sql, rows.arguments, order, _itself, extra=rows.cells, visible=rows.visible, persons=persons
    )


def _itself(row: Record) -> Record:
    return row


def organizations(as_of: AsOf, actor: Actor, filling: Filling) -> Listing:
    """The organizations of the day."""
    rows = queries.organizations(as_of, filling, actor.id, roles_for(Action.IMPORT_ORGANIZATIONS))
    return _listing(rows, _BY_NAME)


def members(as_of: AsOf, actor: Actor, filling: Filling) -> Listing:
    """The members on the roll of the day, in Vietnamese order; recorded with what is shown whole."""
    rows = queries.members(
        as_of,
        filling,
        actor.id,
        roles_for(Action.IMPORT_MEMBERS),
        roles_for(Action.READ_BIRTH_DATE),
        roles_for(Action.READ_RESIDENCE),
    )
    return _listing(rows, _BY_NAME, OfPersons(fields=queries.BIRTHS_AND_RESIDENCES))


def memberships(as_of: AsOf, actor: Actor, filling: Filling) -> Listing:
    """The same members, where they belong."""
    rows = queries.memberships(as_of, filling, actor.id, roles_for(Action.IMPORT_MEMBERS))
    return _listing(rows, _BY_NAME, OfPersons())


def seats(as_of: AsOf, actor: Actor, filling: Filling) -> Listing:
    """The seats of the day in committees that the actor manages; whose members are out of reach are not named."""
    managers = TABLE[Action.MANAGE_COMMITTEE]
    within = [role.value for role, nearness in managers.items() if nearness is Nearness.WITHIN]
    rows = queries.seats(
        as_of, filling, actor.id, roles_for(Action.MANAGE_COMMITTEE), within, roles_for(Action.READ_MEMBER)
    )
    return _listing(rows, {"id": "uuid"}, OfPersons())


def external_ids(as_of: AsOf, actor: Actor, filling: Filling) -> Listing:
    """The ids of the day in all systems: of members, and of organizations where the actor imports these."""
    rows = queries.external_ids(
        as_of, filling, actor.id, roles_for(Action.IMPORT_MEMBERS), roles_for(Action.IMPORT_ORGANIZATIONS)
    )
    return _listing(rows, {"subject": "text", "subject_id": "uuid", "other_system": "text"}, OfPersons())
