"""Imports of memberships: where members on record belong, with which standing, or why they are out."""

from dataclasses import replace
from functools import partial
from typing import Any

from app.domain.access import Action
from app.domain.import_cells import ROW_VERSION
from app.domain.import_file import Row
from app.domain.imports import Asked
from app.domain.operation import OperationKind
from app.queries.imports import member_checks
from app.queries.imports import members as queries
from app.services.imports import filling, members
from app.services.imports.kind import Kind

_TOLD = (
    "external_id",
    "cell",
    "standing",
    "valid_from",
    "valid_to",
    "exit_reason",
    "exit_ground",
    ROW_VERSION,
)
COLUMNS = tuple(column for column in members.COLUMNS if column.name in _TOLD)


def finish(row: Row, asked: Asked) -> tuple[Any, ...]:
    """As a row of members that says nothing of the person."""
    said = dict(zip((column.name for column in COLUMNS), row.values, strict=True))
    values = [said.get(column.name) for column in members.COLUMNS]
    return members.finish(replace(row, values=values), asked)


MEMBERSHIPS = Kind(
    action=Action.IMPORT_MEMBERS,
    operation=OperationKind.MEMBERSHIPS_IMPORTED,
    subject="member_id",
    columns=COLUMNS,
    staged=members.STAGED,
    finish=finish,
    examine=partial(members.examine, newcomers=False),
    apply=members.apply,
    tables=member_checks.STAGED,
    recheck=members.recheck,
    owners=queries.OWNERS,
    filled=filling.memberships,
)
