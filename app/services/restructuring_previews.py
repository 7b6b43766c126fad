"""Previews of restructurings: worked out in one snapshot without a lock, kept for a day."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.operation import PaperRole
from app.domain.restructuring.conflicts import (
    MOST_CONCERNED,
    Conflict,
    ConflictCode,
    ConflictSeverity,
    blocking,
    in_order,
)
from app.domain.restructuring.deciding import CommitteePart, End, consenting
from app.domain.restructuring.effects import AffectedThing as Thing
from app.domain.restructuring.effects import RestructuringEffect as Effect
from app.domain.restructuring.lifecycle import AGREEING, RestructuringState
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.rolls import NOBODY
from app.domain.restructuring.tree import Tree
from app.language import Language
from app.models.restructuring_read import PreviewRead
from app.queries import restructuring_effects, restructurings
from app.queries import restructuring_previews as queries
from app.services import history, restructuring_course
from app.services.history import Cause
from app.services.restructuring_conflicts import as_kept
from app.services.restructuring_digest import differences
from app.services.restructuring_in_hand import RestructuringInHand
from app.services.restructuring_planning import WorkedOut, work_out
from app.services.restructuring_preview_reads import begun, find, read_of
from app.services.restructuring_restorations import Restoration

MOST_CONFLICTS = 1_000
"""How many conflicts a preview shows."""


async def preview(
    connection: Connection, cause: Cause, restructuring_id: UUID, language: Language
) -> PreviewRead:
    """Work out what the latest revision would do, and keep it. The connection sees one snapshot.

    Refused: a proposer who holds no role over it any more, and only follows what was proposed.
    """
    taken = await restructuring_course.find(connection, cause.as_of, cause.actor, restructuring_id)
    require(Action.READ_RESTRUCTURING, taken.roles)
    worked = await work_out(connection, taken.given, taken.ids, cause.today, reverses=taken.row["reverses"])
    beside = [*await _decisions_used(connection, taken), *await _overlapping(connection, taken, worked)]
    conflicts = in_order([*worked.conflicts, *beside])
    preview_id = history.new_id()
    await keep_rows(connection, preview_id, worked)
    names = await _names(connection, cause, worked, conflicts[:MOST_CONFLICTS])
    counts = await queries.preview_counts(connection, preview_id)
    summary = {
        "conflicts": [as_kept(one) for one in conflicts[:MOST_CONFLICTS]],
        "conflicts_count": len(conflicts),
        "blocked": bool(blocking(conflicts)),
        "needs": [_needed(worked, one, names.get(one.organization_id)) for one in worked.ends],
        "on": worked.plan.effective_on.isoformat(),
        "begun": begun(worked.plan),
        "names": {str(key): name for key, name in names.items()},
        "ledger": _ledger(worked),
        "grassroots_change": _grassroots_change(worked),
        "counts": [[row["thing"], row["effect"], row["n"]] for row in counts],
    }
    revision = taken.row["revision"]
    await queries.keep_preview(
        connection, preview_id, restructuring_id, revision, worked.digest, cause.actor.id, summary
    )
    row = await find(connection, cause.as_of, cause.actor, restructuring_id, preview_id)
    assert row is not None  # it was just kept
    return read_of(row, language)


async def _names(
    connection: Connection, cause: Cause, worked: WorkedOut, conflicts: Sequence[Conflict]
) -> dict[UUID, str]:
    """The names of the organizations that a preview speaks of besides its rows, but for what the document begins."""
    plan = worked.plan
    concerned = {key for one in conflicts for key in one.organizations[:MOST_CONCERNED]}
    concerned |= {one.organization_id for one in worked.ends}
    concerned |= {one.organization_id for one in worked.consents}
    return await queries.names(connection, cause.as_of, plan.effective_on, concerned - plan.begun.keys())


async def _decisions_used(connection: Connection, taken: RestructuringInHand) -> list[Conflict]:
    """Other documents that carried out one of its decisions already (R-RS-2)."""
    papers = [
        (one.issuer, one.number, one.signed_on)
        for one in taken.given.decisions
        if one.role is PaperRole.DECISION
    ]
    return [
        Conflict(
            ConflictCode.DECISION_USED, ConflictSeverity.WARN, "/decisions", "R-RS-2", str(other), "design"
        )
        for other in await restructurings.carried_out(connection, taken.id, papers)
    ]


async def _overlapping(
    connection: Connection, taken: RestructuringInHand, worked: WorkedOut
) -> list[Conflict]:
    """Other documents about the same organizations: one that is approved comes first, others are told (R-RS-7)."""
    touched = [key for key in restructuring_course.changed_by(taken.given) if key in worked.plan.pointers]
    return [
        Conflict(
            ConflictCode.OVERLAPPING_DOCUMENT,
            ConflictSeverity.BLOCK if state == RestructuringState.APPROVED else ConflictSeverity.WARN,
            worked.plan.pointers[keys[0]],
            "R-RS-7",
            str(other),
            "design",
            tuple(keys[:MOST_CONCERNED]),
        )
        for other, state, keys in await restructurings.overlapping(connection, taken.id, touched, AGREEING)
    ]


async def keep_rows(connection: Connection, preview_id: UUID, worked: WorkedOut) -> None:
    """All that would change or travel along, as rows of a preview."""
    rows = [*_organizations(worked.plan), *map(_restored, worked.restored)]
    await queries.keep_rows(connection, preview_id, rows)
    await restructuring_effects.list_into(connection, preview_id, worked.moves)


Row = tuple[str, str, UUID, UUID | None, UUID | None, UUID | None, Any]


def _organizations(plan: Plan) -> Iterator[Row]:
    """The organizations that change, each with what becomes of it."""
    on = plan.effective_on
    for key, said in differences(plan).items():
        stood, stands = plan.before.alive(key, on), plan.after.alive(key, on)
        effect = Effect.CHANGES if stood and stands else Effect.ENDS if stood else Effect.BEGINS
        before, after = plan.before.parent(key, on), plan.after.parent(key, on)
        if effect is Effect.CHANGES and before != after:
            effect = Effect.MOVES
        detail = {
            name: [{"from": days.start, "to": days.end, "value": _word(value)} for days, value in pieces]
            for name, pieces in said.items()
        }
        known = key if key in plan.before else None
        yield Thing.ORGANIZATION.value, effect.value, key, known, before, after, detail
    for edge in plan.edges:
        share = {"kind": edge.kind, "share": edge.share, "whole": edge.whole}
        yield (
            Thing.LINEAGE.value,
            Effect.BEGINS.value,
            edge.source,
            edge.source,
            edge.source,
            edge.target,
            share,
        )


def _restored(one: Restoration) -> Row:
    return (
        one.thing.value,
        Effect.RETURNS.value,
        one.id,
        one.organization_id,
        None,
        one.to_id,
        one.detail,
    )


def _word(value: Any) -> Any:
    return value.name if hasattr(value, "name_en") else value


def _needed(worked: WorkedOut, end: End, name: str | None) -> dict[str, Any]:
    """Whose word it will need; of a consent, about which arrangements and by which value of the policy."""
    hierarchy = worked.hierarchies.on(worked.plan.effective_on)
    about = [
        one
        for one in worked.consents
        if end.part is CommitteePart.CONSENTS
        and end in consenting(worked.plan, hierarchy, [one.organization_id])
    ]
    return {
        "organization_id": str(end.organization_id),
        "name": name,
        "part": end.part.value,
        "about": [str(one.organization_id) for one in about],
        "value": {one.case: one.value for one in about} or None,
        "source": about[0].source if about else None,
    }


def _ledger(worked: WorkedOut) -> dict[str, int]:
    """Members of all cells that the document changes the roll of, or takes out of the register."""
    plan = worked.plan
    cells = {*plan.cells, *plan.cells.values(), *(cell for _, cell, _ in worked.moves.members)}
    cells |= {*plan.members.values(), *(to for _, to, _ in worked.moves.returned)}
    cells |= {key for key in plan.begun if plan.own[key].total}
    touched = [key for key in cells if key is not None]
    return {
        "before": sum(worked.heads.get(key, NOBODY).total for key in touched),
        "received": plan.received,
        "handed_over": plan.handed_over,
        "after": sum(plan.own.get(key, NOBODY).total for key in touched),
    }


def _grassroots_change(worked: WorkedOut) -> int:
    plan = worked.plan
    types = worked.hierarchies.on(plan.effective_on).types

    def counted(tree: Tree) -> int:
        return sum(
            types[type_].grassroots
            for key in tree
            if (type_ := tree.type(key, plan.effective_on)) is not None
        )

    return counted(plan.after) - counted(plan.before)
