"""The roll of members and the rows that tell it: one row per period of a membership."""

from dataclasses import dataclass, field
from datetime import date

from case_organizations import Organization
from case_people import Numbers, Person, draw_person
from case_source import chance

COLUMNS = (
    "external_id", "full_name", "sex", "birth_date", "home_place", "residence", "occupation", "workplace",
    "general_education", "professional_education", "political_theory", "youth_union_on",
    "admitted_on", "inducted_on", "admission_place", "introducers", "recognised_on", "recognition_place",
    "citizen_id", "card_number", "file_number",
    "cell", "standing", "activity_status", "valid_from", "valid_to", "exit_reason",
)  # fmt: skip

# Decisions of the Bloc on admissions, by day: how many on each. Together 139 in 2022 and 126 in 2023.
DECIDED_2022 = {
    "2022-01-14": 6, "2022-02-16": 7, "2022-03-15": 10, "2022-04-14": 12, "2022-05-13": 14,
    "2022-06-10": 15, "2022-07-14": 11, "2022-08-16": 13, "2022-09-15": 12, "2022-10-14": 15,
    "2022-11-11": 14, "2022-11-25": 10,
}  # fmt: skip
DECIDED_2023 = {
    "2023-01-10": 5, "2023-02-14": 8, "2023-03-14": 9, "2023-04-14": 10, "2023-05-12": 13,
    "2023-06-02": 7, "2023-06-15": 6, "2023-07-12": 9, "2023-08-16": 13, "2023-09-14": 12,
    "2023-10-13": 14, "2023-11-10": 11, "2023-11-24": 9,
}  # fmt: skip
DECIDED_ELSEWHERE_2022 = {"2022-09-15": 99}
LAST_CLASSIFIED_CEREMONY = date(2023, 6, 30)
CARDS_ISSUED_BEFORE = date(2023, 11, 7)
NAMESAKES_EVERY = 17


@dataclass(frozen=True)
class Change:
    """What becomes true of a membership from a day on; what is None stays as it was."""

    on: date
    standing: str | None = None
    status: str | None = None
    exit_reason: str = ""


@dataclass
class Member:
    """A person in a cell from a day on, with the changes of the year."""

    external_id: str
    person: Person
    cell: Organization
    joined_on: date
    standing: str
    status: str = "active"
    changes: list[Change] = field(default_factory=list)

    @property
    def left_on(self) -> date | None:
        return next((change.on for change in self.changes if change.exit_reason), None)

    def rows(self) -> list[dict[str, str]]:
        """One row per period in order of time; an exit is the last row, without cell and standing."""
        standing, status, start = self.standing, self.status, self.joined_on
        rows = []
        for change in sorted(self.changes, key=lambda change: change.on):
            rows.append(self._row(self.cell.external_id, standing, status, start, change.on))
            standing, status, start = change.standing or standing, change.status or status, change.on
            if change.exit_reason:
                return [*rows, self._row("", standing, "", start, None, change.exit_reason)]
        return [*rows, self._row(self.cell.external_id, standing, status, start, None)]

    def _row(
        self, cell: str, standing: str, status: str, start: date, end: date | None, exit_reason: str = ""
    ) -> dict[str, str]:
        person, slashed = self.person, self.person.slashed

        def written(day: date) -> str:
            return f"{day:%d/%m/%Y}" if slashed else day.isoformat()

        recognised = standing == "official"
        card_issued = recognised and person.recognised_on < CARDS_ISSUED_BEFORE
        return {
            "external_id": self.external_id,
            "full_name": person.full_name,
            "sex": person.sex,
            "birth_date": person.birth_date.text(slashed) if person.birth_date else "",
            "home_place": person.home_place,
            "residence": person.residence,
            "occupation": person.occupation,
            "workplace": person.workplace,
            "general_education": person.general_education,
            "professional_education": person.professional_education,
            "political_theory": person.political_theory,
            "youth_union_on": person.youth_union_on.text(slashed) if person.youth_union_on else "",
            "admitted_on": written(person.admitted_on),
            "inducted_on": written(person.inducted_on),
            "admission_place": person.admission_place,
            "introducers": person.introducers,
            "recognised_on": written(person.recognised_on) if recognised else "",
            "recognition_place": person.recognition_place if recognised else "",
            "citizen_id": person.citizen_id,
            "card_number": person.card_number if card_issued else "",
            "file_number": person.file_number,
            "cell": cell,
            "standing": standing if cell else "",
            "activity_status": status,
            "valid_from": start.isoformat(),
            "valid_to": end.isoformat() if end else "",
            "exit_reason": exit_reason,
        }


