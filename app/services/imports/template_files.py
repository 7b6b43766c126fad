"""Templates as files: the columns of a kind and no rows, or rows of what is on record, in any format imports take."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from asyncpg import Record

from app.domain.ending_words import is_ending
from app.domain.import_cells import Column
from app.domain.imports import FileFormat
from app.domain.inert import inert
from app.exports.file import ListFile
from app.language import Language
from app.queries.ranges import to_possible_day
from app.services.imports.workbooks import TemplateBook

_AT_ONCE = 256 * 1024


def _cells(row: Record, columns: Sequence[Column]) -> list[str]:
    """The cells of a row, one a column: what the column reads as the row's value; nothing, an empty one.

    So is a value that would be read as the word by which a cell ends what holds: an empty cell keeps it.
    """
    return [_cell(column, row.get(column.name)) for column in columns]


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.holds == "possible_day":
        day = to_possible_day(value)
        return (day and day.isoformat()) or ""
    text = str(value)
    return "" if column.ended_by and is_ending(text) else text


class CsvTemplate:
    """CSV with the mark by which spreadsheets know UTF-8, and no cell that they would run."""

    media_type: ClassVar[str] = FileFormat.CSV.value
    suffix: ClassVar[str] = "csv"
    built_whole: ClassVar[bool] = False

    def __init__(self, name: str, columns: Sequence[Column], language: Language) -> None:
        self._columns = columns
        self._text = io.StringIO(newline="")
        self._text.write("\ufeff")
        self._writer = csv.writer(self._text)
        self._writer.writerow(column.name for column in columns)

    def write(self, items: Sequence[Record]) -> bytes:
        self._writer.writerows(map(inert, _cells(row, self._columns)) for row in items)
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return text.encode()

    def end(self, end: Mapping[str, Any]) -> Iterator[bytes]:
        yield self.write([])

    def close(self) -> None:
        self._text.close()


class JsonLinesTemplate:
    """One JSON object a row, with what is said alone; of no rows, an empty file."""

    media_type: ClassVar[str] = FileFormat.NDJSON.value
    suffix: ClassVar[str] = "ndjson"
    built_whole: ClassVar[bool] = False

    def __init__(self, name: str, columns: Sequence[Column], language: Language) -> None:
        self._columns = columns
        self._names = [column.name for column in columns]

    def write(self, items: Sequence[Record]) -> bytes:
        lines = []
        for row in items:
            cells = zip(self._names, _cells(row, self._columns), strict=True)
            lines.append(json.dumps({name: cell for name, cell in cells if cell}, ensure_ascii=False) + "\n")
        return "".join(lines).encode()

    def end(self, end: Mapping[str, Any]) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None: ...


class XlsxTemplate:
    """A workbook whose columns tell what they hold."""

    media_type: ClassVar[str] = FileFormat.XLSX.value
    suffix: ClassVar[str] = "xlsx"
    built_whole: ClassVar[bool] = True

    def __init__(self, name: str, columns: Sequence[Column], language: Language) -> None:
        self._columns = columns
        self._folder = tempfile.TemporaryDirectory(prefix="dangbo-template-", ignore_cleanup_errors=True)
        self._path = Path(self._folder.name) / "template.xlsx"
        self._book = TemplateBook(self._path, columns, name, language)

    def write(self, items: Sequence[Record]) -> bytes:
        for row in items:
            self._book.add(_cells(row, self._columns))
        return b""

    def end(self, end: Mapping[str, Any]) -> Iterator[bytes]:
        self._book.finish()
        with self._path.open("rb") as file:
            while part := file.read(_AT_ONCE):
                yield part

    def close(self) -> None:
        self._book.give_up()
        self._folder.cleanup()


TemplateForm = Callable[[str, Sequence[Column], Language], ListFile]

FORMS: Mapping[str, TemplateForm] = {
    one.media_type: one for one in (CsvTemplate, JsonLinesTemplate, XlsxTemplate)
}
"""The formats of templates, by media type."""
