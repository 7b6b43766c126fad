"""The acts of March 2025, as documents of the API: the Bloc's end, the post offices, the departments."""

from typing import Any

from case_organizations import Organization
from case_restructurings import Document, Measure, codes, document
from eve_organizations import PARTY_AGENCIES

PROVINCE, STANDING = "Ban Chấp hành Đảng bộ tỉnh Hải Dương", "Ban Thường vụ Tỉnh ủy Hải Dương"
PEOPLES_COMMITTEE = "Ban Thường vụ Đảng ủy Ủy ban nhân dân tỉnh Hải Dương"

FOUNDED = {
    "home-affairs-2025": ("Sở Nội vụ", "the Department of Home Affairs", ("home-affairs", "labour")),
    "finance-2025": ("Sở Tài chính", "the Department of Finance", ("finance", "planning")),
    "construction-2025": ("Sở Xây dựng", "the Department of Construction", ("construction", "transport")),
    "science-2025": (
        "Sở Khoa học và Công nghệ",
        "the Department of Science and Technology",
        ("science", "information"),
    ),
    "agriculture-environment": (
        "Sở Nông nghiệp và Môi trường",
        "the Department of Agriculture and Environment",
        ("agriculture", "donre"),
    ),
}
"""The five organizations founded on 2 March 2025, and the ten dissolved ones whose cells they take over."""


def documents(eve: list[Organization]) -> dict[str, Document]:
    """Each with the name of its file, which begins with the day of effect."""
    return {
        "2025-03-01-end-of-the-bloc": document(
            "2025-03-01",
            "Kết thúc hoạt động Đảng bộ Khối; thành lập Đảng bộ các cơ quan Đảng tỉnh và Đảng bộ UBND tỉnh",
            "Quy định 232-QĐ/TW",
            [
                paper("decision", PROVINCE, "1731-QĐ/TU", "2025-02-07"),
                paper("decision", PROVINCE, "1732-QĐ/TU", "2025-02-07"),
                paper("decision", PROVINCE, "1733-QĐ/TU", "2025-02-07"),
                paper("minutes", STANDING, "15-BB/TU", "2025-03-01"),
            ],
            end_of_the_bloc([one.external_id for one in eve if one.parent == "bloc"]),
        ),
        "2025-03-02-departments": document(
            "2025-03-02",
            "Sắp xếp các cơ quan chuyên môn thuộc Ủy ban nhân dân tỉnh",
            "Quy định 232-QĐ/TW",
            [paper("decision", PEOPLES_COMMITTEE, "02-QĐ/ĐU", "2025-03-02")],
            departments(),
        ),
        "2025-03-02-post-offices-and-cadre-health": document(
            "2025-03-02",
            "Chuyển giao, tiếp nhận tổ chức đảng về Đảng bộ Bưu điện tỉnh và Đảng bộ Sở Y tế",
            "Quy định 232-QĐ/TW",
            [
                paper("decision", STANDING, "1790-QĐ/TU", "2025-02-28"),
                paper("acceptance", PEOPLES_COMMITTEE, "01-QĐ/ĐU", "2025-03-02"),
                paper("minutes", PEOPLES_COMMITTEE, "01-BB/ĐU", "2025-03-02"),
            ],
            post_offices_and_cadre_health(eve),
        ),
    }


def paper(role: str, issuer: str, number: str, signed_on: str) -> dict[str, str]:
    return {"issuer": issuer, "number": number, "signed_on": signed_on, "role": role}


def end_of_the_bloc(grassroots: list[str]) -> list[Measure]:
    """Two organizations are founded, each takes over its part of the Bloc, and the Bloc ends."""
    party = [key for key in grassroots if key in PARTY_AGENCIES]
    others = [key for key in grassroots if key not in PARTY_AGENCIES]
    return [
        founding(
            "provincial-party-agencies", "@province", "30.351.000.000.000", "provincial_party_agencies",
            "Đảng bộ các cơ quan Đảng tỉnh Hải Dương", "Party Committee of the Hai Duong Party Agencies",
        ),
        founding(
            "provincial-peoples-committee", "@province", "30.352.000.000.000", "provincial_peoples_committee",
            "Đảng bộ Ủy ban nhân dân tỉnh Hải Dương", "Party Committee of the Hai Duong People's Committee",
        ),
        transfer(party, "#provincial-party-agencies"),
        transfer(others, "#provincial-peoples-committee"),
        {
            "kind": "rename",
            "organization": "@bloc-office",
            "name": "Chi bộ Cơ quan Đảng ủy các cơ quan Đảng tỉnh",
            "name_en": "Party Cell of the Office of the Party Agencies' Committee",
        },
        {"kind": "end_operation", "organization": "@bloc"},
    ]  # fmt: skip


def post_offices_and_cadre_health(eve: list[Organization]) -> list[Measure]:
    """Grassroots cells of districts come to the Post Office, one of the People's Committee to the Health department."""
    offices = [one.external_id for one in eve if one.external_id.endswith("-post")]
    heads = {one.external_id: one for one in eve}
    there = {key: sum(one.parent == key for one in eve) for key in ("post", "health")}
    return [
        transfer(offices, "@post", type="affiliated_cell"),
        *codes(offices, heads["post"], there["post"]),
        transfer(["cadre-health"], "@health", type="affiliated_cell"),
        *codes(["cadre-health"], heads["health"], there["health"]),
    ]


def departments() -> list[Measure]:
    """Five organizations are founded, ten dissolved; their cells come to the new ones with their members."""
    above = "@provincial-peoples-committee"
    founded = [
        founding(key, above, f"30.352.{number:03}.000.000", "grassroots_committee", f"Đảng bộ {name}",
                 f"Party Committee of {name_en}", sector="state_agency")
        for number, (key, (name, name_en, _)) in enumerate(FOUNDED.items(), start=1)
    ]  # fmt: skip
    dissolved = [
        {"kind": "dissolve", "organization": f"@{source}", "rest": f"#{key}"}
        for key, (_, _, sources) in FOUNDED.items()
        for source in sources
    ]
    return [*founded, *dissolved]


def founding(key: str, parent: str, code: str, type: str, name: str, name_en: str, **more: str) -> Measure:
    named: dict[str, Any] = {"type": type, "name": name, "name_en": name_en, "code": code}
    return {"kind": "establish", "key": f"#{key}", "parent": parent, **named, **more}


def transfer(organizations: list[str], to: str, **more: str) -> Measure:
    return {"kind": "transfer", "organizations": [f"@{one}" for one in organizations], "to": to, **more}
