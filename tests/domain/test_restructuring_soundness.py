"""The tree judged where facts come back: parents that live, no circle, no type that may not stand there."""

from dataclasses import replace
from datetime import date

import pytest
from trees import BEGAN, HIERARCHIES, LATER, ON, at, organization

from app.domain.errors import RuleBroken
from app.domain.period import Period
from app.domain.restructuring.soundness import check_tree
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import Tree

ROOT = organization("province", "provincial", None)
ONE = organization("one", "district", at("province"))
OTHER = organization("other", "grassroots_committee", at("one"))
BEFORE = Tree({at("province"): ROOT, at("one"): ONE, at("other"): OTHER})


def broken(**changed: Timeline[object]) -> RuleBroken:
    """How the tree is refused once organizations are placed so."""
    placed = {at(name): replace(BEFORE[at(name)], placement=where) for name, where in changed.items()}
    with pytest.raises(RuleBroken) as caught:
        check_tree(BEFORE, Tree({**BEFORE.organizations, **placed}), HIERARCHIES)
    return caught.value


def test_a_tree_that_stays_as_it_was_is_sound() -> None:
    check_tree(BEFORE, BEFORE, HIERARCHIES)
    wrong = Tree({**BEFORE.organizations, at("cell"): organization("cell", "affiliated_cell", at("one"))})
    check_tree(wrong, wrong, HIERARCHIES)  # what was wrong before does not stop it


def test_nobody_comes_to_stand_under_one_that_has_ended() -> None:
    found = broken(one=Timeline(((Period(BEGAN, ON), at("province")),)))
    assert (found.rule, found.message, found.value) == ("R-ORG-2", "parent_not_alive_then", ON.isoformat())
    assert found.records == [str(at("other")), str(at("one"))]


def test_nobody_comes_to_stand_below_itself() -> None:
    circle = Timeline.since(BEGAN, at("province")).change(LATER, at("other"))
    found = broken(one=circle)
    assert (found.rule, found.message, found.facts["on"]) == ("R-ORG-2", "tree_cycle", LATER.isoformat())


def test_nobody_comes_to_stand_under_a_type_that_is_none_for_it() -> None:
    found = broken(other=Timeline.since(BEGAN, at("province")).change(date(2024, 1, 1), None))
    assert (found.rule, found.records) == ("R-ORG-1", [str(at("other"))])
