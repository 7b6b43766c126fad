"""What a change may make of a standing: recognition makes it official, and nothing leads back (R-MEM-8)."""

from collections.abc import Iterable, Sequence

from app.domain.change import Row
from app.domain.errors import RuleBroken
from app.domain.membership import Standing

SOURCE = "DL 3, 5"


def check_standing_kept(believed: Sequence[Row], written: Iterable[Row]) -> None:
    """Refuse a change that makes an official member probationary on some day (R-MEM-8).

    Who is on probation again came back by a readmission; what was recorded wrongly is corrected.
    """
    for period, values in written:
        if values["standing"] == Standing.PROBATIONARY and any(
            held.overlaps(period) and recorded["standing"] == Standing.OFFICIAL for held, recorded in believed
        ):
            raise RuleBroken(
                "R-MEM-8", "official_stays_official", value=Standing.OFFICIAL.value, source=SOURCE
            )
