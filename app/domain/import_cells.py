"""How the cells of a file are read: each column by one plain function, made once.

An empty cell says nothing and is never read. A cell that cannot be read raises `CellError`, with a code and
facts but never with what stands in it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from app.domain.partial_date import PartialDate
from app.domain.text import clean

FIRST_DAY, DAY_AFTER_LAST = date(1900, 1, 1), date(2200, 1, 1)
"""Bounds of the days of facts: outside lie typing errors."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)


class CellError(ValueError):
    """The cell cannot be read."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


Read = Callable[[str], Any]

_SHORT = 120
_clean_short = lru_cache(maxsize=16_384)(clean)
"""Places, offices and cells stand in many rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: what it holds, and how its cells are read. `required`: every file has it."""

    name: str
    holds: Literal["text", "word", "day", "possible_day"]
    read: Read
    required: bool = False
    longest: int | None = None
    words: tuple[str, ...] = ()


def text_column(name: str, longest: int, *, required: bool = False) -> Column:
    """A column of clean text of so many characters at most."""

    def read(cell: str) -> str | None:
        try:
            text = _clean_short(cell) if len(cell) <= _SHORT else clean(cell)
        except ValueError:
            raise CellError("text_not_clean") from None
        if len(text) > longest:
            raise CellError("text_too_long", max_length=longest)
        return text or None

    return Column(name, "text", read, required, longest=longest)


def word_column(name: str, words: type[StrEnum], *, required: bool = False) -> Column:
    """A column of identifiers of an enumeration."""
    known = {word.value: word.value for word in words}
    listed = ", ".join(known)

    def read(cell: str) -> str | None:
        word = known.get(cell) or known.get(cell.strip())
        if word is None and cell.strip():
            raise CellError("unknown_word", expected=listed)
        return word

    return Column(name, "word", read, required, words=tuple(known))


def code_column(name: str) -> Column:
    """A column of codes of a catalogue, which says by itself which there are."""

    def read(cell: str) -> str | None:
        code = cell.strip()
        if code and not _CODE.fullmatch(code):
            raise CellError("code_malformed")
        return code or None

    return Column(name, "text", read, longest=40)


def day_column(name: str, *, required: bool = False) -> Column:
    """A column of whole days, `2023-12-31` or `31/12/2023`."""
    return Column(name, "day", _read_day, required, longest=10)


def possible_day_column(name: str) -> Column:
    """A column of dates of persons, as far as they are known, as pairs: the first day, the day after the last."""
    return Column(name, "possible_day", _read_possible_day, longest=10)


@lru_cache(maxsize=4096)
def _read_day(cell: str) -> date | None:
    if not (text := cell.strip()):
        return None
    match = _DAY.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if match is None:
        raise CellError("day_expected")
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise CellError("date_impossible") from None
    if not FIRST_DAY <= day < DAY_AFTER_LAST:
        raise CellError("date_out_of_range")
    return day


@lru_cache(maxsize=65_536)
def _read_possible_day(cell: str) -> tuple[date, date] | None:
    if not cell.strip():
        return None
    try:
        read = PartialDate.parse(cell)
    except ValueError as error:
        raise CellError(str(error)) from None
    if read.earliest is None or read.latest is None:
        return None
    if read.earliest >= DAY_AFTER_LAST:
        raise CellError("date_out_of_range")
    return read.earliest, read.latest + timedelta(days=1)
