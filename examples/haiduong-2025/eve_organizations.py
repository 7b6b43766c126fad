"""The organizations on the eve: what the acts of 2023 left, and what the acts of 2025 need besides."""

import json
from dataclasses import replace
from pathlib import Path

from case_organizations import Organization, province_tree, university_tree
from case_source import chance, read
from eve_acts import Known, carry_out

CASE = Path(__file__).parents[1] / "haiduong-2023"
OPENED_ON = "2025-01-01"

LEFT_OUT = ("state-bank", "development-fund", "policy-bank", "cooperative-bank")
"""Grassroots cells of 2023 of which nothing is said in 2025."""

PARTY_AGENCIES = (
    "party-office", "political-school", "newspaper", "court", "procuracy",
    "organizing-commission", "inspection-committee", "propaganda-commission", "mass-commission",
    "internal-affairs", "bloc-office", "fatherland-front", "labour-federation", "farmers-union",
    "womens-union", "youth-union", "veterans", "cooperative-alliance", "red-cross", "literature-arts",
    "science-associations", "journalists", "assembly-office",
)  # fmt: skip
"""Those of the Bloc that go to the organization of the Party agencies; the others go to the People's Committee's."""

POST_OFFICE_MEMBERS = {
    "chi-linh": 14, "kinh-mon": 13, "nam-sach": 11, "kim-thanh": 11, "thanh-ha": 10, "cam-giang": 10,
    "binh-giang": 10, "gia-loc": 10, "tu-ky": 9, "ninh-giang": 9, "thanh-mien": 9,
}  # fmt: skip
"""The cells of the district post offices: 116 members."""

RECEIVED_BY_THE_PEOPLES_COMMITTEE = 5_327
FIXED, LARGEST_AFTER_GROWTH = ("cadre-health",), 28


def eve() -> list[Organization]:
    """The organizations on 1 January 2025, on which nothing changes before the Bloc ends; parents first."""
    known = {one.external_id: one for one in province_tree()}
    for one in university_tree():
        known[one.external_id] = replace(one, parent=one.parent or "bloc")
    for file in sorted((CASE / "restructurings").glob("*.json")):
        carry_out(known, json.loads(file.read_text(encoding="utf-8")))
    for organization in LEFT_OUT:
        del known[organization]
    for one in [*armed_forces(), *post_offices()]:
        known[one.external_id] = one
    grow(known, RECEIVED_BY_THE_PEOPLES_COMMITTEE - sum(POST_OFFICE_MEMBERS.values()))
    return [replace(one, opened_on=OPENED_ON, known_from=OPENED_ON) for one in in_order(known, "province")]


def armed_forces() -> list[Organization]:
    """The two organizations that stand beside districts and Bloc; the case needs nothing of what is in them."""
    return [
        Organization("military", "province", "30.361.000.000.000", "provincial_military",
                     "Đảng bộ Quân sự tỉnh Hải Dương", "Party Committee of the Hai Duong Military Command"),
        Organization("public-security", "province", "30.362.000.000.000", "provincial_public_security",
                     "Đảng bộ Công an tỉnh Hải Dương", "Party Committee of the Hai Duong Public Security"),
    ]  # fmt: skip


def post_offices() -> list[Organization]:
    """The grassroots cells of the district post offices; that of Hai Duong City stands under the province's."""
    return [
        Organization(
            f"{key}-post", key, f"30.{district['number']}.061.000.000", "grassroots_cell",
            f"Chi bộ Bưu điện {district['kind']} {district['name']}",
            f"Party Cell of the {district['name_en']} Post Office",
            "state_enterprise", POST_OFFICE_MEMBERS[key], profile="state_enterprise",
            agency="Bưu điện tỉnh", district=key,
            workplace=f"Bưu điện {district['kind']} {district['name']}, Bưu điện tỉnh",
        )
        for district in read("districts")
        if (key := district["key"]) in POST_OFFICE_MEMBERS
    ]  # fmt: skip


def grow(known: Known, members: int) -> None:
    """Cells that go to the People's Committee grow, one member each in turn, until they have so many together."""
    cells = [one for one in known.values() if one.holds_members and upper(known, one) == "peoples-committee"]
    growing = [
        one.external_id
        for one in cells
        if one.type == "affiliated_cell" and one.profile != "retired" and one.external_id not in FIXED
    ]
    chance("eve", "growth").shuffle(growing)
    missing = members - sum(one.members for one in cells)
    while missing > 0:
        for cell in growing[:missing]:
            if (size := known[cell].members) < LARGEST_AFTER_GROWTH:
                known[cell] = replace(known[cell], members=size + 1)
                missing -= 1


def upper(known: Known, one: Organization) -> str:
    """Where an organization goes when the Bloc ends."""
    while one.parent in known and one.parent != "bloc":
        one = known[one.parent]
    if one.parent != "bloc":
        return "elsewhere"
    return "party-agencies" if one.external_id in PARTY_AGENCIES else "peoples-committee"


def in_order(known: Known, top: str) -> list[Organization]:
    """An organization and all below it, parents before their children."""
    below = [one.external_id for one in known.values() if one.parent == top]
    return [known[top], *(one for child in below for one in in_order(known, child))]
