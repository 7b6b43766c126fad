"""What the register refuses, and why. Errors hold facts; HTTP and words are decided in `app/errors.py`.

`message` is a key into the message catalogue (`app/messages/vi.toml`, `en.toml`); `facts` fill its blanks
and stand as members of the problem document. No fact may hold personal data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal. The class says what kind, the message key says which, the facts say about what."""

    kind: ClassVar[str]

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class Unauthenticated(DomainError):
    """No credential, or one that does not hold."""

    kind = "unauthenticated"


class Forbidden(DomainError):
    """The object is visible to the actor, but this is not theirs to do."""

    kind = "forbidden"


class NotFound(DomainError):
    """Absent, or outside the actor's reach: the two are never told apart."""

    kind = "not-found"


class NotYet(DomainError):
    """The object exists, but not on the day asked for: its first day is later."""

    kind = "not-yet"


class RuleBroken(DomainError):
    """The rules of the Party refuse: names the rule, the value applied and the document it comes from.

    These are facts, too: messages may say them.
    """

    kind = "rule-broken"

    def __init__(
        self,
        rule: str,
        message: str,
        *,
        value: object = None,
        source: str | None = None,
        records: Sequence[str] = (),
        **facts: Any,
    ) -> None:
        super().__init__(message, rule=rule, value=value, source=source, **facts)
        self.rule = rule
        self.value = value
        self.source = source
        self.records = list(records)


class StepRefused(DomainError):
    """No such step from the present state; `open_steps` lists those there are."""

    kind = "step-refused"


class Conflict(DomainError):
    """What is on record is in the way (a thing that exists, a state it is in), or the same request still runs.

    A rule of the Party, which has a source, is `RuleBroken`; a step of a case is `StepRefused`.
    """

    kind = "conflict"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with the shape of a request: where (JSON pointer), which (code). Never the input.

    `section`: the table of the message catalogue that has its words; None: those of requests.
    """

    pointer: str
    code: str
    facts: tuple[tuple[str, Any], ...] = ()
    section: str | None = None


class Contradicted(Conflict):
    """What was sent contradicts itself or what is on record in several places; `errors` say where."""

    def __init__(self, message: str, *errors: FieldError) -> None:
        super().__init__(message)
        self.errors = list(errors)


class Gone(DomainError):
    """A retired code asked for without a day, or a destination that has ended (`successors` says what came of it), or a
    merged record (`survivor_id`)."""

    kind = "gone"


class Stale(DomainError):
    """`If-Match` names an older version than the present one."""

    kind = "stale"


class PreconditionRequired(DomainError):
    """A write that needs `If-Match` came without it."""

    kind = "precondition-required"


class NotAcceptable(DomainError):
    """None of the media types that can be had (`offered`) is accepted."""

    kind = "not-acceptable"


class UnsupportedMediaType(DomainError):
    """The body is of another media type than those that are read here (`accepted`)."""

    kind = "unsupported-media-type"


class Invalid(DomainError):
    """The request is malformed or names things that do not exist; `errors` say where."""

    kind = "invalid-request"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("invalid_request")
        self.errors = list(errors)


class Unavailable(DomainError):
    """The register cannot answer now (a lock, a full pool); try again after `retry_after` seconds."""

    kind = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def refuse_any(judged: Iterable[DomainError | None]) -> None:
    """Of the refusals of several items one for the whole: everything malformed at once, else the first by its kind."""
    refusals = [one for one in judged if one is not None]
    malformed = [error for one in refusals if isinstance(one, Invalid) for error in one.errors]
    if malformed:
        raise Invalid(*malformed)
    for kind in (Forbidden, RuleBroken, Conflict, DomainError):
        for refusal in refusals:
            if isinstance(refusal, kind):
                raise refusal