def decision_days(cells: list[Organization], year: int, calendar: dict[str, int]) -> dict[str, list[date]]:
    """Which cell receives admissions by the decisions of which days."""
    places = [
        cell.external_id
        for cell in cells
        for _ in range(cell.admitted_2022 if year == 2022 else cell.admitted_2023)
    ]
    chance("decisions", str(year), places[0]).shuffle(places)
    days = [date.fromisoformat(day) for day, number in calendar.items() for _ in range(number)]
    by_cell: dict[str, list[date]] = {}
    for place, day in zip(places, days, strict=False):
        by_cell.setdefault(place, []).append(day)
    return by_cell


def draw_roll(
    cells: list[Organization], numbers: Numbers, calendar: dict[str, int], prefix: str
) -> list[Member]:
    """The members of the cells on their opening day; those decided on in 2022 are probationary."""
    decided = decision_days(cells, 2022, calendar)
    members: list[Member] = []
    for place, cell in enumerate(cells):
        random = chance("roll", cell.external_id)
        decisions: list[date | None] = [None] * (cell.members - cell.admitted_2022)
        decisions += decided.get(cell.external_id, [])
        people: list[Person] = []
        for decided_on in decisions:
            namesake_of = people[1] if place % NAMESAKES_EVERY == 3 and len(people) == 4 else None
            people.append(draw_person(random, numbers, cell, decided_on, namesake_of))
        for person, workplace in zip(people, cell.workplaces, strict=False):
            person.workplace = workplace
        for person, decided_on in zip(people, decisions, strict=True):
            members.append(
                Member(
                    f"{prefix}{len(members) + 1:05}", person, cell, date.fromisoformat(cell.opened_on),
                    "probationary" if decided_on else "official",
                )
            )  # fmt: skip
            if decided_on:
                name_introducers(person, people, random.randrange(1_000))
    return members


def draw_newcomers(
    cells: list[Organization], members: list[Member], numbers: Numbers, prefix: str
) -> list[Member]:
    """Those whom the Bloc admits in 2023, on the roll from their ceremony."""
    decided = decision_days(cells, 2023, DECIDED_2023)
    by_cell = {cell.external_id: cell for cell in cells}
    newcomers: list[Member] = []
    for decided_on, place in sorted((day, place) for place, days in decided.items() for day in days):
        cell, turn = by_cell[place], len(newcomers)
        person = draw_person(chance("newcomer", place, str(turn)), numbers, cell, decided_on)
        name_introducers(person, [m.person for m in members if m.cell == cell and not m.left_on], turn)
        external_id = f"{prefix}{len(members) + turn + 1:05}"
        newcomers.append(Member(external_id, person, cell, person.inducted_on, "probationary"))
    put_off_ceremony(newcomers)
    return newcomers


def put_off_ceremony(newcomers: list[Member]) -> None:
    """The last one decided on in the first half-year is inducted on its last day."""
    last = [member for member in newcomers if member.person.admitted_on < LAST_CLASSIFIED_CEREMONY][-1]
    last.person.inducted_on = last.joined_on = LAST_CLASSIFIED_CEREMONY


def name_introducers(person: Person, colleagues: list[Person], turn: int) -> None:
    """Two official members of the same cell who have been there for years."""
    elders = [colleague for colleague in colleagues if colleague.admitted_on.year <= 2020]
    first, second = elders[turn % len(elders)], elders[(turn + 1) % len(elders)]
    person.introducers = f"{first.full_name}; {second.full_name}"
