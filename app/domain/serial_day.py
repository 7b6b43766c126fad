"""Days as spreadsheets count them: 1 is 1 January 1900, or 0 is 1 January 1904 where the workbook says so."""

from datetime import date, timedelta
from functools import lru_cache

_NEVER_WAS = 60
"""29 February 1900, which they count."""


@lru_cache(maxsize=4096)
def day_of(serial: int, since_1904: bool = False) -> date:
    """The day of a serial number. ValueError with a code: `date_impossible`, `date_out_of_range`."""
    if serial == _NEVER_WAS and not since_1904:
        raise ValueError("date_impossible")
    if serial < (0 if since_1904 else 1):
        raise ValueError("date_out_of_range")
    start = date(1904, 1, 1) if since_1904 else date(1899, 12, 31 if serial < _NEVER_WAS else 30)
    try:
        return start + timedelta(days=serial)
    except OverflowError:
        raise ValueError("date_out_of_range") from None
