"""Edits of policies: proposed by one, approved by another person; what becomes of them, and what they alter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain import catalogues
from app.domain.access import Action
from app.domain.period import Period, cover
from app.domain.policy import PolicyRow, Resolved, said
from app.domain.steps import Rule, Who
from app.domain.two_persons import ActOfTwo


class PolicyEditState(StrEnum):
    """What has become of an edit."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PolicyEditStep(StrEnum):
    """What can be done with an edit."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_PENDING = frozenset({PolicyEditState.PENDING})
EDIT = ActOfTwo(
    "R-POL-4",
    proposes=Action.PROPOSE_POLICY,
    decides=Action.APPROVE_POLICY,
    steps=(
        Rule(PolicyEditStep.APPROVE, _PENDING, PolicyEditState.APPROVED, Who.SECOND_PERSON),
        Rule(PolicyEditStep.REFUSE, _PENDING, PolicyEditState.REFUSED, Who.SECOND_PERSON),
        Rule(PolicyEditStep.WITHDRAW, _PENDING, PolicyEditState.WITHDRAWN, Who.PROPOSER),
    ),
)
"""Every step there is."""


NATIONAL_ONLY = frozenset(
    {
        "calendar.holidays",
        *catalogues.KEYS,
        "member.birth_date_frozen_since",
        "org.parent_matrix",
        "org.root_types",
        "org.type_catalogue",
        "reads.alert_minutes",
        "reads.alert_persons",
        "reads.kept_months",
    }
)
"""What the register reads once for all organizations: a row for one of them alone would rule nothing."""


@dataclass(frozen=True, slots=True)
class Altered:
    """From when to when a resolved value differs, for how many organizations on the first of these days."""

    valid: Period
    before: Resolved | None
    after: Resolved | None
    organizations: int


Group = tuple[tuple[UUID, ...], int]
"""Organizations with the same rows above them: those of their path that have rows, from the top, and how many."""


def edited(
    rows: Iterable[PolicyRow], organization_id: UUID | None, period: Period, row: PolicyRow | None
) -> list[PolicyRow]:
    """The rows of a key once an edit of the nation's or an organization's row is carried out over a period."""
    kept = [
        replace(one, valid=piece)
        for one in rows
        for piece in (
            one.valid.subtract([period]) if one.organization_id == organization_id else (one.valid,)
        )
    ]
    return [*kept, row] if row else kept


def first_days(rows: Iterable[PolicyRow], period: Period) -> list[date]:
    """The days of a period on which what the rows say can begin to differ, its first day before all."""
    bounds = {period.start}
    for row in rows:
        bounds |= {day for day in (row.valid.start, row.valid.end) if day and period.contains(day)}
    return sorted(bounds)


def alterations(
    key: str,
    period: Period,
    before: Sequence[PolicyRow],
    after: Sequence[PolicyRow],
    groups: Mapping[date, Sequence[Group]],
) -> list[Altered]:
    """What resolves differently, in order of time.

    `groups` tells for each of `first_days` of all rows which organizations there are. Days that follow each other
    with the same values before and after are one entry.
    """
    days = first_days([*before, *after], period)
    found: list[Altered] = []
    for day, end in zip(days, [*days[1:], period.end], strict=True):
        counts: dict[tuple[Any, Any], Altered] = {}
        for path, number in groups.get(day, ()):
            told = said(before, key, day, path), said(after, key, day, path)
            if _value(told[0]) == _value(told[1]):
                continue
            mark = (repr(_value(told[0])), repr(_value(told[1])))
            counted = counts[mark].organizations if mark in counts else 0
            counts[mark] = Altered(Period(day, end), *told, counted + number)
        for one in counts.values():
            _join(found, one)
    return found


def _value(said: Resolved | None) -> tuple[Any, ...]:
    """What is compared: that something is said, and what. Another source for the same value alters nothing."""
    return (said.value,) if said else ()


def _join(found: list[Altered], one: Altered) -> None:
    """Lengthen the entry that ends where this one begins and says the same; else add this one."""
    for place, earlier in enumerate(found):
        same = (earlier.before, earlier.after) == (one.before, one.after)
        if same and earlier.valid.end == one.valid.start:
            found[place] = replace(earlier, valid=Period(earlier.valid.start, one.valid.end))
            return
    found.append(one)


def days_altered(found: Iterable[Altered]) -> int | None:
    """On how many days anything differs; None: without end."""
    total = 0
    for one in cover(altered.valid for altered in found):
        if one.end is None:
            return None
        total += (one.end - one.start).days
    return total
