"""Lists: item by item over all pages, one page, or whole as of one instant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from dangbo_client.sending import Path, Sender, document_of
from dangbo_client.shapes import read

Item = TypeVar("Item")

LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list. `next` goes into `page(after=…)`, None on the last page.

    `total` is counted when asked for, up to 10,000; 10,001 means more.
    """

    items: tuple[Item, ...]
    next: str | None
    on: date
    known_at: datetime | None
    total: int | None = None


class Listing(Generic[Item]):
    """A question whose answer is a list. Nothing is asked before it is iterated.

    Iterating fetches page after page: an item appears once unless what orders the list changes meanwhile.
    """

    def __init__(
        self,
        sender: Sender,
        path: Path,
        parameters: Mapping[str, Any],
        item: type[Item],
        document: Mapping[str, Any] | None = None,
    ) -> None:
        self._sender = sender
        self._path = path
        self._parameters = parameters
        self._item = item
        self._document = document

    def __iter__(self) -> Iterator[Item]:
        asked = self
        page = self.page(limit=LARGEST_PAGE)
        if "on" in self._parameters:
            # The day of the first page is the day of all, also past midnight.
            parameters = {**self._parameters, "on": page.on}
            asked = Listing(self._sender, self._path, parameters, self._item, self._document)
        yield from page.items
        while page.next is not None:
            page = asked.page(after=page.next, limit=LARGEST_PAGE)
            yield from page.items

    def page(self, *, after: str | None = None, limit: int = 50, total: bool | None = None) -> Page[Item]:
        """One page of 1 to 200 items; with `total=True` all items are counted too."""
        page: Page[Any] = read(Page, self._page({"after": after, "limit": limit, "total": total}))
        return replace(page, items=tuple(read(self._item, one) for one in page.items))

    def stream(self) -> Iterator[Item]:
        """The whole list as of one instant, while it arrives; `Incomplete` where it breaks off."""
        for said in self._sender.lines(self._path, self._parameters, self._document):
            yield read(self._item, said)

    def _page(self, place: Mapping[str, Any]) -> Any:
        """The JSON of one page."""
        asked = {**self._parameters, **place}
        if self._document is None:
            return document_of(self._sender.get(self._path, asked))
        return document_of(self._sender.post(self._path, self._document, parameters=asked))
