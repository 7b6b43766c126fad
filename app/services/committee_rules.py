"""What the policies say of the committees of one organization, ready for the rules of `app.domain.committees`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.committees import Caps, Sizes, term_policy
from app.domain.hierarchy import Hierarchy, Level, OrganizationType, TypeRule
from app.domain.policy import Resolved
from app.domain.working_days import Holidays
from app.queries import committees as queries
from app.services.policies import CALENDAR, TREE_KEYS, Policies

_KEYS = (
    *TREE_KEYS,
    CALENDAR,
    "term.committee_months",
    "term.grassroots_cell_months",
    "term.affiliated_cell_months",
    "term.first_term_after_restructure_free",
    "committee.standing_committee_max_share",
    "committee.extra_appointed_max_pct",
    "committee.cell_committee_min_official",
    "committee.cell_without_committee_max",
    "committee.cell_committee_max",
    "committee.sectional_max",
    "committee.grassroots_size_range",
    "committee.move_share_needing_consent",
    "congress.report_wd",
    "congress.ratify_wd",
)

Place = tuple[UUID, date]
"""An organization on the first day of a committee."""


@dataclass(frozen=True, slots=True)
class CommitteeRules:
    """The policies as they stand for one organization, and what it was on the first day of its committee."""

    policies: Policies
    type: OrganizationType
    first_day: date
    path: Sequence[UUID]
    official: int | None
    """The official members of a cell on the first day; None where its roll was not complete."""
    ended_on: date | None
    """From when the organization is no more; None where that is not known."""

    def said(self, key: str, on: date | None = None) -> Resolved | None:
        """What a policy says on a day, else on the first; None where no row says anything of it.

        Terms that began before the rules on record are kept here too: nothing is refused for want of a rule.
        """
        return self.policies.said(key, on or self.first_day, self.path)

    @property
    def kind(self) -> TypeRule:
        """The kind of organization by the catalogue of the first day."""
        hierarchy = Hierarchy.of(*(self.policies.on(key, self.first_day) for key in TREE_KEYS))
        return hierarchy.types[self.type]

    @property
    def months(self) -> Resolved | None:
        """How long a term lasts."""
        return self.said(term_policy(self.type))

    @property
    def sizes(self) -> Sizes:
        """How many members may be decided."""
        return Sizes(
            cell_min_official=self.said("committee.cell_committee_min_official"),
            cell_without_committee=self.said("committee.cell_without_committee_max"),
            cell_most=self.said("committee.cell_committee_max"),
            sectional_most=self.said("committee.sectional_max"),
            grassroots_range=self.said("committee.grassroots_size_range"),
        )

    def caps(self, size: int, on: date) -> Caps:
        """What bounds the seats of an executive committee from a day on."""
        return Caps(
            size=size,
            standing_share=self.said("committee.standing_committee_max_share", on),
            extra_percent=self.said("committee.extra_appointed_max_pct", on),
            grassroots=self.kind.level >= Level.GRASSROOTS,
        )

    def holidays(self, *years: int) -> Holidays:
        """The calendars of the years, as far as they are on record."""
        return self.policies.holidays(*years)


async def rules_of(connection: Connection, places: Iterable[Place]) -> dict[Place, CommitteeRules]:
    """The rules of each organization's committee on its day; missing where it is not alive then."""
    around = await queries.surroundings(connection, places)
    policies = await Policies.read(connection, *_KEYS)
    return {
        (row["id"], row["day"]): CommitteeRules(
            policies,
            OrganizationType(row["type"]),
            row["day"],
            row["path"] or (),
            row["official"],
            row["ended_on"],
        )
        for row in around
    }
