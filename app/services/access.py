"""What the roles held over an object let the actor do with it, as answers show it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import TABLE, Action, HeldRole, Role, refusal, require, roles_for
from app.domain.errors import FieldError, Forbidden, Invalid
from app.domain.steps import Rule
from app.models.access import PermittedAction
from app.models.step import OpenStep
from app.queries import reach
from app.services.history import Cause

NOTHING: Mapping[Action, str] = MappingProxyType({})
"""Nothing hinders an action but the roles."""


def held_roles(texts: Iterable[str] | None) -> list[HeldRole]:
    """The roles held over an object, from the texts of the reach query: `role:depth`, or `role:` (`held_then`)."""
    return [
        HeldRole(Role(role), int(depth) if depth else None)
        for role, _, depth in (one.partition(":") for one in texts or ())
    ]


def permitted(
    actions: tuple[Action, ...], held: Iterable[HeldRole], hindered: Mapping[Action, str] = NOTHING
) -> list[PermittedAction]:
    """Each action, whether it is allowed, and if not, who may; or what else hinders it, by the refusal's code."""
    return _permitted(actions, frozenset(held), frozenset(hindered.items()))


@lru_cache(maxsize=1024)
def _permitted(
    actions: tuple[Action, ...], held: frozenset[HeldRole], hindered: frozenset[tuple[Action, str]]
) -> list[PermittedAction]:
    reasons = dict(hindered)
    return [
        PermittedAction(action=action, allowed=action not in reasons, reason=reasons.get(action))
        if refusal(action, held) is None
        else PermittedAction(
            action=action, allowed=False, reason="role_may_not", roles_that_may=list(TABLE[action])
        )
        for action in actions
    ]


def open_step(rule: Rule[Any, Any], refused: Forbidden | None, *, not_until: date | None = None) -> OpenStep:
    """A step that there is, as answers show it; `refused` is why it is not this actor's."""
    return OpenStep(
        step=rule.step,
        who=rule.who,
        allowed=refused is None,
        code=refused.message if refused else None,
        roles_that_may=refused.facts.get("roles_that_may") if refused else None,
        not_until=not_until,
    )


async def held_over(
    connection: Connection, cause: Cause, organization_ids: Iterable[UUID]
) -> dict[UUID, list[HeldRole]]:
    """The roles the actor holds over each of the organizations; those where none is held are missing."""
    held = await reach.held_over(connection, organization_ids, cause.actor.id, cause.today)
    return {key: held_roles(texts) for key, texts in held.items()}


async def require_over(
    connection: Connection, cause: Cause, action: Action, named: Mapping[str, Collection[UUID]], sees: Action
) -> None:
    """The other ends of an act: the organizations the request names, by JSON pointer, must all allow the action.

    One that the actor cannot even see (`sees`) is answered like one that does not exist.
    """
    ends = [(pointer, key) for pointer, keys in named.items() for key in keys]
    roles = await held_over(connection, cause, [key for _, key in ends])
    unknown = dict.fromkeys(
        pointer for pointer, key in ends if not any(one.role in roles_for(sees) for one in roles.get(key, []))
    )
    if unknown:
        raise Invalid(*(FieldError(pointer, "unknown_organization") for pointer in unknown))
    for _, key in ends:
        require(action, roles[key])
