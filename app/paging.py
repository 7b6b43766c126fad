"""Lists: pages by keyset, sealed cursors, and whole lists as files.

A cursor holds what the list was asked (as a hash), the day, and the sort key of the last item; it is encrypted,
because a sort key can be a person's name. It is a place in an order, not a snapshot: an item appears once
unless its sort key changes between two pages. With an explicit `known_at` all pages show one state.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any, get_args
from uuid import UUID

from asyncpg import Connection, Record
from cryptography.fernet import Fernet, InvalidToken
from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse

from app.domain.access import Action, Actor, role_may_not
from app.domain.errors import FieldError, Invalid, NotFound
from app.exports import format_of
from app.exports.file import ListFile
from app.language import Language
from app.models.page import LARGEST_TOTAL, Page
from app.queries import reads
from app.queries.asof import LATEST, AsOf
from app.queries.reach import holds
from app.queries.reads import OfPersons
from app.reading import KnownAt, On, ask
from app.recording import asking, recorded_or_refused

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """What to list, as SQL: `$1` is the day, `$2` the instant, then the listing's own arguments.

    `sql` selects the items; `order` names the output columns that order them, the last of them unique, with
    their SQL types; `extra` is a lateral query on the rows of the page alone (`listed`); `visible` is a
    condition without which the whole list is not found; `besides` are SQL expressions of what a page says
    besides its items, by field; `persons` says that it shows members, and so is recorded.

    `duty` is the action of a list that is not for all who read the register, whose own arguments then begin with
    the actor, the roles and today (`Conditions`): who holds none of the roles anywhere is refused by name, and so is
    who does not fulfil `dutiful`, a further condition.
    """

    sql: str
    arguments: list[Any]
    order: Mapping[str, str]
    to_item: Callable[[Record], Any]
    extra: str | None = None
    visible: str = "true"
    descending: bool = False
    besides: Mapping[str, str] = field(default_factory=dict)
    persons: OfPersons | None = None
    duty: Action | None = None
    dutiful: str = "true"

    @property
    def _judged(self) -> str:
        """Whether the actor has the duty, and whether the list is shown (SQL expressions of the frame)."""
        has = "true" if self.duty is None else f"({holds('$3', '$4', '$5')} AND {self.dutiful})"
        return f"{has} AS frame_duty, ({self.visible}) AND {has} AS frame_visible"

    def check(self, frame: Record, as_of: AsOf) -> datetime | None:
        """The instant the answer is known at; refuses whom the duty fails, then as `check_frame`."""
        if self.duty is not None and not frame["frame_duty"]:
            raise role_may_not(self.duty)
        return check_frame(frame, as_of)

    @property
    def ordered(self) -> list[str]:
        """The columns that order the items, as SQL orders by them."""
        return [name + (" DESC" if self.descending else "") for name in self.order]

    def statement(self, *, after: bool, limit: int | None, total: bool) -> str:
        """The whole question as one statement, so that items, instant and total are of one snapshot."""
        place = len(self.arguments) + 3
        keys = ", ".join(self.order)
        ordered = ", ".join(self.ordered)
        marks = ", ".join(f"${place + n}::{kind}" for n, kind in enumerate(self.order.values()))
        sign, first = "<" if self.descending else ">", next(iter(self.order))
        # Also said of the first key alone, by which an index finds the place also where others are of other tables.
        beyond = (
            f"WHERE ({keys}) {sign} ({marks}) AND {first} {sign}= {marks.partition(',')[0]}" if after else ""
        )
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
                SELECT {LATEST} AS frame_latest, {self._judged}, {counted} AS frame_total,
                       $1::date AS frame_on, $2::timestamptz AS frame_known_at{besides}
            ) frame LEFT JOIN LATERAL (SELECT true AS item_is, page.* FROM ({rows}) page) item ON frame_visible
            ORDER BY {ordered}"""

    def counted(self) -> str:
        """The frame with the count of all items and, of a member's, what they show whole: what is recorded."""
        assert self.persons is not None
        besides = "".join(f", {said}" for said in self.besides.values())  # every argument must be used
        return f"""
            SELECT {LATEST} AS frame_latest, {self._judged}, $1::date AS frame_on,
                   $2::timestamptz AS frame_known_at, told.*{besides}
            FROM (SELECT count(*) AS count, {self.persons.fields} AS fields FROM ({self.sql}) answered) told"""


