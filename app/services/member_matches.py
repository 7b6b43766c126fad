"""Whom of the register people on paper are."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, roles_for
from app.domain.import_cells import CellError, possible_day
from app.domain.matching import Found, Match, MatchOutcome, OnPaper, judge, settle
from app.domain.names import fold, spellings
from app.language import Language, in_words
from app.models.member_matches import (
    MOST_CANDIDATES,
    MatchCandidate,
    MatchesRead,
    PaperFault,
    PaperMatch,
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


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of rows, and the members whom they may mean, by id, row by row; known up to an instant."""

    matches: list[Match]
    members: list[dict[UUID, Record]]
    known_at: datetime | None


async def match(
    connection: Connection, as_of: AsOf, asking: Asking, asked: PaperRows, language: Language
) -> MatchesRead:
    """For each row the one member it surely is, else candidates within reach, else none; what is shown is recorded.

    Who left the roll by the day is compared too. Dates of birth count as far as the actor may see them. A row whose
    date cannot be read is compared with nobody, and hinders no other.
    """
    read = [_read(row) for row in asked.rows]
    rows = [row for row in read if isinstance(row, Row)]
    compared = await compare(connection, as_of, asking.actor_id, rows, within=asked.within)
    # Rows of one paper are different people.
    matches = settle(compared.matches)
    matched = await asyncio.to_thread(_all_shown, matches, compared.members)
    await record_shown(connection, asking, matched)
    coming = iter(matched)
    told = [
        PaperMatch(**dict(next(coming)), fault=None)
        if isinstance(row, Row)
        else _unreadable(place, row.code, language)
        for place, row in enumerate(read)
    ]
    return MatchesRead(rows=told, on=as_of.on, known_at=compared.known_at)


def _read(row: PaperRow) -> "Row | CellError":
    try:
        born = row.birth_date and possible_day(row.birth_date)
    except CellError as error:
        return error
    return Row(
        OnPaper(fold(row.full_name), born or None, row.number, row.cell_id), row.system, row.external_id
    )


def _unreadable(place: int, code: str, language: Language) -> PaperMatch:
    fault = PaperFault(
        pointer=f"/body/rows/{place}/birth_date", code=code, detail=in_words(language, f"import.{code}")
    )
    return PaperMatch(outcome=MatchOutcome.UNREADABLE, candidates=[], more=False, fault=fault)


@dataclass(frozen=True, slots=True)
class Row:
    """A person on paper, and the id by which another system knows them."""

    person: OnPaper
    system: str | None = None
    external_id: str | None = None


async def compare(
    connection: Connection,
    as_of: AsOf,
    actor_id: UUID,
    rows: Sequence[Row],
    *,
    within: UUID | None = None,
) -> Compared:
    """Compare rows with the members within the actor's reach; nothing is recorded."""
    records = await queries.alike(
        connection,
        as_of,
        actor_id,
        roles_for(Action.READ_MEMBER),
        roles_for(Action.READ_BIRTH_DATE),
        [
            queries.Asked(
                spellings(row.person.name) if row.person.name else [],
                to_range(row.person.born),
                row.person.number,
                row.person.cell_id,
                row.system,
                row.external_id,
            )
            for row in rows
        ],
        within,
        MOST_CANDIDATES + 1,
    )
    known_at = check_frame(records[0], as_of)
    # Thousands of rows take a while: others are answered meanwhile.
    return Compared(*await asyncio.to_thread(_judged, rows, records), known_at)


async def record_shown(connection: Connection, asking: Asking, matched: Sequence[RowMatch]) -> None:
    """Record that the candidates of these rows are shown."""
    shown = {candidate.member.id for row in matched for candidate in row.candidates}
    with recorded_or_refused():
        await reads.record(connection, asking, reads.OfPersons(), len(shown))


def _judged(rows: Sequence[Row], records: Sequence[Record]) -> tuple[list[Match], list[dict[UUID, Record]]]:
    found: list[dict[UUID, Record]] = [{} for _ in rows]
    for record in records:
        if record["place"] is not None:
            found[record["place"]][record["id"]] = record
    matches = [
        judge(row.person, [_found(record) for record in members.values()])
        for row, members in zip(rows, found, strict=True)
    ]
    return matches, found


def _found(record: Record) -> Found:
    return Found(
        record["id"],
        record["search_key"],
        to_possible_day(record["born"]),
        record["cell_id"],
        record["bears_number"],
    )


def _all_shown(matches: Sequence[Match], found: Sequence[Mapping[UUID, Record]]) -> list[RowMatch]:
    return [shown(one, members) for one, members in zip(matches, found, strict=True)]


def shown(match: Match, members: Mapping[UUID, Record]) -> RowMatch:
    """What became of a row, as answers show it."""
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
