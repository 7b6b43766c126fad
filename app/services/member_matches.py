"""Whom of the register people on paper are."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, roles_for
from app.domain.matching import Found, Match, OnPaper, judge, settle
from app.domain.names import fold, spellings
from app.models.member_matches import (
    MOST_CANDIDATES,
    MatchCandidate,
    MatchesRead,
    PaperRow,
    PaperRows,
    RowMatch,
)
from app.paging import check_frame
from app.queries import member_matches as queries
from app.queries import reads
from app.queries.asof import AsOf
from app.queries.ranges import to_possible_day, to_range
from app.queries.reads import Asking
from app.recording import recorded_or_refused
from app.services.members import to_item


async def match(connection: Connection, as_of: AsOf, asking: Asking, asked: PaperRows) -> MatchesRead:
    """For each row the one member it surely is, else candidates within reach, else none; what is shown is recorded.

    Who left the roll by the day is compared too. Dates of birth count as far as the actor may see them.
    """
    rows = [_on_paper(row) for row in asked.rows]
    records = await queries.alike(
        connection,
        as_of,
        asking.actor_id,
        roles_for(Action.READ_MEMBER),
        roles_for(Action.READ_BIRTH_DATE),
        [queries.Asked(spellings(row.name), to_range(row.born), row.number, row.cell_id) for row in rows],
        asked.within,
        MOST_CANDIDATES + 1,
    )
    known_at = check_frame(records[0], as_of)
    # Thousands of rows take a while: others are answered meanwhile.
    matched = await asyncio.to_thread(_matched, rows, records)
    shown = {candidate.member.id for row in matched for candidate in row.candidates}
    with recorded_or_refused():
        await reads.record(connection, asking, reads.OfPersons(), len(shown))
    return MatchesRead(rows=matched, on=as_of.on, known_at=known_at)


def _matched(rows: Sequence[OnPaper], records: Sequence[Record]) -> list[RowMatch]:
    found: list[dict[UUID, Record]] = [{} for _ in rows]
    for record in records:
        if record["place"] is not None:
            found[record["place"]][record["id"]] = record
    matches = settle(
        [
            judge(row, [_found(record) for record in members.values()])
            for row, members in zip(rows, found, strict=True)
        ]
    )
    return [_shown(one, members) for one, members in zip(matches, found, strict=True)]


def _on_paper(row: PaperRow) -> OnPaper:
    return OnPaper(fold(row.full_name), row.birth_date, row.number, row.cell_id)


def _found(record: Record) -> Found:
    return Found(
        record["id"],
        record["search_key"],
        to_possible_day(record["born"]),
        record["cell_id"],
        record["bears_number"],
    )


def _shown(match: Match, members: Mapping[UUID, Record]) -> RowMatch:
    return RowMatch(
        outcome=match.outcome,
        candidates=[
            MatchCandidate(
                member=to_item(members[one.id]),
                reasons=list(one.reasons),
                contradictions=list(one.contradictions),
            )
            for one in match.candidates[:MOST_CANDIDATES]
        ],
        more=len(match.candidates) > MOST_CANDIDATES,
    )
