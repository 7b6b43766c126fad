"""What can be imported, column by column, and empty files to fill in."""

import asyncio
from typing import IO

from app.domain.import_file import template
from app.domain.imports import ImportKind
from app.language import Language
from app.models.imports import ImportColumn, ImportKindItem, ImportKinds
from app.services.imports import workbooks
from app.services.imports.kinds import KINDS


def kinds() -> ImportKinds:
    """What can be imported, column by column."""
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
                        ended_by=list(column.ended_by) or None,
                    )
                    for column in kind.columns
                ],
            )
            for name, kind in KINDS.items()
        ]
    )


def template_of(kind: ImportKind) -> bytes:
    """An empty CSV file of a kind."""
    return template(KINDS[kind].columns)


async def workbook_of(kind: ImportKind, language: Language) -> IO[bytes]:
    """An empty workbook of a kind."""
    return await asyncio.to_thread(workbooks.blank, KINDS[kind].columns, kind.value, language)
