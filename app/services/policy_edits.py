"""Edits of policies: proposed, listed, and read with what they alter."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain import catalogues
from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.errors import Conflict, FieldError, Invalid, NotFound
from app.domain.hierarchy import OrganizationType
from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.policy import Combine, Confidence, PolicyRow, PolicyScope
from app.domain.policy_edits import EDIT, NATIONAL_ONLY, PolicyEditState
from app.domain.policy_shape import KnownKey, faults, known_words
from app.domain.vocabulary import WORDS
from app.models.correction import PeriodShape
from app.models.policy_edit import (
    Alteration,
    PolicyEditItem,
    PolicyEditNew,
    PolicyEditRead,
    PolicyEditRow,
)
from app.paging import Listing
from app.queries import facts
from app.queries import policy_edits as queries
from app.queries import two_persons as acts
from app.queries.asof import AsOf
from app.queries.ranges import to_period, to_range
from app.services import history
from app.services.access import held_over, held_roles, permitted
from app.services.history import Cause
from app.services.policies import known, shipped_rows, spelled
from app.services.policy_alterations import Edit, alteration_of
from app.services.two_persons import course, known_at, steps_of

ACTIONS = (Action.PROPOSE_POLICY, Action.APPROVE_POLICY)


@cache
def _words() -> frozenset[str]:
    """All identifiers of the contract and of the shipped rules."""
    shipped = shipped_rows()
    codes = {code for row in shipped if row.key in catalogues.KEYS for code in row.value}
    return known_words(shipped) | codes | {str(word.value) for enumeration in WORDS for word in enumeration}


_TO_BE = 0
"""The id of a row that is not yet recorded."""


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The edits within reach, the latest first."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_POLICY_EDIT))
    return Listing(
        sql,
        arguments,
        {"id": "uuid"},
        to_item,
        visible=visible,
        descending=True,
        duty=Action.READ_POLICY_EDIT,
    )


async def get(connection: Connection, as_of: AsOf, actor: Actor, edit_id: UUID) -> PolicyEditRead:
    """One edit and what it alters. 404 where it is out of reach."""
    row, held = await find(connection, as_of, actor, edit_id)
    alteration = await alteration_of(connection, edit_of(row), row["closed_at"])
    return read_of(row, as_of, actor, held, alteration)


async def find(
    connection: Connection, as_of: AsOf, actor: Actor, edit_id: UUID
) -> tuple[Record, list[HeldRole]]:
    """An edit as recorded, and the roles held over the organization that decides. 404 where it is out of reach."""
    row = await queries.get(connection, as_of, edit_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not allows(Action.READ_POLICY_EDIT, held):
        raise NotFound("not_found")
    return row, held


def edit_of(row: Record) -> Edit:
    """What an edit says, of its row."""
    period = to_period(row["valid"])
    organization_id = row["organization_id"]
    if row["combine"] is None:
        return Edit(row["key"], organization_id, period, None)
    said = PolicyRow(
        _TO_BE,
        row["key"],
        PolicyScope(row["scope"]),
        organization_id,
        period,
        row["value"],
        Combine(row["combine"]),
        row["source"],
        Confidence(row["confidence"]),
    )
    return Edit(row["key"], organization_id, period, said)


def to_item(row: Record) -> PolicyEditItem:
    """An edit as lists show it."""
    return PolicyEditItem(**_item(row))


_SAME = ("key", "scope", "organization_id", "organization_name", "unit")


def _item(row: Record) -> dict[str, Any]:
    said = None
    if row["combine"] is not None:
        said = PolicyEditRow(
            value=row["value"],
            combine=row["combine"],
            source=row["source"],
            confidence=spelled(Confidence(row["confidence"])),
        )
    period = PeriodShape(from_=row["valid"].lower, to=row["valid"].upper)
    return course(row) | {name: row[name] for name in _SAME} | {"period": period, "row": said}


def read_of(
    row: Record, as_of: AsOf, actor: Actor, held: Sequence[HeldRole], alteration: Alteration
) -> PolicyEditRead:
    """One edit with what it alters, and the steps that are open to the actor."""
    return PolicyEditRead(
        **_item(row),
        alteration=alteration,
        steps=steps_of(EDIT, PolicyEditState(row["state"]), row, actor, held),
        known_at=known_at(row, as_of),
        actions=permitted(ACTIONS, held),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What is proposed, once it is sound."""

    edit: Edit
    scope: PolicyScope
    unit: str
    row: PolicyEditRow | None


