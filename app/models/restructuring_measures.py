"""Measures of the rules as the API takes them, as many as a document needs to say them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from app.domain.restructuring import document as domain
from app.domain.restructuring.document import MeasureKind
from app.models import restructuring_document as given


def as_given(measures: Iterable[domain.Measure]) -> Iterator[given.Measure]:
    """Measures that rules have made; one that names more than one measure may is said in several."""
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
            case domain.Merge(sources=sources, into=into):
                for some in _parts(sources):
                    if one.kind is MeasureKind.MERGE_CONSOLIDATE and isinstance(into, str):
                        yield given.MergeConsolidate(
                            kind=MeasureKind.MERGE_CONSOLIDATE, sources=some, into=into
                        )
                    else:
                        yield given.MergeAbsorb(kind=MeasureKind.MERGE_ABSORB, sources=some, into=into)

            case domain.Split(organization=key, allocation=allocation, source_survives=survives):
                yield given.Split(
                    kind=MeasureKind.SPLIT,
                    organization=key,
                    source_survives=survives,
                    parts=_divided(allocation),
                    rest=allocation.rest,
                )
            case domain.Dissolve(organization=key, allocation=allocation):
                yield given.Dissolve(
                    kind=MeasureKind.DISSOLVE,
                    organization=key,
                    parts=_divided(allocation),
                    rest=allocation.rest,
                )
            case domain.HandOver(organizations=organizations, outside=outside):
                for some in _parts(organizations):
                    yield given.HandOver(kind=MeasureKind.HAND_OVER, organizations=some, outside=outside)


def _founded(founding: domain.Founding) -> dict[str, Any]:
    return {name: value for name, value in asdict(founding).items() if value is not None}


def _divided(allocation: domain.Allocation) -> list[given.AllocatedPart]:
    return [
        given.AllocatedPart(to=part.to, children=list(part.children), members=sorted(part.members))
        for part in allocation.parts
    ]


def _retyped(one: domain.Retype) -> Iterator[given.Measure]:
    rest = one.allocation.rest
    match one.kind:
        case MeasureKind.UPGRADE:
            (key,) = one.organizations
            yield given.Upgrade(kind=one.kind, organization=key, type=one.type, parent=one.parent, rest=rest)
        case MeasureKind.DOWNGRADE:
            (key,) = one.organizations
            yield given.Downgrade(
                kind=one.kind, organization=key, type=one.type, parent=one.parent, rest=rest
            )
        case _:
            for some in _parts(one.organizations):
                yield given.Retype(kind=MeasureKind.RETYPE, organizations=some, type=one.type)


def _parts(references: Sequence[domain.Reference]) -> Iterator[list[domain.Reference]]:
    for start in range(0, len(references), given.MOST_NAMED):
        yield list(references[start : start + given.MOST_NAMED])
