"""Imports of seats, with the committees they need: those not yet known are made, what is known is compared."""

from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, allows, roles_for
from app.domain.committees import CommitteeKind, CommitteeOrigin, SeatBasis, SeatEndReason, SeatTitle, kind_of
from app.domain.import_cells import day_column, number_column, text_column, version_column, word_column
from app.domain.import_file import Row
from app.domain.imports import Asked, ImportMeaning, ImportMode
from app.domain.operation import OperationKind
from app.models.committee import LARGEST
from app.queries.imports import seat_checks, seat_differences, staging
from app.queries.imports import seats as queries
from app.services import history
from app.services.access import held_over
from app.services.history import Cause
from app.services.imports import filling, seat_rules
from app.services.imports.kind import Kind

COLUMNS = (
    text_column("organization", 120, required=True),
    word_column("committee_kind", CommitteeKind, required=True),
    text_column("term", 60, required=True),
    day_column("term_from"),
    day_column("term_to"),
    number_column("size", 1, LARGEST),
    word_column("origin", CommitteeOrigin),
    number_column("congress_ordinal", 1, 200),
    day_column("reported_on"),
    day_column("ratified_on"),
    text_column("member", 120, required=True),
    word_column("title", SeatTitle, required=True),
    word_column("basis", SeatBasis),
    day_column("valid_from"),
    day_column("valid_to"),
    word_column("end_reason", SeatEndReason),
    version_column(),
)

_TYPES = {"day": "date", "whole_number": "integer"}
STAGED = {
    **{column.name: _TYPES.get(column.holds, "text") for column in COLUMNS},
    "fresh_committee_id": "uuid",
    "fresh_seat_id": "uuid",
}


def finish(row: Row, asked: Asked) -> tuple[Any, ...]:
    """Ids in case the committee and the seat are new."""
    said = dict(zip((column.name for column in COLUMNS), row.values, strict=True))
    for name in ("organization", "committee_kind", "term", "member", "title"):
        row.require(name, said[name])
    if said["title"] and said["committee_kind"] not in (None, kind_of(SeatTitle(said["title"]))):
        row.refuse("title", "title_of_another_kind")
    if said["end_reason"] and not said["valid_to"]:
        row.refuse("end_reason", "end_reason_without_end")
    return (*row.values, history.new_id(), history.new_id())


async def examine(connection: Connection, cause: Cause, asked: Asked) -> None:
    """Resolve, compare, and note what is wrong. To be applied, the organizations are owned first."""
    assert asked.system is not None  # refused before the file is read
    corrections = asked.meaning is ImportMeaning.CORRECTIONS
    await queries.resolve_names(connection, asked.key, asked.system, cause.today)
    await _weigh_reach(connection, cause)
    if asked.mode is ImportMode.APPLY:
        await queries.own_allowed(connection)
    committees = await queries.resolve_committees(connection)
    rules_by_place = await seat_rules.read(connection, committees)
    await queries.settle_terms(connection, seat_rules.ends(committees, rules_by_place))
    await queries.resolve_seats(connection, corrections, asked.effective_on)
    await seat_differences.compare(connection)
    await seat_checks.check_committees(connection)
    await staging.add_errors(connection, seat_rules.judge_committees(committees, rules_by_place))
    await seat_checks.spread(connection)
    await seat_checks.check_seats(connection, corrections)
    seats = await seat_differences.held_seats(connection)
    await staging.add_errors(connection, seat_rules.judge_seats(seats, committees, rules_by_place))


async def _weigh_reach(connection: Connection, cause: Cause) -> None:
    """An office does not manage its own committee, so that reach alone does not say all."""
    action = Action.MANAGE_COMMITTEE
    reached = await queries.weigh_reach(
        connection,
        cause.actor.id,
        cause.today,
        visible=roles_for(Action.READ_ORGANIZATION),
        allowed=roles_for(action),
        readers=roles_for(Action.READ_MEMBER),
    )
    held = await held_over(connection, cause, reached)
    await queries.disallow(connection, [one for one in reached if not allows(action, held.get(one, []))])


async def apply(connection: Connection, cause: Cause, operation_id: UUID) -> None:
    """Write what is wanted, and note the organizations concerned."""
    await seat_differences.write(connection, operation_id)
    await history.touch(connection, cause, operation_id)


SEATS = Kind(
    action=Action.MANAGE_COMMITTEE,
    operation=OperationKind.SEATS_IMPORTED,
    subject="seat_id",
    columns=COLUMNS,
    staged=STAGED,
    finish=finish,
    examine=examine,
    apply=apply,
    followed=seat_differences.count_cut,
    known=seat_differences.KNOWN,
    filled=filling.seats,
)
