"""The record of reads as SQL: written by the statement that reads, read by who audits.

An answer and its record are one statement: there is no answer without a record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record
from uuid_utils.compat import uuid7

from app.queries.asof import AsOf
from app.queries.conditions import Conditions
from app.queries.members import home, named_member
from app.queries.reach import reaches_root


@dataclass(frozen=True, slots=True)
class Asking:
    """What the record keeps of a request. The hash is of what lists are asked."""

    actor_id: UUID
    route: str
    request_id: str | None
    query_hash: bytes


@dataclass(frozen=True, slots=True)
class OfPersons:
    """That a list shows persons: several, or all of one (`member_id`).

    `fields` is what of that one it shows whole, as an SQL expression over the items (`answered`).
    """

    member_id: UUID | None = None
    fields: str = "'{}'::text[]"


_COLUMNS = "id, actor_id, route, request_id, member_id, query_hash, count, fields"


def page(
    statement: str, order: Iterable[str], persons: OfPersons, asking: Asking, limit: int, place: int
) -> tuple[str, list[Any]]:
    """A page's statement that also records the page, with its further arguments from `$place` on.

    A list that is refused (not visible, or asked for an instant to come) is not recorded.
    """
    marks = [f"${place + number}" for number in range(6)]
    counted = f"least(count(*) FILTER (WHERE item_is), {limit})"
    sql = f"""
        WITH answered AS MATERIALIZED ({statement}), recorded AS (
            INSERT INTO recorded_read ({_COLUMNS})
            SELECT {marks[0]}::uuid, {marks[1]}::uuid, {marks[2]}::text, {marks[3]}::text, {marks[4]}::uuid,
                   {marks[5]}::bytea, CASE WHEN {marks[4]}::uuid IS NULL THEN {counted} END, {persons.fields}
            FROM answered
            WHERE frame_visible AND ($2::timestamptz IS NULL OR $2::timestamptz <= frame_latest)
            HAVING count(*) > 0
        )
        SELECT * FROM answered ORDER BY {", ".join(order)}"""
    return sql, _arguments(persons.member_id, asking)


def _arguments(member_id: UUID | None, asking: Asking) -> list[Any]:
    query_hash = asking.query_hash if member_id is None else None
    return [uuid7(), asking.actor_id, asking.route, asking.request_id, member_id, query_hash]


async def record(
    connection: Connection,
    asking: Asking,
    persons: OfPersons,
    count: int,
    fields: Sequence[str] = (),
    file: str | None = None,
) -> None:
    """Record an answer whose count is known before it is given; `file` where it is a whole list, by format."""
    await connection.execute(
        f"INSERT INTO recorded_read ({_COLUMNS}, file) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *_arguments(persons.member_id, asking),
        count if persons.member_id is None else None,
        list(fields),
        file,
    )


async def delete_before(connection: Connection, instant: datetime) -> int:
    """Delete what was recorded before an instant; answers how many answers that were. The owner of the table may."""
    deleted: str = await connection.execute("DELETE FROM recorded_read WHERE read_at < $1", instant)
    return int(deleted.rpartition(" ")[2])


@dataclass(frozen=True, slots=True)
class Showing:
    """What it takes to be shown one member: the roles that may, and pairs of a field and a role that sees it whole."""

    roles: list[str]
    fields: Sequence[tuple[str, str]]
    purpose: str | None = None


async def get_recorded(
    connection: Connection, statement: str, arguments: Sequence[Any], asking: Asking, showing: Showing
) -> Record | None:
    """One member by the statement of `members.one`, recorded where it may be shown.

    `shown_whole` holds the fields that the record says were shown whole; null where nothing was recorded, since
    the member may not be shown: the caller says why.
    """
    place = len(arguments) + 1
    named, actor, route, request, roles, fields, seeing, purpose = (f"${place + n}" for n in range(8))
    return await connection.fetchrow(
        f"""
        WITH answered AS MATERIALIZED (
            SELECT one.*, ARRAY(SELECT split_part(role, ':', 1) FROM unnest(one.held) role) AS roles
            FROM ({statement}) one
        ), recorded AS (
            INSERT INTO recorded_read (id, actor_id, route, request_id, member_id, fields, purpose)
            SELECT {named}::uuid, {actor}::uuid, {route}::text, {request}::text, answered.id, ARRAY(
                SELECT DISTINCT whole.field FROM unnest({fields}::text[], {seeing}::text[]) whole(field, role)
                WHERE whole.role = ANY(answered.roles) ORDER BY whole.field
            ), {purpose}::text
            FROM answered
            WHERE answered.roles && {roles}::text[] AND began_on <= $1::date AND full_name IS NOT NULL
              AND ($2::timestamptz IS NULL OR $2::timestamptz <= frame_latest)
            RETURNING fields
        )
        SELECT answered.*, recorded.fields AS shown_whole FROM answered LEFT JOIN recorded ON true
        """,
        *arguments,
        uuid7(),
        asking.actor_id,
        asking.route,
        asking.request_id,
        showing.roles,
        [field for field, _ in showing.fields],
        [role for _, role in showing.fields],
        showing.purpose,
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What the record is narrowed to; None: not narrowed. `until` is not included."""

    within: UUID | None = None
    member: UUID | None = None
    actor: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


ORDER: Mapping[str, str] = {"read_at": "timestamptz", "id": "uuid"}


def listed(
    as_of: AsOf, actor_id: UUID, roles: list[str], readers: list[str], filters: Filters
) -> tuple[str, list[Any], str, str]:
    """The reads of members within reach: SQL, arguments, visibility, and what the duty asks for besides.

    Those of lists belong to no one organization: they are for who audits the whole register. Of a member whom one
    of the `readers` may read, but not the record of it, it is the duty that is missing.
    """
    reads = Conditions(as_of, actor_id, roles)
    reads.want("($2::timestamptz IS NULL OR r.read_at <= $2)")
    home_of_read = home("r.member_id", "$5")
    dutiful = "true"
    if filters.member is not None:
        member = named_member(reads, filters.member)
        reads.want(f"r.member_id = {member}")
        place = home(member, "$5")
        dutiful = f"({reads.near(place)} OR NOT {reads.near(place, reads.place(readers))})"
    else:
        everything = reaches_root("$3", "$4", "$5")
        reads.want(f"({everything} OR (r.member_id IS NOT NULL AND {reads.near(home_of_read)}))")
    if filters.within is not None:
        reads.want(f"r.member_id IS NOT NULL AND {home_of_read} IN ({reads.below(filters.within)})")
    reads.want_if(filters.actor, "r.actor_id = {}::uuid")
    reads.want_if(filters.since, "r.read_at >= {}::timestamptz")
    reads.want_if(filters.until, "r.read_at < {}::timestamptz")
    sql = f"""
        SELECT r.id, r.read_at, r.actor_id, r.route, r.request_id, r.member_id, r.fields, r.purpose,
               encode(r.query_hash, 'hex') AS query_hash, r.count, r.file
        FROM recorded_read r WHERE {reads.wanted}"""
    return sql, reads.arguments, reads.visible, dutiful


def named() -> str:
    """The name of who read each listed answer, as far as the register knows it."""
    return "SELECT a.name AS actor_name FROM actor a WHERE a.id = listed.actor_id"
