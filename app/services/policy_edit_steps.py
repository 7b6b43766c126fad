"""How an edit of a policy ends: approved or refused by another person, or withdrawn by its proposer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.errors import RuleBroken
from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.policy_edits import EDIT, PolicyEditState, PolicyEditStep
from app.etag import require_version
from app.models.operation import DecisionPaper
from app.models.policy_edit import Alteration, PolicyEditApproval, PolicyEditRead
from app.models.two_persons import Closure
from app.queries import facts, locks
from app.queries import two_persons as acts
from app.queries.facts import Wanted
from app.queries.locks import Turn
from app.services import history
from app.services.history import Cause
from app.services.policies import TREE_KEYS
from app.services.policy_alterations import alteration_of
from app.services.policy_edits import edit_of, find, read_of
from app.services.two_persons import part_of


async def approve(
    connection: Connection, cause: Cause, edit_id: UUID, expected_version: int, document: PolicyEditApproval
) -> PolicyEditRead:
    """Approve an edit of another: from now on the register says so.

    Refused while records stand that the rule would no longer allow.
    """
    closing = await _begin(connection, cause, edit_id, expected_version, PolicyEditStep.APPROVE)
    if closing.alteration.records:
        worst = max(closing.alteration.records, key=lambda one: one.count)
        row = closing.row
        raise RuleBroken(
            "R-POL-5",
            "policy_edit_breaks_records",
            value=row["value"],
            source=row["source"],
            records=[str(key) for key in worst.organizations],
            kind_of_records=worst.kind,
            records_count=worst.count,
        )
    return await _close(connection, cause, closing, document.reason, document.decisions)


async def refuse(
    connection: Connection, cause: Cause, edit_id: UUID, expected_version: int, document: Closure
) -> PolicyEditRead:
    """Refuse an edit of another: nothing changes."""
    closing = await _begin(connection, cause, edit_id, expected_version, PolicyEditStep.REFUSE)
    return await _close(connection, cause, closing, document.reason)


async def withdraw(
    connection: Connection, cause: Cause, edit_id: UUID, expected_version: int, document: Closure
) -> PolicyEditRead:
    """Withdraw one's own edit: nothing changes."""
    closing = await _begin(connection, cause, edit_id, expected_version, PolicyEditStep.WITHDRAW)
    return await _close(connection, cause, closing, document.reason)


@dataclass(frozen=True, slots=True)
class _Closing:
    """An edit about to be closed, with what it alters."""

    row: Record
    state: PolicyEditState
    alteration: Alteration


_KINDS = {
    PolicyEditState.APPROVED: OperationKind.POLICY_EDIT_APPROVED,
    PolicyEditState.REFUSED: OperationKind.POLICY_EDIT_REFUSED,
    PolicyEditState.WITHDRAWN: OperationKind.POLICY_EDIT_WITHDRAWN,
}


async def _begin(
    connection: Connection, cause: Cause, edit_id: UUID, expected_version: int, step: PolicyEditStep
) -> _Closing:
    await locks.take_turn(connection, Turn.POLICIES)
    row, held = await find(connection, cause.as_of, cause.actor, edit_id)
    if step is PolicyEditStep.APPROVE and row["key"] in TREE_KEYS:
        await locks.take_turn(connection, Turn.TREE)  # what it judges is placed by no other act meanwhile
    state = EDIT.advance(PolicyEditState(row["state"]), step, part_of(row, cause.actor), held)
    require_version(expected_version, row["version"])
    return _Closing(row, state, await alteration_of(connection, edit_of(row)))


async def _close(
    connection: Connection,
    cause: Cause,
    closing: _Closing,
    reason: str | None,
    decisions: Sequence[DecisionPaper] = (),
) -> PolicyEditRead:
    row, state = closing.row, closing.state
    edit = edit_of(row)
    operation_id = await history.begin(
        connection,
        cause,
        _KINDS[state],
        {
            "policy_edit": str(row["id"]),
            "key": edit.key,
            "period": str(edit.period),
            "proposer": str(row["proposer_id"]),
            "version": row["version"],
        },
        reason=reason,
        effective_on=edit.period.start,
        decisions=decisions,
    )
    if state is PolicyEditState.APPROVED:
        await facts.overwrite(connection, facts.POLICY, operation_id, [_wanted(row, edit.period)])
    proposer_id, closer_id = row["proposer_id"], cause.actor.id
    await acts.close(connection, "policy_edit", row["id"], proposer_id, closer_id, state.value, operation_id)
    await history.touch(connection, cause, operation_id, concerned=[row["reached_id"]])
    closed, held = await find(connection, cause.as_of, cause.actor, row["id"])
    return read_of(closed, cause.as_of, cause.actor, held, closing.alteration)


def _wanted(row: Record, period: Period) -> Wanted:
    key = (row["key"], row["organization_id"] or NATION)
    values = None if row["combine"] is None else {name: row[name] for name in facts.POLICY.values}
    return Wanted(key, period, values)
