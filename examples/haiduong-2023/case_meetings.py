"""A year of regular meetings: every cell and every committee of the Bloc's branch, month by month.

A few were not held, with a reason; a few nobody reported. Only who did not come is named.
"""

from datetime import date
from random import Random

from case_committees import branch
from case_members import Member
from case_organizations import Organization
from case_people import working_day
from case_source import chance

MEETING_COLUMNS = ("organization", "body", "kind", "month", "held_on", "not_held_reason", "absences")

LEADERS_OF_A_SMALL_CELL = 2
"""A secretary and a deputy are no committee that meets."""

ABSENT_OF_100 = 5
NOT_HELD_OF_1000, NOT_REPORTED_OF_1000 = 9, 6
REASONS = ("ill", "on_duty", "on_duty", "accepted_other", "without_reason")
LAST_DAYS = {
    "donre-01": date(2023, 3, 31),
    "college": date(2023, 6, 30),
    "health-01": date(2023, 8, 31),
    "agriculture-05": date(2023, 9, 30),
}
"""Whose body meets no longer after a day, since an act ends the organization or makes it another type."""

NOT_HELD = ("work_elsewhere", "too_few_could_come", "disaster_or_epidemic", "other")


def meeting_rows(
    organizations: list[Organization], members: list[Member], seats: list[dict[str, str]]
) -> list[dict[str, str]]:
    """The regular meetings of 2023, as the cells and committees reported them."""
    sitting: dict[str, list[str]] = {}
    for seat in seats:
        if seat["committee_kind"] == "executive":
            sitting.setdefault(seat["organization"], []).append(seat["member"])
    known = {member.external_id: member for member in members}
    by_cell: dict[str, list[Member]] = {}
    for member in members:
        by_cell.setdefault(member.cell.external_id, []).append(member)
    rows = []
    for organization in branch("bloc", organizations):
        random = chance("meetings", organization.external_id)
        seated = [known[member] for member in sitting[organization.external_id]]
        for month in range(1, 13):
            if organization.holds_members:
                rows += meeting(random, organization, "cell", month, by_cell[organization.external_id])
            if len(seated) > LEADERS_OF_A_SMALL_CELL:
                rows += meeting(random, organization, "committee", month, seated)
    return rows


def meeting(
    random: Random, organization: Organization, body: str, month: int, summoned: list[Member]
) -> list[dict[str, str]]:
    """One meeting; none where nobody reported it, or where the body is no more."""
    lot = random.randrange(1000)
    if lot < NOT_REPORTED_OF_1000:
        return []
    held_on = working_day(date(2023, month, random.randint(1, 9)))
    if held_on > LAST_DAYS.get(organization.external_id, held_on):
        return []
    held = lot >= NOT_REPORTED_OF_1000 + NOT_HELD_OF_1000
    there = [member for member in summoned if on_the_roll(member, held_on)]
    absent = [member for member in there if random.randrange(100) < ABSENT_OF_100]
    return [
        {
            "organization": organization.external_id,
            "body": body,
            "kind": "regular",
            "month": f"2023-{month:02}",
            "held_on": held_on.isoformat() if held else "",
            "not_held_reason": "" if held else random.choice(NOT_HELD),
            "absences": ";".join(f"{one.external_id}={random.choice(REASONS)}" for one in absent)
            if held
            else "",
        }
    ]


def on_the_roll(member: Member, day: date) -> bool:
    return member.joined_on <= day and (member.left_on is None or day < member.left_on)
