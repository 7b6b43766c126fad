"""From refusal to answer: the one table that gives each error a status, a type and its words.

Every answer that is not a success is `application/problem+json` (RFC 9457). Domain errors, constraints of the
database, malformed requests, unknown routes and failures all end here. Nothing a caller sent is ever repeated.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import asyncpg
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from app.domain import errors as domain
from app.domain.policy import PolicyMissing
from app.domain.working_days import CalendarMissing
from app.expected import MOST, discriminator, expected
from app.language import Language, in_words

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 100

STATUS: Mapping[str, int] = {
    "unauthenticated": 401,
    "forbidden": 403,
    "not-found": 404,
    "not-yet": 404,
    "method-not-allowed": 405,
    "request-timeout": 408,
    "not-acceptable": 406,
    "conflict": 409,
    "rule-broken": 409,
    "step-refused": 409,
    "gone": 410,
    "stale": 412,
    "too-large": 413,
    "unsupported-media-type": 415,
    "invalid-request": 422,
    "precondition-required": 428,
    "too-many-requests": 429,
    "internal": 500,
    "unavailable": 503,
}

_OF_STATUS = {
    400: "invalid-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "request-timeout",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
    429: "too-many-requests",
    503: "unavailable",
}

CONSTRAINTS: Mapping[str, tuple[type[domain.DomainError], str]] = {
    "ex_placement_one_root": (domain.Conflict, "one_root"),
    "ex_organization_code_code": (domain.Conflict, "code_taken"),
    "ex_organization_external_id_system_external_id": (domain.Conflict, "external_id_taken"),
    "ex_member_external_id_system_external_id": (domain.Conflict, "external_id_taken"),
    "ex_identifier_one_bearer": (domain.Conflict, "identifier_taken"),
    "paper_told_apart": (domain.Conflict, "paper_told_apart"),
    "one_pending_policy_edit": (domain.Conflict, "policy_edit_pending"),
    "code_in_catalogue": (domain.Conflict, "code_outside_catalogue"),
    "ex_access_grant_once": (domain.Conflict, "grant_exists"),
    "ex_transfer_one_open": (domain.Conflict, "transfer_open"),
    "ex_membership_member_id": (domain.Conflict, "one_official_cell"),
    "ex_committee_one_of_a_kind": (domain.Conflict, "committee_exists"),
    "ex_seat_one_of_a_person": (domain.Conflict, "seat_exists"),
    "ex_seat_one_head": (domain.Conflict, "head_exists"),
    "committee_in_life": (domain.Conflict, "committee_outside_life"),
    "seat_in_committee": (domain.Conflict, "seat_outside_term"),
    "seat_of_official": (domain.Conflict, "seat_of_no_official"),
    "ex_meeting_one_regular": (domain.Conflict, "meeting_exists"),
    "meeting_in_life": (domain.Conflict, "meeting_outside_life"),
    "absence_on_roll": (domain.Conflict, "absence_of_nobody"),
    "uq_actor_issuer": (domain.Conflict, "actor_exists"),
    "parent_alive": (domain.Conflict, "parent_not_alive_then"),
    "membership_in_cell": (domain.Conflict, "cell_cannot_hold_members_then"),
    "membership_unbroken": (domain.Conflict, "membership_has_gap"),
    "organization_unbroken": (domain.Conflict, "organization_has_gap"),
    "organization_described": (domain.Conflict, "organization_without_name_or_type"),
    "opening_in_life": (domain.Conflict, "opening_outside_life"),
    "tree_without_cycle": (domain.Conflict, "tree_cycle"),
    "uq_job_subject": (domain.Conflict, "job_waiting"),
    "ck_placement_not_under_itself": (domain.Conflict, "tree_cycle"),
}
"""Constraints that a caller can run into, by name; each must name a refusal (a test compares the catalogs)."""


class FieldProblem(BaseModel):
    """One thing wrong with the request: a JSON pointer (`/query/…`, `/path/…`, `/header/…` or into the body)."""

    model_config = ConfigDict(extra="allow")

    pointer: str = Field(max_length=500, examples=["/body/name"])
    code: str = Field(max_length=100, examples=["string_too_long"])
    detail: str = Field(max_length=2000)
    expected: (
        Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=MOST)]
        | Annotated[str, Field(max_length=500)]
        | None
    ) = Field(
        default=None,
        description="The fields or words that are known there; of a text its form, or the address of its catalogue.",
    )


_Texts = Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=1000)]
_Things = Annotated[list[dict[str, Any]], Field(max_length=1000)]


class Problem(BaseModel):
    """Why a request was refused (RFC 9457), and what the caller can do.

    Which of the members stand there, `code` decides. Those that are not declared fill the blanks of `detail`.
    """

    model_config = ConfigDict(extra="allow")

    type: str = Field(max_length=200, examples=["urn:dangbo:problem:rule-broken"])
    title: str = Field(max_length=200)
    status: int = Field(ge=400, le=599)
    code: str = Field(max_length=100, description="Which refusal, within its type; stable.")
    detail: str = Field(max_length=2000, description="In the language of `Accept-Language` (vi, en).")
    request_id: str | None = Field(default=None, max_length=64)
    rule: str | None = Field(default=None, max_length=60, description="The rule's id, where a rule refuses.")
    value: Any = Field(default=None, description="The value the rule applied.")
    source: str | None = Field(default=None, max_length=500, description="The document the value is from.")
    records: list[Annotated[str, Field(max_length=100)]] | None = Field(
        default=None, max_length=1000, description="Ids of the records concerned."
    )
    errors: list[FieldProblem] | None = Field(default=None, max_length=MOST_ERRORS)

    pointer: str | None = Field(
        default=None,
        max_length=500,
        description="Where in the request, or in the document of a restructuring.",
    )
    roles_that_may: _Texts | None = Field(default=None, description="The roles by which it may be done.")
    waits_for: _Texts | None = Field(
        default=None, description="Organizations whose word is waited for, by name."
    )
    consenting: _Texts | None = Field(default=None, description="Ids of those whose consent is missing.")
    state: str | None = Field(default=None, max_length=100, description="In which it stands.")
    open_steps: _Texts | None = Field(default=None, description="The steps that there are from there.")
    current_version: int | None = Field(
        default=None, ge=0, le=2**31 - 1, description="What `If-Match` names, once it is read again."
    )
    on: str | None = Field(default=None, max_length=10, description="The day on which it is so.")
    count: int | None = Field(default=None, ge=0, le=2**31 - 1, description="How many it concerns.")
    fields: _Texts | None = Field(default=None, description="The fields of the request that are not free.")
    authority: str | None = Field(default=None, max_length=100)
    standing: str | None = Field(default=None, max_length=100, description="Of the member.")
    exit_reason: str | None = Field(default=None, max_length=100)
    exit_reasons: _Texts | None = Field(default=None, description="Those after which a member may come back.")
    transfer: str | None = Field(default=None, max_length=100, description="The id of the one that is open.")
    successors: _Things | None = Field(
        default=None,
        description="What an organization has become, as its lineage names them (`SuccessorItem`).",
    )
    survivor_id: str | None = Field(default=None, max_length=100, description="The record that goes on.")
    merge_id: str | None = Field(default=None, max_length=100, description="The merge that is in the way.")
    contradictions: _Things | None = Field(
        default=None, description="What two records say differently: `fact` and `period`."
    )
    dependent_operations: _Things | None = Field(
        default=None, description="Later operations in the way, as far as they may be read: `kind` and `id`."
    )
    dependent_operations_count: int | None = Field(
        default=None, ge=0, le=2**31 - 1, description="How many there are in all."
    )
    conflict: str | None = Field(
        default=None,
        max_length=100,
        description="What stops a restructuring; words of it are in the vocabularies.",
    )
    remedy: str | None = Field(default=None, max_length=100, description="What can be done about that.")
    conflicts: _Things | None = Field(
        default=None, description="All that speaks against it, as `ConflictRead` but for `detail`."
    )
    rows: _Things | None = Field(
        default=None, description="Rows (`PreviewRow`) that differ; `now`: whether it is so by now, or was."
    )


def problems(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """The problem answers an endpoint declares in the contract."""
    answers: dict[int | str, dict[str, Any]] = {}
    for status in sorted({STATUS[kind] for kind in kinds}):
        named = ", ".join(kind for kind in kinds if STATUS[kind] == status)
        answers[status] = {"description": named, "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}}}
    return answers


PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}

OF_EVERY_READ = (
    "unauthenticated",
    "forbidden",
    "not-found",
    "invalid-request",
    "too-many-requests",
    "unavailable",
)
OF_EVERY_DATED_WRITE = (
    "conflict",
    "rule-broken",
    "stale",
    "precondition-required",
    "too-large",
    "unsupported-media-type",
)
OF_EVERY_WRITE = (*OF_EVERY_READ, "conflict", "rule-broken", "too-large", "unsupported-media-type")


def answer(
    kind: str,
    message: str,
    language: Language,
    request_id: str | None,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
    **members: Any,
) -> JSONResponse:
    """A problem document as a response."""
    content = _said(kind, message, language, facts or {}, request_id=request_id, **members)
    content["status"] = status or content["status"]
    return JSONResponse(
        content,
        status_code=content["status"],
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, "Vary": "Accept-Language", **(headers or {})},
    )


def _said(
    kind: str, message: str, language: Language, facts: Mapping[str, Any], **members: Any
) -> dict[str, Any]:
    """What a refusal says, of a whole request or of one of its items."""
    content = {
        "type": f"urn:dangbo:problem:{kind}",
        "title": in_words(language, f"title.{kind}"),
        "status": STATUS[kind],
        "code": message,
        "detail": in_words(language, message, **facts),
        **facts,
        **members,
    }
    return {name: value for name, value in content.items() if value is not None}


def refusal_of(request: Request, error: domain.DomainError, pointer: str) -> dict[str, Any]:
    """Why one item of several was refused, where the whole request was not: as the problem it would have been alone."""
    language = _spoken(request)[0]
    if isinstance(error, domain.Invalid):
        one = error.errors[0]
        return _said(error.kind, one.code, language, dict(one.facts), pointer=one.pointer)
    facts = {"pointer": pointer, **error.facts}
    return _said(error.kind, error.message, language, facts, **_ruling(error))


def of_refusal(error: domain.DomainError, language: Language) -> dict[str, Any]:
    """A refusal outside a request, as the problem that it would have been."""
    return _said(error.kind, error.message, language, error.facts, **_ruling(error))


def refusal_behind(error: Exception) -> domain.DomainError | None:
    """The refusal that an error stands for, if any: it is one, names a constraint of the database, or a rule not on
    record (R-POL-1).
    """
    match error:
        case domain.DomainError():
            return error
        case PolicyMissing(key=key, on=on):
            return domain.RuleBroken("R-POL-1", "policy_missing", policy=key, on=on.isoformat())
        case CalendarMissing(year=year):
            return domain.RuleBroken("R-POL-1", "calendar_missing", policy="calendar.holidays", year=year)
    named = CONSTRAINTS.get(getattr(error, "constraint_name", None) or "")
    return None if named is None else named[0](named[1])


def _ruling(error: domain.DomainError) -> dict[str, Any]:
    """The rule that refuses, with the value it applied and where that is from."""
    if not isinstance(error, domain.RuleBroken):
        return {}
    ruling = {"rule": error.rule, "value": error.value, "source": error.source}
    return {**ruling, "records": error.records or None}


def install(app: FastAPI) -> None:
    """Let every kind of failure of the app answer through here."""
    app.add_exception_handler(domain.DomainError, _of_domain)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _of_validation)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _of_http)  # type: ignore[arg-type]
    app.add_exception_handler(asyncpg.PostgresError, _of_database)
    app.add_exception_handler(asyncpg.InterfaceError, _of_lost_database)
    # What the driver raises where the server's goodbye is still unread on a pooled connection.
    app.add_exception_handler(asyncpg.InternalClientError, _of_lost_database)
    app.add_exception_handler(OSError, _of_lost_database)
    app.add_exception_handler(PolicyMissing, _of_missing)
    app.add_exception_handler(CalendarMissing, _of_missing)
    app.add_exception_handler(Exception, _of_failure)


def _spoken(request: Request) -> tuple[Language, str | None]:
    return Language.of(request.headers.get("accept-language")), request.scope.get("request_id")


async def _of_domain(request: Request, error: domain.DomainError) -> JSONResponse:
    language, request_id = _spoken(request)
    members = _ruling(error)
    headers: dict[str, str] = {}
    match error:
        case domain.Invalid() | domain.Contradicted():
            members["errors"] = [
                {
                    "pointer": one.pointer,
                    "code": one.code,
                    "detail": in_words(
                        language, f"{one.section}.{one.code}" if one.section else one.code, **dict(one.facts)
                    ),
                    **dict(one.facts),
                }
                for one in error.errors[:MOST_ERRORS]
            ]
        case domain.Unavailable():
            headers["Retry-After"] = str(error.retry_after)
        case domain.Unauthenticated():
            headers["WWW-Authenticate"] = "Bearer"
        case domain.Conflict() if error.message == "request_running":
            headers["Retry-After"] = "1"
    return answer(
        error.kind, error.message, language, request_id, facts=error.facts, headers=headers, **members
    )


async def _of_validation(request: Request, error: RequestValidationError) -> JSONResponse:
    language, request_id = _spoken(request)
    listed = []
    for one in error.errors()[:MOST_ERRORS]:
        facts = {name: value for name, value in one.get("ctx", {}).items() if name in _SHOWN_BOUNDS}
        if (instead := expected(request, one)) is not None:
            facts["expected"] = instead
        said_by = discriminator(one)
        listed.append(
            {
                "pointer": _pointer(one["loc"], one["type"], error.body) + (f"/{said_by}" if said_by else ""),
                "code": one["type"],
                "detail": in_words(language, f"shape.{one['type']}", **facts),
                **facts,
            }
        )
    return answer("invalid-request", "invalid_request", language, request_id, errors=listed)


_SHOWN_BOUNDS = ("min_length", "max_length", "ge", "le", "gt", "lt")


_FREELY_NAMED = {"external_ids", "left_out"}
"""Objects whose fields are named by the caller."""


def _pointer(location: tuple[int | str, ...], code: str, body: Any) -> str:
    """A JSON pointer, without the caller's own texts: names of unknown fields, and those in freely named objects."""
    where, *parts = location[:-1] if code == "extra_forbidden" else location
    free = next((place for place, part in enumerate(parts, start=1) if part in _FREELY_NAMED), None)
    parts = parts[:free]
    if where == "body":
        parts = _found_in(body, parts, missing=code == "missing")
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1")[:60] for part in (where, *parts))


