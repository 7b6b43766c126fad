"""The columns of a list as a table: the fields of its items in the order of the contract.

A field that is an object becomes columns of its own, with dots (`valid.from`). A list of words or ids is joined with
`; `. What has no fixed columns (a list of objects, an object with free names, one of several shapes) is one cell of
JSON. Dates are ISO, truth is `true` or `false`, nothing is an empty cell.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from app.domain.vocabulary import WORDS
from app.language import Language
from app.models.scalars import Shape

Path = tuple[str, ...]
"""The names that lead to a column's value."""


def columns_of(item: type[Shape]) -> list[Path]:
    """The columns of a list of such items."""
    return list(_columns(item, ()))


def _columns(shape: type[Shape], above: Path) -> Iterator[Path]:
    for name, field in shape.model_fields.items():
        path = (*above, field.alias or name)
        nested = _shape_of(field.annotation)
        if nested is None:
            yield path
        else:
            yield from _columns(nested, path)


def _shape_of(annotation: Any) -> type[Shape] | None:
    """The one shape that a field holds, or null besides."""
    if get_origin(annotation) is Annotated:
        return _shape_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        others = [one for one in get_args(annotation) if one is not NoneType]
        return _shape_of(others[0]) if len(others) == 1 else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, Shape) else None


def words_of(item: type[Shape], language: Language) -> list[list[tuple[str, str]]]:
    """For each column that holds words: its name, and the identifiers with their words in a language."""
    found = [(".".join(path), _enumeration_in(_annotation(item, path))) for path in columns_of(item)]
    return [
        [
            (name, language.value),
            *((str(one.value), getattr(said, language.value)) for one, said in WORDS[enumeration].items()),
        ]
        for name, enumeration in found
        if enumeration is not None and enumeration in WORDS
    ]


def _annotation(shape: type[Shape], path: Path) -> Any:
    name, *below = path
    field = next(field for given, field in shape.model_fields.items() if (field.alias or given) == name)
    if not below:
        return field.annotation
    nested = _shape_of(field.annotation)
    assert nested is not None
    return _annotation(nested, tuple(below))


def _enumeration_in(annotation: Any) -> type[Enum] | None:
    """The enumeration whose words a field holds, alone, in a list or null besides."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return annotation
    if get_origin(annotation) in (dict, Mapping):
        return None
    return next((found for one in get_args(annotation) if (found := _enumeration_in(one))), None)


def cells_of(item: Shape, columns: Sequence[Path]) -> list[str]:
    """The texts of an item, one a column."""
    values = item.model_dump(mode="json", by_alias=True)
    return [text_of(_value(values, path)) for path in columns]


def _value(values: Any, path: Path) -> Any:
    for name in path:
        if values is None:
            return None
        values = values.get(name)
    return values


def text_of(value: Any) -> str:
    """A value as the text of a cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list() if not any(isinstance(one, list | dict) for one in value):
            return "; ".join(map(text_of, value))
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def end_cell(end: Mapping[str, Any]) -> str:
    """The first cell of the last row of CSV: the last line of NDJSON."""
    return json.dumps({"end": end})
