"""What is on record below an organization, as rows of a file that says it again: one list for each kind of file.

The columns of the lists bear the names of the file's; what is masked from the actor is null, and so an empty cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.imports import Filling, ImportKey, ImportSubject
from app.queries import members as member_lists
from app.queries import organizations as organization_lists
from app.queries.asof import AsOf
from app.queries.conditions import Conditions
from app.queries.facts import SEAT
from app.queries.imports.naming import organization_told, told
from app.queries.imports.seats import RECORDED_OF_COMMITTEE
from app.queries.members import home, home_of_row
from app.queries.reach import reachable, reachable_from_above, reached
from app.queries.things import version


@dataclass(frozen=True, slots=True)
class Rows:
    """A list as SQL: the things, who may see that there is such a list, and the cells that need looking up."""

    sql: str
    arguments: list[Any]
    visible: str
    cells: str


_LISTED_ALREADY = ("full_name", "sex")
_BIRTHS = ("birth_date", "citizen_birth_date")

BIRTHS_AND_RESIDENCES = """array_remove(ARRAY[
    CASE WHEN bool_or(birth_seen) THEN 'birth_date' END,
    CASE WHEN bool_or(residence_seen) THEN 'residence' END], NULL)"""
"""The protected fields that rows of members show whole."""


def members(
    as_of: AsOf,
    filling: Filling,
    actor_id: UUID,
    roles: Sequence[str],
    birth_roles: Sequence[str],
    residence_roles: Sequence[str],
) -> Rows:
    """The members on the roll of the day, with what the actor's duties show whole of each; never their numbers."""
    more = [name for name in member_lists.PARTICULARS if name not in _LISTED_ALREADY]
    rows = memberships(as_of, filling, actor_id, roles, more)
    birth, residence = (f"${len(rows.arguments) + number}" for number in (3, 4))
    near = "m.cell_id" if as_of.on == as_of.today else home("m.id", "$5")
    shown = {name: "birth_seen" for name in _BIRTHS} | {"residence": "residence_seen"}
    masked = (
        f"CASE WHEN {shown[name]} THEN {name} END AS {name}" if name in shown else name
        for name in (*_LISTED_ALREADY, *more)
    )
    sql = f"""
        SELECT id, sort_key, cell_id, standing, valid_from, birth_seen, residence_seen, {", ".join(masked)} FROM (
            SELECT m.*, {near} IN ({reached("$3", birth, "$5")}) AS birth_seen,
                   {near} IN ({reached("$3", residence, "$5")}) AS residence_seen
            FROM ({rows.sql}) m
        ) seen"""
    cells = f"""
        {rows.cells}, coalesce((
            SELECT a.status FROM {as_of.holding("activity")} a WHERE a.member_id = listed.id
        ), 'active') AS activity_status"""
    return Rows(sql, [*rows.arguments, list(birth_roles), list(residence_roles)], rows.visible, cells)


def memberships(
    as_of: AsOf, filling: Filling, actor_id: UUID, roles: Sequence[str], more: Sequence[str] = ()
) -> Rows:
    """Where the members on the roll of the day belong."""
    sql, arguments, visible = member_lists.listed(
        as_of, member_lists.Filters(within=filling.within), actor_id, list(roles), more=more
    )
    system = f"${len(arguments) + 3}"
    shown = "".join(f", {name}" for name in (*_LISTED_ALREADY, *more))
    sql = f"""
        SELECT id, sort_key, cell_id, standing, $1::date AS valid_from{shown}
        FROM ({sql}) on_roll WHERE {system}::text IS NOT NULL"""
    cells = f"""
        SELECT {told("member", "listed.id", "$1::date", system)} AS external_id,
               {organization_told(filling.key, "listed.cell_id", "$1::date", system)} AS cell,
               (SELECT o.version FROM member o WHERE o.id = listed.id) AS row_version"""
    return Rows(sql, [*arguments, filling.system], visible, cells)


