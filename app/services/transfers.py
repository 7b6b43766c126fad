"""Transfers: what a person asks of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, refusal, roles_for
from app.domain.errors import Forbidden, NotFound
from app.domain.finding import Finding
from app.domain.steps import Who, open_steps
from app.domain.transfers import (
    STEPS,
    Limit,
    TransferKind,
    TransferPurpose,
    TransferState,
    TransferStep,
    abandoned_after,
    destination_findings,
    findings,
    guest_findings,
    held_findings,
)
from app.models.access import PermittedAction
from app.models.finding import to_findings
from app.models.operation import ActorName
from app.models.scalars import LAST
from app.models.step import OpenStep
from app.models.transfer import TransferItem, TransferRead, TransferStepItem
from app.paging import Listing, check_frame
from app.queries import transfers as queries
from app.queries.asof import AsOf
from app.queries.reads import Asking, OfPersons
from app.services import reads
from app.services.access import held_roles, open_step, permitted
from app.services.history import Cause
from app.services.transfer_rules import TransferRules

_READABLE = tuple(TransferItem.model_fields)


@dataclass(frozen=True, slots=True)
class Sides:
    """What an actor holds over the two sides of a transfer as it stands last.

    A side that is not here (outside the register, or its roll not kept here yet) is acted for by the other one.
    """

    sender: list[HeldRole]
    receiver: list[HeldRole]
    receiver_here: bool

    @classmethod
    def of(cls, row: Record) -> "Sides":
        """From the columns of `queries.get`."""
        return cls(
            held_roles(row["held_sender"]),
            held_roles(row["held_receiver"]),
            row["last_to"] is not None and row["on_board"],
        )

    def stands_in(self, who: Who) -> bool:
        """Whether a step of the side is recorded by the other one, with the paper that stands for it."""
        return who is Who.RECEIVER and not self.receiver_here

    def refusal(self, who: Who) -> Forbidden | None:
        """Why a step of the side is not the actor's; it names the roles that may."""
        refused = [refusal(action, held) for action, held in self._duties(who)]
        return None if None in refused else refused[-1]

    def require(self, who: Who) -> None:
        """Raise the `refusal`, if any."""
        if refused := self.refusal(who):
            raise refused

    def actions(self) -> list[PermittedAction]:
        """What the actor may do on each side."""
        return [one for action, held in self._duties(Who.EITHER) for one in permitted((action,), held)]

    def _duties(self, who: Who) -> list[tuple[Action, list[HeldRole]]]:
        sends = (Action.SEND_TRANSFER, self.sender)
        receives = (Action.RECEIVE_TRANSFER, self.receiver)
        if who is Who.SENDER:
            return [sends]
        return [sends, receives] if who is Who.EITHER or self.stands_in(who) else [receives]


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The transfers that stand somewhere on a day, of which an end or the member is within reach."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_TRANSFER))
    return Listing(
        sql,
        arguments,
        {"id": "uuid"},
        to_item,
        visible=visible,
        extra=queries.shown(as_of),
        persons=OfPersons(),
    )


def to_item(row: Record) -> TransferItem:
    """A transfer as lists show it."""
    return TransferItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    said = {name: row[name] for name in _READABLE}
    return said if said["since"] else said | {"state": None}


async def find(connection: Connection, as_of: AsOf, actor: Actor, transfer_id: UUID) -> tuple[Record, Sides]:
    """One transfer, and what the actor holds over its sides. 404 where neither an end nor the member is in reach."""
    row = await queries.get(connection, as_of, transfer_id, actor.id)
    if row is None:
        raise NotFound("not_found")
    sides = Sides.of(row)
    if not any(
        allows(Action.READ_TRANSFER, held)
        for held in (sides.sender, sides.receiver, held_roles(row["held_home"]))
    ):
        raise NotFound("not_found")
    return row, sides


async def get(connection: Connection, as_of: AsOf, actor: Actor, transfer_id: UUID) -> TransferRead:
    """One transfer on a day, what is late of it then, and the steps there are from where it stands last."""
    row, sides = await find(connection, as_of, actor, transfer_id)
    return await _read(connection, as_of, row, sides, check_frame(row, as_of))


