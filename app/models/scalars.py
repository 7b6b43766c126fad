"""The scalar types of the API: bounded, clean, strict. Every field of every shape is built from these.

Lax JSON reading would let `"5"` pass for 5, an epoch number for a date, control characters and lone
surrogates for text; these types refuse, with codes and never with the input.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.domain.partial_date import PartialDate
from app.domain.person_name import is_name
from app.domain.systems import OWN_SYSTEM
from app.domain.text import clean
from app.models.fact import FIRST_DAY, LAST_DAY

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_FIRST, _LAST = date.fromisoformat(FIRST_DAY), date.fromisoformat(LAST_DAY)
LAST = _LAST - timedelta(days=1)
"""The last day that answers can show."""

MOST_IDS = 1000
"""How many ids one request may ask for."""


class Shape(BaseModel):
    """What every request and response is made of: no unknown fields, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _clean(text: Any) -> Any:
    try:
        return clean(text) if isinstance(text, str) else text
    except ValueError:
        raise PydanticCustomError("text_not_clean", "holds invisible signs or halves of characters") from None


CLEAN = BeforeValidator(_clean)
"""One line of text without invisible signs, NFC, single spaces, none at either end."""


def _to_day(value: Any) -> date:
    if isinstance(value, datetime):
        raise PydanticCustomError("date_expected", "is not a date YYYY-MM-DD")
    if isinstance(value, date):
        day = value
    elif isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date_expected", "is not a day of the calendar") from None
    else:
        raise PydanticCustomError("date_expected", "is not a date YYYY-MM-DD")
    if not _FIRST <= day < _LAST:
        raise PydanticCustomError("date_out_of_bounds", "lies outside 1900-01-01 to 2199-12-31")
    return day


Day = Annotated[
    date,
    BeforeValidator(_to_day),
    WithJsonSchema({"type": "string", "format": "date", "maxLength": 10, "examples": ["2023-12-31"]}),
]
"""A local civil date, `YYYY-MM-DD`, from 1900 to 2199."""


_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


def _to_month(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime) and value.day == 1:
        return value
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise PydanticCustomError("month_expected", "is not a month YYYY-MM")
    try:
        first = date.fromisoformat(f"{value}-01")
    except ValueError:
        raise PydanticCustomError("month_expected", "is not a month of the calendar") from None
    if not _FIRST < first < _LAST.replace(year=_LAST.year - 1):
        raise PydanticCustomError("date_out_of_bounds", "lies outside 1900-02 to 2198-12")
    return first


Month = Annotated[
    date,
    BeforeValidator(_to_month),
    PlainSerializer(lambda first: first.isoformat()[:7], return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}$",
            "maxLength": 7,
            "minLength": 7,
            "examples": ["2023-05"],
        }
    ),
]
"""A month, `YYYY-MM`; held as its first day."""


def _to_instant(value: Any) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise PydanticCustomError("instant_expected", "is not an instant with an offset (RFC 3339)")
    try:
        instant = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("instant_expected", "is not an instant of the calendar") from None
    if not _FIRST.year <= instant.year < _LAST.year:
        raise PydanticCustomError("date_out_of_bounds", "lies outside 1900 to 2199")
    return instant


Instant = Annotated[
    datetime,
    BeforeValidator(_to_instant),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "maxLength": 32,
            "examples": ["2026-01-31T03:04:05.000006Z"],
        }
    ),
]
"""An instant with an offset, RFC 3339; answers are UTC."""

KnownAt = Annotated[
    Instant | None,
    Field(
        description="The latest instant this answer knows of; null in the answer to a write, which has none yet."
    ),
]

RecordedAt = Annotated[
    Instant | None,
    Field(description="When it became known; null in the answer to the very act, which has no instant yet."),
]

ClosedAt = Annotated[
    Instant | None,
    Field(description="Null while it is open, and in the answer to the very step, which has no instant yet."),
]


def _to_partial(value: Any) -> PartialDate:
    if isinstance(value, PartialDate):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value, re.ASCII):
        raise PydanticCustomError("partial_date_expected", "is not YYYY, YYYY-MM or YYYY-MM-DD")
    try:
        return PartialDate.parse(value)
    except ValueError:
        raise PydanticCustomError("partial_date_expected", "is not a day of the calendar") from None


PossibleDay = Annotated[
    PartialDate,
    PlainValidator(_to_partial),
    PlainSerializer(lambda day: day.isoformat(), return_type=str),
    WithJsonSchema(
        {"type": "string", "maxLength": 10, "minLength": 4, "examples": ["1958-03-07", "1958-03", "1958"]}
    ),
]
"""A date of a person as far as it is known: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; nobody invents 1 January."""

Id = Annotated[
    UUID,
    WithJsonSchema({"type": "string", "format": "uuid", "maxLength": 36, "minLength": 36}),
]
"""The key of a thing in the register: a UUID (version 7 where the register made it)."""

LevelName = Literal["central", "provincial", "upper_grassroots", "grassroots", "sectional", "cell"]
Count = Annotated[int, Strict(), Field(ge=0, le=2**31 - 1)]
Version = Annotated[int, Strict(), Field(ge=1, le=2**31 - 1)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST_IDS)]

Code = Annotated[str, Field(min_length=1, max_length=40), CLEAN]
CatalogueCode = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
"""A code of a catalogue; `/v1/catalogues/{name}` has the words."""
SectorCode = Annotated[
    CatalogueCode, Field(description="A code of `/v1/catalogues/sectors`.", examples=["hospital"])
]

System = Annotated[str, Field(min_length=1, max_length=60), CLEAN]


def _of_others(system: str) -> str:
    if system == OWN_SYSTEM:
        raise PydanticCustomError("system_reserved", "is the name of this register itself")
    return system


OtherSystem = Annotated[System, AfterValidator(_of_others)]
"""A system in which something may be given an id: any but this register."""

Key = Annotated[str, Field(min_length=1, max_length=120), CLEAN]
Name = Annotated[str, Field(min_length=1, max_length=300), CLEAN]
PersonName = Annotated[str, Field(min_length=1, max_length=100), CLEAN]
"""A person's name as it is shown, looked for or said by others."""


def _of_a_person(text: str) -> str:
    if not is_name(text):
        raise PydanticCustomError("not_a_name", "holds what no name is written with")
    return text


RecordedName = Annotated[PersonName, AfterValidator(_of_a_person)]
"""A name to be recorded: letters with their marks, spaces, hyphens, apostrophes, dots; no digits, no other signs."""
Note = Annotated[str, Field(min_length=1, max_length=1000), CLEAN]
