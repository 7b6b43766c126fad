"""The OpenAPI document: what FastAPI derives, made exact."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.errors import MEDIA_TYPE, PROBLEM_REF, Problem
from app.exports.comma_separated import CommaSeparated
from app.exports.json_lines import JsonLines
from app.exports.spreadsheet import Spreadsheet

VERSION = "1.0.0"
DESCRIPTION = """\
The register of Party organizations and members, in time. Every dated thing is asked with `on` (a day, default
today) and `known_at` (an instant of knowledge, default now). Errors are `application/problem+json`.
"""


BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An access token of the issuer, or the API key of a machine client (`dangbo_…`).",
}


_END = '`{"end": {"count": …, "on": …, "known_at": …}}`'
_COLUMNS = (
    "The fields of the items in their order, those of objects with dots; lists of words joined with `; `; what has no"
    " fixed columns as JSON. Every cell is a text and none a formula."
)
_LAST_ROW = f"The last row is no item: it has {_END} in its first cell, and nothing in the others."
_SHEETS = (
    "The sheet `about` says `count`, `on` and `known_at`, a row each, which are no items either."
    " The sheet `words` has, for each column of words, its identifiers and the words for them in the language of"
    " `Accept-Language` (vi, en)."
)
WHOLE_LISTS = {
    JsonLines.media_type: {
        "schema": {
            "type": "string",
            "description": f"One item a line, the whole list at one instant; the last line is {_END}.",
        }
    },
    CommaSeparated.media_type: {
        "schema": {
            "type": "string",
            "description": f"The whole list at one instant, in UTF-8. {_COLUMNS} {_LAST_ROW}",
        }
    },
    Spreadsheet.media_type: {
        "schema": {
            "type": "string",
            "format": "binary",
            "description": f"The whole list at one instant, alone on the first sheet. {_COLUMNS} {_SHEETS}",
        }
    },
}
"""How every list can be had besides in pages."""


def install(app: FastAPI) -> None:
    """Let the app answer with the exact document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """The contract: every problem declared, lists also as files, security on every operation."""
    document = get_openapi(title="Dangbo", version=VERSION, description=DESCRIPTION, routes=app.routes)
    document["info"]["license"] = {"name": "Proprietary", "identifier": "LicenseRef-Proprietary"}
    document["servers"] = [{"url": "/"}]
    document["security"] = [{"bearer": []}]
    document["components"]["securitySchemes"] = {"bearer": BEARER}
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for path in document["paths"].values():
        for operation in path.values():
            _complete(operation, schemas)
    return document


def _complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "422" in responses:
        responses["422"] = {
            "description": "invalid-request",
            "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}},
        }
    responses["default"] = {
        "description": "Any other problem.",
        "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}},
    }
    shape = responses.get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    named = shape.get("$ref", "").rpartition("/")[2]
    if "next" in schemas.get(named, {}).get("properties", {}):
        responses["200"]["content"] |= WHOLE_LISTS
