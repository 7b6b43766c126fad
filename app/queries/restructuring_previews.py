"""Previews of restructurings as SQL: kept for a day, with a row for all that would change; told by names when read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.restructuring.effects import AffectedThing as Thing
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.members import going_on, home, name_of
from app.queries.reach import reachable

KEPT = "24 hours"
"""How long a preview can be asked for."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the rows of previews: by which roles organizations, whose roles end or reach otherwise, and members."""

    actor_id: UUID
    roles: list[str]
    grant_roles: list[str]
    member_roles: list[str]


_IDS = "thing, effect, id, organization_id, from_id, to_id, detail"


async def keep_preview(
    connection: Connection,
    preview_id: UUID,
    restructuring_id: UUID,
    revision: int,
    digest: str,
    actor_id: UUID,
    summary: Mapping[str, Any],
) -> None:
    """Keep a preview, and let go of those that are over."""
    gone = f"SELECT id FROM restructuring_preview WHERE made_at < clock_timestamp() - interval '{KEPT}'"
    await connection.execute(f"DELETE FROM restructuring_preview_row WHERE preview_id IN ({gone})")
    await connection.execute(f"DELETE FROM restructuring_preview WHERE id IN ({gone})")
    await connection.execute(
        f"""
        INSERT INTO restructuring_preview (id, restructuring_id, revision, digest, actor_id, known_at, summary)
        VALUES ($1, $2, $3, $4, $5, {LATEST}, $6)
        """,
        preview_id,
        restructuring_id,
        revision,
        digest,
        actor_id,
        summary,
    )


async def keep_rows(connection: Connection, preview_id: UUID, rows: Sequence[tuple[Any, ...]]) -> None:
    """Keep rows of a preview that the plan itself says: thing, effect, id, organization, from, to, detail."""
    await connection.execute(
        """
        INSERT INTO restructuring_preview_row (preview_id, thing, effect, id, organization_id, from_id, to_id, detail)
        SELECT $1, * FROM unnest(
            $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::jsonb[])
        """,
        preview_id,
        *([row[place] for row in rows] for place in range(7)),
    )


async def preview(
    connection: Connection,
    restructuring_id: UUID,
    preview_id: UUID | None,
    digest: str | None,
    actor_id: UUID,
    roles: list[str],
    today: date,
) -> Record | None:
    """A preview that is kept still: by its id, or the latest of a digest.

    `told`: those of the organizations in its conflicts that its revision names, or that are within the actor's reach.
    """
    return await connection.fetchrow(
        f"""
        SELECT kept.*, kept.made_at + interval '{KEPT}' AS kept_until, ARRAY(
            SELECT concerned.id FROM jsonb_object_keys(kept.summary -> 'names') concerned(id)
            WHERE {reachable("concerned.id::uuid", "$4", "$5", "$6")} OR EXISTS (
                SELECT FROM restructuring_organization o WHERE o.restructuring_id = kept.restructuring_id
                AND o.n = kept.revision AND o.organization_id = concerned.id::uuid)
        ) AS told
        FROM restructuring_preview kept
        WHERE restructuring_id = $1 AND ($2::uuid IS NULL OR id = $2) AND ($3::text IS NULL OR digest = $3)
          AND made_at > clock_timestamp() - interval '{KEPT}'
        ORDER BY made_at DESC LIMIT 1
        """,
        restructuring_id,
        preview_id,
        digest,
        actor_id,
        roles,
        today,
    )


async def preview_counts(connection: Connection, preview_id: UUID) -> list[Record]:
    """How many rows of each thing and effect a preview has."""
    rows: list[Record] = await connection.fetch(
        "SELECT thing, effect, count(*)::int AS n FROM restructuring_preview_row WHERE preview_id = $1"
        " GROUP BY thing, effect ORDER BY thing, effect",
        preview_id,
    )
    return rows


def _named(as_of: AsOf, organization: str, on: str) -> str:
    """How an organization (an SQL expression) was named before a day; what begins on it, as on the day."""
    return f"coalesce({name_of(as_of, organization, f'({on} - 1)')}, {name_of(as_of, organization, on)})"


async def names(
    connection: Connection, as_of: AsOf, on: date, organization_ids: Iterable[UUID]
) -> dict[UUID, str]:
    """How organizations of the register were named on the day before; those that had no name yet are missing."""
    rows = await connection.fetch(
        f"""
        SELECT * FROM (
            SELECT o.id, {_named(as_of, "o.id", "$3::date")} AS name FROM unnest($4::uuid[]) o(id)
            WHERE {ANY_INSTANT} AND $1::date IS NOT NULL
        ) said WHERE name IS NOT NULL
        """,
        *as_of.arguments,
        on,
        list(set(organization_ids)),
    )
    return {row["id"]: row["name"] for row in rows}


def _in_reach(rows: Conditions, grant_roles: list[str]) -> str:
    """A condition on rows `r`: about what begins, or goes from or to what is within reach.

    Whose roles end, or reach further or less far, is for those with `grant_roles`.
    """
    granting = rows.place(grant_roles)
    return f"""CASE WHEN r.thing IN ('{Thing.GRANT.value}', '{Thing.ACCESS.value}')
        THEN {rows.near("r.organization_id", granting)}
        ELSE r.organization_id IS NULL OR {rows.near("r.organization_id")} OR {rows.near("r.to_id")} END"""


