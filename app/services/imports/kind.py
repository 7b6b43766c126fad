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
from app.services.history import Cause

Counts = Mapping[str, int]
"""How many things of the file are `created`, `changed`, `unchanged`; together, all things it speaks of."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its columns, how its rows are staged, judged and written.

    `finish` completes a row (and notes what only its cells together show) and answers its values in the order
    of `staged`, which gives the columns of the staging table with their SQL types. `examine` resolves, compares
    and notes every error; `count` and `apply` follow where there is none. `apply` writes under an operation.
    """

    action: Action
    operation: OperationKind
    columns: tuple[Column, ...]
    staged: Mapping[str, str]
    finish: Callable[[Row, Asked], tuple[Any, ...]]
    examine: Callable[[Connection, Cause, Asked], Awaitable[None]]
    count: Callable[[Connection], Awaitable[Counts]]
    apply: Callable[[Connection, Cause, UUID], Awaitable[None]]
