"""The shape of a resource: methods whose signature is the request that they make.

    @reads("grants/{grant_id}")
    def get(self, grant_id: str, *, on: Day | None = None) -> Grant:
        ...

Parts of the path in braces are parameters: ids, or what was read and has one. The others are asked, or said, under
their own names. What comes back is read as the method answers it: a `Listing`, a shape, or a tuple of `items`.
What needs more than that is an ordinary method.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_args, get_origin

from dangbo_client.lists import Listing
from dangbo_client.sending import Path, Sender, answered
from dangbo_client.shapes import Shape

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Resource:
    """What the register offers of one kind of thing."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def _write(self, shape: type[Shape], path: Path, document: Any = None, read: Any = None) -> Shape:
        """Post a document; with what was `read`, `Stale` if it was changed since."""
        return answered(shape, self._sender.post(path, document, if_match=_version(read)))


def reads(path: str) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """A method that gets what stands at a path."""

    def declared(method: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        request = Request(method, "get", path)

        @wraps(method)
        def read(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            call = request.call(args, kwargs)
            answer: Answer
            if request.item is None:
                answer = answered(request.answer, call.sender.get(call.path, call.given))
            else:
                listing = get_origin(request.answer) or request.answer
                answer = listing(call.sender, call.path, call.given, request.item)
            return answer

        vars(read)["request"] = request
        return read

    return declared


def writes(path: str) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """A method that posts what is said to a path; `Stale` if what was read, and names the path, was changed since."""

    def declared(method: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        request = Request(method, "post", path)

        @wraps(method)
        def write(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            call = request.call(args, kwargs)
            response = call.sender.post(call.path, call.given, if_match=_version(call.read))
            answer: Answer = answered(request.answer, response)
            return answer

        vars(write)["request"] = request
        return write

    return declared


@dataclass(frozen=True, slots=True)
class _Call:
    sender: Sender
    path: Path
    given: Mapping[str, Any]
    read: Any


class Request:
    """What a signature and a path say of the requests of a method."""

    def __init__(self, method: Callable[..., Any], verb: str, path: str) -> None:
        self.signature = inspect.signature(method)
        self.verb = verb
        self.path = path
        self.answer: Any = self.signature.return_annotation
        self.item = _item(self.answer)

    def call(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> _Call:
        """The request of one call: every parameter is given, by its default where the call does not say it."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        resource, *_ = bound.args
        given: dict[str, Any] = {}
        for name, value in list(bound.arguments.items())[1:]:
            if self.signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                given |= value
            else:
                given[name.rstrip("_")] = value
        path, read = [], None
        for part in self.path.split("/"):
            if part.startswith("{"):
                named = given.pop(part[1:-1])
                if not isinstance(named, str):
                    read, named = named, named.id
                path.append(named)
            else:
                path.append(part)
        return _Call(resource._sender, tuple(path), given, read)


def _item(answer: Any) -> Any:
    """Of what an answer is a `Listing`; None: it is none."""
    if get_origin(answer) is Listing:
        return get_args(answer)[0]
    if inspect.isclass(answer) and issubclass(answer, Listing):
        # `types.get_original_bases` says the same from Python 3.12 on.
        return _item(answer.__orig_bases__[0])  # type: ignore[attr-defined]
    return None


def _version(read: Any) -> str | None:
    """What a write names of what was read; None where that has no version."""
    etag: str | None = getattr(read, "etag", None)
    version: int | None = getattr(read, "version", None)
    return etag if etag is not None or version is None else f'"{version}"'
