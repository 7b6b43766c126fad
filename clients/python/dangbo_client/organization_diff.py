"""What became of a subtree between two days."""

from dataclasses import dataclass
from datetime import date

from dangbo_client.lists import Listing
from dangbo_client.organization_shapes import Headcount
from dangbo_client.shapes import read


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSide:
    """An organization on one of the two days; no `members` before the opening, and outside your reach."""

    parent_id: str | None
    parent_name: str | None
    code: str | None
    name: str
    name_en: str | None
    type: str
    members: Headcount | None
    before_opening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffItem:
    """An organization that differs; `from_` is None where it had not begun, `to` where it had ended."""

    id: str
    changes: tuple[str, ...]
    from_: DiffSide | None
    to: DiffSide | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffTotals:
    """How many organizations changed, by kind of change."""

    begun: int
    ended: int
    moved: int
    renamed: int
    retyped: int
    recoded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtreeSide:
    """The whole subtree on one of the two days."""

    on: date
    organizations: int
    members: Headcount | None
    before_opening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSum:
    """What a whole comparison adds up to."""

    totals: DiffTotals
    from_: SubtreeSide
    to: SubtreeSide


class Differences(Listing[DiffItem]):
    """The organizations that differ, by name; and their sum."""

    def sum(self) -> DiffSum:
        """What the whole comparison adds up to."""
        return read(DiffSum, self._page({"limit": 1}))
