"""What was recorded wrongly of an organization: one fact over a period, as the register should have said it."""

from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.errors import FieldError, Invalid
from app.domain.operation import OperationKind
from app.domain.period import Period, cover
from app.etag import require_version
from app.models.authority import AuthorityCorrection
from app.models.correction import DependentRecord
from app.models.organization_corrections import (
    CorrectedOrganization,
    ExternalIdCorrection,
    NameCorrection,
    OpeningCorrection,
    OrganizationCorrection,
    PlacementCorrection,
)
from app.queries import facts, locks
from app.queries import history as history_queries
from app.queries import organizations as queries
from app.queries.facts import ORGANIZATION_FACTS, Wanted
from app.queries.locks import Turn
from app.queries.ranges import to_range
from app.services import authorities, history, organizations, places
from app.services.access import require_over
from app.services.catalogues import require_codes
from app.services.history import Cause
from app.services.organization_changes import name_values

_SHAPING = ("placement", "type")
"""Facts on which members and the organizations below rest."""


async def correct(
    connection: Connection,
    cause: Cause,
    organization_id: UUID,
    expected_version: int,
    document: OrganizationCorrection,
) -> CorrectedOrganization:
    """Make the register believe what a fact should have said over a period, as if recorded so at once."""
    period = document.period.required()
    shapes_tree = document.fact in _SHAPING
    if places.decides(document.fact, _key(organization_id, document)):
        await locks.take_turn(connection, Turn.TREE)
    if shapes_tree:
        await locks.close_organizations(connection, [organization_id])
    else:
        await locks.own_organizations(connection, [organization_id])
    current, held = await organizations.find(connection, cause.as_of, cause.actor, organization_id)
    require(Action.CORRECT_ORGANIZATION, held)
    require_version(expected_version, current.version)
    unjudged = await _judged(connection, cause, organization_id, document, period)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.ORGANIZATION_CORRECTED,
        {
            "organization": str(organization_id),
            "fact": document.fact,
            "period": str(period),
            "struck_out": document.value is None,
            "evidence": document.evidence,
        },
        reason=document.reason,
    )
    await _write(connection, operation_id, organization_id, document, period)
    await history.touch(connection, cause, operation_id)
    await history_queries.judge(connection)
    read = await organizations.after(connection, cause, organization_id)
    resting, count = (
        await queries.resting_on(connection, organization_id, to_range(period)) if shapes_tree else ([], 0)
    )
    return CorrectedOrganization(
        organization=authorities.noted(read, [unjudged]),
        dependent_records=[DependentRecord(resource=resource, id=key) for resource, key in resting],
        dependent_records_count=count,
    )


async def _judged(
    connection: Connection,
    cause: Cause,
    organization_id: UUID,
    document: OrganizationCorrection,
    period: Period,
) -> authorities.Unjudged | None:
    """Refuse what may not be said so of the fact; answers what of it could not be judged."""
    match document:
        case PlacementCorrection():
            await _require_both_ends(connection, cause, organization_id, document, period)
        case AuthorityCorrection(value=said) if said:
            return await authorities.judge(connection, period, cause.today, organization_id, document.kind)
    return None


async def _require_both_ends(
    connection: Connection,
    cause: Cause,
    organization_id: UUID,
    document: PlacementCorrection,
    period: Period,
) -> None:
    """Who corrects a place must hold the duty over wherever it was recorded in the period, and where it belongs."""
    placed = await facts.believed(connection, facts.PLACEMENT, (organization_id,))
    recorded = {values["parent_id"] for held, values in placed if held.overlaps(period)}
    ends = {"/body/period": recorded - {None}}
    if document.value is not None:
        ends["/body/value/parent_id"] = {document.value.parent_id}
    await require_over(connection, cause, Action.CORRECT_ORGANIZATION, ends, Action.READ_ORGANIZATION)


async def _write(
    connection: Connection,
    operation_id: UUID,
    organization_id: UUID,
    document: OrganizationCorrection,
    period: Period,
) -> None:
    """The fact as it is believed from now on."""
    values = None if document.value is None else document.value.model_dump(exclude={"granted"})
    match document:
        case OpeningCorrection():
            await _open(connection, operation_id, organization_id, period, complete=values is not None)
            return
        case NameCorrection(value=said) if said:
            values = {"name_en": said.name_en, **name_values(said.name)}
    key = _key(organization_id, document)
    plan = await history.plan_correction(connection, ORGANIZATION_FACTS[document.fact], key, period, values)
    if places.decides(document.fact, key):
        await places.require_allowed(connection, organization_id, plan)
    if document.fact == "sector":
        await require_codes(connection, plan, {document.fact})
    await history.write(connection, operation_id, plan)


def _key(organization_id: UUID, document: OrganizationCorrection) -> tuple[Any, ...]:
    """By what the fact is known."""
    match document:
        case ExternalIdCorrection():
            return organization_id, document.system
        case AuthorityCorrection():
            return organization_id, document.kind.value
    return (organization_id,)


async def _open(
    connection: Connection, operation_id: UUID, organization_id: UUID, period: Period, *, complete: bool
) -> None:
    """A roll is complete from one day on: whatever is corrected, one row without a hole says from which."""
    table, key = facts.ORGANIZATION_OPENING, (organization_id,)
    before = [held for held, _ in await facts.believed(connection, table, key)]
    if complete:
        after = cover([*before, period])
    else:
        after = tuple(piece for held in before for piece in held.subtract([period]))
    if len(after) != 1 or (before and after[0].end != before[-1].end):
        raise Invalid(FieldError("/body/period", "opening_is_from_a_day_on"))
    nothing = [Wanted(key, held, None) for held in before]
    await facts.overwrite(connection, table, operation_id, nothing)
    await facts.overwrite(connection, table, operation_id, [Wanted(key, after[0], {})])
