"""The people of the case: all made up; names, ages, schooling and numbers only look like real ones."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from case_organizations import Organization
from case_source import Words, chance, read

REFERENCE = date(2023, 1, 1)
LATEST_ADMISSION = date(2021, 11, 12)
RETIREMENT = {"male": 60.7, "female": 55.9}

# Real people whom the article names: nobody in the case may bear their names.
REAL_NAMES = frozenset(("Nguyễn Thanh Sơn", "Nguyễn Hữu Quang", "Lê Doãn Hợp", "Đặng Đình Quý"))

HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2022-01-03", "2022-01-31", "2022-02-01", "2022-02-02", "2022-02-03", "2022-02-04", "2022-04-11",
        "2022-05-02", "2022-05-03", "2022-09-01", "2022-09-02", "2023-01-02", "2023-01-20", "2023-01-23",
        "2023-01-24", "2023-01-25", "2023-01-26", "2023-05-01", "2023-05-02", "2023-05-03", "2023-09-01",
        "2023-09-04",
    )
)  # fmt: skip

NAMES = {(row["part"], row["sex"], row["generation"]): Words.parse(row["words"]) for row in read("names")}
PROFILES = {row["profile"]: row for row in read("profiles")}
COMMUNES = {
    row["key"]: [f"{commune}, {row['kind']} {row['name']}" for commune in row["communes"].split(";")]
    for row in read("districts")
}
OTHER_PROVINCES = read("provinces")
SENIOR_TITLES = ("Trưởng", "Phó", "chính", "Giám đốc", "Thẩm phán", "Đội trưởng", "Chủ tịch", "Thẩm tra")
ADMITTED_ELSEWHERE = (
    "Đảng bộ Trường Đại học Nông nghiệp Hà Nội",
    "Đảng bộ Trường Đại học Kinh tế Quốc dân",
    "Đảng bộ Học viện Tài chính",
    "Đảng bộ Trường Đại học Sư phạm Hà Nội",
    "Đảng bộ Trường Đại học Bách khoa Hà Nội",
    "Đảng bộ Bộ Chỉ huy Quân sự tỉnh Hải Dương",
    "Đảng bộ Sư đoàn 395",
    "Đảng bộ Lữ đoàn 490",
    "Đảng bộ Trung đoàn 125",
)


@dataclass(frozen=True)
class PartialDate:
    """A date known to the day, the month or the year."""

    day: date
    precision: str = "day"

    def text(self, slashed: bool) -> str:
        if self.precision == "year":
            return f"{self.day:%Y}"
        if self.precision == "month":
            return f"{self.day:%m/%Y}"
        return f"{self.day:%d/%m/%Y}" if slashed else f"{self.day:%Y-%m-%d}"


@dataclass
class Person:
    """A made-up person with what the index of a dossier says."""

    full_name: str
    sex: str
    born: date
    birth_date: PartialDate | None
    home_place: str
    residence: str
    occupation: str
    workplace: str
    general_education: str
    professional_education: str
    political_theory: str
    youth_union_on: PartialDate | None
    admitted_on: date
    inducted_on: date
    admission_place: str
    introducers: str
    recognition_place: str
    citizen_id: str
    card_number: str
    file_number: str
    slashed: bool = field(default=False)

    @property
    def recognised_on(self) -> date:
        """Twelve months after the ceremony, to the day [R-MEM-2]."""
        return years_after(self.inducted_on, 1)


@dataclass
class Numbers:
    """Numbers that nobody shares, dealt out one by one."""

    random: Random = field(default_factory=lambda: chance("numbers"))
    citizens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cards = [f"{number:08}" for number in self.random.sample(range(200_000, 10_000_000), 7_000)]
        self.files = [f"{number:06}" for number in self.random.sample(range(1_000, 100_000), 7_000)]

    def citizen_id(self, province: str, sex: str, born: date) -> str:
        """Province of birth, sex and century, year of birth, six digits of chance."""
        century_and_sex = (2 if born.year >= 2000 else 0) + (1 if sex == "female" else 0)
        while True:
            number = f"{province}{century_and_sex}{born:%y}{self.random.randrange(1_000_000):06}"
            if number not in self.citizens:
                self.citizens.add(number)
                return number


def years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def working_day(day: date) -> date:
    """The day itself or the next one on which offices work."""
    while day.weekday() >= 5 or day in HOLIDAYS:
        day += timedelta(days=1)
    return day


def draw_name(random: Random, sex: str, born_in: int) -> str:
    generation = "older" if born_in < 1966 else "middle" if born_in < 1985 else "younger"
    while True:
        surname = NAMES["surname", "", ""].draw(random)
        middle = NAMES["middle", sex, generation].draw(random)
        given = NAMES["given", sex, generation].draw(random)
        name = f"{surname} {middle} {given}"
        if name not in REAL_NAMES and given not in (surname, middle.split()[-1]):
            return name


def draw_person(
    random: Random,
    numbers: Numbers,
    cell: Organization,
    decided_on: date | None = None,
    namesake_of: Person | None = None,
) -> Person:
    """One member of a cell: long admitted, or by the decision of a day; on demand with a colleague's name."""
    profile_name = cell.profile
    if profile_name == "students" and decided_on is None:
        profile_name = cell.sector
    profile = PROFILES[profile_name]
    sex = "female" if random.random() * 100 < int(profile["women"]) else "male"
    sex = namesake_of.sex if namesake_of else sex
    born = draw_birth(random, profile, sex, decided_on)
    age = (REFERENCE - born).days / 365.25
    home_place, province = draw_home(random, cell.district)
    admitted_on = decided_on or draw_admission(random, born, retired=profile_name == "retired")
    inducted_on = working_day(admitted_on + timedelta(days=random.randint(5, 15)))
    own_place = f"{cell.name}, Đảng bộ {cell.agency}" if cell.type == "affiliated_cell" else cell.name
    elsewhere = decided_on is None and random.random() < 0.42
    admission_place = draw_elsewhere(random, home_place) if elsewhere else own_place
    return Person(
        full_name=namesake_of.full_name if namesake_of else draw_name(random, sex, born.year),
        sex=sex,
        born=born,
        birth_date=PartialDate(born, draw_precision(random, born)),
        home_place=home_place,
        residence=draw_residence(random, cell.district),
        occupation=draw_occupation(random, Words.parse(profile["occupations"]), age),
        workplace=cell.workplace,
        general_education=draw_general_education(random, age),
        professional_education=Words.parse(profile["professional"]).draw(random),
        political_theory=draw_theory(random, profile, age),
        youth_union_on=draw_youth_union(random, born),
        admitted_on=admitted_on,
        inducted_on=inducted_on,
        admission_place=admission_place,
        introducers=draw_introducers(random, admitted_on) if decided_on is None else "",
        recognition_place=admission_place if random.random() < 0.85 else own_place,
        citizen_id=numbers.citizen_id(province, sex, born) if random.random() > 0.02 else "",
        card_number=numbers.cards.pop() if random.random() > 0.012 else "",
        file_number=numbers.files.pop() if random.random() > 0.01 else "",
        slashed=random.random() < 0.06,
    )


