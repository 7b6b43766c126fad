"""The figures of an organization and all below it on a day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Actor
from app.domain.errors import FieldError, Invalid
from app.domain.hierarchy import Level, OrganizationType
from app.domain.membership import ActivityStatus, Standing
from app.domain.policy import Resolved
from app.domain.roll_up import roll_up
from app.domain.summary import NumberClass, SummaryBasis, births, classes
from app.models.summary import (
    AgeBands,
    ClassCount,
    MemberSummary,
    OrganizationSummary,
    SizeClasses,
    SummaryRead,
)
from app.queries import summary as queries
from app.queries.asof import AsOf
from app.services import organizations
from app.services.policies import ruling


async def summarise(
    connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID, basis: SummaryBasis
) -> SummaryRead:
    """Members and organizations of a subtree on a day, on the tree of that day or of today.

    404 where it is out of reach, or had not yet begun on the day of the tree.
    """
    todays = basis is SummaryBasis.TODAYS_TREE
    if todays and as_of.on > as_of.today:
        raise Invalid(FieldError("/query/basis", "todays_tree_of_the_past"))
    tree = replace(as_of, on=as_of.today) if todays else as_of
    organization = await organizations.get(connection, tree, actor, organization_id)
    rules = await ruling(connection, as_of, organization_id, "report.age_bands", "report.size_classes")
    ages, sizes = rules["report.age_bands"], rules["report.size_classes"]
    bands = classes(ages.value)
    if todays:
        found = await queries.todays_organizations(connection, tree, as_of.on, organization_id)
    else:
        found = await queries.organizations(connection, as_of, organization_id)
    counted = await queries.members(
        connection,
        tree,
        as_of.on,
        basis,
        organization_id,
        [(band.id, *births(band, as_of.on)) for band in bands],
    )
    before_opening = any(row["unopened"] for row in found)
    return SummaryRead(
        id=organization.id,
        name=organization.name,
        type=organization.type,
        ended_on=organization.ended_on,
        before_opening=before_opening,
        members=None if before_opening else _members(counted, bands, ages.source),
        organizations=_organizations(found, None if before_opening else sizes),
        basis=basis,
        on=as_of.on,
        known_at=organization.known_at,
    )


def _members(rows: Sequence[Record], bands: Sequence[NumberClass], source: str) -> MemberSummary:
    by = {name: _sums(rows, name) for name in ("standing", "status", "sex", "band")}
    return MemberSummary(
        total=sum(row["n"] for row in rows),
        by_standing={one: by["standing"][one] for one in Standing},
        by_activity_status={one: by["status"][one] for one in ActivityStatus},
        by_sex={"female": by["sex"]["female"], "male": by["sex"]["male"], "unknown": by["sex"][None]},
        by_age=AgeBands(
            bands=[_counted(band, by["band"][band.id]) for band in bands],
            unknown=by["band"][None],
            source=source,
        ),
    )


def _sums(rows: Sequence[Record], column: str) -> Counter[Any]:
    sums: Counter[Any] = Counter()
    for row in rows:
        sums[row[column]] += row["n"]
    return sums


def _organizations(rows: Sequence[Record], sizes: Resolved | None) -> OrganizationSummary:
    by_type, by_level = Counter(row["type"] for row in rows), Counter(row["level"] for row in rows)
    grassroots = [row["id"] for row in rows if row["grassroots"]]
    return OrganizationSummary(
        total=len(rows),
        by_type={one: by_type[one] for one in OrganizationType},
        by_level={one.name.lower(): by_level[one.name.lower()] for one in Level},
        grassroots=len(grassroots),
        by_size=sizes and _by_size(rows, grassroots, sizes),
    )


def _by_size(rows: Sequence[Record], grassroots: Sequence[UUID], sizes: Resolved) -> SizeClasses:
    branches = roll_up(rows)
    cells = [row["id"] for row in rows if row["level"] == "cell" and row["holds_members"]]

    def sized(ids: Sequence[UUID], value: Any) -> list[ClassCount]:
        return [_counted(one, sum(one.holds(branches[id_].total) for id_ in ids)) for one in classes(value)]

    return SizeClasses(
        cells=sized(cells, sizes.value["cells"]),
        grassroots=sized(grassroots, sizes.value["grassroots"]),
        source=sizes.source,
    )


def _counted(one: NumberClass, count: int) -> ClassCount:
    return ClassCount(id=one.id, least=one.least, most=one.most, count=count)
