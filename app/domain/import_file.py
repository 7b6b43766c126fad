"""Files of rows, read in batches: CSV as spreadsheets write it, or one JSON object a line. UTF-8 only.

What cannot be read is an error of its row, and reading goes on; only what leaves no rows to speak of (another
encoding, another header, quotes that never close) ends it. No more than a batch is held in memory.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from app.domain.import_cells import FIRST_DAY, CellError, Column
from app.domain.imports import FileFormat, RowError

ROWS_AT_ONCE = 1000
MOST_ROWS = 1_000_000
LONGEST_LINE = 64 * 1024
SEPARATORS = ",;\t"


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


class Unreadable(Exception):
    """The file cannot be read any further."""

    def __init__(self, *errors: RowError) -> None:
        super().__init__(*(error.code for error in errors))
        self.errors = errors


def batches(file: IO[bytes], form: FileFormat, columns: Sequence[Column]) -> Iterator[list[Row]]:
    """The rows of a file, a thousand at a time. Raises `Unreadable` after the rows that could be read."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    batch: list[Row] = []
    try:
        for row in _READERS[form](text, columns):
            batch.append(row)
            if len(batch) == ROWS_AT_ONCE:
                yield batch
                batch = []
    except UnicodeDecodeError:
        yield batch
        raise Unreadable(RowError(0, None, "not_utf8")) from None
    except Unreadable:
        yield batch
        raise
    finally:
        if not file.closed:  # it is the caller's
            text.detach()
    yield batch


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a file with their ends; one without an end in sight is never taken into memory."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise Unreadable(RowError(number, None, "line_too_long", {"max_length": LONGEST_LINE}))
        yield line
        number += 1


def _csv_rows(text: io.TextIOWrapper, columns: Sequence[Column]) -> Iterator[Row]:
    lines = _lines(text)
    first = next(lines, "")
    separator = max(SEPARATORS, key=first.count)
    header = next(csv.reader([first], delimiter=separator), [])
    places = _places(header, columns)
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
        if not any(cells):
            continue
        _bound(number)
        row = Row(number, [None] * len(columns))
        if len(cells) == len(header):
            _read(row, zip(places, cells, strict=True))
        else:
            row.refuse(None, "row_ragged", expected=len(header), found=len(cells))
        yield row


def _places(header: Sequence[str], columns: Sequence[Column]) -> list[tuple[int, Column]]:
    """For each cell of a row its place among the kind's columns."""
    known = {column.name: (place, column) for place, column in enumerate(columns)}
    names = [name.strip() for name in header]
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


def _json_rows(text: io.TextIOWrapper, columns: Sequence[Column]) -> Iterator[Row]:
    known = {column.name: (place, column) for place, column in enumerate(columns)}
    for number, line in enumerate(_lines(text), start=1):
        if not line.strip():
            continue
        _bound(number)
        row = Row(number, [None] * len(columns))
        try:
            said = json.loads(line, object_pairs_hook=_without_repeats, parse_constant=_refuse)
        except (ValueError, RecursionError):
            row.refuse(None, "json_row_malformed")
            yield row
            continue
        if not isinstance(said, _Said):
            row.refuse(None, "json_row_malformed")
        else:
            _read_json(row, said, known)
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
    cells: list[tuple[tuple[int, Column], str]] = []
    for position, (name, value) in enumerate(said.items(), start=1):
        if name not in known:
            row.refuse(None, "unknown_column", position=position)
        elif isinstance(value, str):
            cells.append((known[name], value))
        elif value is not None:
            row.refuse(name, "text_expected")
    _read(row, cells)


def _read(row: Row, cells: Any) -> None:
    for (place, column), cell in cells:
        if cell:
            try:
                row.values[place] = column.read(cell)
            except CellError as error:
                row.refuse(column.name, error.code, **error.facts)


def _bound(number: int) -> None:
    if number > MOST_ROWS:
        raise Unreadable(RowError(number, None, "too_many_rows", {"most": MOST_ROWS}))


_READERS: Mapping[FileFormat, Callable[[io.TextIOWrapper, Sequence[Column]], Iterator[Row]]] = {
    FileFormat.CSV: _csv_rows,
    FileFormat.NDJSON: _json_rows,
}


def template(columns: Sequence[Column]) -> bytes:
    """An empty CSV file of a kind, with the mark by which spreadsheets know UTF-8."""
    return (",".join(column.name for column in columns) + "\r\n").encode("utf-8-sig")
