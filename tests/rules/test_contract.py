"""The contract is whole: everything bounded, every problem declared, every operation named, secured and described."""

import inspect
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from access_rows import ROWS
from contract_samples import Contract, Schema
from fastapi import FastAPI
from fastapi.routing import APIRoute
from openapi_spec_validator import validate

from app.errors import MEDIA_TYPE

OF_SOME_ROLES = {name.split()[0] for name, row in ROWS.items() if row.action is not None}
PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
BOUNDING_FORMATS = {"uuid", "date", "date-time"}


@pytest.fixture
def contract(app: FastAPI) -> Contract:
    return Contract(app.openapi())


def test_the_contract_is_valid_openapi(contract: Contract) -> None:
    validate(contract.document)


def _schemas(value: Any, where: str) -> Iterator[tuple[str, Schema]]:
    """Every schema that stands anywhere below, with where it stands."""
    if isinstance(value, dict):
        if value.get("type") is not None or "enum" in value or "const" in value:
            yield where, value
        for name, inner in value.items():
            if name not in ("examples", "example", "default", "enum", "const"):
                yield from _schemas(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _schemas(inner, f"{where}/{place}")


def _unbounded(schema: Schema) -> str | None:
    """What of a schema has no bound."""
    if "enum" in schema or "const" in schema:
        return None
    match schema.get("type"):
        case "string" if "maxLength" not in schema and schema.get("format") not in BOUNDING_FORMATS:
            return "maxLength"
        case "integer" if not {"minimum", "exclusiveMinimum"} & schema.keys() or "maximum" not in schema:
            return "minimum and maximum"
        case "number":
            return "being no float"
        case "array" if "maxItems" not in schema:
            return "maxItems"
        case "object" if (
            isinstance(schema.get("additionalProperties"), dict) and "maxProperties" not in schema
        ):
            return "maxProperties"
    return None


STREAMED = {
    "application/x-ndjson",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Media types of any length, read and written as streams."""


def test_every_text_number_and_list_is_bounded(contract: Contract) -> None:
    document = contract.document
    wrong = [
        f"{where}: without {missing}"
        for part in ("paths", "components")
        for where, schema in _schemas(document[part], part)
        if not any(f"/{media_type}/" in where for media_type in STREAMED) and (missing := _unbounded(schema))
    ]
    assert wrong == []


def test_an_instant_that_may_be_null_says_when(contract: Contract) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in contract.document["components"]["schemas"].items()
        for field, said in schema.get("properties", {}).items()
        if {"date-time", None} == {one.get("format") for one in said.get("anyOf", [])}
        and "null" not in said.get("description", "").lower()
    ]
    assert silent == []


def _of_requests(contract: Contract, schema: Schema, seen: set[str]) -> Iterator[tuple[str, Schema]]:
    """Every object that a request can hold, by its name."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in seen:
        return
    seen.add(name) if name else None
    if name:
        schema = contract.document["components"]["schemas"][name]
    if schema.get("type") == "object":
        yield name or "unnamed", schema
    inner = [*schema.get("properties", {}).values(), *schema.get("oneOf", []), *schema.get("anyOf", [])]
    for one in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from _of_requests(contract, one, seen)


def test_objects_of_requests_take_no_unknown_fields(contract: Contract) -> None:
    seen: set[str] = set()
    objects = [
        found
        for _, _, operation in contract.operations()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for found in _of_requests(contract, content["schema"], seen)
    ]
    assert len(objects) > 20
    open_ones = [
        name
        for name, schema in objects
        if schema.get("additionalProperties") is not False
        and not isinstance(schema.get("additionalProperties"), dict)
    ]
    assert open_ones == []


def test_every_operation_is_described_and_asks_for_a_credential(contract: Contract) -> None:
    assert contract.document["security"] == [{"bearer": []}]
    wrong = []
    for method, path, operation in contract.operations():
        name = operation["operationId"]
        if not operation.get("summary") or len(operation["summary"]) > 100:
            wrong.append(f"{name}: summary")
        if not operation.get("description", "").rstrip().endswith((".", "`", ")")):
            wrong.append(f"{name}: description {operation.get('description')}")
        if not operation.get("tags"):
            wrong.append(f"{name}: tags")
        if operation.get("security", [{"bearer": []}]) != [{"bearer": []}]:
            wrong.append(f"{name}: security")
        if method not in ("GET", "POST"):
            wrong.append(f"{name}: {method} {path}")
    assert wrong == []


def test_every_operation_declares_its_problems_and_nothing_else_as_failure(contract: Contract) -> None:
    wrong = []
    for method, _, operation in contract.operations():
        name, responses = operation["operationId"], operation["responses"]
        named = {one["name"].lower() for one in operation.get("parameters", []) if one["in"] == "header"}
        expected = {"401", "422", "429", "503", "default"}
        expected |= {"403", "404"} if name in OF_SOME_ROLES else set()
        expected |= {"413", "415"} if "requestBody" in operation else set()
        expected |= {"409"} if "idempotency-key" in named else set()
        expected |= {"412", "428"} if "if-match" in named else set()
        if missing := expected - responses.keys():
            wrong.append(f"{name}: does not declare {sorted(missing)}")
        for status, response in responses.items():
            if status == "default" or status >= "400":
                if response.get("content") != {MEDIA_TYPE: PROBLEM}:
                    wrong.append(f"{name} {status}: {response.get('content')}")
            elif status not in ("200", "201", "202", "304"):
                wrong.append(f"{name}: {status}")
        if (
            method == "POST"
            and "requestBody" in operation
            and not name.startswith(("search_", "match_", "unmask_"))
        ):
            wrong += [] if "idempotency-key" in named else [f"{name}: Idempotency-Key"]
    assert wrong == []


def test_an_operation_is_called_as_its_function_and_no_two_the_same(contract: Contract, app: FastAPI) -> None:
    names = [operation["operationId"] for _, _, operation in contract.operations()]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    functions = {name for module in _routers() for name, _ in inspect.getmembers(module, inspect.isfunction)}
    assert set(names) <= functions


def _routers() -> list[Any]:
    import importlib
    import pkgutil

    from app import routers

    return [
        importlib.import_module(f"app.routers.{one.name}") for one in pkgutil.iter_modules(routers.__path__)
    ]


def test_every_parameter_is_described_where_its_name_does_not_say_all(contract: Contract) -> None:
    known = {"limit", "after", "total", "on", "known_at", "within"}
    for _, _, operation in contract.operations():
        for parameter in operation.get("parameters", []):
            if parameter["name"] in known:
                assert parameter.get("description"), (operation["operationId"], parameter["name"])


def test_lists_have_the_shape_of_lists(contract: Contract) -> None:
    """Whatever is called `list_…` and pages, pages in the one way there is."""
    for _, _, operation in contract.operations():
        parameters = {one["name"]: one for one in operation.get("parameters", [])}
        shape = contract.resolved(
            operation["responses"]
            .get("200", {})
            .get("content", {})
            .get("application/json", {})
            .get("schema", {})
        )
        if "limit" in parameters:
            assert {"after", "total", "known_at"} <= parameters.keys(), operation["operationId"]
            assert {"items", "next", "known_at"} <= shape["properties"].keys(), operation["operationId"]
            assert operation["responses"]["200"]["content"].keys() >= STREAMED, operation["operationId"]
        else:
            assert "next" not in shape.get("properties", {}), operation["operationId"]


def test_routes_outside_the_contract_are_those_of_operators(app: FastAPI, contract: Contract) -> None:
    described = {path for _, path, _ in contract.operations()}
    outside = {route.path for route in app.routes if isinstance(route, APIRoute)} - described
    assert {path for path in outside if path.startswith("/v1")} == set()
