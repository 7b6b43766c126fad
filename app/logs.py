"""The log: one JSON object a line on standard error, with no personal data in it.

What callers send never reaches it: no query strings, no bodies, and of an exception only its type and where
it was raised, for its message may quote the values that caused it.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.types import Processor

MOST_PLACES = 30
"""Frames kept of one exception: the innermost ones."""

TALKATIVE = ("httpx", "httpcore")
"""Libraries that log whole URLs; only their warnings are kept."""

_PLACE_IN_TEXT = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')

EventDict = MutableMapping[str, Any]


def configure(level: str = "INFO") -> None:
    """Send our own log and that of every library to standard error, from this level on."""
    of_every_entry: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exceptions_as_places,
    ]
    in_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*of_every_entry, in_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[first_line_of_others, *of_every_entry],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, in_json],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def exceptions_as_places(_logger: Any, _method: str, entry: EventDict) -> EventDict:
    """Replace an exception by the types and places of it and of what caused it."""
    error = entry.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    elif error and not isinstance(error, BaseException):
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        entry["exception"] = [
            {"type": _name(type(one)), "at": _places(one.__traceback__)} for one in _with_causes(error)
        ]
    return entry


def first_line_of_others(_logger: Any, _method: str, entry: EventDict) -> EventDict:
    """Keep of a library's entry the first line: further ones quote tasks, requests and exceptions."""
    text = str(entry["event"])
    entry["logger"] = entry["_record"].name
    entry["event"] = text.partition("\n")[0]
    if places := _PLACE_IN_TEXT.findall(text):
        entry["at"] = [f"{file}:{line} {function}" for file, line, function in places][-MOST_PLACES:]
    return entry


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    yield error
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _with_causes(one)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _with_causes(cause)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _name(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
