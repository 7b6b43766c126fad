"""What holds of the tree however it came to be as it is: judged where facts come back that were judged long ago."""

from datetime import date
from uuid import UUID

from app.domain.errors import RuleBroken
from app.domain.hierarchy import Hierarchies
from app.domain.restructuring.judging import days_above
from app.domain.restructuring.places import check_places
from app.domain.restructuring.tree import Tree


def check_tree(before: Tree, after: Tree, hierarchies: Hierarchies) -> None:
    """Refuse what comes to stand under one that does not exist then, below itself (R-ORG-2), or under a type that is
    none for it (R-ORG-1), on whatever day.

    Judged are all organizations of the slice; the refusal names in `records` who stands wrong, and under whom.
    """
    for key in after:
        _check_parents(after, key)
        if after[key].placement and (key not in before or before[key].placement != after[key].placement):
            _check_way_up(after, key)
    check_places(before, after, hierarchies)


def _check_parents(tree: Tree, key: UUID) -> None:
    for period, parent in tree[key].placement:
        if parent is not None and parent in tree and (dead := period.subtract(tree[parent].placement.days())):
            raise _refusal("parent_not_alive_then", dead[0].start, key, parent)


def _check_way_up(tree: Tree, key: UUID) -> None:
    for day in days_above(tree, key, tree[key].placement.days()[0].start):
        above = tree.path(key, day)[0]
        if tree.parent(above, day) is not None:
            raise _refusal("tree_cycle", day, key, above)


def _refusal(message: str, on: date, *organizations: UUID) -> RuleBroken:
    return RuleBroken(
        "R-ORG-2",
        message,
        value=on.isoformat(),
        source="design",
        records=[str(key) for key in dict.fromkeys(organizations)],
        on=on.isoformat(),
    )
