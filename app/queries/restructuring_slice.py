"""What is known around a restructuring, as SQL: the slice of the tree, the rolls, the members it names.

A fixed number of statements, whatever the size of the tree: read are the organizations that the document names, all
that stand above them, and what stands directly below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.authority import Authority
from app.domain.hierarchy import DEEPEST, OrganizationType
from app.domain.names import fold
from app.domain.restructuring.rolls import Heads, Home
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import ATTRIBUTES, Named, Organization, Tree
from app.queries.facts import ORGANIZATION_FACTS
from app.queries.ranges import to_period

_AHEAD = "p.superseded_by IS NULL AND p.valid && daterange($1::date, NULL)"


def _known(fact: str, table: str, values: str, where: str = "") -> str:
    """What one table says of the slice, by its index: an array keeps the planner from reading the whole table."""
    return f"""
        SELECT '{fact}' AS fact, f.organization_id AS id, f.valid, {values} FROM {table} f
        WHERE f.organization_id = ANY((SELECT ids FROM known)::uuid[]) AND f.superseded_by IS NULL {where}"""


PLANNED_VALUES: Mapping[str, str] = {
    "placement": "f.parent_id, NULL AS word, NULL AS word_en",
    "type": "NULL, f.type, NULL",
    "name": "NULL, f.name, f.name_en",
    "code": "NULL, f.code, NULL",
}
"""The values of the facts (`f`) that plans say of organizations, as `tree_of` reads them."""

_FACTS = (
    *(_known(fact, ORGANIZATION_FACTS[fact].name, values) for fact, values in PLANNED_VALUES.items()),
    _known(
        "powers",
        "organization_authority",
        "NULL, NULL, NULL",
        f"AND f.kind = '{Authority.DELEGATED_UPPER_POWERS}'",
    ),
)


async def around(
    connection: Connection,
    on: date,
    named: Iterable[UUID],
    whole: Iterable[UUID],
    codes: Iterable[str],
) -> Tree:
    """The organizations named, all above them from a day on, their children, and all below those that go `whole`.

    Besides, who bears one of the codes from the day on.
    """
    rows = await connection.fetch(
        f"""
        WITH RECURSIVE up(id) AS (
            SELECT unnest($2::uuid[])
            UNION
            SELECT above.id FROM up CROSS JOIN LATERAL (
                SELECT p.parent_id AS id FROM placement p
                WHERE p.organization_id = up.id AND {_AHEAD} AND p.parent_id IS NOT NULL OFFSET 0
            ) above
        ),
        down(id, depth) AS (
            SELECT unnest($3::uuid[]), 0
            UNION
            SELECT below.id, down.depth + 1 FROM down CROSS JOIN LATERAL (
                SELECT p.organization_id AS id FROM placement p WHERE p.parent_id = down.id AND {_AHEAD} OFFSET 0
            ) below
            WHERE down.depth < {DEEPEST}
        ),
        slice AS (
            SELECT id FROM up UNION SELECT id FROM down
            UNION
            SELECT below.id FROM unnest($2::uuid[]) AS named(id) CROSS JOIN LATERAL (
                SELECT p.organization_id AS id FROM placement p WHERE p.parent_id = named.id AND {_AHEAD} OFFSET 0
            ) below
            UNION SELECT c.organization_id FROM organization_code c
            WHERE c.code = ANY($4::text[]) AND c.superseded_by IS NULL AND c.valid && daterange($1::date, NULL)
        ),
        known AS (SELECT array_agg(id) AS ids FROM slice)
        {" UNION ALL ".join(_FACTS)}
        """,
        on,
        list(set(named)),
        list(set(whole)),
        list(set(codes)),
    )
    return tree_of(rows)


def tree_of(rows: Iterable[Record]) -> Tree:
    """The organizations of which rows say facts (`fact`, `id`, `valid`, `PLANNED_VALUES`)."""
    facts: dict[UUID, dict[str, list[Any]]] = {}
    for row in rows:
        said = facts.setdefault(row["id"], {})
        match row["fact"]:
            case "placement":
                value: Any = row["parent_id"]
            case "type":
                value = OrganizationType(row["word"])
            case "name":
                value = Named(row["word"], row["word_en"])
            case "code":
                value = row["word"]
            case _:
                value = True
        said.setdefault(row["fact"], []).append((to_period(row["valid"]), value))
    return Tree(
        {
            key: Organization(**{fact: Timeline.of(said.get(fact, ())) for fact in ATTRIBUTES})
            for key, said in facts.items()
        }
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """Members on a day of the organizations of a slice: `heads` of cells, `rolled` of branches.

    `incomplete`: branches of which a roll is not complete on the day. `heights`: levels below.
    """

    heads: Mapping[UUID, Heads]
    rolled: Mapping[UUID, Heads]
    incomplete: frozenset[UUID]
    heights: Mapping[UUID, int]


async def counts(connection: Connection, on: date, organization_ids: Sequence[UUID]) -> Counts:
    """How many members are in each organization, and below it, on a day."""
    rows = await connection.fetch(
        """
        SELECT asked.id, counted.* FROM unnest($2::uuid[]) AS asked(id) CROSS JOIN LATERAL (
            SELECT coalesce(sum(heads.official), 0)::int AS official,
                   coalesce(sum(heads.probationary), 0)::int AS probationary,
                   coalesce(sum(heads.official) FILTER (WHERE below.depth = 0), 0)::int AS own_official,
                   coalesce(sum(heads.probationary) FILTER (WHERE below.depth = 0), 0)::int AS own_probationary,
                   coalesce(max(below.depth), 0) AS height,
                   coalesce(bool_or(heads.opens_later), false) AS incomplete
            FROM organization_ancestry below CROSS JOIN LATERAL (
                SELECT sum(h.n) FILTER (WHERE h.standing = 'official') AS official,
                       sum(h.n) FILTER (WHERE h.standing = 'probationary') AS probationary,
                       EXISTS (
                           SELECT FROM organization_opening o WHERE o.organization_id = below.organization_id
                             AND o.superseded_by IS NULL AND lower(o.valid) > $1::date
                       ) AS opens_later
                FROM headcount_change h WHERE h.cell_id = below.organization_id AND h.on_date <= $1::date
            ) heads
            WHERE below.ancestor_id = asked.id AND below.valid @> $1::date
        ) counted
        """,
        on,
        list(organization_ids),
    )
    return Counts(
        heads={row["id"]: Heads(row["own_official"], row["own_probationary"]) for row in rows},
        rolled={row["id"]: Heads(row["official"], row["probationary"]) for row in rows},
        incomplete=frozenset(row["id"] for row in rows if row["incomplete"]),
        heights={row["id"]: row["height"] for row in rows},
    )


async def homes(connection: Connection, on: date, member_ids: Iterable[UUID]) -> dict[UUID, Home]:
    """In which cell, with which standing, members are on a day; those who are in none are missing."""
    rows = await connection.fetch(
        """
        SELECT member_id, cell_id, standing FROM membership
        WHERE member_id = ANY($2::uuid[]) AND superseded_by IS NULL AND cell_id IS NOT NULL AND valid @> $1::date
        """,
        on,
        list(set(member_ids)),
    )
    return {row["member_id"]: Home(row["cell_id"], row["standing"] == "official") for row in rows}


@dataclass(frozen=True, slots=True)
class Choice:
    """Members of a cell by what is recorded of them: each list, where given, asks for any of its words."""

    cell_id: UUID
    standings: Sequence[str] | None
    activity_statuses: Sequence[str] | None
    workplaces: Sequence[str] | None


async def chosen(connection: Connection, on: date, choices: Sequence[Choice]) -> list[list[UUID]]:
    """The members who are so on a day, of each choice; one statement for all."""
    found: list[list[UUID]] = [[] for _ in choices]
    if not choices:
        return found
    rows = await connection.fetch(
        """
        SELECT asked.n, m.member_id, p.workplace
        FROM jsonb_to_recordset($2::jsonb)
            AS asked(n int, cell_id uuid, standings jsonb, activity_statuses jsonb, by_workplace boolean)
        JOIN membership m ON m.cell_id = asked.cell_id AND m.superseded_by IS NULL AND m.valid @> $1::date
        LEFT JOIN activity a ON a.member_id = m.member_id AND a.superseded_by IS NULL AND a.valid @> $1::date
        LEFT JOIN person p ON asked.by_workplace AND p.member_id = m.member_id AND p.superseded_by IS NULL
                          AND p.valid @> $1::date
        WHERE (asked.standings IS NULL OR asked.standings ? m.standing)
          AND (asked.activity_statuses IS NULL OR asked.activity_statuses ? coalesce(a.status, 'active'))
        ORDER BY asked.n, m.member_id
        """,
        on,
        [
            {
                "n": n,
                "cell_id": one.cell_id,
                "standings": one.standings,
                "activity_statuses": one.activity_statuses,
                "by_workplace": one.workplaces is not None,
            }
            for n, one in enumerate(choices)
        ],
    )
    begins = [None if one.workplaces is None else tuple(map(fold, one.workplaces)) for one in choices]
    for row in rows:
        asked = begins[row["n"]]
        if asked is None or (row["workplace"] and fold(row["workplace"]).startswith(asked)):
            found[row["n"]].append(row["member_id"])
    return found


async def bearing(
    connection: Connection, on: date, external_ids: Sequence[tuple[str, str]], ended: Sequence[UUID]
) -> set[tuple[str, str]]:
    """Those of the ids (system, id) that an organization bears on a day from the given one on, but for the `ended`."""
    rows = await connection.fetch(
        """
        SELECT DISTINCT x.system, x.external_id FROM organization_external_id x
        JOIN unnest($2::text[], $3::text[]) AS asked(system, external_id) USING (system, external_id)
        WHERE x.superseded_by IS NULL AND x.valid && daterange($1::date, NULL)
          AND x.organization_id <> ALL($4::uuid[])
        """,
        on,
        [system for system, _ in external_ids],
        [external_id for _, external_id in external_ids],
        list(ended),
    )
    return {(row["system"], row["external_id"]) for row in rows}
