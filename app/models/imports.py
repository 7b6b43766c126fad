"""Imports: what file came, what was asked of it, what became of it, and every error found in it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.domain.access import Action
from app.domain.imports import (
    Encoding,
    FileFormat,
    ImportAccept,
    ImportDuplicates,
    ImportKey,
    ImportKind,
    ImportMeaning,
    ImportMode,
    ImportState,
)
from app.models.fact import one_of
from app.models.operation import ActorName
from app.models.page import Page
from app.models.scalars import Count, Day, Id, Instant, Note, Shape, System

ColumnName = Annotated[str, Bounds(max_length=60)]
Line = Annotated[int, Bounds(ge=1, le=2**31 - 1)]
_LINE = (
    "Where the row stands: as spreadsheets number rows, the header being 1; of NDJSON, the line of the file."
)


class Import(SQLModel, table=True):
    """One file, read whole; what became of its rows."""

    __tablename__ = "import"
    __table_args__ = (
        one_of("mode", ImportMode),
        one_of("state", ImportState),
        CheckConstraint("loaded + unchanged + duplicate + held = rows", name="every_row_counted"),
        Index("ix_import_started_at", "started_at"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    mode: str
    state: str
    actor_id: UUID = Field(foreign_key="actor.id")
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    parameters: Any = Field(sa_type=JSONB, nullable=False)
    effective_on: date | None = None
    sha256: bytes
    rows: int
    loaded: int
    unchanged: int
    duplicate: int
    held: int
    counts: Any = Field(sa_type=JSONB, nullable=False)
    errors: int
    operation_id: UUID | None = Field(default=None, foreign_key="operation.id")
    started_at: datetime = Field(
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class ImportError(SQLModel, table=True):
    """One error: the row (the first below the header is 1), the column, the code; never the cell's content."""

    __tablename__ = "import_error"

    import_id: UUID = Field(foreign_key="import.id", primary_key=True)
    number: int = Field(primary_key=True)
    row: int
    column: str | None = None
    code: str
    facts: Any = Field(sa_type=JSONB, nullable=False)
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    """Whose row it is, where the sender could see that."""


