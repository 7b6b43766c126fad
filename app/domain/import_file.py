"""Files of rows, read in batches: a workbook, CSV as spreadsheets write it, or one JSON object a line.

What cannot be read is an error of its row, and reading goes on; only what leaves no rows to speak of (another
encoding, another header, quotes that never close) ends it. No more than a batch is held in memory.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from app.domain.encodings import encoding_of
from app.domain.font_text import Font
from app.domain.import_cells import FIRST_DAY, CellError, Column
from app.domain.imports import Encoding, FileFormat, RowError, Unreadable
from app.domain.inert import plain
from app.domain.package import ARCHIVE, COMPOUND_FILE, Refused
from app.domain.sheet_cells import Cell, in_font
from app.domain.workbook import sheet_rows

ROWS_AT_ONCE = 1000
MOST_ROWS = 1_000_000
LONGEST_LINE = 64 * 1024
SEPARATORS = ",;\t"
ERRORS = "errors"
"""The first column of a file that was given back with its errors: it is not read. Errors of the file itself stand
below this name."""

_Place = tuple[int, Column] | None

_NAMED_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
"""The line before the header by which spreadsheets are told."""


@dataclass(slots=True)
class Row:
    """One row: its number, its values in the order of the kind's columns, whether all of it could be read."""

    number: int
    values: list[Any]
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, column: str | None, code: str, **facts: Any) -> None:
        """Note an error of the row."""
        self.errors.append(RowError(self.number, column, code, facts))

    def require(self, column: str, value: object) -> None:
        """Note that the row says nothing in a column where it must; unless what it says could not be read."""
        if value is None and all(error.column not in (column, None) for error in self.errors):
            self.refuse(column, "missing_value")

    def period(self, start: date | None, end: date | None, default: date | None) -> tuple[date, date | None]:
        """The period the row is about, from `valid_from` (or the default) to `valid_to`; errors are noted."""
        start = start or default
        self.require("valid_from", start)
        if start is not None and end is not None and end <= start:
            self.refuse("valid_to", "period_empty")
            end = None
        return start or FIRST_DAY, end


def encoding_in(file: IO[bytes], form: FileFormat) -> Encoding | None:
    """The encoding of a file, which is left at its beginning; None for a workbook, JSON is UTF-8 always.

    Raises `Unreadable` where it cannot be told.
    """
    if form is FileFormat.XLSX:
        return None
    _require_text(file)
    match form:
        case FileFormat.NDJSON:
            return Encoding.UTF_8
        case FileFormat.CSV:
            return encoding_of(file)


def _require_text(file: IO[bytes]) -> None:
    """Refuse what an office program made and was not asked to write as text."""
    start = file.read(len(COMPOUND_FILE))
    file.seek(0)
    if start == COMPOUND_FILE:
        raise Unreadable(RowError(0, None, "workbook_of_old_kind"))
    if start.startswith(ARCHIVE + b"\x03\x04"):
        raise Unreadable(RowError(0, None, "sent_as_text"))


def batches(
    file: IO[bytes], form: FileFormat, encoding: Encoding | None, columns: Sequence[Column]
) -> Iterator[list[Row]]:
    """The rows of a file, a thousand at a time. Raises `Unreadable` after the rows that could be read."""
    rows = (
        _json_rows(file, columns)
        if form is FileFormat.NDJSON
        else _table_rows(records(file, encoding), columns)
    )
    batch: list[Row] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == ROWS_AT_ONCE:
                yield batch
                batch = []
    except Unreadable:
        yield batch
        raise
    yield batch


Record = tuple[int, Sequence[Cell]]
"""A row as it stands in a table: its number, 0 for the header, and its cells."""


def records(file: IO[bytes], encoding: Encoding | None) -> Iterator[Record]:
    """The header of a table and its rows that are not blank; of a workbook where there is no encoding."""
    return _sheet_records(file) if encoding is None else _csv_records(file, encoding)


def _table_rows(table: Iterator[Record], columns: Sequence[Column]) -> Iterator[Row]:
    _, header = next(table)
    places = _places([name if isinstance(name, str) else "" for name in header], columns)
    for number, cells in table:
        _bound(number)
        row = Row(number, [None] * len(columns))
        if len(cells) == len(header):
            _read(row, zip(places, cells, strict=True))
        else:
            row.refuse(None, "row_ragged", expected=len(header), found=len(cells))
        yield row


def _sheet_records(file: IO[bytes]) -> Iterator[Record]:
    """Rows that end early are as long as the header, which stands in the first row of the sheet."""
    number = width = 0
    try:
        rows = sheet_rows(file)
        first = next(rows, None)
        if first is None or first.number != 1:
            yield 0, []
            return
        width = max(first.cells) + 1
        yield 0, [first.cells.get(place, "") for place in range(width)]
        for row in rows:
            number = row.number - 1
            cells: list[Cell] = [""] * max(width, max(row.cells) + 1)
            for place, cell in row.cells.items():
                cells[place] = cell
            yield number, cells
    except Refused as refused:
        raise Unreadable(RowError(number, None, refused.code, refused.facts)) from None


