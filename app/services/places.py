"""Whether an organization may stand where a fact that is to be written leaves it, and others below it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from asyncpg import Connection

from app.domain.authority import Authority
from app.domain.change import Values
from app.domain.hierarchy import OrganizationType
from app.domain.restructuring.places import check_places
from app.domain.restructuring.soundness import check_tree
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import NOTHING, Organization, Tree
from app.queries import facts
from app.queries.restructuring_slice import around
from app.queries.reversal_soundness import Shaped
from app.services.history import Plan
from app.services.policies import hierarchies

Value = TypeVar("Value")


def decides(fact: str, key: tuple[Any, ...]) -> bool:
    """Whether a fact of an organization (its name in the API, its key) decides who may stand under whom.

    Who writes such a fact takes the turn of the tree.
    """
    return fact in ("placement", "type") or (
        fact == "authority" and key[1] == Authority.DELEGATED_UPPER_POWERS
    )


async def require_allowed(connection: Connection, organization_id: UUID, plan: Plan) -> None:
    """Refuse what is planned of such a fact where it breaks the parent matrix, on whatever day (R-ORG-1).

    Judged are the links of the organization and of all directly below it, as they are believed and as the plan leaves
    them: what was wrong before does not stop it.
    """
    since = min(period.start for period, _ in plan.written)
    parents = [values["parent_id"] for _, values in plan.written if values and values.get("parent_id")]
    before = await around(connection, since, [organization_id, *parents], [], [])
    told = _told(before.organizations.get(organization_id, NOTHING), plan)
    after = Tree({**before.organizations, organization_id: told})
    check_places(before, after, await hierarchies(connection))


async def around_shaped(connection: Connection, shaped: Shaped) -> Tree:
    """The tree around what an operation shaped, as it is believed now."""
    if not shaped.organizations:
        return Tree({})
    return await around(connection, shaped.since, shaped.organizations, [], [])


async def require_sound(connection: Connection, before: Tree, shaped: Shaped) -> None:
    """Refuse where the tree around is unsound now as it was not before: for facts that come back (R-ORG-1, R-ORG-2)."""
    if shaped.organizations:
        check_tree(before, await around_shaped(connection, shaped), await hierarchies(connection))


def _told(one: Organization, plan: Plan) -> Organization:
    """What is known of the organization once the plan is carried out."""
    if plan.table is facts.PLACEMENT:
        return replace(one, placement=_saying(one.placement, plan, lambda values: values["parent_id"]))
    if plan.table is facts.ORGANIZATION_TYPE:
        return replace(one, type=_saying(one.type, plan, lambda values: OrganizationType(values["type"])))
    return replace(one, powers=_saying(one.powers, plan, lambda _: True))


def _saying(known: Timeline[Value], plan: Plan, read: Callable[[Values], Value]) -> Timeline[Value]:
    for period, values in plan.written:
        known = known.without(period) if values is None else known.saying(period, read(values))
    return known
