"""The first sheet of an XLSX workbook, row by row, as a stream.

Only four parts of a workbook are ever opened: the list of sheets, the formats, the shared texts and the sheet
itself; macros, external links, pictures and formulas are left alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from app.domain.package import SMALL_PART, Package, Part, Refused, opened
from app.domain.sheet_cells import PLAIN, Boolean, Cell, Failed, Number, NumberFormat

MOST_SHARED_TEXTS = 1_000_000
MOST_SHARED = 32 * 1024 * 1024
"""Texts that stand in several cells are kept in memory: so many, of so many bytes of XML together."""

MOST_FORMATS = 65_536
LONGEST_CELL = 32_767
LONGEST_ROW = 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""The bounds of a sheet."""


class SheetRow(NamedTuple):
    """A row by its number on the sheet, and its cells that say something by their places: 0 is column A."""

    number: int
    cells: Mapping[int, Cell]


def sheet_rows(file: IO[bytes]) -> Iterator[SheetRow]:
    """The rows of the first sheet that is shown, without those that are empty. Raises `Refused`."""
    with opened(file) as package:
        yield from _rows(package)


def _rows(package: Package) -> Iterator[SheetRow]:
    book = _Book()
    main = package.related("", "/officeDocument")
    if main is None or not main.endswith(".xml"):
        raise Refused("not_a_workbook")
    package.read(main, book)
    if book.sheet is None:
        raise Refused("not_a_workbook")
    sheet = package.related(main, book.sheet)
    if sheet is None:
        raise Refused("workbook_damaged")
    styles, texts = _Styles(), _Texts()
    for name, part, most in (("/styles", styles, SMALL_PART), ("/sharedStrings", texts, MOST_SHARED)):
        if (path := package.related(main, name)) is not None:
            package.read(path, part, most)
    rows = _Rows(texts.texts, styles.formats(), book.since_1904)
    for _ in package.parsed(sheet, rows):
        yield from rows.finished
        rows.finished.clear()


@dataclass(slots=True)
class _Book(Part):
    sheet: str | None = None
    since_1904: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet" and self.sheet is None and attributes.get("state", "visible") == "visible":
            self.sheet = next((said for key, said in attributes.items() if key.endswith(":id")), None)


@dataclass(slots=True)
class _Styles(Part):
    codes: dict[int, str] = field(default_factory=dict)
    used: list[int] = field(default_factory=list)
    within: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.within = True
        elif name == "xf" and self.within:
            if len(self.used) == MOST_FORMATS:
                raise Refused("workbook_damaged")
            self.used.append(int(attributes.get("numFmtId", 0)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.within = False

    def formats(self) -> list[NumberFormat]:
        """The formats of the cells, by the number a cell names."""
        known = {number: NumberFormat.of(number, self.codes.get(number)) for number in set(self.used)}
        return [known[number] for number in self.used]


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class _Text:
    """A text gathered from the runs it is written in; how it is pronounced is not part of it."""

    __slots__ = ("_length", "_open", "_pieces", "_spoken")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._open = self._spoken = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._spoken = True
        self._open = name in ("t", "v") and not self._spoken

    def end(self, name: str) -> None:
        self._open = False
        if name == "rPh":
            self._spoken = False

    def add(self, text: str) -> None:
        if self._open:
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise Refused("text_too_long", max_length=LONGEST_CELL)
            self._pieces.append(text)

    def take(self) -> str:
        said = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), said) if "_x" in said else said


@dataclass(slots=True)
class _Texts(Part):
    texts: list[str] = field(default_factory=list)
    _text: _Text = field(default_factory=_Text)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._text.start(name)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            if len(self.texts) == MOST_SHARED_TEXTS:
                raise Refused("workbook_too_many_texts", most=MOST_SHARED_TEXTS)
            self.texts.append(self._text.take())

    def text(self, text: str) -> None:
        self._text.add(text)


_PLACE = re.compile(r"([A-Z]{1,3})[0-9]*")


@dataclass(slots=True)
class _Rows(Part):
    """The rows of a sheet as they end, to be taken from `finished`."""

    texts: list[str]
    formats: list[NumberFormat]
    since_1904: bool
    finished: list[SheetRow] = field(default_factory=list)
    _number: int = 0
    _cells: dict[int, Cell] = field(default_factory=dict)
    _place: int = -1
    _length: int = 0
    _type: str = "n"
    _format: NumberFormat = PLAIN
    _text: _Text = field(default_factory=_Text)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._text.start(name)
        if name == "c":
            place = _column(attributes["r"]) if "r" in attributes else self._place + 1
            if not self._place < place < MOST_COLUMNS:
                raise Refused("workbook_damaged")
            self._place = place
            self._type = attributes.get("t", "n")
            style = int(attributes.get("s", 0))
            self._format = self.formats[style] if style < len(self.formats) else PLAIN
        elif name == "row":
            number = int(attributes.get("r", self._number + 1))
            if not self._number < number <= MOST_ROWS:
                raise Refused("workbook_damaged")
            self._number, self._cells, self._place, self._length = number, {}, -1, 0

    def text(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_ROW:
            raise Refused("line_too_long", max_length=LONGEST_ROW)
        self._text.add(text)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "c":
            if said := self._text.take():
                self._cells[self._place] = self._cell(said)
        elif name == "row" and self._cells:
            self.finished.append(SheetRow(self._number, self._cells))

    def _cell(self, said: str) -> Cell:
        match self._type:
            case "s":
                index = int(said)
                if not 0 <= index < len(self.texts):
                    raise Refused("workbook_damaged")
                return self.texts[index]
            case "b":
                return Boolean(said == "1")
            case "e":
                return Failed(said)
            case "d":
                return said[:10]
            case "n":
                return Number(float(said), self._format, self.since_1904)
            case _:
                return said


def _column(place: str) -> int:
    """The place of a cell in its row by its name: 0 for `A5`."""
    if (found := _PLACE.fullmatch(place)) is None:
        raise Refused("workbook_damaged")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
