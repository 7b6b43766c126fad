"""What a value of a policy must look like: the values that the register ships of its key are the measure.

A whole number stays a whole number, a table keeps the names of its fields, a word is one that is known. A record may
leave out what not every shipped one has; a map (`_MAPS`) may have other names.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from app.domain import catalogues
from app.domain.hierarchy import Level, OrganizationType
from app.domain.person import NUMBER_FORMS
from app.domain.policy import Combine, ShippedRow, combinable
from app.domain.restructuring.document import RetypeIdentity
from app.domain.text import clean

TIMES, AT_LEAST = 10, 100
"""A number may be ten times the greatest one shipped at its place, and up to a hundred in any case."""

LONGEST_TEXT = 300
MOST_ITEMS = 500

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
"""An identifier of a catalogue."""

_POSITIVE = frozenset({"reads.alert_minutes", "reads.kept_months"})
"""Keys whose number is at least one: spans and terms, of which none would be left."""

_MAPS: frozenset[tuple[str, ...]] = frozenset(
    {
        ("calendar.holidays", "off"),
        *((key,) for key in catalogues.KEYS),
        ("org.parent_matrix", "parents"),
        ("org.parent_matrix", "delegated_parents"),
    }
)
"""Tables whose names are free: the key, and the path of field names to the table."""

_RATIO = {"numerator", "denominator", "comparison"}
_RANGE = {"from", "to"}


class Fault(NamedTuple):
    """What is wrong with a value: where (a JSON pointer within it, of known names only) and which."""

    pointer: str
    code: str


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What a release ships of one key: the unit it counts in, how its rows combine, and all its values."""

    unit: str
    combine: Combine
    values: Sequence[Any]

    def combine_of(self, asked: Combine | None, value: Any) -> Combine | None:
        """How a row of this key combines; None where the one asked for is not for this key and value (R-POL-1).

        Where the strictest rules, no row replaces it: a narrower scope never loosens what a wider one says.
        """
        combine = asked or self.combine
        if self.combine is not Combine.REPLACE and combine is not self.combine:
            return None
        return combine if combinable(value, combine) else None


def known_keys(rows: Sequence[ShippedRow]) -> Mapping[str, KnownKey]:
    """The keys of shipped rows."""
    by_key: dict[str, list[ShippedRow]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return MappingProxyType(
        {
            key: KnownKey(said[-1].unit, said[-1].combine, [row.value for row in said])
            for key, said in by_key.items()
        }
    )


def known_words(rows: Sequence[ShippedRow]) -> frozenset[str]:
    """All identifiers that shipped values hold."""
    return frozenset(text for row in rows for text in _texts(row.value) if CODE.fullmatch(text))


def faults(key: str, value: Any, known: KnownKey, words: frozenset[str]) -> list[Fault]:
    """What is wrong with a value of the key. `words` are the identifiers known besides those of the key itself."""
    own = frozenset(re.findall(r"[a-z0-9_]+", known.unit)) | {
        text for one in known.values for text in _texts(one)
    }
    found = list(_faults(value, known.values, (key,), "", words | own))
    return found or [Fault("", code) for code in _unsound(key, value)]


def _faults(
    value: Any, examples: Sequence[Any], path: tuple[str, ...], at: str, words: frozenset[str]
) -> Iterator[Fault]:
    like = [one for one in examples if _kind(one) is _kind(value)]
    if not like:
        yield Fault(at, "policy_value_kind")
        return
    match value:
        case bool():
            return
        case int():
            if not 0 <= value <= max(AT_LEAST, *(TIMES * one for one in like)):
                yield Fault(at, "policy_number_out_of_bounds")
            elif value == 0 and path[0] in _POSITIVE:
                yield Fault(at, "policy_number_zero")
        case str():
            if not any(_alike(value, one, words) for one in like):
                yield Fault(at, "policy_word_unknown")
        case list():
            if len(value) > MOST_ITEMS:
                yield Fault(at, "policy_value_too_large")
                return
            inner = [item for one in like for item in one]
            for place, item in enumerate(value):
                yield from _faults(item, inner, path, f"{at}/{place}", words)
        case dict() if path in _MAPS:
            yield from _map_faults(value, like, path, at, words)
        case dict():
            yield from _record_faults(value, like, path, at, words)


def _map_faults(
    value: Mapping[str, Any],
    like: Sequence[Mapping[str, Any]],
    path: tuple[str, ...],
    at: str,
    words: frozenset[str],
) -> Iterator[Fault]:
    if len(value) > MOST_ITEMS:
        yield Fault(at, "policy_value_too_large")
    elif not all(CODE.fullmatch(name) for name in value):
        yield Fault(at, "policy_name_malformed")
    else:
        inner = [item for one in like for item in one.values()] or [["word"]]
        # Names are the caller's own, so that faults below them are told at the table.
        yield from {
            Fault(at, fault.code)
            for item in value.values()
            for fault in _faults(item, inner, (*path, "*"), "", words)
        }


def _record_faults(
    value: Mapping[str, Any],
    like: Sequence[Mapping[str, Any]],
    path: tuple[str, ...],
    at: str,
    words: frozenset[str],
) -> Iterator[Fault]:
    allowed = {name for one in like for name in one}
    needed = {name for name in allowed if all(name in one for one in like)}
    if not needed <= value.keys() <= allowed:
        yield Fault(at, "policy_fields")
        return
    for name, item in value.items():
        inner = [one[name] for one in like if name in one]
        yield from _faults(item, inner, (*path, name), f"{at}/{name}", words)
    if value.keys() == _RATIO and not (
        _whole(value["numerator"])
        and _whole(value["denominator"])
        and 0 < value["numerator"] <= value["denominator"]
    ):
        yield Fault(at, "policy_ratio")
    bounds = [value[name] for name in ("from", "to") if name in value]
    if value.keys() >= _RANGE and all(map(_whole, bounds)) and bounds[0] > bounds[1]:
        yield Fault(at, "policy_range")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _kind(value: Any) -> type:
    """Truth values are no numbers here."""
    return next((kind for kind in (bool, int, str, list, dict) if isinstance(value, kind)), type(None))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).year >= 1900
    except ValueError:
        return False


