"""How each measure of a document is carried out on the sketch of the tree and the rolls."""

from dataclasses import replace
from uuid import UUID

from app.domain.hierarchy import DEEPEST
from app.domain.restructuring.conflicts import ConflictCode
from app.domain.restructuring.document import (
    Allocation,
    Dissolve,
    EndOperation,
    Establish,
    Founding,
    HandOver,
    Measure,
    MeasureKind,
    Merge,
    Part,
    Receive,
    Rename,
    Retype,
    Split,
    Transfer,
    successor_key,
)
from app.domain.restructuring.lineage import Departure, LineageKind
from app.domain.restructuring.rolls import Heads
from app.domain.restructuring.sketch import Sketch, Unresolved
from app.domain.restructuring.tree import Named, Tree


def take(sketch: Sketch, number: int, measure: Measure) -> None:
    """Carry out one measure; one that names what is not there is left out."""
    at = f"/measures/{number}"
    try:
        match measure:
            case Establish(founding=founding):
                sketch.begin(founding, at)
            case Receive(founding=founding, members=members):
                sketch.rolls.receive(sketch.begin(founding, at), Heads(official=members))
                sketch.received += members
            case Rename():
                _rename(sketch, measure, at)
            case Retype():
                _retype(sketch, number, measure, at)
            case Transfer():
                _transfer(sketch, measure, at)
            case HandOver(organizations=references):
                for place, key in sketch.all(references, f"{at}/organizations"):
                    _hand_over(sketch, number, key, place)
            case Merge():
                _merge(sketch, number, measure, at)
            case Split():
                _split(sketch, number, measure, at)
            case Dissolve(organization=reference, allocation=allocation):
                key = sketch.one(reference, f"{at}/organization")
                _divide(sketch, key, allocation, at)
                _leave(sketch, key, allocation, at)
                sketch.end(number, key, f"{at}/organization")
                sketch.departures[key] = Departure(LineageKind.DISSOLVED_INTO, number)
            case EndOperation(organization=reference):
                key = sketch.one(reference, f"{at}/organization")
                sketch.end(number, key, f"{at}/organization")
                sketch.departures[key] = Departure(LineageKind.HANDED_ON_TO, number)
    except Unresolved:
        return


def _rename(sketch: Sketch, measure: Rename, at: str) -> None:
    key = sketch.one(measure.organization, f"{at}/organization")
    one = sketch.tree[key]
    name = one.name
    if measure.name or measure.name_en:
        held = name.at(sketch.on)
        assert held is not None  # every organization has a name on each of its days
        named = Named(measure.name or held.name, measure.name_en or held.name_en)
        name = sketch.changed(name, named, key, at)
    code = sketch.changed(one.code, measure.code, key, at) if measure.code else one.code
    sketch.put(key, replace(one, name=name, code=code))


def _retype(sketch: Sketch, number: int, measure: Retype, at: str) -> None:
    if measure.kind is MeasureKind.RETYPE:
        named = sketch.all(measure.organizations, f"{at}/organizations")
    else:
        place = f"{at}/organization"
        named = ((place, sketch.one(one, place)) for one in measure.organizations)
    for place, key in named:
        if measure.kind is not MeasureKind.RETYPE and sketch.ends_for_successor(key, measure.type):
            _succeed(sketch, number, key, measure, at)
            continue
        if measure.parent is not None:
            sketch.place(key, sketch.one(measure.parent, f"{at}/parent"), place)
        _divide(sketch, key, measure.allocation, at, children_too=False)
        _leave(sketch, key, measure.allocation, at)
        sketch.become(key, measure.type, measure.kind, place)


def _succeed(sketch: Sketch, number: int, key: UUID, measure: Retype, at: str) -> None:
    """Another organization begins in the place of one, with all it has that the measure does not place elsewhere."""
    one, place = sketch.tree[key], f"{at}/organization"
    named, parent = one.name.at(sketch.on), measure.parent or one.placement.at(sketch.on)
    assert named is not None and parent is not None  # it exists, and is not the root
    heir = sketch.begin(
        Founding(successor_key(key), parent, measure.type, named.name, named.name_en, one.code.at(sketch.on)),
        at,
    )
    sketch.successors[key] = heir
    allocation = measure.allocation
    if cell := sketch.holds_members(heir):
        allocation = replace(allocation, rest=allocation.rest or heir)
    _divide(sketch, key, allocation, at, children_too=False)
    _leave(sketch, key, allocation, at)
    if cell:  # also who came into what was no cell by a measure before
        sketch.rolls.empty(key, heir)
        sketch.defaults.setdefault(key, heir)
    sketch.take_over(key, heir)
    sketch.end(number, key, place)
    sketch.departures[key] = Departure(LineageKind.HANDED_ON_TO, number, heir)


