"""Cells that are no texts in Unicode, and what each says in a column: as a worksheet holds them, or in old fonts.

A number is a day where its format shows one, or where the column holds days; as much of it as is shown. Whole
numbers are their digits. What a text column cannot know from a number (what stood there before the spreadsheet
made a day or a fraction of it) is refused rather than guessed.
"""

import re
from dataclasses import dataclass
from typing import Literal

from app.domain.font_text import Font, FontText
from app.domain.import_cells import CellError, Column, zeros_lost
from app.domain.partial_date import FIRST_YEAR, LAST_YEAR
from app.domain.serial_day import day_of

Shown = Literal["number", "day", "month", "year", "other"]
"""What a number format shows; `other`: a time, or a day without its year."""

MOST_DIGITS = 15
"""Of a longer number a spreadsheet keeps no more."""

_NOT_SIGNS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P', re.IGNORECASE)
_MINUTES = re.compile(r"(?:h+[^a-z]*)m+|m+(?=[^a-z]*s)")
_OWN: dict[int, Shown] = {
    **dict.fromkeys((14, 15, 22, *range(27, 32), 36, *range(50, 55), 57, 58), "day"),
    **dict.fromkeys((16, 18, 19, 20, 21, 45, 46, 47), "other"),
    17: "month",
}
"""The formats that every spreadsheet knows by number."""
_LONGEST_FORMAT = 255
_LAST_SERIAL = 2_958_465
"""31 December 9999."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a format shows of a number; `width` is the digits it fills up with zeros."""

    shown: Shown = "number"
    width: int = 0

    @classmethod
    def of(cls, number: int, code: str | None) -> "NumberFormat":
        """The format of a number in the list of a workbook or, without a code, of a spreadsheet's own."""
        if code is None:
            return cls(_OWN.get(number, "number"))
        if len(code) > _LONGEST_FORMAT:
            return cls()
        signs = _NOT_SIGNS.sub("", code.partition(";")[0]).lower()
        if signs and not signs.strip("0"):
            return cls("number", len(signs))
        if signs == "general":
            return cls()
        with_month = "m" in _MINUTES.sub("", signs)
        if "y" in signs:
            return cls("day" if "d" in signs else "month" if with_month else "year")
        return cls("other" if re.search("[dhms]", signs) else "number")


PLAIN = NumberFormat()


@dataclass(frozen=True, slots=True)
class Number:
    """A number, how it is shown, and whether the workbook counts days from 1904."""

    value: float
    format: NumberFormat = PLAIN
    since_1904: bool = False

    def text_for(self, column: Column) -> str:
        """What it says in a column: its digits, or as much of a day as is shown, `2023-12-31`."""
        if column.holds in ("day", "possible_day", "month"):
            return self._day()
        if self.format.shown != "number" or not self.value.is_integer():
            raise CellError("text_expected")
        if abs(self.value) >= 10**MOST_DIGITS:
            raise CellError("digits_lost")
        text = str(int(self.value)).zfill(self.format.width)
        if column.digits is not None and not self.format.width and len(text) not in column.digits:
            too_short = len(text) < max(column.digits, default=0)
            raise zeros_lost(text, column.digits) if too_short else CellError("text_expected")
        return text

    def _day(self) -> str:
        shown = self.format.shown
        if shown == "number":
            if self.value.is_integer() and FIRST_YEAR <= self.value <= LAST_YEAR:
                return str(int(self.value))
            shown = "day"
        if shown == "other":
            raise CellError("day_expected")
        serial = int(self.value) if 0 <= self.value <= _LAST_SERIAL else -1
        try:
            day = day_of(serial, self.since_1904)
        except ValueError as error:
            raise CellError(str(error)) from None
        return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[shown]]


@dataclass(frozen=True, slots=True)
class Boolean:
    """TRUE or FALSE: no column holds them."""

    said: bool

    def text_for(self, column: Column) -> str:
        """Never."""
        raise CellError("text_expected")


@dataclass(frozen=True, slots=True)
class Failed:
    """The error value of a formula, as #N/A."""

    said: str

    def text_for(self, column: Column) -> str:
        """Never."""
        raise CellError("formula_failed")


@dataclass(frozen=True, slots=True)
class InFont:
    """A text of a file that is written in the encoding of an old font throughout."""

    text: str
    font: Font

    def text_for(self, column: Column) -> str:
        """Never; what is meant is suggested."""
        raise column.in_font(FontText.of(self.text, self.font))


def in_font(text: str, font: Font) -> str | InFont:
    """A cell of a file in an old font; what is plain ASCII is as it stands."""
    return text if text.isascii() else InFont(text, font)


Cell = str | Number | Boolean | Failed | InFont
