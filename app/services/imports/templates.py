"""What can be imported, column by column, and files to fill in: empty, or with what is on record."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from asyncpg import Connection

from app.domain.access import Actor
from app.domain.errors import FieldError, Invalid
from app.domain.import_cells import Column
from app.domain.imports import Filling, ImportKey, ImportKind
from app.domain.vocabulary.words import Words
from app.exports.file import ListFile
from app.language import Language
from app.models.imports import ImportColumn, ImportKindItem, ImportKinds
from app.paging import Listing
from app.queries.asof import AsOf
from app.services import catalogues
from app.services.imports.kinds import KINDS
from app.services.imports.template_files import FORMS, CsvTemplate


async def kinds(connection: Connection, as_of: AsOf) -> ImportKinds:
    """What can be imported, column by column, with the words of the day."""
    said = await catalogues.words(connection, as_of)
    return ImportKinds(
        items=[
            ImportKindItem(
                kind=name,
                action=kind.action,
                columns=[
                    ImportColumn(
                        name=column.name,
                        holds=column.holds,
                        required=column.required,
                        max_length=column.longest,
                        words=list(column.words) or None,
                        catalogue=column.catalogue,
                        ended_by=list(column.ended_by) or None,
                    )
                    for column in _with_words(kind.columns, said)
                ],
            )
            for name, kind in KINDS.items()
        ]
    )


def file_of(kind: ImportKind, columns: Sequence[Column], accept: str, language: Language) -> ListFile:
    """A template to be filled, or to be left without rows, of the first format that is accepted; else CSV."""
    named = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    form = next((FORMS[one] for one in named if one in FORMS), CsvTemplate)
    return form(kind.value, columns, language)


def blank(
    kind: ImportKind, columns: Sequence[Column], accept: str, language: Language
) -> tuple[ListFile, bytes]:
    """A template without rows, and its content."""
    with closing(file_of(kind, columns, accept, language)) as file:
        return file, b"".join(file.end({}))


def filling(as_of: AsOf, actor: Actor, kind: ImportKind, asked: Filling) -> Listing:
    """The rows of a template. Refused where a kind has none, or where members have no names without a `system`."""
    of = KINDS[kind]
    if of.filled is None:
        raise Invalid(FieldError("/query/kind", "kind_has_no_rows"))
    if asked.system is None and (asked.key is ImportKey.EXTERNAL_ID or not of.has_codes):
        raise Invalid(FieldError("/query/system", "system_required"))
    return of.filled(as_of, actor, asked)


async def columns_of(connection: Connection, as_of: AsOf, kind: ImportKind) -> list[Column]:
    """The columns of a kind, with the words of the day."""
    return _with_words(KINDS[kind].columns, await catalogues.words(connection, as_of))


def _with_words(columns: Iterable[Column], said: Mapping[str, Mapping[str, Words]]) -> list[Column]:
    """The columns, those of catalogues with the codes in use."""
    return [replace(one, words=said[one.catalogue]) if one.catalogue else one for one in columns]
