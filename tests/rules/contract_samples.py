"""Requests made from the contract: a valid body for each schema, and every place in it where something can be wrong."""

import copy
import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Path = tuple[str | int, ...]

SAMPLES = {
    "uuid": "00000000-0000-7000-8000-000000000001",
    "date": "2024-03-01",
    "date-time": "2024-03-01T00:00:00Z",
}


class Contract:
    """An OpenAPI document, its references followed."""

    def __init__(self, document: Schema) -> None:
        self.document = document

    def operations(self) -> Iterator[tuple[str, str, Schema]]:
        """Method, path and operation of everything under `/v1`."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if path.startswith("/v1"):
                    yield method.upper(), path, operation

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself; of one that may be null, what else it may be."""
        while True:
            if "$ref" in schema:
                schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            elif "anyOf" in schema:
                schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
            else:
                return schema

    def alternatives(self, schema: Schema) -> list[Schema]:
        """The schemas of which one is chosen by a discriminator; else the schema alone."""
        schema = self.resolved(schema)
        return [self.resolved(one) for one in schema.get("oneOf", [schema])]

    def sample(self, schema: Schema) -> Any:
        """A valid value, as small as may be."""
        schema = self.alternatives(schema)[0]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        match schema.get("type"):
            case "object":
                return {name: self.sample(schema["properties"][name]) for name in schema.get("required", [])}
            case "array":
                return [self.sample(schema["items"]) for _ in range(schema.get("minItems", 0))]
            case "string":
                known = SAMPLES.get(schema.get("format", "")) or next(iter(schema.get("examples", [])), None)
                return known or "Ab" + "c" * max(0, schema.get("minLength", 1) - 2)
            case "integer":
                return int(schema.get("minimum", 1))
            case "boolean":
                return True
            case _:
                return None

    def places(self, schema: Schema, at: Path = ()) -> Iterator[tuple[Path, Schema]]:
        """Every place of a value of the schema, itself first, with the schema that rules there."""
        schema = self.resolved(schema)
        yield at, schema
        for name, inner in schema.get("properties", {}).items():
            for alternative in self.alternatives(inner):
                yield from self.places(alternative, (*at, name))
        if "items" in schema:
            yield from self.places(schema["items"], (*at, 0))
        if isinstance(schema.get("additionalProperties"), dict):
            yield from self.places(schema["additionalProperties"], (*at, "any"))

    def with_value(self, schema: Schema, body: Any, at: Path, value: Any) -> Any:
        """The body with the value at a place; what is missing on the way is filled with samples."""
        if not at:
            return value
        first, rest = at[0], at[1:]
        schema = next(one for one in self.alternatives(schema) if first == 0 or first in _names(one))
        if isinstance(first, str):
            inner = schema.get("properties", {}).get(first) or schema["additionalProperties"]
            body = body if body.keys() <= _names(schema) else self.sample(schema)
        else:
            inner = schema["items"]
        changed = copy.deepcopy(body)
        if isinstance(first, str):
            held = changed.get(first)
            changed[first] = self.with_value(inner, self.sample(inner) if held is None else held, rest, value)
        else:
            held = changed[0] if changed else self.sample(inner)
            changed[:1] = [self.with_value(inner, held, rest, value)]
        return changed

    def body(self, operation: Schema) -> tuple[bytes | None, dict[str, str]]:
        """A body that the operation's contract allows, with the headers that belong to it."""
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            sample = self.sample(content["application/json"]["schema"])
            return json.dumps(sample).encode(), {
                "Content-Type": "application/json",
                "If-Match": '"1-000000000000"',
            }
        if content:
            return b"external_id,name,type\nx,y,affiliated_cell\n", {"Content-Type": next(iter(content))}
        return None, {}


def _names(schema: Schema) -> set[str]:
    """The names that an object of the schema may have; of one that takes any, `any`."""
    return set(schema.get("properties", {"any": None}))
