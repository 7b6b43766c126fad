"""What of a personal value is shown to those who need only recognize it."""

from app.domain.partial_date import PartialDate

_SHOWN = 3
"""Characters of a number that stay readable."""


def mask_number(number: str) -> str:
    """The number with stars for all but its last three characters; a number no longer than that is all stars."""
    hidden = max(len(number) - _SHOWN, 0) or len(number)
    return "*" * hidden + number[hidden:]


def mask_birth_date(born: PartialDate | None) -> PartialDate | None:
    """The year of birth alone."""
    return None if born is None or born.value is None else PartialDate.parse(str(born.value.year))
