"""What rules note of a record without refusing it."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One note: the rule, what is noted, the value applied and its source, the day it speaks of."""

    rule: str
    code: str
    value: Any
    source: str | None
    on: date | None