async def differing(
    connection: Connection,
    as_of: AsOf,
    reader: Reader,
    one: UUID,
    other: UUID,
    on: date,
    begun: tuple[Mapping[str, str], Mapping[str, str]],
    most: int,
) -> list[Record]:
    """Rows within reach, by names, that only one of two previews has; `now` says whether it is the second.

    `on`: the day of effect; `begun`: the names of what begins on it, by each. No person is named.
    """
    seen = Conditions(as_of, reader.actor_id, reader.roles)
    seen.want(_in_reach(seen, reader.grant_roles))
    first, second = (
        f"SELECT {_IDS} FROM restructuring_preview_row WHERE preview_id = {seen.place(of)}"
        for of in (one, other)
    )
    before, after = (f"{seen.place(words)}::jsonb" for words in begun)
    words = f"CASE WHEN listed.now THEN {after} ELSE {before} END"
    named = _names(as_of, f"{seen.place(on)}::date", f"({words})", "'{}'::text[]")
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT * FROM (
            SELECT now, {_IDS} FROM (
                SELECT false AS now, gone.* FROM ({first} EXCEPT {second}) gone
                UNION ALL SELECT true, come.* FROM ({second} EXCEPT {first}) come
            ) r WHERE {seen.wanted} AND {ANY_INSTANT} AND $1::date IS NOT NULL ORDER BY thing, id LIMIT {most}
        ) listed CROSS JOIN LATERAL ({named}) named ORDER BY thing, id
        """,
        *as_of.arguments,
        *seen.arguments,
    )
    return rows


def preview_rows(
    as_of: AsOf,
    reader: Reader,
    preview_id: UUID,
    on: date,
    begun: Mapping[str, str],
    things: list[str] | None,
    effects: list[str] | None,
) -> tuple[str, list[Any], str, str]:
    """The rows of a preview within reach: SQL, arguments, visibility, and the lateral query of the names.

    `on`: the day of effect; `begun`: the names of what begins on it. Persons are named to those who may read them.
    """
    rows = Conditions(as_of, reader.actor_id, reader.roles)
    rows.want_if(preview_id, "r.preview_id = {}")
    rows.want_if(things, "r.thing = ANY({}::text[])")
    rows.want_if(effects, "r.effect = ANY({}::text[])")
    rows.want(_in_reach(rows, reader.grant_roles))
    day, words = f"{rows.place(on)}::date", f"{rows.place(begun)}::jsonb"
    readers = rows.place(reader.member_roles)
    rows.want(f"{day} IS NOT NULL AND {words} IS NOT NULL AND {readers}::text[] IS NOT NULL")
    sql = f"""
        SELECT r.n, r.thing, r.effect, r.id, r.organization_id, r.from_id, r.to_id, r.detail
        FROM restructuring_preview_row r WHERE {rows.wanted} AND {ANY_INSTANT} AND $1::date IS NOT NULL"""
    return sql, rows.arguments, rows.visible, _names(as_of, day, words, readers)


_ORGANIZATIONS = ", ".join(
    f"'{one.value}'" for one in (Thing.ORGANIZATION, Thing.LINEAGE, Thing.AUTHORITY, Thing.POLICY)
)
"""Things that are organizations, or have the id of one."""


def _member_of(table: str, key: str) -> str:
    """The member whom a thing is of, by the fact of it that was said last."""
    return f"""(
        SELECT of_thing.member_id FROM {table} of_thing WHERE of_thing.{key} = listed.id
        ORDER BY of_thing.superseded_by IS NULL DESC, of_thing.id DESC LIMIT 1)"""


OF_PERSONS: Mapping[Thing, str] = {
    Thing.MEMBER: "listed.id",
    Thing.SEAT: _member_of("seat", "seat_id"),
    Thing.TRANSFER: _member_of("transfer", "transfer_id"),
}
"""Things that are of a member, who is named to those who may read him or her, and whom, as SQL."""


def _names(as_of: AsOf, day: str, begun: str, readers: str) -> str:
    """The names of each listed row, before a day or as `begun` says."""

    def named(organization: str) -> str:
        return f"coalesce({begun} ->> {organization}::text, {_named(as_of, organization, day)})"

    return f"""
        SELECT CASE
                   WHEN listed.thing IN ({_ORGANIZATIONS}) THEN {named("listed.id")}
                   WHEN listed.thing = '{Thing.MACHINE_CLIENT.value}' THEN (
                       SELECT client.name FROM actor client WHERE client.id = listed.id)
                   WHEN listed.thing IN ('{Thing.GRANT.value}', '{Thing.ACCESS.value}') THEN (
                       SELECT holder.name FROM actor holder WHERE holder.id = (listed.detail ->> 'actor_id')::uuid)
               END AS name,
               CASE WHEN {reachable(home(going_on("person.member_id"), "$5"), "$3", readers, "$5")} THEN (
                   SELECT p.full_name FROM {as_of.believed("person")} p WHERE p.member_id = person.member_id
                   ORDER BY lower(p.valid) < {day} DESC, abs(lower(p.valid) - {day}) LIMIT 1) END AS full_name,
               {named("listed.organization_id")} AS organization_name,
               {named("listed.from_id")} AS from_name, {named("listed.to_id")} AS to_name
        FROM (SELECT CASE listed.thing
            {" ".join(f"WHEN '{thing.value}' THEN {whom}" for thing, whom in OF_PERSONS.items())}
        END AS member_id) person"""