def _is_day_of_year(text: str) -> bool:
    return len(text) == 5 and _is_day(f"2024-{text}")


_DECIMAL = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)


def _alike(text: str, example: str, words: frozenset[str]) -> bool:
    """Whether a text is of the sort of an example: a day, a day of the year, a decimal, a known word, free text."""
    if _is_day(example):
        return _is_day(text)
    if _is_day_of_year(example):
        return _is_day_of_year(text)
    if _DECIMAL.fullmatch(example):
        return _DECIMAL.fullmatch(text) is not None
    if CODE.fullmatch(example):
        return text in words
    try:
        return 0 < len(text) <= LONGEST_TEXT and clean(text) == text
    except ValueError:
        return False


def _types(names: Any) -> None:
    for name in names:
        OrganizationType(name)


def _links(value: Any) -> None:
    for table in (value["parents"], value["delegated_parents"]):
        _types(table)
        for parents in table.values():
            _types(parents)


def _kinds(value: Any) -> None:
    _types(value)
    for entry in value.values():
        Level[entry["level"].upper()]


def _identity(value: Any) -> None:
    RetypeIdentity(value)


_PLAIN_FORM = re.compile(r"(?:[0-9A-Za-z|()\[\]-]|\{\d+(?:,\d*)?\})+", re.ASCII)
"""Of regular expressions only what means the same wherever the register judges by them."""


def _form(value: Any) -> None:
    if not _PLAIN_FORM.fullmatch(value):
        raise ValueError
    try:
        re.compile(value)
    except re.error:
        raise ValueError from None


_READERS: Mapping[str, Callable[[Any], None]] = {
    **dict.fromkeys((form.policy for form in NUMBER_FORMS.values()), _form),
    "org.parent_matrix": _links,
    "org.retype_identity": _identity,
    "org.root_types": _types,
    "org.type_catalogue": _kinds,
}
"""Keys by which the register itself works: how their values are read, failing where they cannot be."""


def _unsound(key: str, value: Any) -> Iterator[str]:
    """What is wrong with a value of the right form, as codes of errors."""
    if key in catalogues.KEYS:
        yield from catalogues.faults(value)
    try:
        _READERS.get(key, lambda _: None)(value)
    except (ValueError, KeyError):
        yield "policy_value_unreadable"
