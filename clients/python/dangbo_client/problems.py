"""What can go wrong: the register's refusals as exceptions, and the failures on the way to it.

The text of an exception never holds personal data: neither what was sent nor what came back is repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

_URN = "urn:dangbo:problem:"


class DangboError(Exception):
    """Whatever this client raises."""


class Unreachable(DangboError):
    """No answer came, however often the client tried."""

    def __init__(self, tries: int, failure: str) -> None:
        super().__init__(f"the register did not answer ({tries} tries; the last: {failure})")
        self.tries = tries


class Incomplete(DangboError):
    """A whole list broke off before its end: what was read of it is not the list."""

    def __init__(self, received: int, announced: int | None = None) -> None:
        end = "broke off" if announced is None else f"announced {announced}"
        super().__init__(f"the list {end} after {received} items")
        self.received = received
        self.announced = announced


class UnexpectedAnswer(DangboError):
    """The answer is not what the contract promises: another service, or a version too far apart."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with a request: where it is (a JSON pointer), which error, and in words."""

    pointer: str
    code: str
    detail: str
    facts: Mapping[str, Any]


class Problem(DangboError):
    """The register refused (RFC 9457). `code` says which refusal, stably; `detail` says it in words.

    Where a rule refuses, `rule`, `value` and `source` name the rule, the value it applied and the document
    that is from; `records` are the ids concerned. `errors` say what is wrong with the request. `facts` holds
    what else the problem says. `request_id` is what the people who run the register ask for.
    """

    kind: ClassVar[str] = ""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        said = dict(document)
        said.pop("status", None)
        self.status = status
        self.type: str = said.pop("type", "about:blank")
        self.title: str = said.pop("title", "")
        self.code: str = said.pop("code", f"http_{status}")
        self.detail: str = said.pop("detail", "")
        self.request_id: str | None = said.pop("request_id", None)
        self.rule: str | None = said.pop("rule", None)
        self.value: Any = said.pop("value", None)
        self.source: str | None = said.pop("source", None)
        self.records: tuple[str, ...] = tuple(said.pop("records", None) or ())
        self.errors = tuple(_to_field_problem(one) for one in said.pop("errors", None) or ())
        self.facts: Mapping[str, Any] = said
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [f"{self.status} {self.code}: {self.detail}" if self.detail else f"{self.status} {self.code}"]
        if self.rule:
            lines.append(f"rule {self.rule}" + (f" ({self.source})" if self.source else ""))
        lines += [f"{one.pointer}: {one.detail or one.code}" for one in self.errors]
        if self.request_id:
            lines.append(f"request {self.request_id}")
        return "\n  ".join(lines)


def _to_field_problem(said: Mapping[str, Any]) -> FieldProblem:
    facts = dict(said)
    return FieldProblem(facts.pop("pointer", ""), facts.pop("code", ""), facts.pop("detail", ""), facts)


class Unauthenticated(Problem):
    """No credential, or one that does not hold."""

    kind = "unauthenticated"


class Forbidden(Problem):
    """Visible, but not yours to do; `facts["roles_that_may"]` says whose it is."""

    kind = "forbidden"


class NotFound(Problem):
    """There is no such thing, or it is out of your reach."""

    kind = "not-found"


class NotYet(NotFound):
    """It exists, but not on the day asked for: it began later."""

    kind = "not-yet"


class Conflict(Problem):
    """A key is taken, or what the database must never hold would come to be."""

    kind = "conflict"


class RuleBroken(Problem):
    """The rules refuse; see `rule`, `value` and `source`."""

    kind = "rule-broken"


class StepRefused(Problem):
    """No such step from the present state; `facts["open_steps"]` are those there are."""

    kind = "step-refused"


class Gone(Problem):
    """A retired code without a day; `facts["successors"]` is what came of it."""

    kind = "gone"


class Stale(Problem):
    """Someone changed it since it was read: read it again, look, then decide."""

    kind = "stale"


class PreconditionRequired(Problem):
    """A write came without the version it was made for."""

    kind = "precondition-required"


class TooLarge(Problem):
    """The body is larger than the register takes."""

    kind = "too-large"


class Invalid(Problem):
    """The request is malformed or names what does not exist; `errors` say where."""

    kind = "invalid-request"


class TooManyRequests(Problem):
    """Still too many requests after all tries."""

    kind = "too-many-requests"


class Unavailable(Problem):
    """Still busy or down after all tries."""

    kind = "unavailable"


def _all_kinds(problem: type[Problem]) -> dict[str, type[Problem]]:
    kinds = {problem.kind: problem}
    for narrower in problem.__subclasses__():
        kinds |= _all_kinds(narrower)
    return kinds


_OF_KIND = _all_kinds(Problem)

_OF_STATUS: Mapping[int, type[Problem]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    413: TooLarge,
    429: TooManyRequests,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}
"""What a proxy in front of the register means, which does not speak in problem documents."""


def problem_of(status: int, body: object) -> Problem:
    """The exception for an answer that is not a success. Words that are not the register's are dropped."""
    kind = str(body.get("type")).removeprefix(_URN) if isinstance(body, Mapping) else ""
    if isinstance(body, Mapping) and body.get("type") == _URN + kind:
        return _OF_KIND.get(kind, Problem)(status, body)
    return _OF_STATUS.get(status, Problem)(status, {})
