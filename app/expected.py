"""What the contract knows at the place where a request is at fault: the fields, the words, the form of a text.

Nothing of it is the caller's: it is read from the schema of the body.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any

from fastapi import Request
from pydantic import TypeAdapter

MOST = 200
"""How many names one fault lists at most."""

Schema = Mapping[str, Any]


def expected(request: Request, fault: Mapping[str, Any]) -> list[str] | str | None:
    """What was expected instead, of a fault as pydantic tells it; None where there is nothing to name."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "enum" | "literal_error":
            return _words(context["expected"])
        case "union_tag_invalid":
            return _words(context["expected_tags"])
        case "extra_forbidden":
            names = dict.fromkeys(
                name for one in _at(request, fault["loc"][:-1]) for name in one.get("properties", {})
            )
            return list(names)[:MOST] or None
        case "string_pattern_mismatch":
            return _catalogue(_at(request, fault["loc"])) or context["pattern"]
    return None


def discriminator(fault: Mapping[str, Any]) -> str | None:
    """The field that would have said which of several shapes this is, where it says none of them."""
    if fault["type"] not in ("union_tag_invalid", "union_tag_not_found"):
        return None
    named = re.fullmatch(r"'(\w+)'", fault.get("ctx", {}).get("discriminator", ""))
    return named[1] if named else None


def _words(listed: str) -> list[str] | str:
    """The words of a sentence that quotes each of them."""
    return re.findall(r"'([^']*)'", listed)[:MOST] or listed


def _catalogue(schemas: Sequence[Schema]) -> str | None:
    """The address of the catalogue whose codes these are, as their descriptions name it."""
    described = " ".join(one.get("description", "") for one in schemas)
    named = re.search(r"/v1/catalogues/\w+", described)
    return named[0] if named else None


def _at(request: Request, location: Sequence[int | str]) -> list[Schema]:
    """The schemas that may hold at a place of the body; several where shapes are told apart there."""
    body = request.scope["route"].body_field
    if body is None or location[0] != "body":
        return []
    root = _schema(Annotated[body.field_info.annotation, body.field_info])
    held = list(_alternatives(root, root, ""))
    for part in location[1:]:
        if marked := [(mark, one) for mark, one in held if mark == part]:
            held = [("", one) for _, one in marked]
        elif inside := [below for _, one in held if (below := _inside(one, part)) is not None]:
            held = [found for below in inside for found in _alternatives(root, below, "")]
    return [one for _, one in held]


@cache
def _schema(annotation: Any) -> Schema:
    return TypeAdapter(annotation).json_schema()


def _alternatives(root: Schema, schema: Schema, mark: str) -> Iterator[tuple[str, Schema]]:
    """What a schema may stand for, each with the word that tells it from the others."""
    if "$ref" in schema:
        below = root["$defs"][schema["$ref"].rpartition("/")[2]]
        yield from _alternatives(root, {**below, **{k: v for k, v in schema.items() if k != "$ref"}}, mark)
        return
    several = schema.get("anyOf") or schema.get("oneOf")
    if several is None:
        yield mark, schema
        return
    words = {one: word for word, one in schema.get("discriminator", {}).get("mapping", {}).items()}
    said = {"description": schema["description"]} if "description" in schema else {}
    for one in several:
        yield from _alternatives(root, {**one, **said}, words.get(one.get("$ref", ""), mark))


def _inside(schema: Schema, part: int | str) -> Schema | None:
    below: Schema | None = (
        schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part)
    )
    return below
