"""The organizations of the case: province, districts, Bloc, grassroots organizations, cells."""

from dataclasses import dataclass

from case_source import chance, read

KNOWN_FROM = "2020-08-01"
OPENED_ON = "2023-01-01"
UNIVERSITY_RECEIVED_ON = "2023-07-01"

SMALLEST_CELL, LARGEST_CELL = 5, 29


@dataclass(frozen=True)
class Organization:
    """One organization. `members` are its own on its opening day, newcomers of both years its own as well.

    `workplaces` has one place for each member where a cell's members work apart from each other.
    """

    external_id: str
    parent: str
    code: str
    type: str
    name: str
    name_en: str
    sector: str = ""
    members: int = 0
    admitted_2022: int = 0
    admitted_2023: int = 0
    profile: str = ""
    agency: str = ""
    workplace: str = ""
    workplaces: tuple[str, ...] = ()
    district: str = "hai-duong"
    reorganized: bool = False
    opened_on: str = OPENED_ON
    known_from: str = KNOWN_FROM

    @property
    def holds_members(self) -> bool:
        return self.type in ("grassroots_cell", "affiliated_cell")


def province_tree() -> list[Organization]:
    """What the register knows on 1 January 2023: 66 grassroots organizations below the Bloc."""
    organizations = [
        Organization("province", "", "30.000.000.000.000", "provincial", "Đảng bộ tỉnh Hải Dương",
                     "Party Committee of Hai Duong Province"),
        Organization("bloc", "province", "30.350.000.000.000", "provincial_agencies_bloc",
                     "Đảng bộ Khối các cơ quan tỉnh Hải Dương",
                     "Party Committee of the Bloc of Hai Duong Provincial Agencies"),
    ]  # fmt: skip
    for district in read("districts"):
        organizations += district_tree(district)
    for number, grassroots in enumerate(read("grassroots"), start=1):
        if grassroots["key"] != "university":
            organizations += grassroots_tree(grassroots, "bloc", number)
    return organizations


def university_tree() -> list[Organization]:
    """The university's organization as the Bloc receives it: its parent of before is outside the register."""
    numbered = enumerate(read("grassroots"), start=1)
    number, grassroots = next(pair for pair in numbered if pair[1]["key"] == "university")
    return grassroots_tree(grassroots, "", number, UNIVERSITY_RECEIVED_ON)


def district_tree(district: dict[str, str]) -> list[Organization]:
    """A district-level organization and, where it has one, the grassroots cell of its electricity branch."""
    key, number = district["key"], district["number"]
    tree = [
        Organization(
            key, "province", f"30.{number}.000.000.000", "district",
            f"Đảng bộ {district['kind']} {district['name']}", f"Party Committee of {district['name_en']}",
        )
    ]  # fmt: skip
    if district["electricity_members"]:
        branch = f"Điện lực {district['name']}"
        short = district["name_en"].rsplit(" ", 1)[0]
        members = int(district["electricity_members"])
        tree.append(
            Organization(
                f"{key}-electricity", key, f"30.{number}.060.000.000", "grassroots_cell",
                f"Chi bộ {branch}", f"Party Cell of the {short} Electricity Branch",
                "state_enterprise", members, admitted_2022=1 if members >= 13 else 0,
                profile="state_enterprise", agency=branch, district=key,
                workplace=f"{branch}, Công ty TNHH một thành viên Điện lực Hải Dương",
            )
        )  # fmt: skip
    return tree


def grassroots_tree(
    row: dict[str, str], parent: str, number: int, opened_on: str = OPENED_ON
) -> list[Organization]:
    """A grassroots organization with its cells, its members and newcomers shared out among them."""
    key, is_committee = row["key"], row["type"] == "grassroots_committee"
    known_from = KNOWN_FROM if opened_on == OPENED_ON else opened_on
    admitted = (int(row["admitted_2022"]), int(row["admitted_2023"]))
    head = Organization(
        key, parent, f"30.350.{number:03}.000.000", row["type"],
        f"{'Đảng bộ' if is_committee else 'Chi bộ'} {row['name']}",
        f"Party {'Committee' if is_committee else 'Cell'} of {row['name_en']}",
        row["sector"], 0 if is_committee else int(row["members"]),
        *((0, 0) if is_committee else admitted),
        profile=row["profile"] or row["sector"], agency=row["name"], workplace=row["name"],
        opened_on=opened_on, known_from=known_from,
    )  # fmt: skip
    if not is_committee:
        return [head]
    units = [unit for unit in read("units") if unit["grassroots"] == key]
    sizes = share_members(key, int(row["members"]), units)
    newcomers = [share_newcomers(total, sizes, units) for total in admitted]
    cells = [
        Organization(
            f"{key}-{place:02}", key, f"30.350.{number:03}.000.{place:03}", "affiliated_cell",
            f"Chi bộ {unit['name']}", f"Party Cell of the {unit['name_en']}", row["sector"],
            sizes[place - 1], newcomers[0][place - 1], newcomers[1][place - 1],
            profile=unit["profile"] or head.profile, agency=row["name"],
            workplace=f"{unit['name']}, {row['name']}", workplaces=workplaces_of(key, unit["name"]),
            reorganized=unit["reorganized"] == "yes", opened_on=opened_on, known_from=known_from,
        )
        for place, unit in enumerate(units, start=1)
    ]  # fmt: skip
    return [head, *cells]


def workplaces_of(key: str, unit: str) -> tuple[str, ...]:
    """Where the members of a unit work, one entry for each, when the unit has several places."""
    return tuple(
        f"{row['workplace']}, {unit}"
        for row in read("workplaces")
        if (row["grassroots"], row["unit"]) == (key, unit)
        for _ in range(int(row["members"]))
    )


def share_members(key: str, total: int, units: list[dict[str, str]]) -> list[int]:
    """Members per unit: the number that the table gives, else a share of the rest, 5 to 29 each."""
    random = chance("sizes", key)
    weights = [random.uniform(0.7, 1.4) for _ in units]
    sizes = [int(unit["members"]) if unit["members"] else SMALLEST_CELL for unit in units]
    open_places = [place for place, unit in enumerate(units) if not unit["members"]]
    for _ in range(total - sum(sizes)):
        neediest = max(
            (place for place in open_places if sizes[place] < LARGEST_CELL),
            key=lambda place: weights[place] / sizes[place],
        )
        sizes[neediest] += 1
    return sizes


def share_newcomers(total: int, sizes: list[int], units: list[dict[str, str]]) -> list[int]:
    """Admissions of a year per unit: most to students, none to retired, reorganized and smallest ones."""
    weights = [
        0
        if unit["profile"] == "retired" or unit["reorganized"] or size < SMALLEST_CELL + 2
        else size * (12 if unit["profile"] == "students" else 1)
        for size, unit in zip(sizes, units, strict=True)
    ]
    shares = [0] * len(units)
    for _ in range(total):
        neediest = max(range(len(units)), key=lambda place: weights[place] / (shares[place] + 1))
        shares[neediest] += 1
    return shares
