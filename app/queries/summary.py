"""What a subtree counts on a day, as SQL: each statement reads the subtree once.

The subtree is that of the day itself, or today's: then the instant's day (`$1`) is today, and the day that is counted
another one.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.summary import SummaryBasis
from app.queries.asof import ANY_INSTANT, AsOf
from app.queries.organization_tree import branch
from app.queries.organizations import kind
from app.queries.todays_tree import rolls


async def members(
    connection: Connection,
    tree: AsOf,
    on: date,
    basis: SummaryBasis,
    organization_id: UUID,
    bands: Sequence[tuple[str, date | None, date]],
) -> list[Record]:
    """Members on the roll below an organization: `standing`, `status`, `sex`, `band` (null: unknown), `n`.

    A band is an id with the first and the last day of birth of those in it.
    """
    day = "$6::date"
    if basis is SummaryBasis.AS_RECORDED:
        named, source = (
            "",
            f"""{tree.below("$3")} below
            JOIN {tree.holding("membership", day)} m ON m.cell_id = below.organization_id""",
        )
    else:
        named, source = f"WITH RECURSIVE {rolls(tree, '$3', day)}", "todays_roll m"
    rows: list[Record] = await connection.fetch(
        f"""
        {named}
        SELECT m.standing, coalesce(a.status, 'active') AS status, p.sex, band.id AS band, count(*)::int AS n
        FROM {source}
        LEFT JOIN {tree.holding("person", day)} p USING (member_id)
        LEFT JOIN {tree.holding("activity", day)} a USING (member_id)
        LEFT JOIN unnest($4::text[], $5::daterange[]) AS band(id, births) ON p.birth_date <@ band.births
        WHERE {ANY_INSTANT}
        GROUP BY m.standing, coalesce(a.status, 'active'), p.sex, band.id
        """,
        *tree.arguments,
        organization_id,
        [name for name, _, _ in bands],
        [Range(first, last, upper_inc=True) for _, first, last in bands],
        on,
    )
    return rows


async def organizations(connection: Connection, as_of: AsOf, organization_id: UUID) -> list[Record]:
    """`organization_tree.branch`, with what each organization is; parents before their children."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT branch.*, t.type, k.level, k.grassroots, k.holds_members
        FROM ({branch(as_of)}) branch
        JOIN {as_of.holding("organization_type")} t ON t.organization_id = branch.id
        CROSS JOIN LATERAL {kind(as_of, "t.type")} k
        WHERE {ANY_INSTANT}
        ORDER BY branch.depth
        """,
        *as_of.arguments,
        organization_id,
    )
    return rows


async def todays_organizations(
    connection: Connection, today: AsOf, on: date, organization_id: UUID
) -> list[Record]:
    """The same of today's tree, each organization with the members of another day that it counts.

    What the rolls lack that organizations of that day have left behind is said of the topmost.
    """
    # Unless they are made first, each is joined to every organization, for their cost hides that of any join.
    rows: list[Record] = await connection.fetch(
        f"""
        WITH RECURSIVE {rolls(today, "$3", "$4::date")},
        counted AS MATERIALIZED (
            SELECT organization_id, (count(*) FILTER (WHERE standing = 'official'))::int AS official,
                   (count(*) FILTER (WHERE standing = 'probationary'))::int AS probationary
            FROM todays_roll GROUP BY organization_id
        ),
        unopened AS MATERIALIZED (
            SELECT DISTINCT taken.organization_id FROM todays_taken taken
            JOIN {today.believed("organization_opening")} o ON o.organization_id = taken.organization_id
            JOIN {today.holding("placement", "$4::date")} then_alive
              ON then_alive.organization_id = taken.organization_id
            WHERE lower(o.valid) > $4::date
        )
        SELECT b.organization_id AS id, p.parent_id, b.depth,
               coalesce(own.official, 0) AS official, coalesce(own.probationary, 0) AS probationary,
               b.organization_id IN (SELECT organization_id FROM unopened) OR b.depth = 0 AND EXISTS (
                   SELECT FROM unopened WHERE organization_id NOT IN (SELECT organization_id FROM todays_branch)
               ) AS unopened,
               t.type, k.level, k.grassroots, k.holds_members
        FROM {today.below("$3")} b
        JOIN {today.holding("placement")} p USING (organization_id)
        JOIN {today.holding("organization_type")} t USING (organization_id)
        CROSS JOIN LATERAL {kind(today, "t.type")} k
        LEFT JOIN counted own USING (organization_id)
        WHERE {ANY_INSTANT}
        ORDER BY b.depth
        """,
        *today.arguments,
        organization_id,
        on,
    )
    return rows
