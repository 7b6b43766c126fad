"""What happens to the members during 2023: recognitions, statuses, exits."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from case_members import Change, Member
from case_people import working_day
from case_source import chance

Choice = Callable[[Member], bool]


class Pool:
    """Members to whom something may happen: one thing each, and few from one cell."""

    def __init__(self, members: list[Member]) -> None:
        self.random: Random = chance("year", members[0].external_id)
        self.members = [m for m in members if not m.cell.reorganized and m.cell.members >= 8]
        self.random.shuffle(self.members)
        self.taken: Counter[str] = Counter()

    def take(self, number: int, choice: Choice, per_cell: int = 2) -> list[Member]:
        """The next so many members whom the choice allows."""
        chosen: list[Member] = []
        for member in self.members:
            if len(chosen) == number:
                break
            if choice(member) and self.taken[member.cell.external_id] < per_cell:
                self.taken[member.cell.external_id] += 1
                chosen.append(member)
        if len(chosen) < number:
            raise ValueError(f"only {len(chosen)} of {number} members can be chosen")
        self.members = [member for member in self.members if member not in chosen]
        return chosen

    def day(self, first: str, last: str) -> date:
        """A working day between two days."""
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        return working_day(start + timedelta(days=self.random.randrange((end - start).days + 1)))


def age_of(member: Member) -> float:
    return (date(2023, 1, 1) - member.person.born).days / 365.25


def is_retired(member: Member) -> bool:
    return member.cell.profile == "retired"


def is_working(member: Member) -> bool:
    return member.standing == "official" and member.cell.profile not in ("retired", "students")


def is_young_woman(member: Member) -> bool:
    return is_working(member) and member.person.sex == "female" and age_of(member) < 36


def is_near_retirement(member: Member) -> bool:
    return is_working(member) and age_of(member) > (53.5 if member.person.sex == "female" else 57.5)


def is_older(member: Member) -> bool:
    return is_working(member) and age_of(member) > 50


def is_mid_career(member: Member) -> bool:
    return is_working(member) and age_of(member) < 48


def is_student(member: Member) -> bool:
    return member.standing == "probationary" and member.cell.profile == "students"


def is_late_on_probation(member: Member) -> bool:
    return member.standing == "probationary" and member.person.recognised_on > date(2023, 10, 1)


def recognise(members: list[Member]) -> None:
    """Whoever is still on probation twelve months after the ceremony becomes official that day."""
    for member in members:
        on = member.person.recognised_on
        if member.standing == "probationary" and on.year == 2023 and (member.left_on or on) >= on:
            member.changes.append(Change(on, standing="official"))


def year_of_the_bloc(members: list[Member]) -> None:
    """45 exits; exempted 48, suspended 3 and temporarily elsewhere 19 at the end of the year."""
    pool = Pool(members)
    statuses_of_the_bloc(pool)
    exits_of_the_bloc(pool)
    fund = next(member for member in members if member.cell.members == 3)
    fund.changes.append(Change(date(2023, 8, 14), exit_reason="transferred_out"))
    recognise(members)


def statuses_of_the_bloc(pool: Pool) -> None:
    aged = sorted(pool.take(22, is_retired, per_cell=14), key=age_of)
    for member in aged:
        member.status = "exempted"
    for member in aged[-4:]:
        member.changes.append(Change(pool.day("2023-02-01", "2023-12-10"), exit_reason="deceased"))
    for member in pool.take(14, is_near_retirement):
        member.status = "exempted"
    for member in pool.take(5, is_young_woman):
        member.status = "exempted"
        member.changes.append(Change(pool.day("2023-04-03", "2023-07-31"), status="active"))
    for choice, number in ((is_young_woman, 4), (is_near_retirement, 12)):
        for member in pool.take(number, choice):
            member.changes.append(Change(pool.day("2023-03-01", "2023-11-30"), status="exempted"))
    for place, member in enumerate(pool.take(18, is_mid_career)):
        member.status = "temporarily_elsewhere"
        if place < 8:
            member.changes.append(Change(pool.day("2023-06-01", "2023-08-31"), status="active"))
    for member in pool.take(9, is_mid_career):
        member.changes.append(Change(pool.day("2023-09-05", "2023-10-31"), status="temporarily_elsewhere"))
    returned, expelled, *still = pool.take(5, is_mid_career)
    returned.changes.append(Change(date(2023, 3, 6), status="suspended"))
    returned.changes.append(Change(date(2023, 5, 30), status="active"))
    expelled.changes.append(Change(date(2023, 4, 10), status="suspended"))
    expelled.changes.append(Change(date(2023, 6, 23), exit_reason="expelled"))
    for member, day in zip(still, (date(2023, 8, 14), date(2023, 11, 6), date(2023, 12, 4)), strict=True):
        member.changes.append(Change(day, status="suspended"))


def exits_of_the_bloc(pool: Pool) -> None:
    for member in pool.take(8, is_student, per_cell=8):
        member.changes.append(Change(date(2023, 7, 20), exit_reason="transferred_out"))
    for member in pool.take(11, is_near_retirement):
        member.changes.append(Change(pool.day("2023-01-16", "2023-12-15"), exit_reason="transferred_out"))
    for place, member in enumerate(pool.take(8, is_mid_career)):
        leaves = pool.day("2023-03-01", "2023-12-15")
        if place < 4:
            member.changes.append(Change(working_day(leaves - timedelta(days=30)), status="transferring"))
        member.changes.append(Change(leaves, exit_reason="transferred_out"))
    for choice, number in ((is_retired, 1), (is_working, 4)):
        for member in pool.take(number, choice, per_cell=20):
            member.changes.append(Change(pool.day("2023-01-30", "2023-12-15"), exit_reason="deceased"))
    first, second, third = pool.take(3, is_mid_career)
    for member, day in ((first, date(2023, 2, 20)), (second, date(2023, 5, 15))):
        member.changes.append(Change(day, status="interrupted"))
        member.changes.append(Change(date(2023, 11, 17), exit_reason="removed"))
    third.changes.append(Change(date(2023, 7, 28), exit_reason="removed"))
    for member, day in zip(pool.take(2, is_working), (date(2023, 3, 24), date(2023, 9, 22)), strict=True):
        member.changes.append(Change(day, exit_reason="resigned"))
    pool.take(1, is_mid_career)[0].changes.append(Change(date(2023, 10, 20), exit_reason="expelled"))
    (failed,) = pool.take(1, is_late_on_probation)
    failed.changes.append(Change(date(2023, 9, 15), exit_reason="probation_removed"))


def year_of_the_districts(members: list[Member]) -> None:
    """Exempted 3 at the end of the year; nobody leaves."""
    pool = Pool(members)
    first, second, third = pool.take(3, is_older)
    first.status = second.status = "exempted"
    third.changes.append(Change(date(2023, 9, 18), status="exempted"))
    recognise(members)


def year_of_the_university(members: list[Member]) -> None:
    """Exempted 6 and suspended 1 at the end of the year; nobody leaves after the reception."""
    pool = Pool(members)
    for member in pool.take(6, is_older):
        member.status = "exempted"
    pool.take(1, is_mid_career)[0].changes.append(Change(date(2023, 10, 9), status="suspended"))
    recognise(members)
