"""Whether organizations may stand where a document, or an act, places them: by the matrix of each link's first day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.domain.errors import RuleBroken
from app.domain.hierarchy import Hierarchies, Hierarchy
from app.domain.period import Period
from app.domain.restructuring.conflicts import Conflict, ConflictCode
from app.domain.restructuring.conflicts import ConflictSeverity as Severity
from app.domain.restructuring.tree import Kinship, Link, Tree


class Breach(NamedTuple):
    """A link with the days on which it is not allowed, in order, and why."""

    kinship: Kinship
    days: tuple[Period, ...]
    why: RuleBroken


def check_places(before: Tree, after: Tree, hierarchies: Hierarchies) -> None:
    """Refuse a link that becomes one which the matrix of its first day does not know, on whatever day (R-ORG-1).

    Judged are all organizations of the slice. Of several the earliest is told: `records` names who would stand under
    whom, `on` from when.
    """
    found = (_made(hierarchies, *links) for key in after for links in _links(before, after, key))
    made = [breach for breach in found if breach]
    if made:
        first = min(made, key=lambda breach: (breach.days[0].start, breach.kinship.child))
        first.why.records = [str(key) for key in _both(first.kinship)]
        first.why.facts["on"] = first.days[0].start.isoformat()
        raise first.why


def judge_places(
    before: Tree, after: Tree, hierarchies: Hierarchies, touched: Mapping[UUID, str], since: date
) -> list[Conflict]:
    """Every link that stands after and did not stand before must be in the matrix of its first day (R-ORG-1).

    Judged are all organizations of the slice, since the type of a parent decides about its children; `touched` names
    where in the document each one is. A link that a later matrix would not know is told.
    """
    found: list[Conflict] = []
    for key in after:
        pointer = _pointer(after, key, touched, since)
        for link, stood in _links(before, after, key):
            if link.period.end is not None and link.period.end <= since:
                continue
            if made := _made(hierarchies, link, stood):
                found.append(_place(made, Severity.BLOCK, pointer))
            elif later := _made_later(hierarchies, link, stood):
                found.append(_place(later, Severity.WARN, pointer, ConflictCode.PLACE_NOT_ALLOWED_LATER))
            if key in touched:
                inherited = (_breach(hierarchies, one) for one in stood)
                found += [_place(breach, Severity.INHERITED, pointer) for breach in inherited if breach]
    return found


def _pointer(tree: Tree, key: UUID, touched: Mapping[UUID, str], on: date) -> str:
    """Where the document speaks of an organization or, where it does not, of the one it stands under."""
    return touched.get(key) or touched.get(tree.parent(key, on) or key, "/measures")


def _links(before: Tree, after: Tree, key: UUID) -> Iterator[tuple[Link, list[Link]]]:
    """The links of an organization after, each with those of before that it goes on from."""
    stood = before.links(key) if key in before else []
    for link in after.links(key):
        yield link, [one for one in stood if one.kinship == link.kinship and one.period.overlaps(link.period)]


def _breach(hierarchies: Hierarchies, link: Link) -> Breach | None:
    """The days on which the matrix of its first day does not allow a link.

    Where it allows the link under delegated powers alone, these are the days on which the parent does not hold them.
    """
    hierarchy = hierarchies.on(link.period.start)
    broken = _refusal(hierarchy, link.kinship, delegated=False)
    if broken is None:
        return None
    under_powers = _refusal(hierarchy, link.kinship, delegated=True) is None
    days = link.period.subtract(link.delegated if under_powers else ())
    return Breach(link.kinship, days, broken) if days else None


def _made(hierarchies: Hierarchies, link: Link, stood: Sequence[Link]) -> Breach | None:
    """A breach on days on which there was none before."""
    if link in stood or not (found := _breach(hierarchies, link)):
        return None
    known = [days for one in stood if (breach := _breach(hierarchies, one)) for days in breach.days]
    made = tuple(piece for days in found.days for piece in days.subtract(known))
    return found._replace(days=made) if made else None


def _made_later(hierarchies: Hierarchies, link: Link, stood: Sequence[Link]) -> Breach | None:
    """What a later matrix would not know of the days on which a link did not stand before."""
    for piece in link.period.subtract(one.period for one in stood):
        for day in hierarchies.after(piece):
            delegated = any(days.contains(day) for days in link.delegated)
            if broken := _refusal(hierarchies.on(day), link.kinship, delegated=delegated):
                return Breach(link.kinship, (Period(day, piece.end),), broken)
    return None


def _refusal(hierarchy: Hierarchy, kinship: Kinship, *, delegated: bool) -> RuleBroken | None:
    try:
        hierarchy.check(kinship.child_type, kinship.parent_type, delegated_upper_powers=delegated)
    except RuleBroken as broken:
        return broken
    return None


def _place(
    breach: Breach, severity: Severity, pointer: str, code: ConflictCode = ConflictCode.PLACE_NOT_ALLOWED
) -> Conflict:
    why, on = breach.why, breach.days[0].start
    return Conflict(code, severity, pointer, why.rule, why.value, why.source, _both(breach.kinship), on=on)


def _both(kinship: Kinship) -> tuple[UUID, ...]:
    """Who stands under whom; at the top alone."""
    return tuple(key for key in (kinship.child, kinship.parent) if key is not None)
