"""From JSON to typed, immutable values, and back.

Fields that this version does not know are passed over, so that a newer register can be read; enumerations
stay text, so that a new word is no error. Ids are opaque text. A trailing underscore in a field's name keeps
clear of Python's own words (`from_` is `from`).
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from dangbo_client.problems import UnexpectedAnswer

Shape = TypeVar("Shape")
Read = Callable[[Any], Any]

Day = date | str
"""A day: a `date`, or text `YYYY-MM-DD`."""

Instant = datetime | str
"""An instant: a `datetime` with its offset, or text as the register writes it."""


def read(shape: type[Shape], said: Any) -> Shape:
    """A value of the shape; `UnexpectedAnswer` names what is missing or unreadable, never its content."""
    kind: Any = shape
    value: Shape = _reader(kind)(said)
    return value


@cache
def versioned_part(shape: Any) -> str | None:
    """Which field of a shape has an `etag`; "": the shape itself; None: nothing in it."""
    hints = get_type_hints(shape)
    if "etag" in hints:
        return ""
    for name, hint in hints.items():
        kind = get_args(hint)[0] if get_origin(hint) in (Union, types.UnionType) else hint
        if is_dataclass(kind) and "etag" in get_type_hints(kind):
            return name
    return None


def plain(value: Any) -> Any:
    """The JSON of a value that a request carries."""
    match value:
        case date():
            return value.isoformat()
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
        case [*each]:
            return [plain(one) for one in each]
        case _ if is_dataclass(value):
            return {
                one.name.rstrip("_"): plain(said)
                for one in fields(value)
                if (said := getattr(value, one.name)) is not None
            }
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from `from_` up to, not including, `to`; None: open."""

    from_: date
    to: date | None = None


@cache
def _reader(kind: Any) -> Read:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = _reader(arguments[0])  # what answers hold stands first: `date | str`, `str | None`
        return lambda said: None if said is None else inner(said)
    if origin is tuple:
        inner = _reader(arguments[0])
        return lambda said: tuple(inner(one) for one in said)
    if origin is Mapping:
        inner = _reader(arguments[1])
        return lambda said: {name: inner(one) for name, one in said.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind in (date, datetime):
        parse: Read = kind.fromisoformat
        return parse
    return lambda said: said


def _dataclass_reader(shape: type[Any]) -> Read:
    @cache
    def members() -> list[tuple[str, str, Read, bool]]:
        """Looked up when first needed, since a shape may hold itself."""
        hints = get_type_hints(shape)
        return [
            (one.name, one.name.rstrip("_"), _reader(hints[one.name]), one.default is MISSING)
            for one in fields(shape)
        ]

    def build(said: Any) -> Any:
        values = {}
        for name, member, convert, required in members():
            try:
                if required or member in said:
                    values[name] = convert(said[member])
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                place = f"{shape.__name__}.{member}"
                raise UnexpectedAnswer(f"{place}: missing or unreadable ({type(error).__name__})") from None
        return shape(**values)

    return build
