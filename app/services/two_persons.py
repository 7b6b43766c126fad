"""What acts of two persons have in common: who the actor is to one, and what is told of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncpg import Record

from app.domain.access import Actor, HeldRole
from app.domain.steps import open_steps
from app.domain.two_persons import ActOfTwo, Part, State, Step
from app.models.operation import ActorName
from app.models.step import OpenStep
from app.paging import check_frame
from app.queries.asof import AsOf
from app.services.access import open_step

_SAME = ("id", "proposed_at", "reason", "state", "closed_at", "closing_reason", "version")


def part_of(row: Record, actor: Actor) -> Part:
    """Who the actor is to an act."""
    return Part(row["proposer_id"] == actor.id, actor.is_machine, row["own_client"])


def steps_of(
    act: ActOfTwo[State, Step], state: State, row: Record, actor: Actor, held: Sequence[HeldRole]
) -> list[OpenStep]:
    """The steps there are, and whether each is the actor's."""
    part = part_of(row, actor)
    return [open_step(one, act.refusal(one.who, part, held)) for one in open_steps(act.steps, state)]


def course(row: Record) -> dict[str, Any]:
    """Who proposed an act, where it stands, and how it ended."""
    closer = row["closer_id"]
    return {name: row[name] for name in _SAME} | {
        "proposed_by": ActorName(id=row["proposer_id"], name=row["proposer_name"]),
        "closed_by": ActorName(id=closer, name=row["closer_name"]) if closer else None,
    }


def known_at(row: Record, as_of: AsOf) -> datetime | None:
    """The instant that the answer knows of; None in the answer to a step, which has none yet."""
    written_now = row["proposed_at"] is None or (row["state"] != "pending" and row["closed_at"] is None)
    return None if written_now else check_frame(row, as_of)
