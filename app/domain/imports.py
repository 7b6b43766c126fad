"""The words of imports: what is asked of a file, what its differences mean, what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class ImportKind(StrEnum):
    """What the rows of a file are about."""

    ORGANIZATIONS = "organizations"
    MEMBERS = "members"
    MEMBERSHIPS = "memberships"
    SEATS = "seats"
    MEETINGS = "meetings"
    TRANSFERS = "transfers"
    EXTERNAL_IDS = "external_ids"


class ImportSubject(StrEnum):
    """What a row names, where a file may name either."""

    ORGANIZATION = "organization"
    MEMBER = "member"


class ImportMode(StrEnum):
    """Only look, or look and then write."""

    VALIDATE = "validate"
    APPLY = "apply"


class ImportKey(StrEnum):
    """By what a file names organizations: their ids in another system, or their codes as of the row's day."""

    EXTERNAL_ID = "external_id"
    CODE = "code"


class ImportMeaning(StrEnum):
    """What a difference between file and register means: true from a day, or recorded wrongly."""

    CHANGES = "changes"
    CORRECTIONS = "corrections"


class ImportAccept(StrEnum):
    """What of a file is taken: all of it or nothing, or the rows that are sound, while the others are held."""

    ALL = "all"
    CLEAN = "clean"


class ImportDuplicates(StrEnum):
    """What becomes of new persons who surely are members already: refused, or taken for other persons."""

    REFUSE = "refuse"
    CREATE = "create"


class ImportState(StrEnum):
    """What became of what the file brought: it is sound, it is written, or none of it is taken."""

    VALID = "valid"
    APPLIED = "applied"
    REFUSED = "refused"


class FileFormat(StrEnum):
    """How the rows stand in the file, by media type."""

    CSV = "text/csv"
    NDJSON = "application/x-ndjson"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def line_of(self, row: int) -> int:
        """Where a row stands, for whoever looks at the file: its header, if it has one, is 1."""
        return row if self is FileFormat.NDJSON else row + 1


class Encoding(StrEnum):
    """How the letters stand in a file of text."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WINDOWS_1258 = "windows-1258"
    TCVN3 = "tcvn3"
    VNI = "vni"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a file. `effective_on` is the first day of the rows that name none."""

    kind: ImportKind
    mode: ImportMode
    key: ImportKey
    system: str | None
    meaning: ImportMeaning
    effective_on: date | None
    reason: str | None
    accept: ImportAccept = ImportAccept.ALL
    duplicates: ImportDuplicates = ImportDuplicates.REFUSE

    @property
    def subject_key(self) -> ImportKey:
        """The column that names what a row is about: members never have codes."""
        return self.key if self.kind is ImportKind.ORGANIZATIONS else ImportKey.EXTERNAL_ID


@dataclass(frozen=True, slots=True)
class Filling:
    """With what a template is filled: what is on record of an organization and all below it, and how it is named."""

    within: UUID
    key: ImportKey
    system: str | None


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong in a file: the row (the first below the header is 1, the header 0), the column, the code.

    Facts fill the blanks of the message; never the cell's content, but for `suggestion`: what is probably meant. It
    is personal data, kept apart and for a while, and told to nobody but who sent the file.
    """

    row: int
    column: str | None
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Unreadable(Exception):
    """The file cannot be read any further."""

    def __init__(self, *errors: RowError) -> None:
        super().__init__(*(error.code for error in errors))
        self.errors = errors
