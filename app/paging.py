"""Lists: pages by keyset, sealed cursors, and whole lists as newline-delimited JSON.

A cursor holds what the list was asked (as a hash), the day, and the sort key of the last item; it is encrypted,
because a sort key can be a person's name. It is a place in an order, not a snapshot: an item appears once
unless its sort key changes between two pages. With an explicit `known_at` all pages show one state.
"""

import base64
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from asyncpg import Record
from cryptography.fernet import Fernet, InvalidToken
from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse

from app.domain.access import Actor
from app.domain.errors import FieldError, Invalid, NotFound
from app.models.page import LARGEST_TOTAL, Page
from app.models.scalars import Shape
from app.queries.asof import LATEST, AsOf
from app.reading import KnownAt, On, ask

NDJSON = "application/x-ndjson"
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """What to list, as SQL: `$1` is the day, `$2` the instant, then the listing's own arguments.

    `sql` selects the items; `order` names the output columns that order them, the last of them unique, with
    their SQL types; `extra` is a lateral query on the rows of the page alone (`listed`); `visible` is a
    condition without which the whole list is not found; `besides` are SQL expressions of what a page says
    besides its items, by field.
    """

    sql: str
    arguments: list[Any]
    order: dict[str, str]
    to_item: Callable[[Record], Shape]
    extra: str | None = None
    visible: str = "true"
    descending: bool = False
    besides: Mapping[str, str] = field(default_factory=dict)

    def statement(self, *, after: bool, limit: int | None, total: bool) -> str:
        """The whole question as one statement, so that items, instant and total are of one snapshot."""
        place = len(self.arguments) + 3
        direction = " DESC" if self.descending else ""
        keys = ", ".join(self.order)
        ordered = ", ".join(name + direction for name in self.order)
        marks = ", ".join(f"${place + n}::{kind}" for n, kind in enumerate(self.order.values()))
        beyond = f"WHERE ({keys}) {'<' if self.descending else '>'} ({marks})" if after else ""
        limited = f"LIMIT {limit + 1}" if limit is not None else ""
        rows = f"SELECT * FROM ({self.sql}) items {beyond} ORDER BY {ordered} {limited}"
        if self.extra:
            rows = f"SELECT * FROM ({rows}) listed LEFT JOIN LATERAL ({self.extra}) extra ON true"
        counted = (
            f"(SELECT count(*) FROM (SELECT FROM ({self.sql}) counted LIMIT {LARGEST_TOTAL + 1}) capped)"
            if total
            else "NULL::bigint"
        )
        besides = "".join(f", {said} AS frame_{name}" for name, said in self.besides.items())
        return f"""
            SELECT frame.*, item.* FROM (
                SELECT {LATEST} AS frame_latest, {self.visible} AS frame_visible, {counted} AS frame_total,
                       $1::date AS frame_on, $2::timestamptz AS frame_known_at{besides}
            ) frame LEFT JOIN LATERAL (SELECT true AS item_is, page.* FROM ({rows}) page) item ON frame_visible
            ORDER BY {ordered}"""


@dataclass(frozen=True, slots=True)
class Lister:
    """Answers lists: one page as JSON, or the whole as NDJSON when the caller accepts that."""

    request: Request
    as_of: AsOf
    actor: Actor
    limit: int
    after: str | None
    total: bool

    async def answer(self, listing: Listing, page: type[Page[Any]]) -> Any:
        """The page asked for, or the stream."""
        if NDJSON in self.request.headers.get("accept", ""):
            return await self._stream(listing)
        return page(**await self._page(listing))

    async def _page(self, listing: Listing) -> dict[str, Any]:
        """The fields of the page asked for."""
        arguments = [*self.as_of.arguments, *listing.arguments]
        key = self._open_cursor(listing) if self.after else []
        statement = listing.statement(after=bool(key), limit=self.limit, total=self.total)
        async with self.request.app.state.database.listing() as connection:
            rows = await connection.fetch(statement, *arguments, *key)
        frame = rows[0]
        known_at = check_frame(frame, self.as_of)
        rows = [row for row in rows if row["item_is"]]
        more = len(rows) > self.limit
        rows = rows[: self.limit]
        return {
            "items": [listing.to_item(row) for row in rows],
            "next": self._seal_cursor(listing, rows[-1]) if more else None,
            "on": self.as_of.on,
            "known_at": known_at,
            "total": frame["frame_total"],
            **{name: frame[f"frame_{name}"] for name in listing.besides},
        }

    async def _stream(self, listing: Listing) -> StreamingResponse:
        if self.after:
            raise Invalid(FieldError("/query/after", "not_with_ndjson"))
        lines = self._lines(listing)
        first = await anext(lines)  # so that a refusal is still a problem and not a broken stream

        async def whole() -> AsyncIterator[bytes]:
            async with aclosing(lines):  # a reader who leaves gives the connection back at once
                if first:
                    yield first
                async for line in lines:
                    yield line

        return StreamingResponse(whole(), media_type=NDJSON)

    async def _lines(self, listing: Listing) -> AsyncGenerator[bytes, None]:
        """First an empty chunk once the list is known to be visible; then a line per item; then the count."""
        statement = listing.statement(after=False, limit=None, total=False)
        async with self.request.app.state.database.exporting() as connection:
            count, known_at, besides = 0, None, {}
            rows = connection.cursor(
                statement, *self.as_of.arguments, *listing.arguments, prefetch=_ROWS_AT_ONCE
            )
            chunk: list[str] = []
            async for row in rows:
                if known_at is None:
                    known_at = check_frame(row, self.as_of)
                    besides = {name: row[f"frame_{name}"] for name in listing.besides}
                    yield b""
                if row["item_is"]:
                    count += 1
                    chunk.append(listing.to_item(row).model_dump_json())
                if len(chunk) >= _ROWS_AT_ONCE:
                    yield ("\n".join(chunk) + "\n").encode()
                    chunk.clear()
            end = {"count": count, "on": self.as_of.on.isoformat(), "known_at": _iso(known_at), **besides}
            yield ("\n".join([*chunk, json.dumps({"end": end})]) + "\n").encode()

    def _asked(self, listing: Listing) -> str:
        """A hash of everything that fixes the list and its order."""
        asked = json.dumps(
            [
                listing.sql,
                listing.arguments,
                [*listing.order, listing.descending],
                [str(one) for one in self.as_of.arguments],
            ],
            default=str,
        )
        return hashlib.sha256(asked.encode()).hexdigest()[:16]

    def _seal_cursor(self, listing: Listing, last: Record) -> str:
        key = [_to_cursor(last[name]) for name in listing.order]
        fernet: Fernet = self.request.app.state.cursors
        return fernet.encrypt(json.dumps([self._asked(listing), *key]).encode()).decode().rstrip("=")

    def _open_cursor(self, listing: Listing) -> list[Any]:
        fernet: Fernet = self.request.app.state.cursors
        after = self.after or ""
        try:
            asked, *key = json.loads(fernet.decrypt((after + "=" * (-len(after) % 4)).encode()))
        except (InvalidToken, ValueError):
            raise Invalid(FieldError("/query/after", "cursor_unknown")) from None
        if asked != self._asked(listing):
            raise Invalid(FieldError("/query/after", "cursor_of_another_list"))
        return [_from_cursor(value, kind) for value, kind in zip(key, listing.order.values(), strict=True)]


