"""What a kind of import is made of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action
from app.domain.import_cells import Column
from app.domain.import_file import Row
from app.domain.imports import Asked
from app.domain.operation import OperationKind
from app.queries.imports import following, holding
from app.services.history import Cause
from app.services.imports.filling import Fill


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: what its rows are about, its columns, how the rows are staged, judged and written.

    `subject` is the column that identifies one thing: in `staged_subject` (all things of the file, with `known`)
    and in `staged_changed`, which `examine` makes. `finish` completes a row, notes what only its cells together
    show, and answers its values in the order of `staged`: the columns of the staging table with their SQL types.
    `examine` resolves, compares and notes every error; where there is none, `apply` writes under an operation.
    Rows at fault can be set aside. Large kinds take them out of `tables`, which each have the column `row` of one of
    their thing's rows; `recheck` then notes what is wrong with the others for want of them. The others are examined
    anew without them, and say in `known` which rows are about what is on record.
    """

    action: Action
    operation: OperationKind
    subject: str
    columns: tuple[Column, ...]
    staged: Mapping[str, str]
    finish: Callable[[Row, Asked], tuple[Any, ...]]
    examine: Callable[[Connection, Cause, Asked], Awaitable[None]]
    apply: Callable[[Connection, Cause, UUID], Awaitable[None]]
    require_reversible: Callable[[Connection, Cause, UUID], Awaitable[None]] | None = None
    """Refuses who may not take back what an operation of a file brought; None: `action` over all it touched."""
    followed: Callable[[Connection], Awaitable[int]] = following.count
    """Counts the things of the file that are led on, or end, otherwise than is told (R-RS-11)."""
    tables: tuple[str, ...] = ()
    recheck: Callable[[Connection, Asked], Awaitable[None]] | None = None
    known: str | None = None
    """A query of `row` and the subject, where the rows' own column does not name the thing."""
    owners: str = holding.NO_OWNERS
    """A query of `row` and `organization_id`: whose the rows of `staged_error` are, as far as the actor sees."""
    below: str = holding.NONE_BELOW
    """A query of pairs of new things, of which one cannot come without the other."""
    filled: Fill | None = None
    """The list of what is on record below an organization, which fills a template; None: nothing can be filled in."""
    has_codes: bool = False
    """Whether the things of the file may be named by codes; else only by their ids in another system."""
