"""The acts of 2023 that change the shape of the tree: documents as the API takes them.

Organizations of the register are written `@external id`; those that a document begins have a local key, which is `#`
and the external id that they have in the files of later.
"""

from collections.abc import Mapping
from typing import Any

from case_organizations import UNIVERSITY_RECEIVED_ON, Organization
from case_source import read
from case_upgrades import CENTER_FOR_DISEASE_CONTROL, LAND_REGISTRATION_OFFICE, Measure, upgrade

Document = dict[str, Any]

ISSUERS = {
    "province": "Ban Thường vụ Tỉnh ủy Hải Dương",
    "bloc": "Ban Thường vụ Đảng ủy Khối các cơ quan tỉnh Hải Dương",
    "donre": "Đảng ủy Sở Tài nguyên và Môi trường",
    "health": "Đảng ủy Sở Y tế",
    "agriculture": "Đảng ủy Sở Nông nghiệp và Phát triển nông thôn",
}
"""Who decides for an organization: its committee, or its committee's standing body."""


class Acts:
    """The documents of the year; `secretaries`: who signs for an organization, by its external id."""

    def __init__(
        self,
        province: list[Organization],
        university: list[Organization],
        secretaries: Mapping[str, str],
    ) -> None:
        self.known = {one.external_id: one for one in province}
        self.university = university
        self.secretaries = secretaries

    def documents(self) -> dict[str, Document]:
        """Each with the name of its file, which begins with the day of effect."""
        office, center = self.known["donre-01"], self.known["health-01"]
        return {
            "2023-04-01-land-registration-office": document(
                "2023-04-01",
                "Chi bộ đông đảng viên, sinh hoạt phân tán tại các chi nhánh",
                "Điều 21 Điều lệ Đảng",
                [
                    self.paper("consent", "bloc", "41-CV/ĐUK", "2023-03-15"),
                    self.paper("decision", "donre", "12-QĐ/ĐU", "2023-03-24"),
                ],
                upgrade(office, LAND_REGISTRATION_OFFICE),
            ),
            "2023-05-26-electricity-cells": document(
                "2023-05-26",
                "Đưa các chi bộ điện lực huyện, thị xã, thành phố về trực thuộc Đảng ủy Công ty",
                "Quy định 60-QĐ/TW",
                [
                    self.paper("decision", "province", "1012-QĐ/TU", "2023-05-19"),
                    self.paper("acceptance", "bloc", "318-QĐ/ĐUK", "2023-05-24"),
                    self.paper("minutes", "bloc", "07-BB/ĐUK", "2023-05-26"),
                ],
                self.electricity(),
            ),
            "2023-07-01-university-and-college": document(
                UNIVERSITY_RECEIVED_ON,
                "Nhà nước sáp nhập Trường Cao đẳng Hải Dương vào Trường Đại học Hải Dương",
                "Quyết định 448/QĐ-TTg ngày 27/4/2023 của Thủ tướng Chính phủ",
                [
                    self.paper("decision", "province", "1046-QĐ/TU", "2023-06-20"),
                    self.paper("acceptance", "bloc", "342-QĐ/ĐUK", "2023-06-26"),
                    self.paper("minutes", "bloc", "09-BB/ĐUK", "2023-07-01"),
                ],
                self.schools(),
            ),
            "2023-09-01-center-for-disease-control": document(
                "2023-09-01",
                "Chi bộ đông đảng viên, sinh hoạt phân tán tại các khoa, phòng",
                "Điều 21 Điều lệ Đảng",
                [
                    self.paper("consent", "bloc", "97-CV/ĐUK", "2023-08-15"),
                    self.paper("decision", "health", "19-QĐ/ĐU", "2023-08-25"),
                ],
                upgrade(center, CENTER_FOR_DISEASE_CONTROL),
            ),
            "2023-10-01-agriculture": document(
                "2023-10-01",
                "Sở sáp nhập hai phòng và chia tách một trung tâm",
                "Điều 21 Điều lệ Đảng",
                [self.paper("decision", "agriculture", "27-QĐ/ĐU", "2023-09-26")],
                agriculture(),
            ),
        }

    def paper(self, role: str, organization: str, number: str, signed_on: str) -> dict[str, str]:
        """A paper, signed by the organization's secretary where the roll knows one."""
        signed = self.secretaries.get(organization)
        return {
            "issuer": ISSUERS[organization],
            "number": number,
            "signed_on": signed_on,
            **({"signatory": signed} if signed else {}),
            "role": role,
        }

    def cells_of(self, organization: str) -> list[str]:
        return [one.external_id for one in self.known.values() if one.parent == organization]

    def electricity(self) -> list[Measure]:
        """The cells of the district branches come to the company, each as an affiliated cell with a new code."""
        cells = [
            f"{row['key']}-electricity"
            for row in read("districts")
            if f"{row['key']}-electricity" in self.known
        ]
        return [
            {
                "kind": "transfer",
                "organizations": [f"@{cell}" for cell in cells],
                "to": "@electricity",
                "type": "affiliated_cell",
            },
            *codes(cells, self.known["electricity"], len(self.cells_of("electricity"))),
        ]

    def schools(self) -> list[Measure]:
        """The university comes with its cells, and the college ends in it; the college's cells get its codes."""
        head, *cells = self.university
        received = [
            {
                "kind": "receive",
                "key": f"#{one.external_id}",
                "parent": "@bloc" if one is head else f"#{one.parent}",
                "type": one.type,
                "name": one.name,
                "name_en": one.name_en,
                "code": one.code,
                "sector": one.sector,
                "outside": "Tổ chức đảng cấp trên trước đây của Trường Đại học Hải Dương",
                "members": one.members,
            }
            for one in self.university
        ]
        return [
            *received,
            {"kind": "merge_absorb", "sources": ["@college"], "into": f"#{head.external_id}"},
            *codes(self.cells_of("college"), head, len(cells)),
        ]


def document(
    day: str, reason: str, legal_basis: str, decisions: list[dict[str, str]], measures: list[Measure]
) -> Document:
    return {
        "effective_on": day,
        "legal_basis": legal_basis,
        "reason": reason,
        "decisions": decisions,
        "measures": measures,
    }


def codes(cells: list[str], head: Organization, there: int) -> list[Measure]:
    """New codes for cells that come under an organization, after those of the cells that are there."""
    return [
        {"kind": "rename", "organization": f"@{cell}", "code": f"{head.code[:-3]}{number:03}"}
        for number, cell in enumerate(cells, start=there + 1)
    ]


def agriculture() -> list[Measure]:
    """The cell of one division is merged into that of another; the centre's cell gives off one for a new centre."""
    return [
        {"kind": "merge_absorb", "sources": ["@agriculture-05"], "into": "@agriculture-04"},
        {
            "kind": "establish",
            "key": "#agriculture-18",
            "parent": "@agriculture",
            "type": "affiliated_cell",
            "name": "Chi bộ Trung tâm Giống nông nghiệp",
            "name_en": "Party Cell of the Agricultural Seed and Breed Centre",
            "code": "30.350.013.000.018",
            "sector": "state_agency",
        },
        {
            "kind": "split",
            "organization": "@agriculture-13",
            "parts": [
                {
                    "to": "#agriculture-18",
                    "where": {"workplaces": ["Trại Giống cây trồng", "Trại Giống thủy sản"]},
                }
            ],
            "rest": "@agriculture-13",
            "source_survives": True,
        },
    ]
