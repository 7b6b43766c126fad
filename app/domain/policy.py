"""Rules as data: rows with a source, resolved by the day of the business fact and by place in the tree."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.period import Period


class PolicyScope(StrEnum):
    """How far a policy row reaches."""

    NATIONAL = "national"
    PROVINCE = "province"
    ORGANIZATION = "organization"


class Combine(StrEnum):
    """How a row combines with what wider scopes say: the strictest wins unless the row replaces (R-POL-1)."""

    MIN = "min"
    MAX = "max"
    REPLACE = "replace"


class Confidence(StrEnum):
    """How well the source of a row is known."""

    SURE = "S"
    LIKELY = "L"
    UNSURE = "U"


class PolicyMissing(LookupError):
    """No row says what the rule needs on that day and at that place."""

    def __init__(self, key: str, on: date) -> None:
        super().__init__(f"no policy row for {key} on {on.isoformat()}")
        self.key = key
        self.on = on


@dataclass(frozen=True, slots=True)
class ShippedRow:
    """One national rule as a release ships it: `value` is JSON (no floats) and counts in `unit`."""

    key: str
    valid: Period
    value: Any
    unit: str
    source: str
    confidence: Confidence
    combine: Combine


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One rule as the register holds it: for everyone, or for an organization and all below it."""

    id: int
    key: str
    scope: PolicyScope
    organization_id: UUID | None
    valid: Period
    value: Any
    combine: Combine
    source: str
    confidence: Confidence

    def __post_init__(self) -> None:
        if (self.organization_id is None) != (self.scope is PolicyScope.NATIONAL):
            raise ValueError("policy_scope_needs_its_organization")
        if not combinable(self.value, self.combine):
            raise ValueError("policy_value_not_combinable")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the policy says: the value, whose source it is, and the rows it came out of, the widest first."""

    value: Any
    source: str
    confidence: Confidence
    row_ids: tuple[int, ...]


def combinable(value: Any, combine: Combine) -> bool:
    """Whether the value can be compared as the row asks: only whole numbers have a strictest."""
    return combine is Combine.REPLACE or (isinstance(value, int) and not isinstance(value, bool))


def resolve(rows: Iterable[PolicyRow], key: str, on: date, path: Sequence[UUID] = ()) -> Resolved:
    """What `key` says on the day of the business fact for the organization at the end of `path`.

    `path` leads from the root of the tree down to the organization, itself included. National rows come
    first, then those of the organizations on the path from the top down; each combines with what came before:
    `min` and `max` keep the stricter of both, `replace` says it anew. PolicyMissing where no row applies.
    Source: R-POL-1.
    """
    depth = {organization_id: number for number, organization_id in enumerate(path, start=1)}
    applicable = [
        row
        for row in rows
        if row.key == key
        and row.valid.contains(on)
        and (row.organization_id is None or row.organization_id in depth)
    ]
    if not applicable:
        raise PolicyMissing(key, on)
    applicable.sort(key=lambda row: depth[row.organization_id] if row.organization_id else 0)
    ruling = applicable[0]
    contributing = [ruling]
    for row in applicable[1:]:
        if row.combine is Combine.REPLACE:
            ruling, contributing = row, [row]
            continue
        contributing.append(row)
        stricter = row.value < ruling.value if row.combine is Combine.MIN else row.value > ruling.value
        if stricter:
            ruling = row
    return Resolved(ruling.value, ruling.source, ruling.confidence, tuple(row.id for row in contributing))


def said(rows: Iterable[PolicyRow], key: str, on: date, path: Sequence[UUID] = ()) -> Resolved | None:
    """What `resolve` answers; None where no row applies, of a rule that is then not judged."""
    try:
        return resolve(rows, key, on, path)
    except PolicyMissing:
        return None


def parse_document(text: str) -> list[ShippedRow]:
    """The rules of one shipped file, in its order; the format is described in `app/policies/README.md`.

    ValueError with what is wrong where: a field unknown, missing or of the wrong kind, a value that JSON
    cannot say exactly, two rows of one key that hold on the same day.
    """
    document = tomllib.loads(text)
    if document.keys() != {"row"}:
        raise ValueError(f"a policy file holds rows only, not {sorted(document.keys() - {'row'})}")
    rows = [_shipped_row(fields) for fields in document["row"]]
    for number, row in enumerate(rows):
        for other in rows[:number]:
            if row.key == other.key and row.valid.overlaps(other.valid):
                raise ValueError(f"{row.key}: two rows hold on {max(row.valid.start, other.valid.start)}")
    return rows


_FIELDS: Mapping[str, type] = {
    "key": str,
    "valid_from": date,
    "valid_to": date,
    "value": object,
    "unit": str,
    "source": str,
    "confidence": str,
    "combine": str,
}
_OPTIONAL = frozenset({"valid_to"})


def _shipped_row(fields: Mapping[str, Any]) -> ShippedRow:
    key = fields.get("key", "a row without key")
    if unknown := fields.keys() - _FIELDS.keys():
        raise ValueError(f"{key}: unknown fields {sorted(unknown)}")
    if missing := _FIELDS.keys() - fields.keys() - _OPTIONAL:
        raise ValueError(f"{key}: missing fields {sorted(missing)}")
    for name, value in fields.items():
        # A TOML date with a time is a datetime, which Python counts as a date too.
        if not isinstance(value, _FIELDS[name]) or hasattr(value, "hour"):
            raise ValueError(f"{key}: {name} is not a {_FIELDS[name].__name__}")
    if not _exact(fields["value"]):
        raise ValueError(f"{key}: values are texts, whole numbers, booleans, lists and tables of these")
    combine = Combine(fields["combine"])
    if not combinable(fields["value"], combine):
        raise ValueError(f"{key}: only whole numbers combine by {combine}")
    return ShippedRow(
        key=fields["key"],
        valid=Period(fields["valid_from"], fields.get("valid_to")),
        value=fields["value"],
        unit=fields["unit"],
        source=fields["source"],
        confidence=Confidence(fields["confidence"]),
        combine=combine,
    )


def _exact(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_exact(item) for item in value.values())
    if isinstance(value, list):
        return all(_exact(item) for item in value)
    return isinstance(value, str | int)