async def propose(connection: Connection, cause: Cause, document: PolicyEditNew) -> PolicyEditRead:
    """Propose what a key says over a period. Nothing is written to the rules before another person approves."""
    deciding_id, said = await _judge(connection, cause, document)
    edit, row = said.edit, said.row
    scope_id = edit.organization_id or NATION
    if await queries.waits(connection, edit.key, scope_id, to_range(edit.period)):
        raise Conflict("policy_edit_pending")
    edit_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.POLICY_EDIT_PROPOSED,
        {"policy_edit": str(edit_id), "key": edit.key, "period": str(edit.period)},
        reason=document.reason,
        effective_on=edit.period.start,
        decisions=document.decisions,
    )
    await acts.insert(
        connection,
        "policy_edit",
        {
            "id": edit_id,
            "operation_id": operation_id,
            "proposer_id": cause.actor.id,
            "key": edit.key,
            "scope": said.scope.value,
            "scope_id": scope_id,
            "valid": to_range(edit.period),
            "value": row and row.value,
            "unit": said.unit,
            "combine": edit.row and edit.row.combine.value,
            "source": row and row.source,
            "confidence": edit.row and edit.row.confidence.value,
        },
    )
    await history.touch(connection, cause, operation_id, concerned=[deciding_id])
    return await get(connection, cause.as_of, cause.actor, edit_id)


async def _judge(connection: Connection, cause: Cause, document: PolicyEditNew) -> tuple[UUID, _Said]:
    """The organization that decides, and what is proposed; Invalid with all that is wrong at once."""
    place = await queries.place(connection, document.organization_id, cause.today)
    deciding_id: UUID = place["id"] if place and place["id"] else NATION
    held = (await held_over(connection, cause, [deciding_id])).get(deciding_id)
    if held is None and document.organization_id is not None:
        raise Invalid(FieldError("/body/organization_id", "unknown_organization"))
    require(Action.PROPOSE_POLICY, held or [])
    period = document.period.required()
    key = known().get(document.key)
    if key is None:
        raise Invalid(FieldError("/body/key", "policy_key_unknown"))
    wrong = []
    if document.organization_id is not None and document.key in NATIONAL_ONLY:
        wrong.append(FieldError("/body/organization_id", "policy_is_national"))
    combine = key.combine
    if document.row is not None:
        wrong += _faults(document.key, key, document.row)
        combine = key.combine_of(document.row.combine, document.row.value) or combine
    if wrong:
        raise Invalid(*wrong)
    provincial = place is not None and place["type"] == OrganizationType.PROVINCIAL
    scope = (
        PolicyScope.NATIONAL
        if document.organization_id is None
        else PolicyScope.PROVINCE
        if provincial
        else PolicyScope.ORGANIZATION
    )
    row = None
    if document.row is not None:
        row = PolicyRow(
            _TO_BE,
            document.key,
            scope,
            document.organization_id,
            period,
            document.row.value,
            combine,
            document.row.source,
            Confidence[document.row.confidence.upper()],
        )
    edit = Edit(document.key, document.organization_id, period, row)
    if await _changes_nothing(connection, edit):
        raise Invalid(FieldError("/body/row", "nothing_to_change"))
    return deciding_id, _Said(edit, scope, key.unit, document.row)


def _faults(name: str, key: KnownKey, row: PolicyEditRow) -> list[FieldError]:
    wrong = [
        FieldError(f"/body/row/value{pointer}", code)
        for pointer, code in faults(name, row.value, key, _words())
    ]
    if not wrong and key.combine_of(row.combine, row.value) is None:
        facts_of_key = (("combine", key.combine.value),)
        wrong.append(FieldError("/body/row/combine", "policy_combine", facts_of_key))
    return wrong


async def _changes_nothing(connection: Connection, edit: Edit) -> bool:
    """Whether the register says just this already on all of these days."""
    believed = await facts.believed(connection, facts.POLICY, (edit.key, edit.organization_id or NATION))
    if edit.row is None:
        return not any(valid.overlaps(edit.period) for valid, _ in believed)
    row = edit.row
    said = (row.value, row.combine.value, row.source, row.confidence.value)
    names = ("value", "combine", "source", "confidence")
    same = [valid for valid, values in believed if tuple(values[name] for name in names) == said]
    return not edit.period.subtract(same)
