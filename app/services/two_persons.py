"""What acts of two persons have in common: who the actor is to one, and what is told of each."""

from datetime import datetime
from typing import Any

from asyncpg import Record

from app.domain.access import Actor
from app.domain.two_persons import Part
from app.models.operation import ActorName
from app.paging import check_frame
from app.queries.asof import AsOf

_SAME = ("id", "proposed_at", "reason", "state", "closed_at", "closing_reason", "version")


def part_of(row: Record, actor: Actor) -> Part:
    """Who the actor is to an act."""
    return Part(row["proposer_id"] == actor.id, actor.is_machine, row["own_client"])


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
