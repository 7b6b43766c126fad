"""Whole lists as files: one module says what the columns are, one a format how they are written.

A file is asked by `Accept`, as NDJSON always was: every request carries its credential in a header, so a plain link
could fetch none of them, whatever stood in its query.
"""

from collections.abc import Callable, Mapping

from app.accepting import JSON, chosen
from app.exports.comma_separated import CommaSeparated
from app.exports.file import ListFile
from app.exports.json_lines import JsonLines
from app.exports.spreadsheet import Spreadsheet
from app.language import Language
from app.models.scalars import Shape

FORMATS: Mapping[str, type[JsonLines] | type[CommaSeparated] | type[Spreadsheet]] = {
    one.media_type: one for one in (JsonLines, CommaSeparated, Spreadsheet)
}
"""What a list can be had as besides pages of JSON, by media type."""


def format_of(accept: str) -> Callable[[type[Shape], Language], ListFile] | None:
    """The format that an `Accept` header wants most; None: pages of JSON."""
    return FORMATS.get(chosen(accept, (JSON, *FORMATS)))
