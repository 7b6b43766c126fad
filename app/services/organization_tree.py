"""What stands above and below an organization."""

from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import FieldError, Invalid, NotFound, NotYet
from app.domain.roll_up import roll_up
from app.models.organization import Headcount
from app.models.organization_tree import MOST_NODES, Ancestor, TreeNode, TreeRead
from app.paging import Listing, check_frame
from app.queries import organization_tree as queries
from app.queries.asof import AsOf
from app.services.organizations import item


def ancestors(as_of: AsOf, actor: Actor, organization_id: UUID) -> Listing:
    """The organizations above one, the root first; of its last day where it has ended."""
    sql, arguments, visible = queries.ancestors(
        as_of, organization_id, actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    return Listing(sql, arguments, {"place": "integer"}, _to_ancestor, visible=visible)


def _to_ancestor(row: Record) -> Ancestor:
    return Ancestor(**{name: row[name] for name in Ancestor.model_fields})


async def tree(
    connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID, depth: int
) -> TreeRead:
    """An organization with those below it, nested to a depth; refused where they are more than `MOST_NODES`."""
    rows = await queries.nodes(
        connection,
        as_of,
        organization_id,
        depth,
        MOST_NODES,
        actor.id,
        roles_for(Action.READ_ORGANIZATION),
    )
    frame = rows[0]
    known_at = check_frame(frame, as_of)
    began_on, ended_on = frame["began_on"], frame["ended_on"]
    if began_on is None:
        raise NotYet("not_known_then") if as_of.known_at else NotFound("not_found")
    if began_on > as_of.on:
        raise NotYet("not_yet", began_on=str(began_on))
    assert known_at is not None  # it exists, so an operation made it
    if frame["too_many"]:
        raise Invalid(FieldError("/query/depth", "tree_too_large", (("most", MOST_NODES),)))
    ended = ended_on is not None and ended_on <= as_of.on
    return TreeRead(
        root=None if ended else _nested(rows),
        ended_on=ended_on if ended else None,
        on=as_of.on,
        known_at=known_at,
    )


def _nested(rows: list[Record]) -> TreeNode:
    """The first row with all that hang from it; what is not shown, with all below it, is left out."""
    branches = roll_up(rows)
    below: dict[UUID, list[Record]] = {}
    for row in rows[1:]:
        if row["name"] is not None:
            below.setdefault(row["parent_id"], []).append(row)

    def grow(row: Record) -> TreeNode:
        branch = branches[row["id"]]
        shown: dict[str, Any] = item(row)
        return TreeNode(
            **shown,
            members=None
            if branch.unopened
            else Headcount(official=branch.official, probationary=branch.probationary, total=branch.total),
            before_opening=branch.unopened,
            children_count=branch.children,
            children=[grow(child) for child in below.get(row["id"], [])],
        )

    return grow(rows[0])