class Feed(Lister):
    """Answers a list in the order in which things became known, which only grows at its end.

    A place in it is an instant: it holds nothing secret, fits any filter, outlives restarts and releases. Each
    page says `latest`, from where the feed goes on: `next`, or on the last page all that was known to it.
    """

    async def _page(self, listing: Listing) -> dict[str, Any]:
        page = await super()._page(listing)
        at = page["known_at"]
        ahead = None if listing.descending else page["next"]
        return {**page, "latest": ahead or (at and _place(at))}

    def _seal_cursor(self, listing: Listing, last: Record) -> str:
        return _place(last[next(iter(listing.order))])

    def _open_cursor(self, listing: Listing) -> list[Any]:
        try:
            return [datetime.strptime(self.after or "", _PLACE).replace(tzinfo=UTC)]
        except ValueError:
            raise Invalid(FieldError("/query/after", "cursor_unknown")) from None


_PLACE = "%Y%m%dT%H%M%S.%fZ"


def _place(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime(_PLACE)


def check_frame(row: Record, as_of: AsOf) -> datetime | None:
    """The instant the answer is known at; refuses an invisible list and an instant not yet reached."""
    latest: datetime | None = row["frame_latest"]
    if as_of.known_at is not None and (latest is None or as_of.known_at > latest):
        raise Invalid(FieldError("/query/known_at", "known_at_in_future", (("latest", _iso(latest)),)))
    if not row["frame_visible"]:
        raise NotFound("not_found")
    return as_of.known_at or latest


def fernet_of(secret: str) -> Fernet:
    """The seal of cursors, from any secret text."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat().replace("+00:00", "Z") if instant else None


def _to_cursor(value: Any) -> Any:
    return (
        value
        if isinstance(value, int | str)
        else (value.isoformat() if isinstance(value, date) else str(value))
    )


def _from_cursor(value: Any, kind: str) -> Any:
    read: dict[str, Callable[[str], Any]] = {
        "uuid": UUID,
        "timestamptz": datetime.fromisoformat,
        "date": date.fromisoformat,
    }
    return read[kind](value) if kind in read else value


Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]
After = Annotated[
    str | None, Query(min_length=1, max_length=2000, description="The `next` of the page before.")
]
Total = Annotated[bool, Query(description="Also count all items (capped).")]


async def _lister(
    request: Request,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 50,
    after: After = None,
    total: Total = False,
) -> Lister:
    return Lister(request, *await ask(request, on, known_at), limit, after, total)


async def _all_days_lister(
    request: Request, known_at: KnownAt = None, limit: Limit = 50, after: After = None, total: Total = False
) -> Lister:
    return Lister(request, *await ask(request, None, known_at), limit, after, total)


async def _feed(
    request: Request,
    known_at: KnownAt = None,
    limit: Limit = 50,
    after: Annotated[
        str | None,
        Query(min_length=1, max_length=30, description="The `next` or the `latest` of any earlier page."),
    ] = None,
    total: Total = False,
) -> Feed:
    return Feed(request, *await ask(request, None, known_at), limit, after, total)


ListerDep = Annotated[Lister, Depends(_lister)]
"""Answers a list in pages or as NDJSON."""

AllDaysListerDep = Annotated[Lister, Depends(_all_days_lister)]
"""The same for lists that tell of all days, and so are not asked `on` one."""

FeedDep = Annotated[Feed, Depends(_feed)]
"""The same for lists in the order in which things became known."""
