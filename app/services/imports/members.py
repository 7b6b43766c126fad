"""Imports of members: new persons come onto the rolls of cells, what is known of others is compared."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, roles_for
from app.domain.errors import Unavailable
from app.domain.import_cells import (
    Column,
    code_column,
    day_column,
    endable,
    possible_day_column,
    text_column,
    version_column,
    word_column,
)
from app.domain.import_file import Row
from app.domain.imports import Asked, ImportDuplicates, ImportMeaning, ImportMode
from app.domain.leaving import ExitGround
from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.names import fold, sort_key
from app.domain.operation import OperationKind
from app.domain.person import Sex
from app.domain.person_name import is_name
from app.domain.systems import OWN_SYSTEM
from app.queries import locks, seats
from app.queries.imports import leaving_checks, member_checks, member_duplicates
from app.queries.imports import members as queries
from app.queries.locks import Turn
from app.services import history
from app.services.history import Cause
from app.services.imports import filling
from app.services.imports.kind import Kind

_LINE, _NUMBER = 300, 40
"""The longest line about a person, the longest number of a paper.

Citizens' ids have twelve digits, older ones nine; cards the citizen's id since 2025-09-02, before that eight digits.
"""

_STANDINGS_IN_LISTS: Mapping[str, Sequence[str]] = {
    Standing.OFFICIAL: ("Chính thức", "ĐV chính thức"),
    Standing.PROBATIONARY: ("Dự bị", "ĐV dự bị"),
}
"""Lists of members leave out that they are members."""

_STAGED_COLUMNS: tuple[Column, ...] = (
    text_column("external_id", 120, required=True),
    text_column("full_name", 100),
    endable(word_column("sex", Sex)),
    possible_day_column("birth_date"),
    endable(possible_day_column("citizen_birth_date")),
    endable(text_column("home_place", _LINE)),
    endable(text_column("residence", _LINE)),
    endable(text_column("occupation", _LINE)),
    endable(text_column("workplace", _LINE)),
    endable(code_column("general_education", "general_education")),
    endable(code_column("professional_education", "professional_education")),
    endable(code_column("political_theory", "political_theory")),
    endable(possible_day_column("youth_union_on")),
    endable(possible_day_column("admitted_on")),
    endable(possible_day_column("inducted_on")),
    endable(text_column("admission_place", _LINE)),
    endable(text_column("introducers", _LINE)),
    endable(possible_day_column("recognised_on")),
    endable(text_column("recognition_place", _LINE)),
    endable(text_column("citizen_id", _NUMBER, digits=(9, 12))),
    endable(text_column("card_number", _NUMBER, digits=(8, 12))),
    endable(text_column("file_number", _NUMBER, digits=())),
    text_column("cell", 120),
    word_column("standing", Standing, also=_STANDINGS_IN_LISTS),
    word_column("activity_status", ActivityStatus),
)
COLUMNS = (
    *_STAGED_COLUMNS,
    day_column("valid_from"),
    day_column("valid_to"),
    word_column("exit_reason", ExitReason),
    word_column("exit_ground", ExitGround),
    version_column(),
)

STAGED = {
    **{column.name: "daterange" if column.holds == "possible_day" else "text" for column in _STAGED_COLUMNS},
    "exit_reason": "text",
    "exit_ground": "text",
    "row_version": "integer",
    "valid": "daterange",
    "sort_key": "text",
    "search_key": "text",
    "fresh_id": "uuid",
}


def finish(row: Row, asked: Asked) -> tuple[Any, ...]:
    """The period, the keys that sort and find the name, an id in case the member is new."""
    *said, valid_from, valid_to, exit_reason, exit_ground, row_version = row.values
    *_, cell, standing, activity_status = said
    external_id, full_name = said[:2]
    row.require("external_id", external_id)
    if full_name and not is_name(full_name):
        row.refuse("full_name", "not_a_name")
    if exit_reason and (cell or standing or activity_status):
        row.refuse("exit_reason", "exit_with_cell")
    if exit_ground and not exit_reason:
        row.refuse("exit_ground", "ground_without_exit")
    return (
        *said,
        exit_reason,
        exit_ground,
        row_version,
        row.period(valid_from, valid_to, asked.effective_on),
        full_name and sort_key(full_name),
        full_name and fold(full_name),
        history.new_id(),
    )


async def examine(connection: Connection, cause: Cause, asked: Asked, *, newcomers: bool = True) -> None:
    """Resolve, compare, and note what is wrong. To be applied, the known members are owned and the cells shared.

    `newcomers`: whether members who are not known come onto the rolls; else their rows are refused.
    """
    assert asked.system is not None  # refused before the file is read
    corrections = asked.meaning is ImportMeaning.CORRECTIONS
    if asked.mode is ImportMode.APPLY:
        await locks.take_turn(connection, Turn.NAMES, asked.system)
    await queries.resolve(connection, asked.key, asked.system, corrections, cause.today)
    if asked.mode is ImportMode.APPLY and not await queries.own_known(connection, cause.today):
        raise Unavailable("busy")
    await queries.compare(connection, cause.today)
    visible, allowed = roles_for(Action.READ_MEMBER), roles_for(Action.IMPORT_MEMBERS)
    await queries.weigh_reach(connection, cause.actor.id, cause.today, visible, allowed)
    own = asked.system == OWN_SYSTEM
    refusal = "unknown_member" if not newcomers else "own_id_unknown" if own else "external_id_taken"
    await member_checks.check(connection, newcomers=newcomers and not own, refusal=refusal)
    if asked.duplicates is ImportDuplicates.REFUSE:
        await member_duplicates.check(connection, cause.today)


async def recheck(connection: Connection, _: Asked) -> None:
    """Numbers that rows set aside would have given up are not free."""
    await member_checks.check_names(connection)


async def apply(connection: Connection, cause: Cause, operation_id: UUID) -> None:
    """Write what is wanted, end the seats of those who leave, and note the cells concerned."""
    cells = await queries.write(connection, operation_id)
    await seats.end_of_leavers(connection, operation_id, leaving_checks.ENDING_SEATS)
    await history.touch(connection, cause, operation_id, concerned=cells)


MEMBERS = Kind(
    action=Action.IMPORT_MEMBERS,
    operation=OperationKind.MEMBERS_IMPORTED,
    subject="member_id",
    columns=COLUMNS,
    staged=STAGED,
    finish=finish,
    examine=examine,
    apply=apply,
    tables=member_checks.STAGED,
    recheck=recheck,
    owners=queries.OWNERS,
    filled=filling.members,
)
