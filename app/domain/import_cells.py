"""How the cells of a file are read: each column by one plain function, made once.

An empty cell says nothing and is never read. A cell that cannot be read raises `CellError`, with a code and
facts but never with what stands in it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from app.domain.ending_words import ENDING_WORDS, is_ending
from app.domain.font_text import FontText, font_text
from app.domain.meanings import meaning_of
from app.domain.partial_date import UNKNOWN_DATE, PartialDate, Precision
from app.domain.serial_day import day_of
from app.domain.text import clean
from app.domain.vocabulary import WORDS
from app.domain.vocabulary.words import Words

FIRST_DAY, DAY_AFTER_LAST = date(1900, 1, 1), date(2200, 1, 1)
"""Bounds of the days of facts: outside lie typing errors."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
_OTHER_STROKES = re.compile(r"(?:\d{1,2}([.-])\d{1,2}\1|\d{1,2}[.-])\d{4}", re.ASCII)
"""Offices write `31/12/2023`, `31.12.2023` and `31-12-2023`."""
_SERIAL = re.compile(r"\d{5}", re.ASCII)
"""A day that a spreadsheet has written as it counts it; no year has five digits."""


FAILED = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}
"""What spreadsheets write where a formula could not be calculated."""


class CellError(ValueError):
    """The cell cannot be read."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


Read = Callable[[str], Any]


class _InFont(Exception):
    """The text is in the encoding of an old font."""

    def __init__(self, font: FontText) -> None:
        self.font = font


def _clean_unicode(text: str) -> str:
    if (font := font_text(text)) is not None:
        raise _InFont(font)
    return clean(text)


_SHORT = 120
_clean_short = lru_cache(maxsize=16_384)(_clean_unicode)
"""Places and offices stand in many rows."""


def _clean_text(cell: str) -> str:
    if cell.isascii():  # numbers and codes: in no font, and each in one row
        return clean(cell)
    return _clean_short(cell) if len(cell) <= _SHORT else _clean_unicode(cell)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: what it holds, and how its cells are read. `required`: every file has it.

    `digits`: the column holds numbers of a paper, so many digits long (one of these; empty: of any length), whose
    leading zeros matter; None where it holds no such numbers. `ended_by`: the words, of each language one, by which a
    cell says that nothing holds any more. `words`: the identifiers of a column of words, with the words for each.
    `catalogue`: the name of the one whose codes are the identifiers of the day.
    """

    name: str
    holds: Literal["text", "word", "day", "possible_day", "month", "whole_number"]
    read: Read
    required: bool = False
    longest: int | None = None
    words: Mapping[str, Words] = field(default_factory=dict)
    digits: tuple[int, ...] | None = None
    ended_by: tuple[str, ...] = ()
    catalogue: str | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """All identifiers that a column of words takes."""
        return (*self.words, *self.ended_by) if self.words else ()

    def in_font(self, found: FontText) -> CellError:
        """The refusal of a text in an old font, with what is meant; of a number of a paper nothing is guessed."""
        meant = " ".join(found.meant.split())
        if self.holds != "text" or self.digits is not None or len(meant) > (self.longest or 0):
            return CellError("font_text", encoding=found.font.value)
        return CellError("font_text", encoding=found.font.value, suggestion=meant)


ENDED, ENDED_DAYS = "delete", (FIRST_DAY, FIRST_DAY)
"""What such a word is read as: a text that no cell of the column can hold otherwise, days that are none."""


def endable(column: Column) -> Column:
    """A column in which a word says that nothing holds any more, while an empty cell says nothing."""
    ended = ENDED_DAYS if column.holds == "possible_day" else ENDED

    def read(cell: str) -> Any:
        return ended if is_ending(cell) else column.read(cell)

    return replace(column, read=read, ended_by=ENDING_WORDS)


def text_column(
    name: str, longest: int, *, required: bool = False, digits: tuple[int, ...] | None = None
) -> Column:
    """A column of clean text of so many characters at most; `digits` as of `Column`."""
    longest_number = max(digits or (0,))

    def read(cell: str) -> str | None:
        try:
            text = _clean_text(cell)
        except _InFont as found:
            raise column.in_font(found.font) from None
        except ValueError:
            raise CellError("text_not_clean") from None
        if len(text) > longest:
            raise CellError("text_too_long", max_length=longest)
        if text.startswith("#") and text in FAILED:
            raise CellError("formula_failed")
        if digits is not None:
            if _ROUNDED.fullmatch(text):
                raise CellError("digits_lost")
            # Shorter ones may be numbers of older papers.
            if len(text) == longest_number - 1 and _SHORTENED.fullmatch(text):
                raise zeros_lost(text, digits)
        return text or None

    column = Column(name, "text", read, required, longest=longest, digits=digits)
    return column


_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
"""A long number as spreadsheets show it in a narrow column."""
_SHORTENED = re.compile(r"[1-9]\d*", re.ASCII)


def zeros_lost(found: str, digits: tuple[int, ...]) -> CellError:
    """The refusal of a number that is too short; where one zero is missing of the longest, with that zero."""
    due = min(length for length in digits if length > len(found))
    facts: dict[str, Any] = {"found": len(found), "expected": due}
    if len(found) == max(digits) - 1:
        facts["suggestion"] = f"0{found}"
    return CellError("leading_zeros_lost", **facts)


