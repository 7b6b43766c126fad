"""A list as CSV: UTF-8 with the mark by which spreadsheets know it, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from app.domain.inert import inert
from app.exports.columns import cells_of, columns_of, end_cell
from app.language import Language
from app.models.scalars import Shape


class CommaSeparated:
    """A header row, a row an item, and a last row that begins with the count."""

    media_type: ClassVar[str] = "text/csv"
    suffix: ClassVar[str] = "csv"
    built_whole: ClassVar[bool] = False

    def __init__(self, item: type[Shape], language: Language) -> None:
        self._columns = columns_of(item)
        self._text = io.StringIO(newline="")
        self._text.write("\ufeff")
        self._writer = csv.writer(self._text)
        self._writer.writerow(".".join(path) for path in self._columns)

    def write(self, items: Sequence[Shape]) -> bytes:
        self._writer.writerows(map(inert, cells_of(one, self._columns)) for one in items)
        return self._take()

    def end(self, end: Mapping[str, Any]) -> Iterator[bytes]:
        self._writer.writerow([end_cell(end), *[""] * (len(self._columns) - 1)])
        yield self._take()

    def close(self) -> None:
        self._text.close()

    def _take(self) -> bytes:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return text.encode()
