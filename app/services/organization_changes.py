"""What changes about an organization without touching the tree's shape, and what was recorded wrongly."""

from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.authority import Authority
from app.domain.errors import FieldError, Invalid, NotYet
from app.domain.hierarchy import OrganizationType
from app.domain.names import fold, title_sort_key
from app.domain.operation import OperationKind
from app.domain.period import Period, cover
from app.etag import require_version
from app.models.authority import AuthorityCorrection
from app.models.correction import Dependent
from app.models.organization import OrganizationRead
from app.models.organization_changes import OrganizationChange
from app.models.organization_corrections import (
    CorrectedOrganization,
    ExternalIdCorrection,
    OpeningCorrection,
    OrganizationCorrection,
    PlacementCorrection,
    TypeCorrection,
)
from app.queries import facts, locks, tree
from app.queries import history as history_queries
from app.queries import organizations as queries
from app.queries.asof import AsOf
from app.queries.facts import ORGANIZATION_FACTS, Wanted
from app.queries.locks import Turn
from app.queries.ranges import to_range
from app.services import authorities, history, organizations
from app.services.access import require_over
from app.services.catalogues import require_codes
from app.services.history import Cause
from app.services.policies import hierarchy_on


async def change(
    connection: Connection,
    cause: Cause,
    organization_id: UUID,
    expected_version: int,
    document: OrganizationChange,
) -> OrganizationRead:
    """Record what becomes true of names, code or sector from a day on."""
    as_of = AsOf(document.effective_on, None, cause.today)
    await locks.own_organizations(connection, [organization_id])
    try:
        current, held = await organizations.find(connection, as_of, cause.actor, organization_id)
    except NotYet as early:
        begun = (("began_on", early.facts.get("began_on")),)
        raise Invalid(FieldError("/body/effective_on", "before_the_beginning", begun)) from None
    require(Action.CHANGE_ORGANIZATION, held)
    require_version(expected_version, current.version)
    edits = _edits(organization_id, document)
    if current.ended_on is not None:
        raise Invalid(
            FieldError("/body/effective_on", "after_the_end", (("ended_on", str(current.ended_on)),))
        )
    held_then = {one.kind for one in current.authorities}
    unjudged = [
        await authorities.judge(
            connection, Period(document.effective_on), cause.today, organization_id, authority
        )
        for authority in Authority
        if getattr(document, authority.value) and authority not in held_then
    ]
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.ORGANIZATION_CHANGED,
        {"organization": str(organization_id), "facts": sorted({fact for fact, *_ in edits})},
        reason=document.reason,
        effective_on=document.effective_on,
        decisions=document.decisions,
    )
    for fact, key, edit in edits:
        plan = await history.plan_change(
            connection, ORGANIZATION_FACTS[fact], key, document.effective_on, edit
        )
        if fact == "sector":
            await require_codes(connection, plan, {fact})
        await history.write(connection, operation_id, plan)
    read = await _touched(connection, cause, operation_id, organization_id)
    return authorities.noted(read, unjudged)


Edit = tuple[str, tuple[Any, ...], dict[str, Any] | None]
"""A fact by its name in the API, its key, and what it becomes; None where it ends."""


def _edits(organization_id: UUID, document: OrganizationChange) -> list[Edit]:
    """The named facts with what they become."""
    given = document.model_fields_set
    key = (organization_id,)
    edits: list[Edit] = []
    if "name" in given and document.name is None:
        raise Invalid(FieldError("/body/name", "cannot_end"))
    names: dict[str, Any] = {} if document.name is None else _named(document.name)
    if "name_en" in given:
        names["name_en"] = document.name_en
    if names:
        edits.append(("name", key, names))
    for fact in ("code", "sector"):
        if fact in given:
            value = getattr(document, fact)
            edits.append((fact, key, None if value is None else {fact: value}))
    for authority in Authority:
        if authority in given:
            granted = getattr(document, authority.value)
            edits.append(("authority", (*key, authority.value), {} if granted else None))
    if not edits:
        raise Invalid(FieldError("/body", "nothing_to_change"))
    return edits


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "sort_key": title_sort_key(name), "search_key": fold(name)}