def word_column(
    name: str,
    words: type[StrEnum],
    *,
    required: bool = False,
    also: Mapping[str, Iterable[str]] | None = None,
) -> Column:
    """A column of identifiers of an enumeration, or the words for them in Vietnamese or English.

    `also`: other words by which offices call some of them.
    """
    known = {one.value: WORDS[words][one] for one in words}
    said = {one: (*called, *(also or {}).get(one, ())) for one, called in known.items()}
    meant, listed = meaning_of(said), ", ".join(known)

    def read(cell: str) -> str | None:
        text = cell.strip()
        word = meant(text)
        if word is None and text:
            raise CellError("unknown_word", expected=listed)
        return word

    return Column(name, "word", read, required, words=known)


_LONGEST_CELL = 32_767
"""What a cell of a workbook holds at most."""


def named_words_column(name: str, words: type[StrEnum], most: int) -> Column:
    """A column of names with an identifier of an enumeration each, `a=ill;b=on_duty`, so many at most."""
    text, word = text_column(name, _LONGEST_CELL), word_column(name, words)

    def read(cell: str) -> list[tuple[str, str]] | None:
        pairs = []
        for part in (text.read(cell) or "").split(";"):
            if not part.strip():
                continue
            named, _, said = (one.strip() for one in part.rpartition("="))
            if not named or not said:
                raise CellError("named_words_malformed")
            pairs.append((named, word.read(said)))
        if len(pairs) > most:
            raise CellError("too_many_named", most=most)
        return pairs or None

    return Column(name, "text", read, longest=_LONGEST_CELL)


def code_column(name: str, catalogue: str) -> Column:
    """A column of codes of a catalogue; which of them there are on a row's days, its check says."""
    return Column(name, "word", _read_code, catalogue=catalogue)


def with_meanings(column: Column, said: Mapping[str, Iterable[str]]) -> Column:
    """A column of codes that also takes all that its catalogue says, or said, for them."""
    meant = meaning_of(said)

    def read(cell: str) -> Any:
        return meant(cell.strip()) or column.read(cell)

    return replace(column, read=read)


@lru_cache(maxsize=4096)
def _read_code(cell: str) -> str | None:
    code = cell.strip()
    if code and not _CODE.fullmatch(code):
        raise CellError("code_malformed")
    return code or None


def number_column(name: str, least: int, most: int) -> Column:
    """A column of whole numbers within bounds."""

    def read(cell: str) -> int | None:
        text = cell.strip()
        if not text:
            return None
        if not _WHOLE_NUMBER.fullmatch(text) or not least <= int(text) <= most:
            raise CellError("number_expected", least=least, most=most)
        return int(text)

    return Column(name, "whole_number", read, longest=len(str(most)))


ROW_VERSION = "row_version"


def version_column() -> Column:
    """The column of the version that a thing had when the row was filled, of any file whose things have versions."""
    return number_column(ROW_VERSION, 1, 999_999_999)


def day_column(name: str, *, required: bool = False) -> Column:
    """A column of whole days, `2023-12-31`, `31/12/2023` (also with points or hyphens) or as spreadsheets count."""
    return Column(name, "day", _read_day, required, longest=10)


def possible_day_column(name: str) -> Column:
    """A column of dates of persons, as far as they are known, as pairs: the first day, the day after the last."""
    return Column(name, "possible_day", _read_possible_day, longest=10)


def month_column(name: str, *, required: bool = False) -> Column:
    """A column of months, `2023-05` or `05/2023`, as their first days."""
    return Column(name, "month", _read_month, required, longest=7)


@lru_cache(maxsize=4096)
def _read_month(cell: str) -> date | None:
    if not (text := cell.strip()):
        return None
    try:
        read = PartialDate.parse(text)
    except ValueError:
        raise CellError("month_expected") from None
    if read.value is None or read.precision is not Precision.MONTH:
        raise CellError("month_expected")
    if read.value >= DAY_AFTER_LAST:
        raise CellError("date_out_of_range")
    return read.value


@lru_cache(maxsize=4096)
def _read_day(cell: str) -> date | None:
    if not (text := _as_written(cell)):
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
    read = possible_day(cell)
    return (read.earliest, read.latest + timedelta(days=1)) if read.earliest and read.latest else None


def possible_day(cell: str) -> PartialDate:
    """A date of a person as papers and spreadsheets write it. CellError where it cannot be read."""
    if not (text := _as_written(cell)):
        return UNKNOWN_DATE
    try:
        read = PartialDate.parse(text)
    except ValueError as error:
        raise CellError(str(error)) from None
    if read.earliest is not None and read.earliest >= DAY_AFTER_LAST:
        raise CellError("date_out_of_range")
    return read


def _as_written(cell: str) -> str:
    """A date with strokes for points and hyphens, or the day that a spreadsheet has written as it counts it."""
    text = cell.strip()
    if _OTHER_STROKES.fullmatch(text):
        return text.replace(".", "/").replace("-", "/")
    if _SERIAL.fullmatch(text):
        try:
            return day_of(int(text)).isoformat()
        except ValueError as error:
            raise CellError(str(error)) from None
    return text
