"""What a restructuring had done, as SQL: to organizations, to members, to what ended with it.

What another word said of the very day before it did counts as how things stood before.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.hierarchy import OrganizationType
from app.domain.restructuring.lifecycle import RestructuringState, RestructuringStep
from app.domain.restructuring.reversing import Moved
from app.domain.restructuring.tree import PLANNED, Tree
from app.queries.facts import ORGANIZATION_FACTS, said_first_by
from app.queries.reach import reaches_root, readable
from app.queries.restructuring_returns import applying, led_further
from app.queries.restructuring_slice import PLANNED_VALUES, tree_of


def touching(operation: str, on: str) -> str:
    """What an operation did on its day (SQL expressions): `organization_id`, and if it was `begun`, `ended`, `changed`.

    What it only changed may have been begun by another one on the same day.
    """
    said = " UNION ".join(
        f"SELECT organization_id FROM {ORGANIZATION_FACTS[name].name}"
        f" WHERE operation_id = {operation} OR superseded_by = {operation}"
        for name in PLANNED
    )
    return f"""
        SELECT organization_id, before AND stood AND NOT stands AS ended, placed AND NOT before AND NOT stood AS begun,
               stands AND (before OR stood OR NOT placed) AS changed
        FROM (
            SELECT said.organization_id,
                   EXISTS (SELECT FROM placement p WHERE p.organization_id = said.organization_id
                           AND p.operation_id = {operation}) AS placed,
                   EXISTS (SELECT FROM placement p WHERE p.organization_id = said.organization_id
                           AND p.superseded_by = {operation}) AS stood,
                   EXISTS (SELECT FROM placement p WHERE p.organization_id = said.organization_id
                           AND p.superseded_by IS NULL AND p.valid @> {on}) AS stands,
                   EXISTS (SELECT FROM placement p WHERE p.organization_id = said.organization_id
                           AND p.superseded_by IS NULL AND lower(p.valid) < {on}) AS before
            FROM ({said}) said
        ) lived"""


def way_back_readable(actor: str, roles: str, today: str) -> str:
    """A condition: by one of the roles the actor reads all that a draft tells which leads back from what is applied.

    That is what has ended, of which the draft says all anew, and what was changed without being named. Of the
    restructuring `one`, as `asked`, with the state in which it `stands`.
    """
    applied = f"stands.state = '{RestructuringState.APPLIED.value}'"
    return f"""({applied} AND ({reaches_root(actor, roles, today)} OR NOT EXISTS (
        SELECT FROM restructuring_step applying
        CROSS JOIN LATERAL ({touching("applying.operation_id", "asked.effective_on")}) touched
        WHERE applying.restructuring_id = one.id AND applying.step = '{RestructuringStep.APPLY.value}'
          AND (touched.ended OR touched.changed AND NOT EXISTS (
              SELECT FROM restructuring_organization o
              WHERE o.restructuring_id = one.id AND o.n = asked.n AND o.organization_id = touched.organization_id))
          AND NOT {readable("touched.organization_id", actor, roles, today)})))"""


async def touched(connection: Connection, operation_id: UUID, on: date) -> dict[str, list[UUID]]:
    """The organizations that an operation `begun`, `ended` on its day, and `changed` otherwise."""
    row = await connection.fetchrow(
        f"""
        WITH touched AS ({touching("$1", "$2::date")})
        SELECT ARRAY(SELECT organization_id FROM touched WHERE begun) AS begun,
               ARRAY(SELECT organization_id FROM touched WHERE ended) AS ended,
               ARRAY(SELECT organization_id FROM touched WHERE changed) AS changed
        """,
        operation_id,
        on,
    )
    return dict(row)


async def said(connection: Connection, operation_id: UUID, on: date) -> tuple[Tree, Tree]:
    """What an operation said of organizations on its day, and what had been said of them from that very day on."""
    both = " UNION ALL ".join(
        f"""
        SELECT '{fact}' AS fact, f.organization_id AS id, f.valid, {values}, f.operation_id = $1 AS by_it
        FROM {ORGANIZATION_FACTS[fact].name} f
        WHERE f.operation_id = $1 AND f.valid @> $2::date AND f.superseded_by IS DISTINCT FROM $1
           OR f.superseded_by = $1 AND lower(f.valid) = $2::date AND f.operation_id <> $1"""
        for fact, values in PLANNED_VALUES.items()
    )
    rows = await connection.fetch(both, operation_id, on)
    return tree_of(row for row in rows if row["by_it"]), tree_of(row for row in rows if not row["by_it"])


async def former_types(connection: Connection, restructuring_id: UUID | None) -> dict[UUID, OrganizationType]:
    """The types of which a restructuring made others, by the organizations: those that it kept the same."""
    if restructuring_id is None:
        return {}
    rows = await connection.fetch(
        f"""
        SELECT was.organization_id, was.type FROM ({applying("$1")}) former
        JOIN organization_type became ON became.operation_id = former.id AND became.valid @> former.day
        JOIN organization_type was ON was.organization_id = became.organization_id AND was.superseded_by IS NULL
                                  AND was.valid @> former.day - 1 AND was.type <> became.type
        """,
        restructuring_id,
    )
    return {row["organization_id"]: OrganizationType(row["type"]) for row in rows}


async def renewed(connection: Connection, on: date) -> dict[UUID, UUID]:
    """The organizations that ended and were established again by a day, as that was reversed, each with the new one.

    Not what lives on the day: whoever edits a reversal may give its key to anything else that begins. Of several the
    one made last.
    """
    rows = await connection.fetch(
        """
        SELECT DISTINCT substr(begun.key, 2)::uuid AS was, begun.value::uuid AS stands
        FROM restructuring one JOIN restructuring_revision said ON said.restructuring_id = one.id
        CROSS JOIN jsonb_each_text(said.ids) begun
        WHERE one.reverses IS NOT NULL AND begun.key ~ '^#[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' AND EXISTS (
            SELECT FROM placement p WHERE p.organization_id = begun.value::uuid AND p.superseded_by IS NULL
                                       AND lower(p.valid) <= $1
        ) AND NOT EXISTS (
            SELECT FROM placement p WHERE p.organization_id = substr(begun.key, 2)::uuid AND p.superseded_by IS NULL
                                       AND p.valid @> $1)
        ORDER BY stands
        """,
        on,
    )
    once = {row["was"]: row["stands"] for row in rows}

    def last(key: UUID) -> UUID:
        while key in once:
            key = once[key]
        return key

    return {key: last(key) for key in once}


async def moved(
    connection: Connection, operation_id: UUID, on: date, today: date, renewed: Mapping[UUID, UUID]
) -> list[Moved]:
    """The members whom an operation brought from one cell to another on its day, and who are still there.

    Each from the cell of the day before, or from the one into which he or she had come on the very day. With those who
    were found late and followed the roll that it had led elsewhere (R-RS-11): from where that led before it, if another
    document of the day had led it there. `renewed`: what stands by now for cells that ended since.
    """
    rows = await connection.fetch(
        f"""
        WITH brought AS (
            SELECT member_id, cell_id, NULL::uuid AS led_id FROM membership
            WHERE operation_id = $1 AND valid @> $2::date AND cell_id IS NOT NULL
            UNION
            SELECT late.member_id, way.destination_id, led.destination_id FROM roll_destination way
            JOIN membership late ON late.cell_id = way.cell_id AND late.superseded_by IS NULL
                AND upper(late.valid) = $2::date
            LEFT JOIN roll_destination led ON led.cell_id = way.cell_id AND {led_further("led", "$1", "$2::date")}
            WHERE {said_first_by("way")} = $1 AND lower(way.valid) = $2::date AND way.destination_id IS NOT NULL
        )
        SELECT DISTINCT brought.member_id, still.cell_id AS to,
               coalesce(came.cell_id, brought.led_id, stood.cell_id) AS source
        FROM brought
        LEFT JOIN unnest($4::uuid[], $5::uuid[]) AS renewed(was_id, id) ON renewed.was_id = brought.cell_id
        LEFT JOIN membership came ON came.member_id = brought.member_id AND came.superseded_by = $1
            AND lower(came.valid) = $2::date
        LEFT JOIN membership stood ON stood.member_id = brought.member_id AND stood.superseded_by IS NULL
            AND stood.valid @> ($2::date - 1)
        JOIN membership still ON still.member_id = brought.member_id AND still.superseded_by IS NULL
            AND still.valid @> $3::date AND still.cell_id = coalesce(renewed.id, brought.cell_id)
        WHERE coalesce(came.cell_id, brought.led_id, stood.cell_id) <> brought.cell_id
        ORDER BY brought.member_id, source
        """,
        operation_id,
        on,
        today,
        list(renewed),
        list(renewed.values()),
    )
    return [Moved(row["member_id"], row["source"], row["to"]) for row in rows]


def _found(table: str, key: str, value: str) -> str:
    """What an operation (`$3`) found said of organizations (`$1`) on its day (`$2`), as it is believed by now."""
    return f"""
        SELECT DISTINCT ON ({key}) {key}, {value} FROM {table} WHERE organization_id = ANY($1::uuid[])
          AND (superseded_by IS NULL AND valid @> $2::date - 1 OR superseded_by = $3 AND lower(valid) = $2::date)
        ORDER BY {key}, lower(valid) DESC"""


async def sectors(
    connection: Connection, organization_ids: Iterable[UUID], on: date, operation_id: UUID
) -> dict[UUID, str]:
    """The sectors that organizations had when an operation ended them on a day."""
    found = _found("organization_sector", "organization_id", "sector")
    rows = await connection.fetch(found, list(organization_ids), on, operation_id)
    return {row["organization_id"]: row["sector"] for row in rows}


async def external_ids(
    connection: Connection, organization_ids: Iterable[UUID], on: date, operation_id: UUID
) -> list[tuple[UUID, str, str]]:
    """The ids that organizations had in other systems when an operation ended them: organization, system, id."""
    found = _found("organization_external_id", "organization_id, system", "external_id")
    rows = await connection.fetch(found, list(organization_ids), on, operation_id)
    return [tuple(row) for row in rows]
