"""Roll-ups: what each organization counts together with all below it. Members are in cells only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Branch:
    """What a branch adds up to. `unopened`: some roll in it is complete only from a later day; then no number."""

    official: int
    probationary: int
    unopened: bool
    children: int = 0

    @property
    def total(self) -> int:
        """Members of either standing."""
        return self.official + self.probationary


def roll_up(organizations: Iterable[Mapping[str, Any]]) -> dict[UUID, Branch]:
    """What each branch of a tree adds up to, from what each organization counts itself.

    Parents come before their children; the parent of the first is not among them. Each has `id`, `parent_id`,
    `official`, `probationary`, `unopened`.
    """
    rows = list(organizations)
    branches = {row["id"]: Branch(row["official"], row["probationary"], row["unopened"]) for row in rows}
    for row in reversed(rows[1:]):
        own, above = branches[row["id"]], branches[row["parent_id"]]
        above.official += own.official
        above.probationary += own.probationary
        above.unopened |= own.unopened
        above.children += 1
    return branches
