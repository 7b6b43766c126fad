"""The directory: every organization alive on a day, for everyone who is signed in."""

from uuid import UUID

from asyncpg import Record

from app.models.directory import DirectoryItem, PathStep
from app.paging import Listing
from app.queries import directory as queries
from app.queries.asof import AsOf


def listing(as_of: AsOf, search: str | None, types: list[str] | None, ids: list[UUID] | None) -> Listing:
    """Organizations by name, each with its path."""
    sql, arguments = queries.listed(as_of, search, types, ids)
    order = {"sort_key": "text", "id": "uuid"}
    return Listing(sql, arguments, order, _to_item, extra=queries.path(as_of, "listed.id"))


def _to_item(row: Record) -> DirectoryItem:
    return DirectoryItem(
        **{name: row[name] for name in ("id", "code", "name", "name_en", "type")},
        path=[
            PathStep(id=above, name=name)
            for above, name in zip(row["path_ids"], row["path_names"], strict=True)
        ],
    )
