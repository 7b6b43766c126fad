"""A wanted structure becomes measures that lead exactly there, or errors by row; nothing is guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import BEGAN, T, hierarchy

from app.domain.hierarchy import Hierarchies
from app.domain.imports import ImportKey
from app.domain.restructuring import document as domain
from app.domain.restructuring.conflicts import blocking
from app.domain.restructuring.document import MeasureKind
from app.domain.restructuring.local_keys import local_keys
from app.domain.restructuring.planning import Plan, plan_document
from app.domain.restructuring.rolls import Heads
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import Named, Organization, Tree
from app.domain.restructuring.wanted_measures import measures
from app.domain.restructuring.wanted_tree import Present, Recorded, WantedRow, compare
from app.models.restructuring_document import RestructuringNew, as_json, keys, resolved
from app.models.restructuring_measures import as_given

ON = date(2024, 1, 1)
SPACE = UUID(int=1)
HIERARCHY = hierarchy(ON)
ROOT, CELL, COMMITTEE = "root", T.AFFILIATED_CELL, T.GRASSROOTS_COMMITTEE


def key(name: str) -> UUID:
    return uuid5(SPACE, name)


def present(name: str, parent: str | None = ROOT, type_: T = CELL, **said: Any) -> Present:
    said = {"name": name.title(), "code": name, "version": 3} | said
    return Present(key(name), name, parent and key(parent), type_, **said)


def row(number: int, known_as: str, parent: str | None = None, **said: Any) -> WantedRow:
    return WantedRow(number, known_as, parent, **said)


TREE = (
    present(ROOT, None, T.DISTRICT),
    present("a", ROOT, COMMITTEE),
    present("a1", "a"),
    present("a2", "a"),
    present("b", ROOT, COMMITTEE),
    present("b1", "b"),
    present("c", ROOT, T.GRASSROOTS_CELL),
)
UNTOUCHED = {one.known_as: one for one in TREE if one.known_as}


def led(*changed: WantedRow, tree: Sequence[Present] = TREE) -> list[domain.Measure]:
    """The measures for the tree with these rows instead of its own."""
    rows = {one.known_as: row(0, one.known_as) for one in tree if one.known_as} | {
        one.known_as: one for one in changed
    }
    wanted, faults = compare(tree, list(rows.values()), ImportKey.CODE, HIERARCHY)
    assert faults == []
    return measures(wanted, HIERARCHY)


def refused(*changed: WantedRow, without: str = "", tree: Sequence[Present] = TREE) -> list[tuple[Any, ...]]:
    rows = {one.known_as: row(0, one.known_as) for one in tree if one.known_as} | {
        one.known_as: one for one in changed
    }
    rows.pop(without, None)
    _, faults = compare(tree, list(rows.values()), ImportKey.CODE, HIERARCHY)
    return [(one.row, one.column, one.code) for one in faults]


def test_a_file_that_says_what_is_on_record_changes_nothing() -> None:
    assert led() == []


def test_what_is_not_on_record_is_established_after_what_it_stands_under() -> None:
    found = led(
        row(1, "D/1", "Đ", type=CELL, name="Chi bộ 1", code="D1"),
        row(2, "Đ", ROOT, type=COMMITTEE, name="Đảng bộ Đ", sector="hospital"),
    )
    assert found == [
        domain.Establish(
            domain.Founding("#d", key(ROOT), COMMITTEE, "Đảng bộ Đ", None, None, "hospital"),
        ),
        domain.Establish(domain.Founding("#d-1", "#d", CELL, "Chi bộ 1", None, "D1")),
    ]


def test_those_that_go_to_one_destination_go_together() -> None:
    found = led(row(1, "a1", "b"), row(2, "a2", "b"), row(3, "c", "b", type=CELL))
    assert found == [
        domain.Transfer((key("a1"), key("a2")), key("b")),
        domain.Transfer((key("c"),), key("b"), CELL),
    ]


def test_only_what_differs_of_names_and_code_is_renamed() -> None:
    found = led(row(1, "a", name="Đảng bộ A"), row(2, "b", name="B", name_en="Organization B", code="B9"))
    assert found == [
        domain.Rename(key("a"), "Đảng bộ A"),
        domain.Rename(key("b"), None, "Organization B", "B9"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (T.GRASSROOTS_CELL, T.GRASSROOTS_COMMITTEE, MeasureKind.UPGRADE),
        (T.AFFILIATED_CELL, T.SECTIONAL_COMMITTEE, MeasureKind.UPGRADE),
        (T.GRASSROOTS_COMMITTEE, T.GRASSROOTS_CELL, MeasureKind.DOWNGRADE),
        (T.GRASSROOTS_COMMITTEE, T.SECTIONAL_COMMITTEE, MeasureKind.DOWNGRADE),
        (T.DISTRICT, T.SPECIAL_UPPER, MeasureKind.RETYPE),
        (T.AFFILIATED_CELL, T.TEMPORARY_CELL, MeasureKind.RETYPE),
    ],
)
def test_another_type_in_place_is_called_by_its_level(old: T, new: T, kind: MeasureKind) -> None:
    tree = (present(ROOT, None, T.PROVINCIAL), present("x", ROOT, old))
    (found,) = led(row(1, "x", type=new), tree=tree)
    assert found == domain.Retype(kind, (key("x"),), new)


def test_members_of_a_cell_that_becomes_a_committee_go_to_the_cell_named_below_it() -> None:
    found = led(
        row(1, "c", type=COMMITTEE, successor="c1"),
        row(2, "c1", "c", type=CELL, name="Chi bộ 1"),
        row(3, "c2", "c", type=CELL, name="Chi bộ 2"),
    )
    assert found[2:] == [
        domain.Retype(MeasureKind.UPGRADE, (key("c"),), COMMITTEE, None, domain.Allocation(rest="#c1"))
    ]
    plan = planned(TREE, found)
    assert {name: plan.own[plan_id(name)].total for name in ("c", "c1", "c2")} == {"c": 0, "c1": 5, "c2": 0}
    assert plan.after.parent(plan_id("c1"), ON) == plan.after.parent(plan_id("c2"), ON) == key("c")


def test_what_ends_is_absorbed_by_what_is_there_and_consolidated_in_what_is_new() -> None:
    found = led(
        row(1, "a2", successor="a1"),
        row(2, "b1", successor="n"),
        row(3, "b", successor="n2"),
        row(4, "c", successor="n2"),
        row(5, "n", "a", type=CELL, name="N"),
        row(6, "n2", ROOT, type=COMMITTEE, name="N2"),
    )
    assert [one for one in found if isinstance(one, domain.Merge)] == [
        domain.Merge(MeasureKind.MERGE_ABSORB, (key("a2"),), key("a1")),
        domain.Merge(MeasureKind.MERGE_ABSORB, (key("b1"),), "#n"),
        domain.Merge(MeasureKind.MERGE_CONSOLIDATE, (key("c"), key("b")), "#n2"),
    ]


def test_groups_that_wait_for_one_another_end_in_parts_the_lowest_first() -> None:
    found = led(
        row(1, "a", successor="x"),
        row(2, "b1", successor="x"),
        row(3, "b", successor="y"),
        row(4, "a1", successor="y"),
        row(5, "a2", "x"),
        row(6, "x", ROOT, type=COMMITTEE, name="X"),
        row(7, "y", ROOT, type=COMMITTEE, name="Y"),
    )
    merges = [one for one in found if isinstance(one, domain.Merge)]
    assert {one.kind for one in merges} == {MeasureKind.MERGE_CONSOLIDATE}
    ended = [source for one in merges for source in one.sources]
    assert len(ended) == 4
    assert ended.index(key("a1")) < ended.index(key("a")) and ended.index(key("b1")) < ended.index(key("b"))


def test_what_has_neither_row_nor_successor_is_a_conflict() -> None:
    assert refused(without="a2") == [(0, None, "successor_not_named")]
    assert refused(without=ROOT) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ([row(7, "a1", "nowhere")], (7, "parent", "organization_unknown")),
        ([row(7, "a1", successor="nowhere")], (7, "successor", "organization_unknown")),
        ([row(7, "n", type=CELL, name="N")], (7, "parent", "missing_value")),
        ([row(7, "n", "a", type=CELL)], (7, "name", "missing_value")),
        ([row(7, "n", "a", name="N")], (7, "type", "missing_value")),
        ([row(7, "n", "a", type=CELL, name="N", successor="a1")], (7, "successor", "begun_and_ended")),
        ([row(7, "n", "a", type=CELL, name="N", row_version=1)], (7, "row_version", "row_version_of_new")),
        ([row(7, "c", successor="c")], (7, "successor", "survivor_among_sources")),
        ([row(7, ROOT, successor="a")], (7, "successor", "successor_below")),
        ([row(7, ROOT, "a")], (7, "parent", "root_stays")),
        ([row(7, "a", successor="a1")], (7, "successor", "successor_below")),
        ([row(7, "b", successor="a"), row(8, "b1", "b")], (8, "parent", "ended_in_document")),
        ([row(7, "a2", successor="c"), row(8, "c", successor="a1")], (7, "successor", "ended_in_document")),
        ([row(7, "a1", name="Mới", row_version=2)], (7, "row_version", "row_stale")),
        ([row(7, "a1", successor="a2", row_version=2)], (7, "row_version", "row_stale")),
        ([row(7, "a1", sector="hospital")], (7, "sector", "not_by_structure")),
        ([row(7, "a1", code="c")], (7, "code", "code_taken")),
        ([row(7, "a1", name="Mới", successor="a2")], (7, "name", "changed_and_ended")),
        ([row(7, "a1", type=T.TEMPORARY_CELL, successor="a2")], (7, "type", "changed_and_ended")),
        ([row(7, "a1", sector="hospital", successor="a2")], (7, "sector", "changed_and_ended")),
        ([row(7, "a1", "b", successor="a2")], (7, "parent", "changed_and_ended")),
    ],
)
def test_what_a_row_contradicts_is_named_by_row_and_column(
    changed: list[WantedRow], fault: tuple[Any, ...]
) -> None:
    assert fault in refused(*changed)


def test_a_row_of_another_version_that_changes_nothing_passes() -> None:
    assert led(row(1, "a1", name="A1", row_version=2)) == []


GONE = Recorded(key("gone"), frozenset({key("a1")}))


@pytest.mark.parametrize("by", list(ImportKey))
def test_what_has_ended_before_as_its_row_says_has_nothing_to_change(by: ImportKey) -> None:
    rows = [*(row(n, one) for n, one in enumerate(UNTOUCHED)), row(8, "gone", "a", successor="a1")]
    wanted, faults = compare(TREE, rows, by, HIERARCHY, {"gone": GONE})
    assert faults == [] and measures(wanted, HIERARCHY) == []
    rows[-1] = row(8, "gone", successor="a2")
    assert "begun_and_ended" in {one.code for one in compare(TREE, rows, by, HIERARCHY, {"gone": GONE})[1]}


def test_a_committee_that_gave_its_members_to_the_cell_below_before_has_nothing_to_change() -> None:
    rows = [*(row(n, one) for n, one in enumerate(UNTOUCHED)), row(8, "b", successor="b1")]
    del rows[list(UNTOUCHED).index("b")]
    recorded = {"b": Recorded(key("b"), frozenset({key("b1")}))}
    wanted, faults = compare(TREE, rows, ImportKey.CODE, HIERARCHY, recorded)
    assert faults == [] and measures(wanted, HIERARCHY) == []


def test_nothing_new_bears_the_id_of_another_but_codes_are_borne_again() -> None:
    new = row(8, "gone", "a", type=CELL, name="Mới")
    rows = [*(row(n, one) for n, one in enumerate(UNTOUCHED)), new]
    wanted, faults = compare(TREE, rows, ImportKey.CODE, HIERARCHY, {"gone": GONE})
    assert faults == []
    (founding,) = (one.founding for one in measures(wanted, HIERARCHY) if isinstance(one, domain.Establish))
    assert founding.external_ids == {}
    _, faults = compare(TREE, rows, ImportKey.EXTERNAL_ID, HIERARCHY, {"gone": GONE})
    assert [(one.row, one.column, one.code) for one in faults] == [(8, "external_id", "named_elsewhere")]


def test_the_second_row_about_one_organization_is_at_fault() -> None:
    rows = [*(row(n, one) for n, one in enumerate(UNTOUCHED, start=1)), row(8, "a")]
    _, faults = compare(TREE, rows, ImportKey.CODE, HIERARCHY)
    assert [(one.row, one.column, one.code, one.facts) for one in faults] == [
        (8, "code", "named_twice", {"other_row": 2})
    ]


def test_who_would_stand_below_itself_is_at_fault() -> None:
    assert refused(row(1, "a", "b1"), row(2, "b", "a1"))[:2] == [
        (0, "parent", "tree_cycle"),
        (0, "parent", "tree_cycle"),
    ]


def test_local_keys_are_of_the_names_and_never_the_same() -> None:
    names = ["TĐ/1", "td 1", "#td-1", "—", "x" * 120]
    assert list(local_keys(names).values()) == ["#td-1", "#td-1-2", "#td-1-3", "#new", "#" + "x" * 59]


def test_the_keys_of_many_names_without_letters_take_no_time() -> None:
    keys = local_keys(chr(0x4E00 + number) for number in range(20_000))
    assert len(set(keys.values())) == 20_000 and list(keys.values())[-1] == "#new-20000"


# The plan of the document gives the wanted tree


def plan_id(name: str) -> UUID:
    return key(name) if name in UNTOUCHED else key(f"#{name}")


def planned(tree: Sequence[Present], found: Sequence[domain.Measure]) -> Plan:
    """The plan of the measures, said as a document, stored and read again."""
    document = RestructuringNew(effective_on=ON, measures=list(as_given(found)))
    document = RestructuringNew.model_validate_json(RestructuringNew(**as_json(document)).model_dump_json())
    ids = {local: key(local) for local in keys(document)}
    heads = {one.id: Heads(5) for one in tree if holds(one.type)}
    facts = Facts(
        Tree(
            {
                one.id: Organization(
                    Timeline.since(BEGAN, one.parent),
                    Timeline.since(BEGAN, one.type),
                    Timeline.since(BEGAN, Named(one.name, one.name_en)),
                    Timeline.since(BEGAN, one.code) if one.code else Timeline(),
                )
                for one in tree
            }
        ),
        heads,
        heads,
        {},
        Hierarchies(lambda _: HIERARCHY, ()),
    )
    return plan_document(resolved(document, ON, ids, {}), facts)


def holds(type_: T) -> bool:
    return HIERARCHY.types[type_].holds_members


Shape = dict[UUID, tuple[UUID | None, T, str, str | None]]


@st.composite
def structures(draw: st.DrawFn) -> tuple[list[Present], list[WantedRow], Shape]:
    """A tree, rows that want another one in its place, and what is to stand then."""
    size, more = draw(st.integers(1, 14)), draw(st.integers(0, 5))
    types = st.sampled_from(
        [T.GRASSROOTS_COMMITTEE, T.SECTIONAL_COMMITTEE, T.AFFILIATED_CELL, T.GRASSROOTS_CELL]
    )
    tree = [present(ROOT, None, T.DISTRICT)]
    for number in range(size):
        above = draw(st.sampled_from([one.known_as for one in tree]))
        tree.append(present(f"o{number}", above, draw(types)))
    ending = {one.known_as for one in tree[1:] if draw(st.integers(0, 3)) == 0}
    new = [f"n{number}" for number in range(more)]
    standing = [one.known_as for one in tree[1:] if one.known_as not in ending] + new
    placed, rows, shape = [ROOT], [], {}
    shape[key(ROOT)] = (None, T.DISTRICT, "Root", ROOT)
    by_name = {one.known_as: one for one in tree}
    for name in draw(st.permutations(standing)):
        assert name is not None
        parent, now = draw(st.sampled_from(placed)), by_name.get(name)
        placed.append(name)
        type_ = now.type if now and draw(st.booleans()) else draw(types)
        said = name.title() if now and draw(st.booleans()) else f"Mới {name}"
        code = name if now and draw(st.booleans()) else f"C-{name}"
        rows.append(WantedRow(0, name, parent, type_, said, None, code))
        local = key(name) if now else key(f"#{name}")
        shape[local] = (key(parent) if parent in by_name else key(f"#{parent}"), type_, said, code)
    for name in sorted(one for one in ending if one):
        rows.append(WantedRow(0, name, successor=draw(st.sampled_from(placed))))
    below = {one.parent: one.known_as for one in rows}
    numbered = []
    for number, one in enumerate(draw(st.permutations(rows)), start=1):
        now = by_name.get(one.known_as)
        ceases = now and one.type and holds(now.type) and not holds(one.type)
        members_to = below.get(one.known_as) if ceases and draw(st.booleans()) else None
        numbered.append(replace(one, number=number, successor=one.successor or members_to))
    return tree, numbered, shape


@settings(max_examples=300, deadline=None)
@given(structures())
def test_the_plan_of_the_document_gives_the_wanted_tree(
    drawn: tuple[list[Present], list[WantedRow], Shape],
) -> None:
    tree, rows, shape = drawn
    wanted, faults = compare(tree, rows, ImportKey.EXTERNAL_ID, HIERARCHY)
    if any(one.code == "tree_cycle" for one in faults):
        return  # deeper than a tree may be
    assert faults == []
    plan = planned(tree, measures(wanted, HIERARCHY))
    after = plan.after
    assert blocking(plan.conflicts) == []
    found: Shape = {}
    for one in after:
        if after.alive(one, ON):
            name, type_ = after[one].name.at(ON), after.type(one, ON)
            assert name is not None and type_ is not None
            found[one] = (after.parent(one, ON), type_, name.name, after[one].code.at(ON))
    assert found == shape
    assert set(plan.ended) == {one.id for one in tree if one.id not in shape}
    assert not any(plan.own[one].total for one in plan.ended)
    assert sum(one.total for one in plan.own.values()) == 5 * sum(holds(one.type) for one in tree)
    assert (
        measures(compare(_there(found), rows_of(found), ImportKey.EXTERNAL_ID, HIERARCHY)[0], HIERARCHY) == []
    )


def _there(shape: Shape) -> list[Present]:
    return [
        Present(one, str(one), parent, type_, name, None, code)
        for one, (parent, type_, name, code) in shape.items()
    ]


def rows_of(shape: Shape) -> list[WantedRow]:
    return [
        WantedRow(number, str(one), str(parent) if parent else None, type_, name, None, code)
        for number, (one, (parent, type_, name, code)) in enumerate(shape.items(), start=1)
    ]


@settings(max_examples=100, deadline=None)
@given(structures())
def test_nothing_ends_before_its_children_have_gone(
    drawn: tuple[list[Present], list[WantedRow], Shape],
) -> None:
    tree, rows, _ = drawn
    wanted, faults = compare(tree, rows, ImportKey.EXTERNAL_ID, HIERARCHY)
    if faults:
        return
    below: dict[domain.Reference, UUID | None] = {one.id: one.parent for one in tree}
    for one in measures(wanted, HIERARCHY):
        match one:
            case domain.Transfer(organizations=organizations):
                for moved in organizations:
                    below.pop(moved)
            case domain.Retype(organizations=organizations, parent=parent) if parent is not None:
                below.pop(organizations[0])
            case domain.Merge(sources=sources):
                for source in sources:
                    below.pop(source)
                    assert source not in below.values()