def _transfer(sketch: Sketch, measure: Transfer, at: str) -> None:
    to = sketch.one(measure.to, f"{at}/to")
    for place, key in sketch.all(measure.organizations, f"{at}/organizations"):
        sketch.place(key, to, place)
        if measure.type is not None:
            sketch.become(key, measure.type, MeasureKind.TRANSFER, place)


def _hand_over(sketch: Sketch, number: int, key: UUID, pointer: str, depth: int = 0) -> None:
    """An organization leaves the register with all below it, the lowest first."""
    if depth > DEEPEST:  # a measure before has placed it below itself, or far too deep
        sketch.note(ConflictCode.TOO_DEEP, pointer, "R-ORG-2", key)
        raise Unresolved
    for child in list(sketch.below[key]):
        if sketch.tree[child].placement.at(sketch.on) == key:
            _hand_over(sketch, number, child, pointer, depth + 1)
    sketch.handed_over += sketch.rolls.heads(key).total
    if sketch.held_members(key):
        sketch.rolls.empty(key, None)
        sketch.defaults[key] = None
    sketch.end(number, key, pointer)


def _merge(sketch: Sketch, number: int, measure: Merge, at: str) -> None:
    into = sketch.one(measure.into, f"{at}/into")
    consolidates = measure.kind is MeasureKind.MERGE_CONSOLIDATE
    if consolidates and into not in sketch.begun:
        sketch.note(ConflictCode.INTO_NEW_ONLY, f"{at}/into", "R-RS-8", into)
    to = into if measure.members_to is None else sketch.one(measure.members_to, f"{at}/members_to")
    kind = LineageKind.CONSOLIDATED_INTO if consolidates else LineageKind.ABSORBED_INTO
    for place, key in sketch.all(measure.sources, f"{at}/sources"):
        if key == into:
            sketch.note(ConflictCode.SURVIVOR_AMONG_SOURCES, place, "R-RS-8", key)
            continue
        if key in Tree(sketch.tree).path(into, sketch.on):
            sketch.note(ConflictCode.PLACED_UNDER_ITSELF, place, "R-ORG-2", key, into)
            continue
        sketch.take_over(key, into)
        if sketch.held_members(key):
            sketch.rolls.empty(key, to)
            sketch.defaults[key] = to
        sketch.end(number, key, place)
        sketch.departures[key] = Departure(kind, number, into)


def _split(sketch: Sketch, number: int, measure: Split, at: str) -> None:
    key = sketch.one(measure.organization, f"{at}/organization")
    _divide(sketch, key, measure.allocation, at)
    if not measure.source_survives:
        _leave(sketch, key, measure.allocation, at)
        sketch.end(number, key, f"{at}/organization")
    sketch.departures[key] = Departure(LineageKind.SPLIT_INTO, number)


def _divide(sketch: Sketch, key: UUID, allocation: Allocation, at: str, *, children_too: bool = True) -> None:
    """Children and members of an organization go where the parts, and the rest, say."""
    for number, part in enumerate(allocation.parts):
        place = f"{at}/parts/{number}"
        to = sketch.one(part.to, f"{place}/to")
        _give_children(sketch, key, part, to, place)
        _give_members(sketch, key, part, to, place)
    if allocation.rest is not None:
        rest = sketch.one(allocation.rest, f"{at}/rest")
        if children_too:
            sketch.take_over(key, rest)
        if sketch.held_members(key):
            sketch.rolls.empty(key, rest)


def _leave(sketch: Sketch, key: UUID, allocation: Allocation, at: str) -> None:
    """Note where those go of a cell that is no more one who are only found later."""
    if allocation.default is not None and sketch.held_members(key):
        sketch.defaults[key] = sketch.one(allocation.default, f"{at}/late_to")


def _give_children(sketch: Sketch, key: UUID, part: Part, to: UUID, place: str) -> None:
    for at, child in sketch.all(part.children, f"{place}/children"):
        one = sketch.tree[child]
        if one.placement.at(sketch.on) != key:
            twice = sketch.facts.tree.parent(child, sketch.on) == key
            code = ConflictCode.CHILD_NAMED_TWICE if twice else ConflictCode.CHILD_NOT_THERE
            sketch.note(code, at, "R-RS-3", child)
            continue
        sketch.put(child, sketch.under(one, one.placement.replace(sketch.on, key, to)))


def _give_members(sketch: Sketch, key: UUID, part: Part, to: UUID, place: str) -> None:
    elsewhere = repeated = 0
    for member_id in part.members:
        here = sketch.rolls.of_member(member_id)
        if here == key:
            sketch.rolls.move(member_id, to)
        elif here is not None and sketch.facts.homes[member_id].cell == key:
            repeated += 1
        else:
            elsewhere += 1
    if elsewhere:
        sketch.note(ConflictCode.MEMBER_NOT_THERE, f"{place}/members", "R-RS-3", key, count=elsewhere)
    if repeated:
        sketch.note(ConflictCode.MEMBER_NAMED_TWICE, f"{place}/members", "R-RS-3", key, count=repeated)
