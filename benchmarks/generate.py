"""Synthetic organizations and members of any size, as the files an office would send. Deterministic."""

import csv
import random
from collections.abc import Iterable
from pathlib import Path

CELLS_A_COMMITTEE = 10
MEMBERS_A_CELL = 15
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
MIDDLE = ["Văn", "Thị", "Đức", "Hữu", "Minh", "Ngọc", "Quang", "Thanh", "Xuân", "Đình"]
GIVEN = [
    "An",
    "Ánh",
    "Bình",
    "Châu",
    "Dũng",
    "Đào",
    "Giang",
    "Hà",
    "Hòa",
    "Hùng",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
    "Quế",
    "Sơn",
    "Tâm",
    "Uyên",
    "Vinh",
    "Yến",
]

ORGANIZATION = ["external_id", "parent", "code", "type", "name", "valid_from", "opened_on"]
MEMBER = [
    "external_id", "full_name", "sex", "birth_date", "home_place", "occupation", "general_education",
    "professional_education", "admitted_on", "citizen_id", "card_number", "file_number",
    "cell", "standing", "activity_status", "valid_from",
]  # fmt: skip


def write_organizations(path: Path, members: int) -> None:
    """The root's bloc, committees below it, cells below them: enough for that many members."""
    cells = -(-members // MEMBERS_A_CELL)
    committees = -(-cells // CELLS_A_COMMITTEE)
    rows = [
        ["root", "", "00", "provincial", "Đảng bộ tỉnh"],
        ["bloc", "root", "00.1", "provincial_agencies_bloc", "Khối"],
    ]
    for number in range(committees):
        rows.append(
            [f"k{number}", "bloc", f"00.1.{number}", "grassroots_committee", f"Đảng bộ Cơ quan {number}"]
        )
    for number in range(cells):
        parent = number // CELLS_A_COMMITTEE
        rows.append(
            [f"c{number}", f"k{parent}", f"00.1.{parent}.{number}", "affiliated_cell", f"Chi bộ {number}"]
        )
    _write(path, ORGANIZATION, ([*row, "2020-08-01", "2020-08-01"] for row in rows))


def write_members(path: Path, members: int, *, first: int = 0) -> None:
    """That many members, filling cell after cell; `first` numbers the first of them."""
    chance = random.Random(first)

    def row(number: int) -> list[str]:
        born = f"{chance.randint(1945, 2000)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        return [
            f"m{number}",
            f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}",
            chance.choice(["male", "female"]),
            chance.choice([born, born, born, born[:4]]),
            "huyện Bình Giang, tỉnh Hải Dương",
            "Chuyên viên",
            "upper_secondary",
            chance.choice(["bachelor", "master", "college"]),
            f"{chance.randint(2001, 2019)}-03-26",
            f"030{number:09}",
            f"{number:08}",
            f"{number:07}",
            f"c{(number - first) // MEMBERS_A_CELL}",
            chance.choice(["official"] * 20 + ["probationary"]),
            "active",
            "2021-01-01",
        ]

    _write(path, MEMBER, (row(number) for number in range(first, first + members)))


def _write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
