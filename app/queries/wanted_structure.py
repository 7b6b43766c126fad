"""The organizations that a wanted structure is compared with, as SQL."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.imports import Filling, ImportKey
from app.queries.asof import ANY_INSTANT, AsOf
from app.queries.imports import filling, naming


async def present(
    connection: Connection, as_of: AsOf, named: Filling, actor_id: UUID, roles: Sequence[str]
) -> list[Record]:
    """The subtree of the day within reach, each organization as a template is filled with it, by name.

    Besides `id`, and `parent_id`, which stands in the file where `placed`.
    """
    rows = filling.organizations(as_of, named, actor_id, roles)
    found: list[Record] = await connection.fetch(
        f"""
        SELECT listed.*, cells.external_id, cells.row_version
        FROM ({rows.sql}) listed CROSS JOIN LATERAL ({rows.cells}) cells
        WHERE {ANY_INSTANT} ORDER BY listed.sort_key, listed.id
        """,
        *as_of.arguments,
        *rows.arguments,
    )
    return found


async def recorded(
    connection: Connection, on: date, key: ImportKey, system: str | None, names: Sequence[str]
) -> list[Record]:
    """What names of a file name, or named last by the day, wherever it stands; what that has gone into by then."""
    by_code = """
            SELECT bore.organization_id FROM organization_code bore
            WHERE bore.code = asked.name AND bore.superseded_by IS NULL AND lower(bore.valid) <= $3::date
            ORDER BY lower(bore.valid) DESC LIMIT 1"""
    bearer = by_code if key is ImportKey.CODE else naming.bearer("organization", "asked.name", "$3::date")
    found: list[Record] = await connection.fetch(
        f"""
        SELECT asked.name, named.id, ARRAY(
            SELECT went.target_id FROM lineage went
            WHERE went.source_id = named.id AND went.superseded_by IS NULL AND lower(went.valid) <= $3
            UNION
            SELECT led.destination_id FROM roll_destination led
            WHERE led.cell_id = named.id AND led.superseded_by IS NULL AND led.valid @> $3
              AND led.destination_id IS NOT NULL
        ) AS went_into
        FROM unnest($2::text[]) AS asked(name) CROSS JOIN LATERAL ({bearer}) AS named(id)
        WHERE $1::text IS NULL OR true ORDER BY asked.name
        """,
        system,
        names,
        on,
    )
    return found
