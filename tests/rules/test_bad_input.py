"""Whatever is sent to any operation of the contract: a refusal in the contract's form, that repeats nothing of it.

Each row of this file is a thing that services of this kind fall over, tried at every place where it can stand.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest
from access_rows import ROWS
from conftest import SignIn
from contract_samples import Contract, Schema
from fastapi import FastAPI
from make import Client, World

CANARY = "kanari7731"
RAW = "@@raw@@"
"""Stands where JSON must be written that Python would not write."""

HUGE_INT = "1" + "0" * 4000
DEEP = "[" * 10_000 + "]" * 10_000
OBJECTS = (
    "committee",
    "seat",
    "meeting",
    "grant",
    "machine_client",
    "key",
    "operation",
    "member_operation",
    "newcomer",
    "leaver",
    "twin",
    "distinction",
    "paper_distinction",
    "merge",
    "notice",
    "matched_notice",
    "ballot",
    "import",
    "applied_import",
    "policy_edit",
    "transfer",
    "transfer_operation",
    "hold",
    "proposal",
    "restructuring",
    "consented",
    "approved",
    "applied",
    "erring",
    "preview",
    "job",
)
MISSING = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Bad:
    """A request that must be refused."""

    what: str
    method: str
    address: str
    content: bytes | None = None
    headers: dict[str, str | bytes] = field(default_factory=dict)


@pytest.fixture
def contract(app: FastAPI) -> Contract:
    return Contract(app.openapi())


@pytest.fixture
async def client(sign_in: SignIn, app: FastAPI) -> Client:
    """One who may do everything, so that nothing else than the input is a reason to refuse."""
    roles = ("admin", "provincial_organizing_board", "auditor")
    signed_in = [await sign_in(role, "province", subject="everything") for role in roles]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return Client(transport=transport, base_url="http://register", headers=signed_in[0].headers)


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    """A good address of every operation."""
    ids = {name: str(one) for name, one in (world.organizations | world.members).items()}
    ids |= dict.fromkeys(OBJECTS, MISSING)
    found: dict[str, str] = {}
    for name, row in ROWS.items():
        path = row.path
        for blank, one in ids.items():
            path = path.replace("{" + blank + "}", one)
        found.setdefault(name.split()[0], path)
    return found


def _with_query(path: str, *pairs: str) -> str:
    return path + ("&" if "?" in path else "?") + "&".join(pairs)


def bad_queries(contract: Contract, operation: Schema, path: str) -> Iterator[tuple[str, str]]:
    """What was done, and the address with it."""
    bare, asked = path.partition("?")[::2]
    others = [pair for pair in asked.split("&") if pair]

    def given(name: str, value: str) -> str:
        return _with_query(
            bare, *(pair for pair in others if not pair.startswith(f"{name}=")), f"{name}={value}"
        )

    yield "an unknown parameter", _with_query(path, f"{CANARY}={CANARY}")
    yield "an unknown parameter with a control character", _with_query(path, "%00=1")
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "query":
            continue
        name, schema = parameter["name"], contract.resolved(parameter["schema"])
        several = schema.get("type") == "array"
        one = contract.resolved(schema["items"]) if several else schema
        if not several:
            sample = quote(str(contract.sample(schema)))
            yield f"{name} twice", _with_query(given(name, sample), f"{name}={sample}")
        kind = one.get("type")
        free = kind == "string" and not {"enum", "const", "format", "pattern"} & one.keys()
        for what, value in (
            ("a NUL", "%00"),
            ("a control character within", f"{CANARY}%07a"),
            ("half a character", f"{CANARY}%ED%A0%80"),
            ("a byte that is no UTF-8", f"{CANARY}%FF"),
            ("too much", CANARY + "a" * 3000),
            ("nothing", ""),
        ):
            yield f"{name}: {what}", given(name, value)
        if not free:
            for value in (
                CANARY,
                "1e400",
                "NaN",
                HUGE_INT,
                "-1",
                "2024-02-30",
                "infinity",
                "2024-03-01T00:00:00",
            ):
                if "pattern" not in one or not re.search(one["pattern"], value):
                    yield f"{name}: {value[:20]}", given(name, value)


def bad_headers(operation: Schema) -> Iterator[tuple[str, dict[str, str | bytes]]]:
    named = {one["name"].lower() for one in operation.get("parameters", []) if one["in"] == "header"}
    if "if-match" in named:
        for value in (
            CANARY,
            f'"{CANARY}"',
            "*",
            "1",
            '"-1"',
            '"1", "2"',
            '"' + "1" * 300 + '"',
            f"W/{CANARY}",
            "",
        ):
            yield f"If-Match {value[:20]}", {"If-Match": value}
        yield "If-Match in bytes", {"If-Match": b'"\xff\xfe"'}
    if "idempotency-key" in named:
        for value in ("", f"{CANARY} {CANARY}", CANARY * 11, f"{CANARY}\u00e9", f"{CANARY}/"):
            yield f"Idempotency-Key {value[:20]}", {"Idempotency-Key": value.encode("latin-1")}


def bad_values(schema: Schema) -> Iterator[tuple[str, Any, str]]:
    """What, the value, and raw JSON in its place (or nothing)."""
    kind = schema.get("type")
    for what, raw in (("NaN", "NaN"), ("a number beyond all bounds", "1e400"), ("4,000 digits", HUGE_INT)):
        yield what, RAW, raw
    yield "half a character", RAW, f'"{CANARY}\\ud800"'
    yield "an escaped NUL", RAW, f'"{CANARY}\\u0000"'
    yield "a control character", f"{CANARY}\u0007", ""
    yield "deep nesting", RAW, DEEP
    if kind != "object":
        yield "an object", {CANARY: CANARY}, ""
    if kind != "array":
        yield "a list", [CANARY], ""
    if kind not in ("number", "integer"):
        yield "a number", 7731, ""
    if kind != "boolean":
        yield "a truth value", True, ""
    if kind == "string":
        yield "too long", CANARY + "a" * schema.get("maxLength", 100), ""
        if schema.get("minLength") and not schema.get("format"):
            yield "nothing", "", ""
            yield "blanks", "   ", ""
    else:
        yield "a text", CANARY, ""
    if schema.get("format") or "enum" in schema or "const" in schema:
        yield "another word", CANARY, ""
    if schema.get("format") == "date":
        for value in ("2024-02-30", "20000-01-01", "0001-01-01", "infinity", "2024-3-1", "1709251200"):
            yield f"the date {value}", value, ""
    if kind == "array":
        yield "too many", [None] * (schema["maxItems"] + 1), ""
    if "maxProperties" in schema:
        yield "too many names", {f"{CANARY}{n}": "a" for n in range(schema["maxProperties"] + 1)}, ""
        yield "a name with a control character", {f"{CANARY}\u0007": "a"}, ""
    if kind == "integer":
        yield "a number in words", "5", ""
        yield "a fraction", 1.5, ""
    if schema.get("additionalProperties") is False:
        yield "an unknown field", {CANARY: CANARY}, ""


def bad_bodies(contract: Contract, operation: Schema) -> Iterator[tuple[str, bytes, str]]:
    """What was done, the body, its media type."""
    json_type = "application/json"
    content = operation.get("requestBody", {}).get("content", {})
    if json_type not in content:
        return
    schema = content[json_type]["schema"]
    good = json.dumps(contract.sample(schema)).encode()
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", CANARY):
        yield f"a body of {media_type}", good, media_type
    for what, body in (
        ("no body", b""),
        ("no JSON", CANARY.encode()),
        ("half a body", good[: len(good) // 2] or b"{"),
        ("a body and more", good + CANARY.encode()),
        ("null", b"null"),
        ("a list", b"[]"),
        ("a text", f'"{CANARY}"'.encode()),
        ("a number", b"7731"),
        ("a truth value", b"true"),
        ("UTF-16", good.decode().encode("utf-16")),
        ("UTF-8 with a mark", b"\xef\xbb\xbf" + good),
        ("bytes that are no UTF-8", b'{"' + CANARY.encode() + b'\xff": 1}'),
        ("nested 10,000 deep", DEEP.encode()),
        ("objects nested 10,000 deep", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
        ("a name twice", b'{"reason": "a", "reason": "' + CANARY.encode() + b'"}'),
    ):
        yield what, body, json_type
    for alternative in contract.alternatives(schema):
        body = contract.sample(alternative)
        for at, ruling in contract.places(alternative):
            for what, value, raw in bad_values(ruling):
                if what == "an unknown field":
                    value = contract.sample(ruling) | value
                place = contract.with_value(alternative, body, at, value)
                text = json.dumps(place, ensure_ascii=True).replace(f'"{RAW}"', raw)
                yield f"{what} at /{'/'.join(map(str, at))}", text.encode(), json_type


def bad_paths(template: str, address: str) -> Iterator[tuple[str, str]]:
    """The address with each of its blanks filled wrongly."""
    bare, _, query = address.partition("?")
    parts = bare.split("/")
    for place, part in enumerate(template.split("/")):
        if part.startswith("{"):
            for value in (
                "%00",
                CANARY,
                f"{CANARY}%00",
                "%ED%A0%80",
                "%FF",
                CANARY + "a" * 3000,
                "-1",
                HUGE_INT,
            ):
                path = "/".join([*parts[:place], value, *parts[place + 1 :]])
                yield f"{part} {value[:20]}", path + (f"?{query}" if query else "")


def bad_requests(contract: Contract, addresses: dict[str, str]) -> Iterator[Bad]:
    """Everything bad that can be sent to the operations of the contract."""
    for method, template, operation in contract.operations():
        name = operation["operationId"]
        address = addresses[name]
        content, headers = contract.body(operation)
        for what, bad in bad_queries(contract, operation, address):
            yield Bad(f"{name}: {what}", method, bad, content, headers)
        for what, bad in bad_paths(template, address):
            yield Bad(f"{name}: {what}", method, bad, content, headers)
        for what, bad_header in bad_headers(operation):
            yield Bad(f"{name}: {what}", method, address, content, headers | bad_header)
        for what, body, media_type in bad_bodies(contract, operation):
            yield Bad(f"{name}: {what}", method, address, body, headers | {"Content-Type": media_type})


async def _recorded(connection: asyncpg.Connection) -> int:
    count: int = await connection.fetchval("SELECT count(*) FROM operation")
    return count


async def test_nothing_bad_is_taken_answered_with_a_failure_or_repeated(
    client: Client, contract: Contract, addresses: dict[str, str], connection: asyncpg.Connection
) -> None:
    before = await _recorded(connection)
    wrong: list[str] = []
    tried = 0
    for bad in bad_requests(contract, addresses):
        answer = await client.request(bad.method, bad.address, content=bad.content, headers=bad.headers)
        tried += 1
        said = answer.text + str(answer.headers)
        if not 400 <= answer.status_code < 500:
            wrong.append(f"{bad.what}: {answer.status_code} {answer.text[:200]}")
        elif answer.headers["content-type"] != "application/problem+json":
            wrong.append(f"{bad.what}: {answer.headers['content-type']}")
        elif CANARY in said:
            wrong.append(f"{bad.what}: repeats the input: {answer.text[:300]}")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:60])
    assert tried > 3000
    assert await _recorded(connection) == before


SHAPES = ("missing", "extra_forbidden", "_type", "_parsing", "too_", "_expected", "enum", "literal")


async def test_the_samples_themselves_are_of_the_contracts_form(
    client: Client, contract: Contract, addresses: dict[str, str], connection: asyncpg.Connection
) -> None:
    """Else the requests above would be refused for another reason than the one they are there for."""
    for method, _, operation in contract.operations():
        schemas = [
            content["schema"] for content in operation.get("requestBody", {}).get("content", {}).values()
        ]
        for alternative in contract.alternatives(schemas[0]) if schemas else [None]:
            content, headers = contract.body(operation)
            if alternative is not None and headers["Content-Type"] == "application/json":
                content = json.dumps(contract.sample(alternative)).encode()
            alone = connection.transaction()
            await alone.start()
            address = addresses[operation["operationId"]]
            answer = await client.request(method, address, content=content, headers=headers)
            await alone.rollback()
            codes = (
                [one["code"] for one in answer.json().get("errors", [])] if answer.status_code == 422 else []
            )
            assert answer.status_code < 500, answer.text
            assert not [code for code in codes if any(part in code for part in SHAPES)], (
                content,
                answer.text,
            )
