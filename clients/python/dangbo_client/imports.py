"""Imports: a file of organizations or members, applied whole or not at all, and every error found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from dangbo_client.files import MEDIA_TYPES, File, send
from dangbo_client.lists import Listing
from dangbo_client.operations import ActorName
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.sending import answered
from dangbo_client.shapes import Day

OWN_SYSTEM = "dangbo"
"""The `system` whose ids are those of the register's own records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """Of the organizations or members that the file speaks of; nothing is counted in a refused file."""

    created: int
    changed: int
    unchanged: int
    followed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcomes:
    """What became of the rows: together, all of them. In a refused file all are held."""

    loaded: int
    unchanged: int
    duplicate: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportParameters:
    """What was asked of the file."""

    key: str
    system: str | None
    meaning: str
    effective_on: date | None
    reason: str | None
    accept: str
    duplicates: str
    media_type: str
    encoding: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file that came in. `state` says what became of it: `valid`, `applied` or, with errors, `refused`."""

    id: str
    kind: str
    mode: str
    state: str
    organization_id: str | None
    parameters: ImportParameters
    sha256: str
    rows: int
    outcomes: ImportOutcomes
    counts: ImportCounts
    errors: int
    operation_id: str | None
    reversed_by: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """One thing wrong in the file; the first row below the header is 1, 0 is the header or the whole file.

    `line` is where it stands as spreadsheets number rows, the header being 1; None for the header or the whole file.
    """

    number: int
    row: int
    line: int | None
    column: str | None
    code: str
    detail: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a held row; `pointer` names the row and the column."""

    pointer: str
    code: str
    detail: str
    suggestion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A row that was held, whose it is, and the member within reach whom it surely means."""

    row: int
    line: int
    faults: tuple[Fault, ...]
    duplicate_of: str | None
    organization_id: str | None
    sent_by: ActorName


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a kind of file: `holds` text, word (one of `words`), day, possible_day, month or whole_number.

    A word of `ended_by` says that nothing holds any more; an empty cell says nothing. `catalogue`: whose codes are
    the words, those of today; a row takes those of its own days.
    """

    name: str
    holds: str
    required: bool
    max_length: int | None
    words: tuple[str, ...] | None
    catalogue: str | None
    ended_by: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKind:
    """A kind of file, and what one must be allowed to do over all that it names."""

    kind: str
    action: str
    columns: tuple[Column, ...]


class Asked(TypedDict, total=False):
    """What is asked of a file.

    `system`: whose external ids the file holds. `key`: whether organizations are named by `external_id` (else)
    or by `code`. `meaning`: whether differences are `changes` (else) or `corrections`, which need a `reason`.
    `effective_on`: the first day of the rows that name none. `duplicates`: whether new persons who surely are members
    are refused (else) or come in as others (`create`).
    """

    system: str
    key: str
    meaning: str
    effective_on: Day
    reason: str
    duplicates: str


class Imports(Resource):
    """`client.imports`. A file is named .csv, .xlsx, .ndjson or .jsonl."""

    def validate(
        self, kind: str, file: File, *, accept: str = "all", progress: bool = False, **asked: Unpack[Asked]
    ) -> Import:
        """Only look: find every error of a file of `organizations` or `members`; writes none of them."""
        return self._import(kind, "validate", file, progress, asked, accept)

    def apply(
        self, kind: str, file: File, *, accept: str = "all", progress: bool = False, **asked: Unpack[Asked]
    ) -> Import:
        """Write a file of `organizations` or `members` whole; or, with any error, nothing: look at `state`.

        With `accept="clean"` the sound rows are written and the others held: look at `outcomes` and `held`, put
        those right and send the file again. The same file twice changes nothing. `progress` draws a bar on the
        error output, where rich is installed.
        """
        return self._import(kind, "apply", file, progress, asked, accept)

    def annotate(self, kind: str, file: File, *, progress: bool = False, **asked: Unpack[Asked]) -> bytes:
        """Only look, and have the rows of a .csv or .xlsx back as XLSX: first in each what is wrong with it.

        The register does not keep the rows. Put right, the file can be sent as it is.
        """
        parameters = {"kind": kind, **asked}
        path = ("imports", "annotations")
        return send(self._sender, path, parameters, file, f"annotate {kind}", progress).content

    def _import(self, kind: str, mode: str, file: File, progress: bool, asked: Asked, accept: str) -> Import:
        parameters = {"kind": kind, "mode": mode, "accept": accept, **asked}
        sent = send(self._sender, ("imports",), parameters, file, f"{mode} {kind}", progress)
        return answered(Import, sent)

    @reads("imports")
    def list(self) -> Listing[Import]:
        """Your own imports, and those into organizations where you may import the same; the latest first."""

    @reads("imports/{import_id}")
    def get(self, import_id: str) -> Import:
        """One import."""

    @reads("imports/{import_id}/errors")
    def errors(self, import_id: str) -> Listing[RowError]:
        """The errors found in a file, by row and column; the first ten thousand, with `accept="clean"` all."""

    @reads("imports/{import_id}/held")
    def held(self, import_id: str) -> Listing[HeldRow]:
        """The rows that were held, each with all that is wrong with it. What stands in them is not kept."""

    @writes("imports/{import_id}/reversals")
    def reverse(self, import_id: str, *, reason: str) -> Import:
        """Take back all that a file brought; `RuleBroken` where something recorded since depends on it."""

    def kinds(self) -> Mapping[str, ImportKind]:
        """What can be imported, with the columns of each kind of file."""
        kinds = answered(tuple[ImportKind, ...], self._sender.get(("imports", "kinds")))
        return {one.kind: one for one in kinds}

    def template(
        self,
        kind: str,
        suffix: str = ".csv",
        *,
        within: str | None = None,
        key: str | None = None,
        system: str | None = None,
        on: Day | None = None,
    ) -> bytes:
        """A file of a kind to fill in: .csv as spreadsheets open it, or .xlsx that says what its columns hold.

        Empty; or with what is on record on the day `within` an organization, named by `key` and `system`. Put right
        and sent back with the same two it changes what was altered in it, and nothing where somebody was faster.
        """
        asked = {"kind": kind, "within": within, "key": key, "system": system, "on": on}
        headers = {"Accept": MEDIA_TYPES[suffix]}
        return self._sender.get(("imports", "template"), asked, headers).content
