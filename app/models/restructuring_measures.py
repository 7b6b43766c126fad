"""Measures of the rules as the API takes them: the way back from `restructuring_document.resolved`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from app.domain.restructuring import document as domain
from app.domain.restructuring.document import MeasureKind
from app.models import restructuring_document as given


def as_given(measures: Iterable[domain.Measure]) -> Iterator[given.Measure]:
    """Measures that rules have made, with all they say; one that names more than one measure may is said in several."""
    for one in measures:
        match one:
            case domain.Establish(founding=founding):
                yield given.Establish(kind=MeasureKind.ESTABLISH, **_founded(founding))
            case domain.Receive(founding=founding, outside=outside, members=members):
                yield given.Receive(
                    kind=MeasureKind.RECEIVE, outside=outside, members=members, **_founded(founding)
                )
            case domain.Rename():
                yield given.Rename(kind=MeasureKind.RENAME, **asdict(one))
            case domain.Transfer():
                for some in _parts(one.organizations):
                    yield given.Transfer(
                        kind=MeasureKind.TRANSFER, organizations=some, to=one.to, type=one.type
                    )
            case domain.Retype():
                yield from _retyped(one)
            case domain.Merge():
                yield from _merged(one)
            case domain.Split(organization=key, allocation=allocation, source_survives=survives):
                yield given.Split(
                    kind=MeasureKind.SPLIT,
                    organization=key,
                    source_survives=survives,
                    **_allocated(allocation),
                )
            case domain.Dissolve(organization=key, allocation=allocation):
                yield given.Dissolve(kind=MeasureKind.DISSOLVE, organization=key, **_allocated(allocation))
            case domain.HandOver(organizations=organizations, outside=outside):
                for some in _parts(organizations):
                    yield given.HandOver(kind=MeasureKind.HAND_OVER, organizations=some, outside=outside)
            case domain.EndOperation(organization=key):
                yield given.EndOperation(kind=MeasureKind.END_OPERATION, organization=key)


def _founded(founding: domain.Founding) -> dict[str, Any]:
    return {name: value for name, value in asdict(founding).items() if value is not None}


def _allocated(allocation: domain.Allocation) -> dict[str, Any]:
    parts = [
        given.AllocatedPart(to=part.to, children=list(part.children), members=sorted(part.members))
        for part in allocation.parts
    ]
    return {"parts": parts, "rest": allocation.rest, "late_to": allocation.late_to}


def _merged(one: domain.Merge) -> Iterator[given.Measure]:
    into, to = one.into, one.members_to
    for some in _parts(one.sources):
        if one.kind is MeasureKind.MERGE_CONSOLIDATE and isinstance(into, str):
            yield given.MergeConsolidate(kind=one.kind, sources=some, into=into, members_to=to)
        else:
            yield given.MergeAbsorb(kind=MeasureKind.MERGE_ABSORB, sources=some, into=into, members_to=to)


def _retyped(one: domain.Retype) -> Iterator[given.Measure]:
    said: dict[str, Any] = {"type": one.type, "parent": one.parent, **_allocated(one.allocation)}
    match one.kind:
        case MeasureKind.UPGRADE:
            (key,) = one.organizations
            yield given.Upgrade(kind=one.kind, organization=key, **said)
        case MeasureKind.DOWNGRADE:
            (key,) = one.organizations
            yield given.Downgrade(kind=one.kind, organization=key, **said)
        case _:
            for some in _parts(one.organizations):
                yield given.Retype(kind=MeasureKind.RETYPE, organizations=some, type=one.type)


def _parts(references: Sequence[domain.Reference]) -> Iterator[list[domain.Reference]]:
    for start in range(0, len(references), given.MOST_NAMED):
        yield list(references[start : start + given.MOST_NAMED])
