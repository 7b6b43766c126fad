"""A restructuring worked out: what is known around it read, its plan made and judged, and a digest of it all.

The same for a preview, which reads one snapshot without a lock, and for the application, which first closes what it
changes: two plans are the same exactly where their digests are.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.hierarchy import Hierarchies, Level, OrganizationType
from app.domain.restructuring import thresholds
from app.domain.restructuring.conflicts import Conflict, blocking, in_order
from app.domain.restructuring.deciding import End, consenting, ends
from app.domain.restructuring.document import (
    BY_DECISION,
    Document,
    Retype,
    RetypeIdentity,
    codes_of,
    leaving,
    members_of,
    names_of,
)
from app.domain.restructuring.planning import Plan, plan_document
from app.domain.restructuring.rolls import Heads
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.thresholds import Consent
from app.domain.restructuring.tree import Tree
from app.models.restructuring_document import RestructuringNew, choices, resolved
from app.queries import restructuring_moves, restructuring_outlasting, restructuring_reversals
from app.queries import restructuring_slice as queries
from app.queries.restructuring_moves import Moves
from app.services import (
    restructuring_judging,
    restructuring_restorations,
    restructuring_returns,
    restructuring_words,
)
from app.services.policies import Policies, hierarchies
from app.services.restructuring_digest import differences, digest
from app.services.restructuring_moves import moves_of
from app.services.restructuring_restorations import Restoration
from app.services.restructuring_returns import Returns

_IDENTITY = "org.retype_identity"

Close = Callable[[Iterable[UUID]], Awaitable[None]]
"""Keeps others from organizations until the end of the transaction."""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A document with its plan, all that speaks against it, and what it does to what hangs on organizations.

    `restored`: what holds again with it, where it reverses another one.
    """

    document: Document
    plan: Plan
    conflicts: Sequence[Conflict]
    consents: Sequence[Consent]
    ends: Sequence[End]
    moves: Moves
    restored: Sequence[Restoration]
    persons: Sequence[tuple[Any, ...]]
    heads: Mapping[UUID, Heads]
    hierarchies: Hierarchies
    digest: str


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known around a document before members are counted; `chosen`: whom its parts choose of them."""

    document: Document
    chosen: Mapping[tuple[int, int], list[UUID]]
    tree: Tree
    returns: Returns
    kinds: Hierarchies
    policies: Policies
    succeeded: frozenset[UUID]


async def work_out(
    connection: Connection,
    given: RestructuringNew,
    ids: Mapping[str, UUID],
    today: date,
    close: Close | None = None,
    *,
    reverses: UUID | None = None,
) -> WorkedOut:
    """Plan and judge what a document asks for, on its effective day (today where it has none yet).

    `close` is called once with all organizations whose place, life or roll the plan changes, before members are
    counted: nobody else changes them from then on. `reverses`: the restructuring that it reverses.
    """
    around = await _look_around(connection, given, ids, given.effective_on or today, close, reverses)
    document, tree, returns = around.document, around.tree, around.returns
    on, kinds, policies = document.effective_on, around.kinds, around.policies
    counts = await queries.counts(connection, on, _counted(tree, document, kinds))
    homes = await queries.homes(connection, on, members_of(document.measures))
    facts = Facts(
        tree,
        counts.heads,
        counts.rolled,
        homes,
        kinds,
        returning=returns.heads,
        staying=returns.stays,
        succeeded=around.succeeded,
    )
    plan = plan_document(document, facts)
    moves = moves_of(plan, homes, today, returns)
    verdict = restructuring_judging.by_rules(document, plan, facts, counts, policies)
    consents = verdict.consents
    persons = await restructuring_moves.persons(connection, moves)
    outlasting = await restructuring_outlasting.find(connection, moves)
    nothing = not (persons or differences(plan) or blocking(verdict.conflicts))
    judged = [
        *restructuring_judging.incomplete(given, around.chosen, nothing=nothing),
        *restructuring_judging.excused_nowhere(given, ids, plan),
        *verdict.conflicts,
        *await restructuring_words.judge(connection, plan),
        *restructuring_judging.in_the_way(plan, outlasting.in_the_way),
    ]
    hierarchy = kinds.on(on)
    needed = [
        *ends(document, plan, hierarchy),
        *consenting(plan, hierarchy, {one.organization_id for one in consents}),
    ]
    restored = await restructuring_restorations.find(connection, plan, moves, ids)
    of_papers = await restructuring_judging.of_papers(
        connection, given, plan, hierarchy, needed, consents, restored, today
    )
    # Transfers under way and papers change without the document: they are told, and are no part of the digest.
    told = [*restructuring_judging.left_open(plan, outlasting.left_open), *of_papers]
    return WorkedOut(
        document=document,
        plan=plan,
        conflicts=in_order(await restructuring_judging.by_whom(connection, [*judged, *told])),
        consents=consents,
        ends=needed,
        moves=moves,
        restored=restored,
        persons=persons,
        heads=counts.heads,
        hierarchies=kinds,
        digest=digest(given, plan, persons, needed, judged),
    )


async def _look_around(
    connection: Connection,
    given: RestructuringNew,
    ids: Mapping[str, UUID],
    on: date,
    close: Close | None,
    reverses: UUID | None,
) -> _Around:
    """What is known around a document; read anew once all that it changes is closed."""
    chosen = await _chosen(connection, given, ids, on)
    document = resolved(given, on, ids, chosen)
    kinds = await hierarchies(connection)
    back = _led_back(document, await restructuring_reversals.former_types(connection, reverses))
    returns = await restructuring_returns.find(connection, reverses, ids, back, on)
    named = {*names_of(document.measures), *returns.cells}
    asked = (on, named, leaving(document.measures), codes_of(document.measures))
    tree = await queries.around(connection, *asked)
    policies = await Policies.read(connection, *thresholds.KEYS, _IDENTITY)
    succeeded = _succeeded(document, tree, policies, back)
    if close is not None:
        planned = _closing(plan_document(document, Facts(tree, {}, {}, {}, kinds, succeeded=succeeded)))
        left = {cell for cell, _, _ in returns.ways}
        await close({*planned, *left, *(to for to in returns.cells if to in tree)})
        tree = await queries.around(connection, *asked)  # names and codes, which take no turn of the tree
        returns = await restructuring_returns.find(connection, reverses, ids, back, on)
        chosen = await _chosen(connection, given, ids, on)
        document = resolved(given, on, ids, chosen)
    return _Around(document, chosen, tree, returns, kinds, policies, succeeded)


def _led_back(document: Document, former: Mapping[UUID, OrganizationType]) -> set[UUID]:
    """The organizations that a document makes again what they were before the one that it reverses (`former`)."""
    retyped = (measure for measure in document.measures if isinstance(measure, Retype))
    return {
        key
        for measure in retyped
        for key in measure.organizations
        if isinstance(key, UUID) and former.get(key) == measure.type
    }


def _succeeded(document: Document, tree: Tree, policies: Policies, back: Collection[UUID]) -> frozenset[UUID]:
    """The organizations that an upgrade or a downgrade ends for a successor, by the policy of their place.

    None that is led `back` to what it was: a restructuring that kept it is reversed by one that keeps it.
    """
    on = document.effective_on
    named = (
        key
        for measure in document.measures
        if isinstance(measure, Retype) and measure.kind in BY_DECISION
        for key in measure.organizations
        if isinstance(key, UUID) and key not in back and tree.alive(key, on)
    )
    return frozenset(
        key
        for key in named
        if policies.on(_IDENTITY, on, tree.path(key, on)).value == RetypeIdentity.SUCCESSOR
    )


async def _chosen(
    connection: Connection, given: RestructuringNew, ids: Mapping[str, UUID], on: date
) -> dict[tuple[int, int], list[UUID]]:
    """The members that the parts of a document choose, by the numbers of measure and part."""
    asked = {
        place: queries.Choice(cell, where.standings, where.activity_statuses, where.workplaces)
        for place, (organization, where) in choices(given).items()
        if (cell := organization if isinstance(organization, UUID) else ids.get(organization)) is not None
    }
    found = await queries.chosen(connection, on, list(asked.values()))
    return dict(zip(asked, found, strict=True))


def _counted(tree: Tree, document: Document, kinds: Hierarchies) -> list[UUID]:
    """Whose members are counted: of all that are named, of their children, and of all below the upper level."""
    on = document.effective_on
    types = kinds.on(on).types
    named = names_of(document.measures)

    def asked(key: UUID) -> bool:
        if key in named or tree.parent(key, on) in named:
            return True
        type_ = tree.type(key, on)
        return type_ is not None and types[type_].level >= Level.GRASSROOTS

    return [key for key in tree if asked(key)]


def _closing(plan: Plan) -> set[UUID]:
    """Whom the application has for itself: all before it that a plan changes, names, or brings somebody to."""
    said = {key for key in plan.before if plan.before[key] != plan.after[key]}
    goals = {*plan.cells.values(), *plan.members.values(), *plan.defaults.values()}
    concerned = {*said, *plan.cells, *plan.defaults, *plan.pointers, *goals}
    return {key for key in concerned if key is not None and key in plan.before}
