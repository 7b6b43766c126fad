"""What the rules say of shape, rolls and words as a document leaves them: from its day on, over all days to come.

Only what the document makes is judged: a breach that stood before is shown as inherited.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from app.domain.hierarchy import DEEPEST, Hierarchies
from app.domain.period import Period
from app.domain.restructuring.conflicts import MOST_CONCERNED, Conflict, ConflictCode
from app.domain.restructuring.conflicts import ConflictSeverity as Severity
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.tree import Organization, Tree


def judge_shape(plan: Plan, heights: Mapping[UUID, int]) -> list[Conflict]:
    """No organization below itself, none under one that is no more, none too deep (R-ORG-2), on any day to come.

    `heights`: how many levels stand below organizations of the slice on the day.
    """
    since = plan.effective_on
    found: list[Conflict] = []
    stood = _orphans(plan.before, since)
    for parent, children in _orphans(plan.after, since).items():
        before = stood.get(parent, set())
        code, on = ConflictCode.CHILDREN_LEFT, None
        above: tuple[UUID, ...] = ()
        if plan.after.alive(parent, since):
            code, on, above = ConflictCode.PARENT_ENDS_LATER, _end(plan.after[parent], since), (parent,)
        for severity, left in (
            (Severity.BLOCK, children - before),
            (Severity.INHERITED, children & before),
        ):
            if left:
                named = (*above, *sorted(left))[:MOST_CONCERNED]
                pointer, number = plan.pointer(parent), len(left)
                found.append(Conflict(code, severity, pointer, "R-RS-3", 0, "design", named, number, on))
    for key in plan.after:
        one = plan.after[key]
        placed = key in plan.begun or one.placement != plan.before[key].placement
        if placed and one.placement:
            found += _judge_way_up(plan, key, heights.get(key, 0))
    return found


def _orphans(tree: Tree, since: date) -> dict[UUID, set[UUID]]:
    """By each organization of the slice: those that stand under it on days on which it does not exist."""
    orphans: dict[UUID, set[UUID]] = {}
    for key in tree:
        for period, parent in tree[key].placement.over(Period(since)):
            if parent is not None and parent in tree and period.subtract(tree[parent].placement.days()):
                orphans.setdefault(parent, set()).add(key)
    return orphans


def _end(one: Organization, since: date) -> date | None:
    """The day on which what exists on a day is known to end."""
    return next((life.end for life in one.placement.days() if life.contains(since)), None)


def _judge_way_up(plan: Plan, key: UUID, height: int) -> Iterator[Conflict]:
    for day in days_above(plan.after, key, plan.effective_on):
        path = plan.after.path(key, day)
        if plan.after.parent(path[0], day) is not None:
            yield plan.conflict(
                ConflictCode.PLACED_UNDER_ITSELF, "R-ORG-2", key, value=day.isoformat(), on=day
            )
            return
        if len(path) - 1 + height > DEEPEST:
            yield plan.conflict(ConflictCode.TOO_DEEP, "R-ORG-2", key, value=DEEPEST, on=day)
            return


def days_above(tree: Tree, key: UUID, since: date) -> list[date]:
    """The days, from one on, on which the way up from an organization may become another one."""
    days, seen, waiting = {since}, set(), [key]
    while waiting:
        one = waiting.pop()
        if one in seen or one not in tree:
            continue
        seen.add(one)
        for period, parent in tree[one].placement.over(Period(since)):
            days.add(period.start)
            if parent is not None:
                waiting.append(parent)
    return sorted(days)


def judge_rolls(
    plan: Plan, hierarchies: Hierarchies, staying: Iterable[tuple[UUID, Period]] = ()
) -> list[Conflict]:
    """Everybody is placed: nobody stays in what has ended or holds no members (R-RS-3, R-ORG-4).

    `staying`: the cells to which members come back from outside, each with the days there.
    """
    on = plan.effective_on
    found: list[Conflict] = []

    def holds(tree: Tree, key: UUID) -> bool:
        return tree.holds_members(key, on, hierarchies)

    for key, heads in plan.own.items():
        if heads.total and not holds(plan.after, key):
            left = key in plan.ended or key in plan.retyped
            code = ConflictCode.MEMBERS_LEFT if left else ConflictCode.HOLDS_NO_MEMBERS
            rule = "R-RS-3" if left else "R-ORG-4"
            found.append(plan.conflict(code, rule, key, count=heads.total))
    for key in {**plan.ended, **plan.retyped}:
        if holds(plan.before, key) and not holds(plan.after, key) and key not in plan.defaults:
            found.append(plan.conflict(ConflictCode.NO_DEFAULT_DESTINATION, "R-RS-10", key))
    for key, to in plan.defaults.items():
        if to is not None and not holds(plan.after, to) and not plan.own[to].total:
            pointer = plan.pointers.get(key)
            found.append(plan.conflict(ConflictCode.HOLDS_NO_MEMBERS, "R-ORG-4", to, pointer=pointer))
    return [*found, *_rolls_ahead(plan, hierarchies, staying)]


def _rolls_ahead(
    plan: Plan, hierarchies: Hierarchies, staying: Iterable[tuple[UUID, Period]]
) -> Iterator[Conflict]:
    """On no later day a cell ceases to hold members into which some are led, nor one that only some leave.

    Of the latter it is said already where its members go on that day: also those who would have left it before.
    """
    on = plan.effective_on

    def ceases(tree: Tree, key: UUID, days: Period) -> date | None:
        turns = (day for day in _turns(tree[key], hierarchies, on) if days.contains(day))
        return next(
            (day for day in (days.start, *turns) if not tree.holds_members(key, day, hierarchies)), None
        )

    coming = [(to, Period(on)) for to in (*plan.cells.values(), *plan.members.values())]
    coming += [(plan.cells.get(cell, cell), days) for cell, days in staying]
    ceasing: dict[UUID, date] = {}
    for to, days in coming:
        if to is None or not (days.start > on or plan.after.holds_members(to, on, hierarchies)):
            continue
        if day := ceases(plan.after, to, days):
            ceasing[to] = min(day, ceasing.get(to, day))
    for to, day in ceasing.items():
        yield plan.conflict(ConflictCode.HOLDS_NO_MEMBERS_LATER, "R-ORG-4", to, on=day)
    for key, flow in plan.flows.items():
        leaving = key not in plan.ended and flow.keys() - {key}
        if not leaving or not plan.before.holds_members(key, on, hierarchies):
            continue
        if day := ceases(plan.before, key, Period(on)):
            yield plan.conflict(ConflictCode.KNOWN_TO_CHANGE, "R-RS-7", key, on=day)


def _turns(one: Organization, hierarchies: Hierarchies, since: date) -> list[date]:
    """The days after one on which what an organization is may become something else."""
    ends = [period.end for period, _ in one.type if period.end is not None]
    starts = [period.start for period, _ in one.type]
    return sorted(day for day in {*starts, *ends, *hierarchies.changes} if day > since)


def judge_words(plan: Plan) -> list[Conflict]:
    """A code is borne by one at a time, on all days to come; a name is repeated among sisters only with a warning."""
    on = plan.effective_on
    told = {key for key in plan.after if key not in plan.before or plan.before[key] != plan.after[key]}
    bearers: dict[str, dict[UUID, list[Period]]] = {}
    sisters: dict[tuple[UUID | None, str], list[UUID]] = {}
    for key in plan.after:
        one = plan.after[key]
        for period, code in one.code.over(Period(on)):
            bearers.setdefault(code, {}).setdefault(key, []).append(period)
        if name := one.name.at(on):
            sisters.setdefault((one.placement.at(on), name.name), []).append(key)
    taken = (_at_once(periods) for periods in bearers.values())
    return [
        *_repeated(plan, ConflictCode.CODE_TAKEN, Severity.BLOCK, taken, told),
        *_repeated(plan, ConflictCode.NAME_REPEATED, Severity.WARN, sisters.values(), told),
    ]


def _at_once(periods: Mapping[UUID, Sequence[Period]]) -> list[UUID]:
    """Those that bear one code on a day on which another one does."""
    return [
        key
        for key, days in periods.items()
        if any(
            one.overlaps(other)
            for another, others in periods.items()
            if another != key
            for one in days
            for other in others
        )
    ]


def _repeated(
    plan: Plan, code: ConflictCode, severity: Severity, groups: Iterable[list[UUID]], told: set[UUID]
) -> Iterator[Conflict]:
    for group in groups:
        for key in group if len(group) > 1 else ():
            if key in told:
                pointer = plan.pointer(key)
                yield Conflict(code, severity, pointer, "R-ORG-18", 1, "design", tuple(group))
                break