def _found_in(value: Any, parts: list[int | str], *, missing: bool) -> list[int | str]:
    """The parts that the body itself has: the marks by which unions tell their members apart are none of it."""
    found: list[int | str] = []
    for part in parts:
        match value:
            case dict() if part in value:
                value = value[part]
            case list() if isinstance(part, int) and part < len(value):
                value = value[part]
            case _:
                continue
        found.append(part)
    return [*found, parts[-1]] if missing and parts else found


async def _of_http(request: Request, error: HTTPException) -> JSONResponse:
    if isinstance(error.__cause__, domain.DomainError):
        # Refused while the body was read: FastAPI wraps whatever is raised there.
        return await _of_domain(request, error.__cause__)
    language, request_id = _spoken(request)
    kind = _OF_STATUS.get(error.status_code, "internal")
    return answer(kind, kind.replace("-", "_"), language, request_id, headers=error.headers)


async def _of_database(request: Request, error: asyncpg.PostgresError) -> JSONResponse:
    language, request_id = _spoken(request)
    if (refusal := refusal_behind(error)) is not None:
        return await _of_domain(request, refusal)
    match error:
        case asyncpg.LockNotAvailableError():
            return _unavailable(language, request_id, "busy")
        case asyncpg.DeadlockDetectedError() | asyncpg.SerializationError():
            return _unavailable(language, request_id, "busy")
        case asyncpg.QueryCanceledError():
            return _unavailable(language, request_id, "too_slow")
        case (
            asyncpg.PostgresConnectionError()
            | asyncpg.OperatorInterventionError()
            | asyncpg.InsufficientResourcesError()
        ):
            return _unavailable(language, request_id, "database_unreachable", retry_after=5)
    return await _of_failure(request, error)


async def _of_lost_database(request: Request, error: Exception) -> JSONResponse:
    language, request_id = _spoken(request)
    log.error("database_lost", error=type(error).__name__)
    return _unavailable(language, request_id, "database_unreachable", retry_after=5)


async def _of_missing(request: Request, error: Exception) -> JSONResponse:
    refusal = refusal_behind(error)
    assert refusal is not None  # a rule that is not on record
    return await _of_domain(request, refusal)


async def _of_failure(request: Request, error: Exception) -> JSONResponse:
    """What nobody foresaw. The log has type and place, never the message, which may hold values."""
    language, request_id = _spoken(request)
    log.error("failure", error=type(error).__name__, exc_info=error)
    return answer("internal", "internal", language, request_id)


def _unavailable(
    language: Language, request_id: str | None, message: str, *, retry_after: int = 1
) -> JSONResponse:
    return answer("unavailable", message, language, request_id, headers={"Retry-After": str(retry_after)})
