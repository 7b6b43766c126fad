"""What changes about an organization from a day on, without touching the tree's shape."""

from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.authority import Authority
from app.domain.errors import FieldError, Invalid, NotYet
from app.domain.names import fold, title_sort_key
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.organization import OrganizationRead
from app.models.organization_changes import OrganizationChange
from app.queries import locks
from app.queries.asof import AsOf
from app.queries.facts import ORGANIZATION_FACTS
from app.queries.locks import Turn
from app.services import authorities, history, organizations, places
from app.services.catalogues import require_codes
from app.services.history import Cause


async def change(
    connection: Connection,
    cause: Cause,
    organization_id: UUID,
    expected_version: int,
    document: OrganizationChange,
) -> OrganizationRead:
    """Record what becomes true of names, code or sector from a day on."""
    as_of = AsOf(document.effective_on, None, cause.today)
    if Authority.DELEGATED_UPPER_POWERS in document.model_fields_set:
        await locks.take_turn(connection, Turn.TREE)
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
        if places.decides(fact, key):
            await places.require_allowed(connection, organization_id, plan)
        if fact == "sector":
            await require_codes(connection, plan, {fact})
        await history.write(connection, operation_id, plan)
    await history.touch(connection, cause, operation_id)
    return authorities.noted(await organizations.after(connection, cause, organization_id), unjudged)


Edit = tuple[str, tuple[Any, ...], dict[str, Any] | None]
"""A fact by its name in the API, its key, and what it becomes; None where it ends."""


def _edits(organization_id: UUID, document: OrganizationChange) -> list[Edit]:
    """The named facts with what they become."""
    given = document.model_fields_set
    key = (organization_id,)
    edits: list[Edit] = []
    if "name" in given and document.name is None:
        raise Invalid(FieldError("/body/name", "cannot_end"))
    names: dict[str, Any] = {} if document.name is None else name_values(document.name)
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


def name_values(name: str) -> dict[str, Any]:
    """What the row of a name holds of it: itself, and how it is sorted and found."""
    return {"name": name, "sort_key": title_sort_key(name), "search_key": fold(name)}
