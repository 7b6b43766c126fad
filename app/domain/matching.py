"""Whom of the register a person on paper is: a sure match, candidates to look at, or nobody.

Names count as folded (`app.domain.names.fold`), dates as the days they may be. What the asker may not see must be
left out, or made as imprecise as they may see it, before it comes here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from app.domain.names import spellings
from app.domain.partial_date import PartialDate, Precision


class MatchOutcome(StrEnum):
    """What became of a row."""

    SURE = "sure"
    CANDIDATES = "candidates"
    NONE = "none"
    UNREADABLE = "unreadable"


class MatchReason(StrEnum):
    """What speaks for a member, the strongest first."""

    NUMBER = "number"
    NAME = "name"
    NAME_SPELT_OTHERWISE = "name_spelt_otherwise"
    BIRTH_DATE = "birth_date"
    BIRTH_POSSIBLE = "birth_possible"
    CELL = "cell"


class MatchContradiction(StrEnum):
    """What speaks against a member."""

    NUMBER_OF_ANOTHER = "number_of_another"
    NAME_DIFFERS = "name_differs"
    BIRTH_DIFFERS = "birth_differs"
    CELL_DIFFERS = "cell_differs"
    MATCHED_BY_ANOTHER_ROW = "matched_by_another_row"


_NAMED = {MatchReason.NAME, MatchReason.NAME_SPELT_OTHERWISE}
_IN_PERSON = {MatchReason.NAME, MatchReason.BIRTH_DATE, MatchReason.CELL}
"""What together proves a person without a number."""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A person as a paper has them: the folded name, where it has one, and of the rest what it says."""

    name: str | None
    born: PartialDate | None = None
    number: str | None = None
    cell_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A member within reach: the folded name, the birth date as far as it may be seen, the cell (the last one
    after an exit), and whether the member bears, or bore, the number on the paper."""

    id: UUID
    name: str
    born: PartialDate | None
    cell_id: UUID
    bears_number: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member whom a row may mean, and why."""

    id: UUID
    reasons: tuple[MatchReason, ...]
    contradictions: tuple[MatchContradiction, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a row; with `sure`, the one member, else the candidates, the likeliest first."""

    outcome: MatchOutcome
    candidates: tuple[Candidate, ...]


def judge(row: OnPaper, found: Sequence[Found]) -> Match:
    """Compare a row with all whom it may mean.

    A candidate bears the number, or has the name and may be born then. A candidate is sure who alone is without
    contradiction and either is the only bearer of the number, or has the name, the whole birth date and the cell
    (R-MATCH-1). Candidates with fewer contradictions come first, then those with the stronger reasons.
    """
    bearers = sum(one.bears_number for one in found)
    candidates = sorted(
        (candidate for one in found if (candidate := _compare(row, one, bearers > 0)) is not None),
        key=lambda one: (len(one.contradictions), [reason not in one.reasons for reason in MatchReason]),
    )
    clear = [one for one in candidates if not one.contradictions]
    if len(clear) == 1 and bearers <= 1 and _proven(clear[0]):
        return Match(MatchOutcome.SURE, (clear[0],))
    return _open(candidates)


def settle(matches: Sequence[Match]) -> list[Match]:
    """The matches of one paper: rows that would surely be one and the same member are only candidates (R-MATCH-1)."""
    sure = Counter(one.candidates[0].id for one in matches if one.outcome is MatchOutcome.SURE)
    twice = (MatchContradiction.MATCHED_BY_ANOTHER_ROW,)
    return [
        _open([replace(one.candidates[0], contradictions=twice)])
        if one.outcome is MatchOutcome.SURE and sure[one.candidates[0].id] > 1
        else one
        for one in matches
    ]


def _open(candidates: Sequence[Candidate]) -> Match:
    return Match(MatchOutcome.CANDIDATES if candidates else MatchOutcome.NONE, tuple(candidates))


def _compare(row: OnPaper, member: Found, number_is_borne: bool) -> Candidate | None:
    said = [
        MatchReason.NUMBER
        if member.bears_number
        else MatchContradiction.NUMBER_OF_ANOTHER
        if number_is_borne
        else None,
        _of_names(row.name, member.name),
        _of_births(row.born, member.born),
        _of_cells(row.cell_id, member.cell_id),
    ]
    reasons = tuple(one for one in said if isinstance(one, MatchReason))
    contradictions = tuple(one for one in said if isinstance(one, MatchContradiction))
    alike = bool(_NAMED & set(reasons)) and MatchContradiction.BIRTH_DIFFERS not in contradictions
    return Candidate(member.id, reasons, contradictions) if member.bears_number or alike else None


def _proven(candidate: Candidate) -> bool:
    return MatchReason.NUMBER in candidate.reasons or set(candidate.reasons) >= _IN_PERSON


def _of_names(written: str | None, recorded: str) -> MatchReason | MatchContradiction | None:
    if written is None:
        return None
    if written == recorded:
        return MatchReason.NAME
    if recorded in spellings(written):
        return MatchReason.NAME_SPELT_OTHERWISE
    return MatchContradiction.NAME_DIFFERS


def _of_births(
    written: PartialDate | None, recorded: PartialDate | None
) -> MatchReason | MatchContradiction | None:
    if written is None or recorded is None or written.days is None or recorded.days is None:
        return None
    if not written.days.overlaps(recorded.days):
        return MatchContradiction.BIRTH_DIFFERS
    whole = written.precision is recorded.precision is Precision.DAY
    return MatchReason.BIRTH_DATE if whole else MatchReason.BIRTH_POSSIBLE


def _of_cells(written: UUID | None, recorded: UUID) -> MatchReason | MatchContradiction | None:
    if written is None:
        return None
    return MatchReason.CELL if written == recorded else MatchContradiction.CELL_DIFFERS
