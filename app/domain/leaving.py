"""Leaving the roll and coming back: which exits a standing knows, what they need, and who may return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.domain.errors import RuleBroken
from app.domain.finding import Finding, FindingCode
from app.domain.membership import ExitReason, Standing
from app.domain.partial_date import add_months
from app.domain.period import Period
from app.domain.policy import Resolved


class ExitGround(StrEnum):
    """What lay behind an exit; a later readmission depends on it."""

    MEETINGS_OR_DUES_MISSED = "meetings_or_dues_missed"
    CARD_RETURNED_OR_DESTROYED = "card_returned_or_destroyed"
    NO_WILL_TO_STRIVE = "no_will_to_strive"
    TWO_YEARS_OF_VIOLATIONS = "two_years_of_violations"
    POLITICAL_STANDARD = "political_standard"
    ACTIVITY_ABANDONED = "activity_abandoned"
    OWN_REQUEST = "own_request"
    FAMILY_HARDSHIP = "family_hardship"
    SERIOUS_INTERNAL_DISUNITY = "serious_internal_disunity"
    CORRUPTION_CONVICTION = "corruption_conviction"
    SERIOUS_CRIME = "serious_crime"
    LESS_SERIOUS_CRIME = "less_serious_crime"
    ADMISSION_STANDARD_NOT_MET = "admission_standard_not_met"
    OTHER = "other"


_BOTH = frozenset(Standing)
LEAVERS: Mapping[ExitReason, frozenset[Standing]] = MappingProxyType(
    {
        ExitReason.TRANSFERRED_OUT: _BOTH,
        ExitReason.REMOVED: frozenset({Standing.OFFICIAL}),
        ExitReason.PROBATION_REMOVED: frozenset({Standing.PROBATIONARY}),
        ExitReason.RESIGNED: _BOTH,
        ExitReason.EXPELLED: frozenset({Standing.OFFICIAL}),
        ExitReason.ADMISSION_ANNULLED: _BOTH,
        ExitReason.DECEASED: _BOTH,
    }
)
"""Whom each exit is for. On probation one is removed as such and never expelled [294 8.1; 06 4.6; DL 35]."""

LEAVERS_SOURCE = "294 8.1; 06 4.6"

RESTORABLE = frozenset(
    {
        ExitReason.REMOVED,
        ExitReason.PROBATION_REMOVED,
        ExitReason.RESIGNED,
        ExitReason.EXPELLED,
        ExitReason.ADMISSION_ANNULLED,
    }
)
"""Exits by decision, which a later decision may find wrong [06 5.3]."""


def check_leaver(reason: ExitReason, standing: Standing) -> None:
    """Refuse an exit that members of this standing do not know (R-EXIT-1)."""
    if standing not in LEAVERS[reason]:
        raise RuleBroken(
            "R-EXIT-1",
            "exit_of_another_standing",
            value=sorted(LEAVERS[reason]),
            source=LEAVERS_SOURCE,
            exit_reason=reason.value,
            standing=standing.value,
        )


@dataclass(frozen=True, slots=True)
class Departure:
    """One exit of a member's past: its first day, and why."""

    on: date
    reason: ExitReason
    ground: ExitGround | None


def departures(memberships: Sequence[tuple[Period, Mapping[str, Any]]]) -> list[Departure]:
    """The exits among the periods of a membership, in order."""
    return [
        Departure(
            period.start,
            ExitReason(values["exit_reason"]),
            ExitGround(values["exit_ground"]) if values["exit_ground"] else None,
        )
        for period, values in memberships
        if values["exit_reason"]
    ]


@dataclass(frozen=True, slots=True)
class ReadmissionRules:
    """What the policies `readmission.…` say on the day of the decision [294 3.5]."""

    exit_reasons: Resolved
    excluded_reasons: Resolved
    min_months: Resolved
    min_months_after_conviction_cleared: Resolved
    max_times: Resolved

    def check(self, past: Sequence[Departure], on: date, conviction_cleared_on: date | None) -> None:
        """Refuse a readmission on a day that the rules exclude; the last exit of `past` is the present one.

        R-READM-1: too soon after leaving, or after the conviction was cleared. R-READM-2: the exit, or what lay
        behind it, excludes it for ever. R-READM-3: readmitted before.
        """
        last = past[-1]
        if last.reason not in self.exit_reasons.value:
            self._refuse("R-READM-2", "readmission_after_this_exit", self.exit_reasons)
        if last.ground in self.excluded_reasons.value:
            self._refuse("R-READM-2", "readmission_excluded", self.excluded_reasons)
        earlier = [one for one in past[:-1] if one.reason in self.exit_reasons.value]
        if len(earlier) >= self.max_times.value:
            self._refuse("R-READM-3", "readmitted_before", self.max_times)
        self._require_months(self.min_months, last.on, on, "readmission_too_soon")
        if last.ground is ExitGround.LESS_SERIOUS_CRIME and conviction_cleared_on is not None:
            self._require_months(
                self.min_months_after_conviction_cleared,
                conviction_cleared_on,
                on,
                "readmission_too_soon_after_conviction",
            )

    def _require_months(self, policy: Resolved, since: date, on: date, message: str) -> None:
        first = add_months(since, policy.value)
        if on < first:
            self._refuse("R-READM-1", message, policy, first_day=first.isoformat())

    def _refuse(self, rule: str, message: str, policy: Resolved, **facts: Any) -> None:
        raise RuleBroken(rule, message, value=policy.value, source=policy.source, **facts)

    def findings(self, past: Sequence[Departure], consented: bool, cleared: bool) -> list[Finding]:
        """What is not said: the province's consent, what lay behind the exit, when a conviction was cleared."""
        ground = past[-1].ground
        missing = []
        if not consented:
            missing.append((FindingCode.CONSENT_NOT_NAMED, self.min_months))
        if ground is None:
            missing.append((FindingCode.GROUND_NOT_NAMED, self.excluded_reasons))
        if ground is ExitGround.LESS_SERIOUS_CRIME and not cleared:
            missing.append((FindingCode.CLEARING_NOT_NAMED, self.min_months_after_conviction_cleared))
        return [Finding("R-READM-1", code, policy.value, policy.source) for code, policy in missing]
