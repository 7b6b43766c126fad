"""What a restructuring had ended with its bodies, and a document that reverses it may give back, as SQL.

Asked of the relations of `restructuring_moves`, while the tree still stands as before: where members will be is told by
these, and what the document itself ends sits no more.
"""

from asyncpg import Connection, Record

from app.domain.committees import HEADS
from app.queries.restructuring_moves import AHEAD, SEATS, Moves, fetch

_HEADS = ", ".join(f"'{one.value}'" for one in sorted(HEADS))

_LOST_SEAT = f"""
    lost_seat AS (
        SELECT s.* FROM former JOIN seat s ON s.superseded_by = former.id AND s.operation_id <> former.id
        WHERE s.valid && {AHEAD}
    )"""
"""The seats that it ended early."""

_STAND = f"""
    stand AS (
        SELECT m.member_id, m.cell_id, m.standing, m.valid * {AHEAD} AS valid FROM membership m
        WHERE m.member_id IN (SELECT member_id FROM lost_seat) AND m.superseded_by IS NULL
          AND m.cell_id IS NOT NULL AND m.valid && {AHEAD} AND NOT EXISTS (
              SELECT FROM moving WHERE moving.member_id = m.member_id AND moving.cell_id = m.cell_id
              AND moving.valid = m.valid * {AHEAD})
        UNION ALL SELECT member_id, to_id, standing, valid FROM moving WHERE to_id IS NOT NULL
        UNION ALL SELECT member_id, to_id, standing, valid FROM back
    )"""
"""Where those who sat there are members from the day on, once the document has moved them."""

_FILLED = f"""
    filled AS (
        SELECT held.* FROM seat held WHERE held.superseded_by IS NULL
        AND held.committee_id IN (SELECT committee_id FROM lost_seat)
        AND held.seat_id NOT IN (SELECT seat_id FROM ({SEATS}) leaving)
    )"""
"""The seats that are held in the same committees, but for those that the document itself ends."""


async def committees(connection: Connection, moves: Moves) -> list[Record]:
    """The committees that it ended before their term, with what is left of that (`rest`).

    `occupied`: whether the organization has another one of the kind on days from the day on.
    """
    return await fetch(
        connection,
        moves,
        f"""
        SELECT c.*, c.valid * {AHEAD} AS rest, EXISTS (
            SELECT FROM committee now WHERE now.organization_id = c.organization_id AND now.kind = c.kind
            AND now.superseded_by IS NULL AND now.valid && {AHEAD}
            AND now.organization_id NOT IN (SELECT id FROM bodies)) AS occupied
        FROM given, former JOIN committee c ON c.superseded_by = former.id AND c.operation_id <> former.id
        WHERE c.valid && {AHEAD} ORDER BY c.committee_id, c.valid
        """,
    )


async def seats(connection: Connection, moves: Moves) -> list[Record]:
    """The seats that it ended early, of members who are official on the day: the cell, and what stands `above` it.

    `rest`: what is left of their days, while the member is official and not known to go from there to where the
    committee's organization is not above; `sitting`: those of them on which the committee sits, where it sits on the
    day; `vacant`: how many seats that has which nobody is given from then on; `occupied`: that the member, or another
    head, sits there by now.
    """
    return await fetch(
        connection,
        moves,
        f"""
        , {_LOST_SEAT}, {_STAND}, {_FILLED}
        SELECT s.*, s.valid * ahead.days AS rest, s.valid * ahead.days * still.days AS sitting,
               at.cell_id, body.organization_id,
               still.size - still.seats AS vacant, still.occupied,
               ARRAY(SELECT a.ancestor_id FROM organization_ancestry a
                     WHERE a.organization_id = at.cell_id AND a.valid @> $2::date ORDER BY a.depth) AS above
        FROM given, lost_seat s
        JOIN stand at ON at.member_id = s.member_id AND at.standing = 'official' AND at.valid @> $2::date
        CROSS JOIN LATERAL (
            SELECT organization_id FROM committee WHERE committee_id = s.committee_id LIMIT 1
        ) body
        CROSS JOIN LATERAL (
            SELECT days FROM unnest((
                SELECT range_agg(stand.valid) FROM stand
                WHERE stand.member_id = s.member_id AND stand.standing = 'official'
                  AND (stand.cell_id = at.cell_id OR EXISTS (
                      SELECT FROM organization_ancestry below WHERE below.organization_id = stand.cell_id
                      AND below.ancestor_id = body.organization_id AND below.valid @> lower(stand.valid)))
            )) days WHERE days @> $2::date
        ) ahead
        LEFT JOIN LATERAL (
            SELECT c.valid AS days, c.size, (
                SELECT count(DISTINCT filled.seat_id)::int FROM filled
                WHERE filled.committee_id = s.committee_id AND filled.valid && {AHEAD}
            ) AS seats, EXISTS (
                SELECT FROM filled WHERE filled.committee_id = s.committee_id AND filled.valid && {AHEAD}
                AND (filled.member_id = s.member_id OR filled.title IN ({_HEADS}) AND s.title IN ({_HEADS}))
            ) AS occupied
            FROM committee c
            WHERE c.committee_id = s.committee_id AND c.superseded_by IS NULL AND c.valid @> $2::date
              AND c.organization_id NOT IN (SELECT id FROM bodies)
        ) still ON true
        WHERE s.valid && ahead.days ORDER BY s.seat_id, s.valid
        """,
    )


async def grants(connection: Connection, moves: Moves) -> list[Record]:
    """The roles that it ended, with the days from the day on, or of a day past from today on (`rest`)."""
    return await fetch(
        connection,
        moves,
        """
        SELECT g.*, g.valid * daterange($3::date, NULL) AS rest
        FROM given, former JOIN access_grant g ON g.superseded_by = former.id AND g.operation_id <> former.id
        WHERE g.valid && daterange($3::date, NULL) ORDER BY g.grant_id, g.valid
        """,
    )