class ImportSuggestion(SQLModel, table=True):
    """What probably was meant in a cell that was refused. Personal data: for who sent the file, for a while."""

    __tablename__ = "import_suggestion"
    __table_args__ = (
        ForeignKeyConstraint(["import_id", "number"], ["import_error.import_id", "import_error.number"]),
        Index("ix_import_suggestion_suggested_at", "suggested_at"),
    )

    import_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    suggestion: str
    suggested_at: datetime = Field(
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class ImportReversal(SQLModel, table=True):
    """That an import was taken back, and by which operation."""

    __tablename__ = "import_reversal"

    import_id: UUID = Field(foreign_key="import.id", primary_key=True)
    operation_id: UUID = Field(foreign_key="operation.id")


class ImportReversalNew(Shape):
    """Why an import is taken back."""

    reason: Note


class ImportCounts(Shape):
    """Of the things that the file speaks of (organizations, members, seats…): together, all of them.

    In a refused file nothing is counted; in a validated one, what would be done.
    """

    created: Count
    changed: Count
    unchanged: Count
    followed: Count = Bounds(
        default=0,
        description="Members whose stays go on elsewhere, as restructurings took the roll of their cell; seats that end"
        " with their organization, before the term that is told (R-RS-11).",
    )


class ImportOutcomes(Shape):
    """What became of the rows, those of one organization or member all the same: together, all of them.

    In a file that is only looked at, what would become of them; in a refused one, all are held.
    """

    loaded: Count = Bounds(description="Of organizations or members that were created or changed.")
    unchanged: Count = Bounds(description="Of those of whom they say nothing new.")
    duplicate: Count = Bounds(description="Of new persons who surely are members already.")
    held: Count = Bounds(description="At fault, or standing with one that is.")


class ImportParameters(Shape):
    """What was asked of the file."""

    key: ImportKey
    system: System | None
    meaning: ImportMeaning
    effective_on: Day | None
    reason: Note | None
    accept: ImportAccept
    duplicates: ImportDuplicates
    media_type: FileFormat
    encoding: Encoding | None = Bounds(
        description="How the file of text was read; null for a workbook, and where it could not be told."
    )


class ImportRead(Shape):
    """A file that came in: taken whole, in its sound rows, or not at all."""

    id: Id
    kind: ImportKind
    mode: ImportMode
    state: ImportState
    organization_id: Id | None = Bounds(description="The lowest organization that holds all that it names.")
    parameters: ImportParameters
    sha256: str = Bounds(min_length=64, max_length=64, description="Of the file's bytes, in hexadecimal.")
    rows: Count = Bounds(description="Rows below the header that are not blank.")
    outcomes: ImportOutcomes
    counts: ImportCounts
    errors: Count = Bounds(
        description="All errors found; of a file taken whole or not at all the list keeps the first ten thousand."
    )
    operation_id: Id | None = Bounds(description="Null where nothing was written.")
    reversed_by: Id | None = Bounds(description="The operation that took the whole import back.")
    started_at: Instant


class ImportPage(Page[ImportRead]):
    """One page of imports."""


class ImportErrorItem(Shape):
    """One thing wrong in the file. The cell's content is never repeated.

    Who sent the file finds for 30 days in `facts.suggestion` what is probably meant by a text in an old font, or by a
    number that has lost a leading zero. `detail` names other rows as `line` does, `facts.other_row` as `row` does.
    """

    number: Count = Bounds(description="In the order of the rows.")
    row: Count = Bounds(
        description="The first row below the header is 1; 0 stands for the header or the file."
    )
    line: Line | None = Bounds(description=f"{_LINE} Null for the header or the file.")
    column: ColumnName | None
    code: str = Bounds(max_length=100)
    detail: str = Bounds(max_length=1000, description="In the language of `Accept-Language` (vi, en).")
    facts: dict[str, Any] = Bounds(max_length=20)


class ImportErrorPage(Page[ImportErrorItem]):
    """One page of errors."""


class ImportFault(Shape):
    """One thing wrong with a held row, and what was probably meant (told to the sender, for 30 days)."""

    pointer: str = Bounds(
        max_length=100,
        description="The row (the first below the header is 1) and the column, `/17/citizen_id`; the row alone, `/17`.",
    )
    code: str = Bounds(max_length=100)
    detail: str = Bounds(max_length=1000, description="In the language of `Accept-Language` (vi, en).")
    suggestion: str | None = Bounds(max_length=1000)


class ImportHeldItem(Shape):
    """A row that was held. The file is its sender's: what stands in the row is not kept."""

    row: Count = Bounds(description="The first row below the header is 1.")
    line: Line = Bounds(description=_LINE)
    faults: list[ImportFault] = Bounds(max_length=100)
    duplicate_of: Id | None = Bounds(
        description="Within reach: the member who this surely is, by number or by name, birth date and cell."
    )
    organization_id: Id | None = Bounds(
        description="Whose row it is: the cell or organization it speaks of, where the sender could see it."
    )
    sent_by: ActorName


class ImportHeldPage(Page[ImportHeldItem]):
    """One page of held rows."""


class ImportColumn(Shape):
    """A column of a kind of file."""

    name: ColumnName
    holds: Literal["text", "word", "day", "possible_day", "month", "whole_number"] = Bounds(
        description="`day` is YYYY-MM-DD or dd/mm/yyyy; `possible_day` also mm/yyyy, YYYY-MM or YYYY;"
        " `month` is YYYY-MM or mm/yyyy."
    )
    required: bool = Bounds(description="Whether the header of every CSV file must name it.")
    max_length: Count | None
    words: list[ColumnName] | None = Bounds(
        max_length=500,
        description="The identifiers a `word` may be; of a catalogue, the codes of today. The words for them in"
        " Vietnamese or English (`/v1/vocabularies`, `/v1/catalogues/{name}`) are taken as well, whatever their case"
        " and accents, where they mean one alone.",
    )
    catalogue: ColumnName | None = Bounds(
        description="The catalogue whose codes the column takes, each on the days on which it is in use."
    )
    ended_by: list[ColumnName] | None = Bounds(
        max_length=10,
        description="Words, one a language, that say: none of these any more. An empty cell says nothing.",
    )


class ImportKindItem(Shape):
    """A kind of file that can be imported."""

    kind: ImportKind
    action: Action = Bounds(description="What the actor must be allowed to do over all that the file names.")
    columns: list[ImportColumn] = Bounds(max_length=100)


class ImportKinds(Shape):
    """All kinds, in the order in which a new register takes them in."""

    items: list[ImportKindItem] = Bounds(max_length=20)
