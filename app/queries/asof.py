"""The two questions of every read, as SQL: how was it on a day, and what did the register say at an instant.

Every dated query takes the day as `$1` and the instant asked for (null: now) as `$2`. Without an instant the
present belief is read, through partial indexes and the derived tables (ancestry, headcounts); with one, the
facts believed at that instant are read, and tree and counts are computed from them. What is looked up for one
organization after another must have an index of all facts, not of those believed now alone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.hierarchy import DEEPEST

LATEST = "(SELECT max(recorded_at) FROM operation)"
"""The greatest recorded instant visible in the statement's own snapshot: this is "now"."""

ANY_INSTANT = "($2::timestamptz IS NULL OR true)"
"""Always true. Names `$2` where nothing else may do so: every argument of a statement must have a type."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """A day, and an instant of knowledge (None: present belief). `today` is the civil day of the request."""

    on: date
    known_at: datetime | None
    today: date

    @property
    def arguments(self) -> tuple[date, datetime | None]:
        """`$1` and `$2`."""
        return (self.on, self.known_at)

    def believed(self, table: str) -> str:
        """All facts of a table that were believed at the instant."""
        if self.known_at is None:
            return f"(SELECT * FROM {table} WHERE superseded_by IS NULL)"
        # Looked up row by row: joined, half a dozen of these are more than a planner can put in order.
        return f"""(
            SELECT * FROM {table} fact
            WHERE (SELECT said.recorded_at FROM operation said WHERE said.id = fact.operation_id) <= $2
              AND (fact.superseded_by IS NULL
                   OR (SELECT gone.recorded_at FROM operation gone WHERE gone.id = fact.superseded_by) > $2))"""

    def holding(self, table: str, day: str = "$1::date") -> str:
        """The believed facts of a table that hold on the day (an SQL expression)."""
        if self.known_at is None:
            return f"(SELECT * FROM {table} asof_fact WHERE superseded_by IS NULL AND valid @> {day})"
        return f"(SELECT * FROM {self.believed(table)} asof_fact WHERE valid @> {day})"

    def below(self, organization: str, day: str = "$1::date") -> str:
        """The organization (an SQL expression) and all below it on the day: `organization_id`, `depth`."""
        if self.known_at is None:
            return (
                "(SELECT organization_id, depth FROM organization_ancestry asof_stood"
                f" WHERE ancestor_id = {organization} AND valid @> {day})"
            )
        return f"""(
            WITH RECURSIVE asof_down(organization_id, depth) AS (
                SELECT organization_id, 0 FROM {self.holding("placement", day)} asof_held
                WHERE organization_id = {organization}
                UNION ALL
                SELECT asof_placed.organization_id, asof_down.depth + 1
                FROM asof_down JOIN {self.holding("placement", day)} asof_placed
                  ON asof_placed.parent_id = asof_down.organization_id
                WHERE asof_down.depth < {DEEPEST}
            )
            SELECT * FROM asof_down)"""

    def above(self, organization: str, day: str = "$1::date") -> str:
        """The organization (an SQL expression) and all above it on the day: `ancestor_id`, `depth`."""
        if self.known_at is None:
            return (
                "(SELECT ancestor_id, depth FROM organization_ancestry asof_stood"
                f" WHERE organization_id = {organization} AND valid @> {day})"
            )
        return f"""(
            WITH RECURSIVE asof_up(ancestor_id, depth) AS (
                SELECT organization_id, 0 FROM {self.holding("placement", day)} asof_held
                WHERE organization_id = {organization}
                UNION ALL
                SELECT asof_placed.parent_id, asof_up.depth + 1
                FROM asof_up JOIN {self.holding("placement", day)} asof_placed
                  ON asof_placed.organization_id = asof_up.ancestor_id
                WHERE asof_placed.parent_id IS NOT NULL AND asof_up.depth < {DEEPEST}
            )
            SELECT * FROM asof_up)"""

    def ancestry(self, day: str = "$1::date") -> str:
        """Who stood above whom on the day, each above itself: `ancestor_id`, `organization_id`, `depth`."""
        if self.known_at is None:
            return (
                "(SELECT ancestor_id, organization_id, depth FROM organization_ancestry asof_stood"
                f" WHERE valid @> {day})"
            )
        return f"""(
            WITH RECURSIVE asof_placed AS MATERIALIZED (SELECT * FROM {self.holding("placement", day)} asof_held),
            asof_up(ancestor_id, organization_id, depth) AS (
                SELECT organization_id, organization_id, 0 FROM asof_placed
                UNION ALL
                SELECT asof_placed.parent_id, asof_up.organization_id, asof_up.depth + 1
                FROM asof_up JOIN asof_placed ON asof_placed.organization_id = asof_up.ancestor_id
                WHERE asof_placed.parent_id IS NOT NULL AND asof_up.depth < {DEEPEST}
            )
            SELECT * FROM asof_up)"""

    def headcounts(self, day: str = "$1::date") -> str:
        """Members on the roll of each cell on the day, by standing: `cell_id`, `standing`, `n`."""
        if self.known_at is None:
            return f"(SELECT cell_id, standing, n FROM headcount_change asof_counted WHERE on_date <= {day})"
        return (
            "(SELECT cell_id, standing, 1 AS n FROM"
            f" {self.holding('membership', day)} asof_held WHERE cell_id IS NOT NULL)"
        )
