"""The rules that transfers are judged by, read once for an act or an answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.policy import Resolved
from app.domain.transfers import Limit, TransferPurpose, present_limit, require_length
from app.domain.working_days import Holidays
from app.queries import tree
from app.services.policies import CALENDAR, Policies

_KEYS = (
    "transfer.block_when",
    "transfer.start_wd",
    "transfer.present_wd",
    "transfer.abandon_months",
    "transfer.temp_months_min",
    "transfer.temp_months_max_excl",
    "transfer.temp_study_max_months",
    "transfer.temp_cell_min_official",
    "transfer.graduate_stay_months",
    CALENDAR,
)


async def read_policies(connection: Connection) -> Policies:
    """The policies that transfers are judged by."""
    return await Policies.read(connection, *_KEYS)


class TransferRules:
    """What the policies of a day say at some organizations; a rule of which no row is known says nothing.

    `paths`: of each organization all that stand above it on the day, the root first, itself last.
    """

    def __init__(self, policies: Policies, paths: Mapping[UUID, Sequence[UUID]]) -> None:
        self._policies = policies
        self._paths = paths

    @classmethod
    async def read(
        cls, connection: Connection, organization_ids: Iterable[UUID | None], on: date
    ) -> "TransferRules":
        """The rules for these organizations, where they stand on the day."""
        policies = await read_policies(connection)
        paths = await tree.paths(connection, {one for one in organization_ids if one}, on)
        return cls(policies, {key: path[::-1] for key, path in paths.items()})

    def value(self, rule: str, on: date, organization_id: UUID | None) -> Resolved | None:
        """What `transfer.<rule>` says on the day of the step."""
        path = self._paths.get(organization_id, ()) if organization_id else ()
        return self._policies.said(f"transfer.{rule}", on, path)

    def holidays(self, *since: date) -> Holidays:
        """The calendars that are known of the years of these days and of the year after each."""
        return self._policies.holidays(*{day.year + ahead for day in since for ahead in (0, 1)})

    def presented_by(self, introduced_on: date, organization_id: UUID | None) -> Limit | None:
        """By when the papers of an introduction are to be presented."""
        days = self.value("present_wd", introduced_on, organization_id)
        return present_limit(introduced_on, days, self.holidays(introduced_on))

    def require_stay(
        self,
        purpose: TransferPurpose | None,
        begins_on: date,
        ends_on: date,
        organization_id: UUID | None,
        *,
        extended: bool = False,
    ) -> None:
        """Refuse a temporary stay that is too short or too long; what is added to one may be short."""
        names = ("temp_months_min", "temp_months_max_excl", "temp_study_max_months")
        least, work, study = (self.value(name, begins_on, organization_id) for name in names)
        require_length(purpose, begins_on, ends_on, None if extended else least, work, study)