_CODECS = {
    Encoding.UTF_8: "utf-8-sig",
    Encoding.UTF_16: "utf-16",
    Encoding.WINDOWS_1258: "cp1258",
    Encoding.TCVN3: "cp1252",
    Encoding.VNI: "cp1252",
}
_FONTS = {Encoding.TCVN3: Font.TCVN3, Encoding.VNI: Font.VNI}


@contextmanager
def _text(file: IO[bytes], encoding: Encoding) -> Iterator[io.TextIOWrapper]:
    """A file of text; one in an old font is read whatever its bytes are."""
    errors = "replace" if encoding in _FONTS else "strict"
    text = io.TextIOWrapper(file, encoding=_CODECS[encoding], errors=errors, newline="")
    try:
        yield text
    except UnicodeDecodeError:
        raise Unreadable(RowError(0, None, "encoding_broken", {"assumed": encoding.value})) from None
    finally:
        if not file.closed:  # it is the caller's
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a file with their ends; one without an end in sight is never taken into memory."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise Unreadable(RowError(number, None, "line_too_long", {"max_length": LONGEST_LINE}))
        yield line
        number += 1


def _csv_records(file: IO[bytes], encoding: Encoding) -> Iterator[Record]:
    font = _FONTS.get(encoding)
    with _text(file, encoding) as text:
        lines = _lines(text)
        first = next(lines, "")
        if named := _NAMED_SEPARATOR.fullmatch(first.rstrip("\r\n")):
            separator, first = named[1], next(lines, "")
        else:
            separator = max(SEPARATORS, key=first.count)
        yield 0, next(csv.reader([first], delimiter=separator), [])
        reader = csv.reader(lines, delimiter=separator, strict=True)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if "field limit" in str(error):
                    longest = {"max_length": csv.field_size_limit()}
                    raise Unreadable(RowError(number, None, "text_too_long", longest)) from None
                raise Unreadable(RowError(number, None, "quotes_malformed")) from None
            if any(cells):
                cells = [plain(cell) if cell[:1] == "'" else cell for cell in cells]
                yield number, cells if font is None else [in_font(cell, font) for cell in cells]


def _places(header: Sequence[str], columns: Sequence[Column]) -> list[_Place]:
    """For each cell of a row its place among the kind's columns; the column of errors has none."""
    known: dict[str, _Place] = {column.name: (place, column) for place, column in enumerate(columns)}
    names = [name.strip() for name in header]
    if is_errors(names[:1]):
        names[0], known = ERRORS, known | {ERRORS: None}
    errors = [
        RowError(0, None, "unknown_column", {"position": position})
        for position, name in enumerate(names, start=1)
        if name not in known
    ]
    errors += [RowError(0, name, "column_repeated") for name in known if names.count(name) > 1]
    errors += [
        RowError(0, column.name, "column_missing")
        for column in columns
        if column.required and column.name not in names
    ]
    if errors:
        raise Unreadable(*errors)
    return [known[name] for name in names]


def is_errors(header: Sequence[Cell]) -> bool:
    """Whether the first cell of a header, if there is one, stands over errors."""
    return bool(header) and isinstance(header[0], str) and header[0].partition("\n")[0].strip() == ERRORS


def _json_rows(file: IO[bytes], columns: Sequence[Column]) -> Iterator[Row]:
    known = {column.name: (place, column) for place, column in enumerate(columns)}
    with _text(file, Encoding.UTF_8) as text:
        for number, line in enumerate(_lines(text), start=1):
            if not line.strip():
                continue
            _bound(number)
            row = Row(number, [None] * len(columns))
            try:
                said = json.loads(line, object_pairs_hook=_without_repeats, parse_constant=_refuse)
            except (ValueError, RecursionError):
                said = None
            if isinstance(said, _Said):
                _read_json(row, said, known)
            else:
                row.refuse(None, "json_row_malformed")
            yield row


class _Said(dict[str, Any]):
    """An object without repeated names."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> _Said:
    said = _Said(pairs)
    if len(said) != len(pairs):
        raise ValueError
    return said


def _refuse(_: str) -> None:
    raise ValueError


def _read_json(row: Row, said: _Said, known: Mapping[str, tuple[int, Column]]) -> None:
    cells: list[tuple[_Place, Cell]] = []
    for position, (name, value) in enumerate(said.items(), start=1):
        if name not in known:
            row.refuse(None, "unknown_column", position=position)
        elif isinstance(value, str):
            cells.append((known[name], value))
        elif value is not None:
            row.refuse(name, "text_expected")
    _read(row, cells)


def _read(row: Row, cells: Iterable[tuple[_Place, Cell]]) -> None:
    for where, cell in cells:
        if cell and where is not None:
            place, column = where
            try:
                row.values[place] = column.read(cell if isinstance(cell, str) else cell.text_for(column))
            except CellError as error:
                row.refuse(column.name, error.code, **error.facts)


def _bound(number: int) -> None:
    if number > MOST_ROWS:
        raise Unreadable(RowError(number, None, "too_many_rows", {"most": MOST_ROWS}))