async def get_recorded(
    connection: Connection, as_of: AsOf, actor: Actor, asking: Asking, transfer_id: UUID
) -> TransferRead:
    """One transfer as `get` reads it, recorded."""
    found = await get(connection, as_of, actor, transfer_id)
    await reads.record_shown(connection, asking, [found.member_id] if found.full_name else [])
    return found


async def after(connection: Connection, cause: Cause, transfer_id: UUID, on: date) -> TransferRead:
    """A transfer as an act has left it, also to who gave up the last right to see it by the act."""
    as_of = AsOf(max(cause.today, on), None, cause.today)
    row = await queries.get(connection, as_of, transfer_id, cause.actor.id)
    assert row is not None  # the act was about it
    return await _read(connection, as_of, row, Sides.of(row), None)


async def _read(
    connection: Connection, as_of: AsOf, row: Record, sides: Sides, known_at: datetime | None
) -> TransferRead:
    rules = await TransferRules.read(connection, [row["from_cell_id"], row["last_to"]], row["introduced_on"])
    return TransferRead(
        **_item(row),
        findings=to_findings(
            [
                *_findings(row, rules, as_of.on),
                *_held(row, rules),
                *_stranded(row),
                *guest_findings(
                    as_of.on,
                    row["guests"],
                    rules.value("temp_cell_min_official", as_of.on, row["last_to"]),
                ),
            ]
        ),
        on=as_of.on,
        known_at=known_at,
        steps=_steps(row, sides, rules),
        actions=sides.actions(),
    )


def _findings(row: Record, rules: TransferRules, on: date) -> Any:
    if row["since"] is None:
        return []
    introduced_on, moved_on, sender = row["introduced_on"], row["moved_on"], row["from_cell_id"]
    graduated = row["purpose"] == TransferPurpose.GRADUATION
    return findings(
        on=on,
        limit=Limit(row["due_rule"], row["due_on"]) if row["due_rule"] else None,
        moved_on=moved_on,
        introduced_on=introduced_on,
        start=rules.value("start_wd", moved_on, sender) if moved_on else None,
        graduate_stay=rules.value("graduate_stay_months", moved_on, sender) if graduated else None,
        present=rules.value("present_wd", introduced_on, sender),
        holidays=rules.holidays(introduced_on, *([moved_on] if moved_on else [])),
    )


def _stranded(row: Record) -> list[Finding]:
    """Where it waits on the day for a body that has ended."""
    return (
        destination_findings(TransferState(row["state"]), row["destination_ended_on"]) if row["since"] else []
    )


def _held(row: Record, rules: TransferRules) -> list[Finding]:
    """The proceedings that its steps met, on what grounds only for who may read holds."""
    return held_findings(
        [(date.fromisoformat(one["on"]), one["ground"]) for one in row["proceedings"]],
        rules.value("block_when", row["introduced_on"], row["from_cell_id"]),
        named=allows(Action.READ_HOLD, held_roles(row["held_home"])),
    )


def _steps(row: Record, sides: Sides, rules: TransferRules) -> list[OpenStep]:
    state = TransferState(row["last_state"]) if row["last_state"] else None
    there_are = open_steps(STEPS[TransferKind(row["kind"])], state)
    given_up = rules.value("abandon_months", row["introduced_on"], row["last_to"])
    not_until = min(abandoned_after(row["introduced_on"], given_up), LAST) if given_up else None
    return [
        open_step(
            one, sides.refusal(one.who), not_until=not_until if one.step is TransferStep.ABANDON else None
        )
        for one in there_are
    ]


def steps(as_of: AsOf, actor: Actor, transfer_id: UUID) -> Listing:
    """The steps of a transfer in the order in which they were recorded, with their papers."""
    sql, arguments = queries.steps(as_of, transfer_id)
    visible = queries.visible(as_of, "$4", "$5", "$6")
    arguments += [actor.id, roles_for(Action.READ_TRANSFER), as_of.today]
    return Listing(
        sql, arguments, {"recorded_at": "timestamptz", "number": "bigint"}, _to_step, visible=visible
    )


def _to_step(row: Record) -> TransferStepItem:
    same = ("id", "step", "state", "recorded_at", "reason", "decisions", "struck_out")
    return TransferStepItem(
        **{name: row[name] for name in same},
        on=row["step_on"],
        actor=ActorName(id=row["actor_id"], name=row["actor_name"]),
    )