def organizations(as_of: AsOf, filling: Filling, actor_id: UUID, roles: Sequence[str]) -> Rows:
    """The organizations of the day. Above the topmost nothing is told."""
    sql, arguments, visible = organization_lists.listed(
        as_of, organization_lists.Filters(within=filling.within), actor_id, list(roles)
    )
    system, top = (f"${len(arguments) + number}" for number in (3, 4))
    sql = f"""
        SELECT id, nullif(id, {top}::uuid) IS NOT NULL AS placed, parent_id, code, type, name, name_en, sort_key,
               sector, $1::date AS valid_from
        FROM ({sql}) there WHERE {system}::text IS NULL OR true"""
    # By codes, an id of another day than this would be told as the one of this day.
    external_id = (
        told("organization", "listed.id", "$1::date", system)
        if filling.key is ImportKey.EXTERNAL_ID
        else f"""(
            SELECT x.external_id FROM {as_of.holding("organization_external_id")} x
            WHERE x.organization_id = listed.id AND x.system = {system}::text)"""
    )
    cells = f"""
        SELECT {external_id} AS external_id,
               CASE WHEN listed.placed
                    THEN {organization_told(filling.key, "listed.parent_id", "$1::date", system)} END AS parent,
               (SELECT lower(o.valid) FROM {as_of.believed("organization_opening")} o
                WHERE o.organization_id = listed.id) AS opened_on,
               (SELECT o.version FROM organization o WHERE o.id = listed.id) AS row_version"""
    return Rows(sql, [*arguments, filling.system, filling.within], visible, cells)


def seats(
    as_of: AsOf,
    filling: Filling,
    actor_id: UUID,
    roles: Sequence[str],
    roles_within: Sequence[str],
    readers: Sequence[str],
) -> Rows:
    """The seats of the day, in committees that the actor manages (`roles_within`: also the organization's own)."""
    seats = Conditions(as_of, actor_id, roles)
    system, within, reading = (
        seats.place(one) for one in (filling.system, list(roles_within), list(readers))
    )
    seats.want(f"c.organization_id IN ({seats.below(filling.within)})")
    seats.want(
        f"({seats.near('c.organization_id', within)}"
        f" OR {reachable_from_above('c.organization_id', '$3', '$4', '$5')})"
    )
    seats.want(f"num_nulls({system}::text, {reading}::text[]) = 0")
    sql = f"""
        SELECT s.seat_id AS id, s.committee_id, s.member_id, s.title, s.basis, s.end_reason,
               lower(s.valid) AS valid_from, upper(s.valid) AS valid_to, c.organization_id, c.kind AS committee_kind
        FROM {as_of.holding("seat")} s CROSS JOIN LATERAL (
            SELECT k.kind, k.organization_id FROM committee k WHERE k.committee_id = s.committee_id LIMIT 1) c
        WHERE {seats.wanted}"""
    recorded = RECORDED_OF_COMMITTEE.format(committee="listed.committee_id", prefix="")
    named = organization_told(filling.key, "listed.organization_id", "held.term_from", system)
    seen = reachable(home("listed.member_id", "$5"), "$3", reading, "$5")
    cells = f"""
        SELECT held.*, {named} AS organization,
               CASE WHEN {seen} THEN {told("member", "listed.member_id", "listed.valid_from", system)} END AS member,
               {version(SEAT, "listed.id")} AS row_version
        FROM ({recorded}) held"""
    return Rows(sql, seats.arguments, seats.visible, cells)


def external_ids(
    as_of: AsOf, filling: Filling, actor_id: UUID, roles: Sequence[str], organization_roles: Sequence[str]
) -> Rows:
    """The ids of the day of the members on the roll, and of organizations where `organization_roles` are held."""
    ids = Conditions(as_of, actor_id, roles)
    system, importers = ids.place(filling.system), ids.place(list(organization_roles))
    below = ids.below(filling.within)
    said = "x.system AS other_system, x.external_id AS other_id, lower(x.valid) AS valid_from"
    sql = f"""
        SELECT '{ImportSubject.ORGANIZATION}' AS subject, x.organization_id AS subject_id, {said}
        FROM {as_of.holding("organization_external_id")} x
        WHERE x.organization_id IN ({below}) AND {ids.near("x.organization_id", importers)}
        UNION ALL
        SELECT '{ImportSubject.MEMBER}', x.member_id, {said}
        FROM {as_of.holding("member_external_id")} x JOIN {as_of.holding("membership")} m USING (member_id)
        WHERE m.cell_id IN ({below}) AND {ids.near(home_of_row())} AND {system}::text IS NOT NULL"""
    named = organization_told(filling.key, "listed.subject_id", "listed.valid_from", system)
    cells = f"""
        SELECT CASE listed.subject WHEN '{ImportSubject.ORGANIZATION}' THEN {named}
                    ELSE {told("member", "listed.subject_id", "listed.valid_from", system)} END AS known_as,
               coalesce((SELECT o.version FROM organization o WHERE o.id = listed.subject_id),
                        (SELECT o.version FROM member o WHERE o.id = listed.subject_id)) AS row_version"""
    return Rows(sql, ids.arguments, ids.visible, cells)