def draw_birth(random: Random, profile: dict[str, str], sex: str, decided_on: date | None) -> date:
    youngest, oldest, usual = (float(profile[column]) for column in ("youngest", "oldest", "usual"))
    if profile["profile"] == "students" and decided_on:
        age = random.uniform(youngest, oldest)
    elif decided_on:
        age = random.triangular(22, 43, 28)
    else:
        bound = min(oldest + 1, RETIREMENT[sex]) if oldest < 60 else oldest
        age = random.triangular(youngest, bound, min(usual, bound))
    return (decided_on or REFERENCE) - timedelta(days=round(age * 365.25))


def draw_admission(random: Random, born: date, retired: bool) -> date:
    """The decision's day of a member of long standing: never before 19, never after the autumn of 2021."""
    earliest = born + timedelta(days=19 * 365 + 20)
    usual = random.triangular(19.2, 38, 24) if retired else random.triangular(20, 44, 27)
    day = born + timedelta(days=round(usual * 365.25))
    if day > LATEST_ADMISSION:
        day = earliest + (LATEST_ADMISSION - earliest) * random.uniform(0.3, 1)
    return min(working_day(day), LATEST_ADMISSION)


def draw_precision(random: Random, born: date) -> str:
    lottery = random.random()
    if born.year < 1956:
        return "year" if lottery < 0.35 else "month" if lottery < 0.55 else "day"
    if born.year < 1970:
        return "year" if lottery < 0.05 else "month" if lottery < 0.1 else "day"
    return "day"


def draw_home(random: Random, district: str) -> tuple[str, str]:
    """A home place and the code of its province."""
    if random.random() < 0.82:
        chosen = district if random.random() < 0.25 else random.choice(list(COMMUNES))
        return f"{random.choice(COMMUNES[chosen])}, tỉnh Hải Dương", "030"
    province = random.choices(OTHER_PROVINCES, [int(row["weight"]) for row in OTHER_PROVINCES])[0]
    return random.choice(province["places"].split(";")), province["code"]


def draw_residence(random: Random, district: str) -> str:
    chosen = district if random.random() < 0.85 else random.choice(list(COMMUNES))
    return f"{random.choice(COMMUNES[chosen])}, tỉnh Hải Dương" if random.random() > 0.03 else ""


def draw_occupation(random: Random, occupations: Words, age: float) -> str:
    occupation = occupations.draw(random)
    is_senior = any(title in occupation for title in SENIOR_TITLES)
    return occupations.words[0] if is_senior and age < 36 else occupation


def draw_general_education(random: Random, age: float) -> str:
    return "lower_secondary" if random.random() < (0.3 if age > 60 else 0.02) else "upper_secondary"


def draw_theory(random: Random, profile: dict[str, str], age: float) -> str:
    if age < 30 and random.random() < 0.7:
        return ""
    theory = Words.parse(profile["theory"]).draw(random)
    return "intermediate" if theory == "advanced" and age < 35 else theory


def draw_youth_union(random: Random, born: date) -> PartialDate | None:
    if random.random() < 0.14:
        return None
    joined = born + timedelta(days=random.randint(15 * 365 + 10, 16 * 365 + 200))
    return PartialDate(joined, "month" if random.random() < 0.3 else "day")


def draw_elsewhere(random: Random, home_place: str) -> str:
    if random.random() < 0.35:
        return f"Đảng bộ {home_place}"
    return random.choice(ADMITTED_ELSEWHERE)


def draw_introducers(random: Random, admitted_on: date) -> str:
    if random.random() < 0.08:
        return ""
    births = (admitted_on.year - random.randint(32, 50) for _ in range(2))
    first, second = (draw_name(random, random.choice(("male", "female")), born_in) for born_in in births)
    return f"{first}; {second}" if random.random() < 0.75 else f"{first}; Ban Chấp hành Đoàn cơ sở"
