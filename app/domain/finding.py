"""Findings: what a rule notes of a record without refusing it, such as a paper not named or a limit passed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class FindingCode(StrEnum):
    """What is noted."""

    DECISION_NOT_NAMED = "decision_not_named"
    BALLOT_NOT_NAMED = "ballot_not_named"
    LIMIT_PASSED = "limit_passed"
    SUPERIOR_DECIDES = "superior_decides"
    SUMMONED_DIFFERS = "summoned_differs"
    CONSENT_NOT_NAMED = "consent_not_named"
    GROUND_NOT_NAMED = "ground_not_named"
    CLEARING_NOT_NAMED = "clearing_not_named"
    ABSENT_OFF_THE_ROLL = "absent_off_the_roll"
    STATUS_NOT_RECORDED = "status_not_recorded"
    NUMBER_OUTSIDE_POLICY = "number_outside_policy"
    BELOW_MINIMUM = "below_minimum"
    PROCEEDINGS_RAN = "proceedings_ran"
    NOT_JUDGED = "not_judged"
    LIMIT_NOT_COUNTED = "limit_not_counted"
    DESTINATION_ENDED = "destination_ended"


@dataclass(frozen=True, slots=True)
class Finding:
    """One note: the rule, the value applied and its source; `on`: the day it speaks of, such as a limit's last."""

    rule: str
    code: FindingCode
    value: Any = None
    source: str | None = None
    on: date | None = None
