"""A restructuring reversed: a document of its own that leads back from a later day on; what was between stays."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from asyncpg import Connection

from app.domain.restructuring.document import by_law, successor_key
from app.domain.restructuring.lifecycle import RestructuringStep
from app.domain.restructuring.reversing import Applied, handed_over, reversing, standing_before
from app.domain.restructuring.tree import Tree
from app.domain.steps import advance
from app.models.restructuring_document import Receive, RestructuringNew, measures_of
from app.models.restructuring_measures import as_given
from app.models.restructuring_read import RestructuringRead, ReversalNew
from app.queries import restructuring_returns, restructuring_slice
from app.queries import restructuring_reversals as queries
from app.services import restructuring_course, restructurings
from app.services.history import Cause
from app.services.policies import hierarchy_on
from app.services.restructuring_course import require_later
from app.services.restructuring_in_hand import RestructuringInHand

_DAY = timedelta(days=1)


async def draft(
    connection: Connection, cause: Cause, restructuring_id: UUID, document: ReversalNew
) -> RestructuringRead:
    """Draft the document that leads back; it is edited, previewed, submitted and applied like any other."""
    taken = await restructuring_course.find(connection, cause.as_of, cause.actor, restructuring_id)
    rule = advance(taken.open(), taken.state, RestructuringStep.REVERSE)
    if refused := taken.refusal(rule):
        raise refused
    require_later(taken, document.effective_on)
    applied, tree = await _applied(connection, taken, document.effective_on)
    moved = await queries.moved(
        connection, taken.applied_by, applied.on, document.effective_on, applied.renewed
    )
    hierarchy = await hierarchy_on(connection, document.effective_on)
    back = reversing(applied, tree, moved, document.effective_on, hierarchy)
    asked = {name: getattr(document, name) for name in ReversalNew.model_fields}
    document_back = RestructuringNew(**asked, measures=list(as_given(back)))
    return await restructurings.draft(connection, cause, document_back, reverses=restructuring_id)


async def _applied(connection: Connection, taken: RestructuringInHand, on: date) -> tuple[Applied, Tree]:
    """What a restructuring had done, as it is to be led back from a day on, and the tree as it had found it."""
    began, operation_id = taken.took_effect_on, taken.applied_by
    touched = await queries.touched(connection, operation_id, began)
    ended = touched["ended"]
    named = [key for keys in touched.values() for key in keys]
    said, given = await queries.said(connection, operation_id, began)
    renewed = await queries.renewed(connection, on)
    named += [renewed[key] for key in named if key in renewed]
    around = await restructuring_slice.around(connection, began - _DAY, named, [], [])
    tree = standing_before(around, given, began)
    measures = measures_of(taken.given)
    left = await restructuring_returns.leavers(connection, taken.id, on)
    applied = Applied(
        on=began,
        begun=frozenset(touched["begun"]),
        ended=frozenset(ended),
        changed=frozenset(touched["changed"]),
        said=said,
        received={
            taken.ids[one.key]: one.outside for one in taken.given.measures if isinstance(one, Receive)
        },
        handed_over=handed_over(measures, ended, left, tree, began - _DAY),
        by_law=by_law(measures),
        succeeding=_succeeding(taken, ended),
        renewed=renewed,
        sectors=await queries.sectors(connection, ended, began, operation_id),
        external_ids=await _external_ids(connection, taken, ended, touched["begun"], on),
    )
    return applied, tree


async def _external_ids(
    connection: Connection, taken: RestructuringInHand, ended: Sequence[UUID], begun: Sequence[UUID], on: date
) -> dict[UUID, dict[str, str]]:
    """The ids that organizations had in other systems when they ended, but for those that others bear by now."""
    known = await queries.external_ids(connection, ended, taken.took_effect_on, taken.applied_by)
    said = [(system, external_id) for _, system, external_id in known]
    borne = await restructuring_slice.bearing(connection, on, said, begun)
    found: dict[UUID, dict[str, str]] = {}
    for key, system, external_id in known:
        if (system, external_id) not in borne:
            found.setdefault(key, {})[system] = external_id
    return found


def _succeeding(taken: RestructuringInHand, ended: Sequence[UUID]) -> dict[UUID, UUID]:
    """By the successors of organizations that ended, for which ones they stand."""
    return {heir: key for key in ended if (heir := taken.ids.get(successor_key(key)))}


async def close(connection: Connection, cause: Cause, taken: RestructuringInHand, operation_id: UUID) -> None:
    """Note of the restructuring that an applied document reverses that it is reversed."""
    reversed_id = taken.row["reverses"]
    if reversed_id is None:
        return
    former = await restructuring_course.find(connection, cause.as_of, cause.actor, reversed_id)
    advance(former.open(), former.state, RestructuringStep.REVERSE)
    await restructuring_course.note(connection, cause, former, RestructuringStep.REVERSE, operation_id)
