"""The order in which the dates of a member's dossier stand (R-MEM-7): birth, admission, ceremony, recognition."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from app.domain.errors import RuleBroken
from app.domain.partial_date import PartialDate


class Pair(NamedTuple):
    """Two dates of one life: `then` does not lie before `first`, nor on the same day where `apart`."""

    first: str
    then: str
    apart: bool


PAIRS = (
    Pair("birth_date", "youth_union_on", True),
    Pair("birth_date", "admitted_on", True),
    Pair("birth_date", "inducted_on", True),
    Pair("birth_date", "recognised_on", True),
    Pair("admitted_on", "inducted_on", False),
    Pair("admitted_on", "recognised_on", False),
    Pair("inducted_on", "recognised_on", False),
)
"""Nobody is admitted before birth; the ceremony follows the decision, the recognition the ceremony [294 4.4, 4.5]."""

DATES = frozenset({name for pair in PAIRS for name in (pair.first, pair.then)})
"""The dates that have their place in that order."""

ORDER = ("birth_date", "admitted_on", "inducted_on", "recognised_on")
"""The order itself, as a refusal names it."""

SOURCE = "DL 4, 5; 294 4.4, 4.5"


def check_order(dates: Mapping[str, PartialDate | None], said: Collection[str]) -> None:
    """Refuse where one of the dates said surely stands in the wrong order, whichever days the dates mean (R-MEM-7)."""
    for pair in PAIRS:
        if (pair.first in said or pair.then in said) and _surely_wrong(pair, dates):
            raise RuleBroken(
                "R-MEM-7",
                "dates_out_of_order",
                value=list(ORDER),
                source=SOURCE,
                first=pair.first,
                then=pair.then,
            )


def _surely_wrong(pair: Pair, dates: Mapping[str, PartialDate | None]) -> bool:
    first, then = dates.get(pair.first), dates.get(pair.then)
    if first is None or then is None or first.earliest is None or then.latest is None:
        return False
    return then.latest <= first.earliest if pair.apart else then.latest < first.earliest
