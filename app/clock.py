"""What day it is where the register is kept, whatever day it is where the machine stands."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def today(zone: ZoneInfo) -> date:
    """The civil day in `DANGBO_TIME_ZONE`: the `today` of every act, reading and command."""
    return datetime.now(zone).date()
