"""Party age and the end of probation, from what a member's record says on a day."""

from collections.abc import Mapping, Sequence
from typing import Any

from asyncpg import Record

from app.domain.membership import Standing
from app.domain.partial_date import PartialDate
from app.domain.party_age import AgeUnknown, Span, breaks, party_age, probation_end
from app.domain.period import Period
from app.domain.policy import PolicyMissing
from app.models.party_age import DaySpan, PartyAgeRead, YearsAndMonths
from app.queries.asof import AsOf
from app.queries.ranges import to_period
from app.services.policies import ruled

BREAKS, PROBATION = "party_age.breaks", "admission.probation_months"
"""What breaks party age off, as exits and activity; how long probation is. Those of the day asked about."""


def computed(row: Record, particulars: Mapping[str, Any], as_of: AsOf) -> dict[str, Any]:
    """The fields of an answer that the dates of the dossier give; `row` is one of `queries.members.get`."""
    return {
        "party_age": _party_age(row, particulars["admitted_on"], as_of),
        "probation_ends_on": _probation_end(row, particulars["inducted_on"], as_of),
    }


def _party_age(row: Record, admitted_on: PartialDate | None, as_of: AsOf) -> PartyAgeRead:
    lost: Sequence[Period] = ()
    if row["out"] or row["departed"]:
        absences = [
            (to_period(days), why)
            for kind, reason in (("out", "out_why"), ("departed", "departed_as"))
            for days, why in zip(row[kind] or (), row[reason] or (), strict=True)
        ]
        lost = breaks(absences, breaking(_rule(row, BREAKS, as_of)))
    age = party_age(admitted_on, lost, row["standing"], as_of.on)
    if isinstance(age, AgeUnknown):
        return PartyAgeRead(since=None, least=None, most=None, unknown=age)
    return PartyAgeRead(
        since=to_span(age.since), least=_spelt(age.least_months), most=_spelt(age.most_months), unknown=None
    )


def _probation_end(row: Record, inducted_on: PartialDate | None, as_of: AsOf) -> PartialDate | None:
    if row["standing"] != Standing.PROBATIONARY:
        return None
    try:
        months = _rule(row, PROBATION, as_of)
    except PolicyMissing:  # long ago, by rules that are not on record
        return None
    return probation_end(inducted_on, months)


def _rule(row: Record, key: str, as_of: AsOf) -> Any:
    return ruled(row["rules"], key, as_of.on, row["path"]).value


def breaking(value: Any) -> frozenset[str]:
    """All that breaks party age off: exits and activity together, whose words differ."""
    return frozenset(value["exits"]) | frozenset(value["activity"])


def to_span(span: Span) -> DaySpan:
    """The span as answers show it."""
    return DaySpan(earliest=span.earliest, latest=span.latest)


def _spelt(months: int) -> YearsAndMonths:
    return YearsAndMonths(years=months // 12, months=months % 12)
