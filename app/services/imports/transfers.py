"""Imports of transfers: introduced and answered as by single requests; what is on record takes its next step."""

from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, roles_for
from app.domain.errors import Invalid
from app.domain.import_cells import Column, day_column, text_column, word_column
from app.domain.import_file import Row
from app.domain.imports import Asked, ImportMode
from app.domain.operation import OperationKind
from app.domain.transfers import RefusalGround, TransferKind, TransferPurpose, TransferStep
from app.models.transfer import TransfersNew
from app.queries import history as papers
from app.queries import locks, schema, seats, transfer_acts
from app.queries.imports import staging, transfer_matching
from app.queries.imports import transfers as queries
from app.services import history
from app.services.access import held_roles
from app.services.history import Cause
from app.services.imports.kind import Kind
from app.services.imports.transfer_judging import judge
from app.services.imports.transfer_reversals import require_reversible
from app.services.transfer_introduction import require_sound
from app.services.transfer_rules import read_policies

_JUDGED_AT_ONCE = 5000
_LARGE = 1000
"""From so many introductions on, plans made for the sizes before would be far off."""
_NAME, _OUTSIDE, _NUMBER = 120, 200, 60
"""The longest name of a cell, the longest words for an organization outside (it issues papers), the longest number."""

COLUMNS: tuple[Column, ...] = (
    text_column("member", _NAME, required=True),
    word_column("kind", TransferKind, required=True),
    word_column("purpose", TransferPurpose),
    text_column("from_cell", _NAME, required=True),
    text_column("to_organization", _NAME),
    text_column("to_outside", _OUTSIDE),
    day_column("introduced_on", required=True),
    text_column("introduction_number", _NUMBER),
    day_column("introduction_signed_on"),
    day_column("moved_on"),
    day_column("expected_end"),
    day_column("received_on"),
    text_column("received_cell", _NAME),
    day_column("refused_on"),
    word_column("refusal_ground", RefusalGround),
    text_column("answer_number", _NUMBER),
    day_column("answer_signed_on"),
)

STAGED = {
    "member": "text",
    "kind": "text",
    "purpose": "text",
    "from_cell": "text",
    "to_organization": "text",
    "to_outside": "text",
    "introduced_on": "date",
    "introduction_number": "text",
    "introduction_signed_on": "date",
    "moved_on": "date",
    "expected_end": "date",
    "received_cell": "text",
    "answer": "text",
    "answered_on": "date",
    "refusal_ground": "text",
    "answer_number": "text",
    "answer_signed_on": "date",
    "fresh_id": "uuid",
}


def finish(row: Row, _: Asked) -> tuple[Any, ...]:
    """The answer with its day, and an id in case the transfer is new."""
    said = dict(zip((column.name for column in COLUMNS), row.values, strict=True))
    for name in ("member", "kind", "from_cell", "introduced_on"):
        row.require(name, said[name])
    if said["kind"] and said["introduced_on"]:
        _check_terms(row, said)
    received_on, refused_on = said["received_on"], said["refused_on"]
    answered_on = received_on or refused_on
    if received_on and refused_on:
        row.refuse("refused_on", "received_and_refused")
    if said["received_cell"] and not received_on:
        row.refuse("received_cell", "said_without_answer")
    if said["refusal_ground"] and not refused_on:
        row.refuse("refusal_ground", "ground_without_refusal")
    needs_letter = said["refusal_ground"] == RefusalGround.ADMISSION_STANDARD_NOT_MET
    if refused_on and needs_letter and not said["answer_number"]:
        row.refuse("answer_number", "ground_needs_paper")
    if said["answer_number"] and not answered_on:
        row.refuse("answer_number", "said_without_answer")
    for paper in ("introduction", "answer"):
        if said[f"{paper}_signed_on"]:
            row.require(f"{paper}_number", said[f"{paper}_number"])
    if answered_on and said["introduced_on"] and answered_on < said["introduced_on"]:
        last_on = said["introduced_on"].isoformat()
        row.refuse("received_on" if received_on else "refused_on", "step_before_last", last_on=last_on)
    staged = said | {
        "answer": answered_on and (TransferStep.RECEIVE if received_on else TransferStep.REFUSE).value,
        "answered_on": answered_on,
        "fresh_id": history.new_id(),
    }
    return tuple(staged[name] for name in STAGED)


_COLUMN_OF = {"to_organization_id": "to_organization"}
"""The columns of what the fields of a request say, where they are named otherwise."""


def _check_terms(row: Row, said: dict[str, Any]) -> None:
    """Note what of the terms does not fit together, as of a request."""
    document = TransfersNew.model_construct(
        member_ids=[],
        kind=TransferKind(said["kind"]),
        purpose=said["purpose"] and TransferPurpose(said["purpose"]),
        introduced_on=said["introduced_on"],
        moved_on=said["moved_on"],
        expected_end=said["expected_end"],
        to_organization_id=history.new_id() if said["to_organization"] else None,
        to_outside=said["to_outside"],
    )
    try:
        require_sound(document)
    except Invalid as refusal:
        for error in refusal.errors:
            field = error.pointer.rpartition("/")[2]
            row.refuse(_COLUMN_OF.get(field, field), error.code)


async def examine(connection: Connection, cause: Cause, asked: Asked) -> None:
    """Resolve, compare, and note what is wrong. To be applied, the members are owned first."""
    assert asked.system is not None  # refused before the file is read
    await transfer_matching.resolve_names(connection, asked.key, asked.system)
    if asked.mode is ImportMode.APPLY:
        await locks.own_members(connection, *await transfer_matching.named(connection))
    await transfer_matching.resolve_transfers(connection, cause.today)
    visible = roles_for(Action.READ_TRANSFER)
    reached = await queries.weigh_reach(connection, cause.actor.id, cause.today, visible)
    held = {key: held_roles(texts) for key, texts in reached.items()}
    policies = await read_policies(connection)
    await queries.open_settled(connection)
    after = 0
    while rows := await queries.to_judge(connection, after, _JUDGED_AT_ONCE):
        after = rows[-1]["row"]
        errors, settled = await judge(connection, cause, rows, held, policies)
        await staging.add_errors(connection, errors)
        await queries.settle(connection, settled)
    await queries.compare(connection)


async def apply(connection: Connection, cause: Cause, operation_id: UUID) -> None:
    """Write the steps with their papers and all that follows for the members, and note whom and what they concern."""
    await queries.write_introductions(connection, operation_id)
    away = await queries.absences(connection)
    await transfer_acts.go_away(connection, operation_id, [tuple(one) for one in away])
    if len(away) >= _LARGE:
        await schema.refresh_statistics(connection)
    await queries.write_answers(connection, operation_id)
    back = await queries.returns(connection)
    await transfer_acts.be_back(connection, operation_id, [(*one, None) for one in back])
    await queries.confine(connection, operation_id)
    await seats.end_of_leavers(connection, operation_id, queries.ENDING_SEATS)
    said = [
        (history.new_id(), papers.Paper(one["issuer"], one["number"], one["signed_on"], None))
        for one in await queries.papers(connection)
    ]
    await papers.know(connection, said)
    await queries.tie_papers(connection, operation_id)
    await history.touch(connection, cause, operation_id)


TRANSFERS = Kind(
    action=Action.SEND_TRANSFER,
    operation=OperationKind.TRANSFERS_IMPORTED,
    subject="transfer_id",
    columns=COLUMNS,
    staged=STAGED,
    finish=finish,
    examine=examine,
    apply=apply,
    require_reversible=require_reversible,
    known=queries.KNOWN,
    owners=queries.OWNERS,
)