async def correct(
    connection: Connection,
    cause: Cause,
    organization_id: UUID,
    expected_version: int,
    document: OrganizationCorrection,
) -> CorrectedOrganization:
    """Make the register believe what a fact should have said over a period, as if recorded so at once."""
    period = document.period.required()
    shaping = document if isinstance(document, PlacementCorrection | TypeCorrection) else None
    if shaping:
        await locks.take_turn(connection, Turn.TREE)
        await locks.close_organizations(connection, [organization_id])
    else:
        await locks.own_organizations(connection, [organization_id])
    as_of = cause.as_of
    current, held = await organizations.find(connection, as_of, cause.actor, organization_id)
    require(Action.CORRECT_ORGANIZATION, held)
    require_version(expected_version, current.version)
    if isinstance(document, PlacementCorrection):
        await _require_both_ends(connection, cause, current, document)
    if shaping:
        await _require_allowed_place(connection, organization_id, shaping, period)
    unjudged = []
    if isinstance(document, AuthorityCorrection) and document.value is not None:
        unjudged.append(
            await authorities.judge(connection, period, cause.today, organization_id, document.kind)
        )
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
    key: tuple[Any, ...] = (organization_id,)
    if isinstance(document, ExternalIdCorrection | AuthorityCorrection):
        key += (document.system if isinstance(document, ExternalIdCorrection) else document.kind.value,)
    if isinstance(document, OpeningCorrection):
        await _open(connection, operation_id, organization_id, period, complete=document.value is not None)
    else:
        table = ORGANIZATION_FACTS[document.fact]
        plan = await history.plan_correction(connection, table, key, period, _value(document))
        if document.fact == "sector":
            await require_codes(connection, plan, {document.fact})
        await history.write(connection, operation_id, plan)
    if isinstance(document, PlacementCorrection):
        await tree.rebuild_ancestry(connection, [organization_id])
    await history_queries.judge(connection)
    read = authorities.noted(await _touched(connection, cause, operation_id, organization_id), unjudged)
    dependents, count = (
        await queries.resting_on(connection, organization_id, to_range(period)) if shaping else ([], 0)
    )
    return CorrectedOrganization(
        organization=read,
        dependents=[Dependent(kind=kind, id=key) for kind, key in dependents],
        dependents_count=count,
    )


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
    await facts.overwrite(connection, table, operation_id, [Wanted(key, after[0], ())])


def _value(document: OrganizationCorrection) -> dict[str, Any] | None:
    """The values of the fact's row; None: struck out."""
    if document.value is None:
        return None
    given = document.value.model_dump(exclude={"complete", "granted"})
    return {**given, **_named(given["name"])} if document.fact == "name" else given


async def _require_both_ends(
    connection: Connection, cause: Cause, current: OrganizationRead, document: PlacementCorrection
) -> None:
    """Who corrects a place must hold the duty over where it was recorded and over where it belongs."""
    ends = {}
    if current.parent_id is not None:
        ends["/body/organization"] = current.parent_id
    if document.value is not None:
        ends["/body/value/parent_id"] = document.value.parent_id
    await require_over(connection, cause, Action.CORRECT_ORGANIZATION, ends, Action.READ_ORGANIZATION)


async def _require_allowed_place(
    connection: Connection,
    organization_id: UUID,
    document: PlacementCorrection | TypeCorrection,
    period: Period,
) -> None:
    """Every link the correction makes must be in the matrix on the first day of the period (R-ORG-1)."""
    if document.value is None:
        return
    moved_under = document.value.parent_id if isinstance(document, PlacementCorrection) else None
    found = await queries.types_around(connection, organization_id, moved_under, period.start)
    if found is None:
        return
    hierarchy = await hierarchy_on(connection, period.start)
    own = document.value.type if isinstance(document, TypeCorrection) else OrganizationType(found["type"])
    parent = found["parent_type"]
    hierarchy.check(
        own,
        OrganizationType(parent) if parent else None,
        delegated_upper_powers=found["parent_delegated"],
    )
    for child in found["child_types"] or []:
        hierarchy.check(OrganizationType(child), own, delegated_upper_powers=found["delegated"])


async def _touched(
    connection: Connection, cause: Cause, operation_id: UUID, organization_id: UUID
) -> OrganizationRead:
    await history.touch(connection, cause, operation_id, changed=[organization_id])
    read, _ = await organizations.find(connection, cause.as_of, cause.actor, organization_id)
    return read.model_copy(update={"known_at": None})