@dataclass(frozen=True, slots=True)
class Lister:
    """Answers lists: one page as JSON, or the whole as a file of the format that the caller accepts."""

    request: Request
    as_of: AsOf
    actor: Actor
    limit: int
    after: str | None
    total: bool

    async def answer(self, listing: Listing, page: type[Page[Any]]) -> Any:
        """The page asked for, or the file."""
        if (file := format_of(self.request.headers.get("accept", ""))) is not None:
            asked = [name for name in ("limit", "after") if name in self.request.query_params]
            if asked:
                raise Invalid(*(FieldError(f"/query/{name}", "not_with_whole_list") for name in asked))
            (item,) = get_args(page.model_fields["items"].annotation)
            language = Language.of(self.request.headers.get("accept-language"))
            return await self.whole(listing, file(item, language), self.request.scope["route"].name)
        return page(**await self._page(listing))

    async def _page(self, listing: Listing) -> dict[str, Any]:
        """The fields of the page asked for."""
        arguments = [*self.as_of.arguments, *listing.arguments]
        key = self._open_cursor(listing) if self.after else []
        statement = listing.statement(after=bool(key), limit=self.limit, total=self.total)
        if listing.persons is None:
            async with self.request.app.state.database.listing() as connection:
                rows = await connection.fetch(statement, *arguments, *key)
        else:
            rows = await self._recorded_rows(listing, listing.persons, statement, [*arguments, *key])
        frame = rows[0]
        known_at = listing.check(frame, self.as_of)
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

    async def _recorded_rows(
        self, listing: Listing, persons: OfPersons, statement: str, arguments: list[Any]
    ) -> list[Record]:
        """The rows of a page that shows members; the statement that reads them records that it did."""
        asked = await asking(self.request, self.actor)
        sql, more = reads.page(
            statement, listing.ordered, persons, asked, self.limit, place=len(arguments) + 1
        )
        async with self.request.app.state.database.listing(recorded=True) as connection:
            with recorded_or_refused():
                rows: list[Record] = await connection.fetch(sql, *arguments, *more)
        return rows

    async def _record_whole(
        self, connection: Connection, listing: Listing, persons: OfPersons, file: str
    ) -> None:
        """Record a whole list with its count, from the snapshot it is then read from, before its first line."""
        told = await connection.fetchrow(listing.counted(), *self.as_of.arguments, *listing.arguments)
        listing.check(told, self.as_of)
        asked = await asking(self.request, self.actor)
        async with self.request.app.state.database.recording() as recorder:
            with recorded_or_refused():
                await reads.record(recorder, asked, persons, told["count"], told["fields"], file)

    async def whole(self, listing: Listing, file: ListFile, name: str) -> StreamingResponse:
        """The whole list as a file of this name, streamed."""
        chunks = self._chunks(listing, file)
        first = b""
        async for first in chunks:  # so that a refusal is still a problem and not a broken stream
            if first or not file.built_whole:
                break

        async def parts() -> AsyncIterator[bytes]:
            async with aclosing(chunks):  # a reader who leaves gives the connection back at once
                if first:
                    yield first
                async for chunk in chunks:
                    if chunk:
                        yield chunk

        named = f'attachment; filename="{name}.{file.suffix}"'
        return StreamingResponse(parts(), media_type=file.media_type, headers={"Content-Disposition": named})

    async def _chunks(self, listing: Listing, file: ListFile) -> AsyncGenerator[bytes, None]:
        """First an empty chunk once the list is known to be visible; then the items; then the count."""
        statement = listing.statement(after=False, limit=None, total=False)
        count, known_at, besides = 0, None, {}
        with closing(file):
            async with self.request.app.state.database.exporting() as connection:
                if listing.persons is not None:
                    await self._record_whole(connection, listing, listing.persons, file.suffix)
                rows = connection.cursor(
                    statement, *self.as_of.arguments, *listing.arguments, prefetch=_ROWS_AT_ONCE
                )
                items: list[Any] = []
                async for row in rows:
                    if known_at is None:
                        known_at = listing.check(row, self.as_of)
                        besides = {name: row[f"frame_{name}"] for name in listing.besides}
                        yield b""
                    if row["item_is"]:
                        count += 1
                        items.append(listing.to_item(row))
                    if len(items) >= _ROWS_AT_ONCE:
                        yield await asyncio.to_thread(file.write, items)
                        items = []
                yield await asyncio.to_thread(file.write, items)
            end = {"count": count, "on": self.as_of.on.isoformat(), "known_at": _iso(known_at), **besides}
            rest = file.end(end)  # without the connection: the last of a file can take its reader long
            while (chunk := await asyncio.to_thread(next, rest, None)) is not None:
                yield chunk

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


async def _whole_lister(request: Request, on: On = None) -> Lister:
    return Lister(request, *await ask(request, on, None), limit=0, after=None, total=False)


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
"""Answers a list in pages or as a file."""

AllDaysListerDep = Annotated[Lister, Depends(_all_days_lister)]
"""The same for lists that tell of all days, and so are not asked `on` one."""

WholeListerDep = Annotated[Lister, Depends(_whole_lister)]
"""The same for lists that are only ever answered whole, of what is believed now."""

FeedDep = Annotated[Feed, Depends(_feed)]
"""The same for lists in the order in which things became known."""
