"""Documents of restructurings as the contract shows them: each kind of measure once, and no real body."""

from typing import Any

_OFFICE, _DEPARTMENT, _BLOC, _DISTRICT, _CELL, _OTHER_CELL, _MEMBER = (
    f"01900000-0000-7000-8000-00000000000{number}" for number in range(1, 8)
)

_DECISION = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "100-QĐ/TU", "signed_on": "2024-02-20"}

EXAMPLES: list[dict[str, Any]] = [
    {
        "effective_on": "2024-03-01",
        "legal_basis": "Điều 21 Điều lệ Đảng",
        "reason": "Chi bộ đông đảng viên được nâng cấp; đảng viên về các chi bộ mới theo nơi làm việc",
        "decisions": [
            {
                "issuer": "Ban Thường vụ Đảng ủy Khối",
                "number": "9-CV/ĐUK",
                "signed_on": "2024-02-10",
                "role": "consent",
            },
            {"issuer": "Đảng ủy Sở", "number": "12-QĐ/ĐU", "signed_on": "2024-02-20", "role": "decision"},
        ],
        "measures": [
            {"kind": "rename", "organization": _OFFICE, "name": "Đảng bộ bộ phận Văn phòng"},
            {
                "kind": "establish",
                "key": "#head-office",
                "parent": _OFFICE,
                "type": "affiliated_cell",
                "name": "Chi bộ Cơ quan Văn phòng",
            },
            {
                "kind": "establish",
                "key": "#branches",
                "parent": _OFFICE,
                "type": "affiliated_cell",
                "name": "Chi bộ các Chi nhánh",
            },
            {
                "kind": "upgrade",
                "organization": _OFFICE,
                "type": "sectional_committee",
                "parts": [{"to": "#branches", "where": {"workplaces": ["Chi nhánh"]}}],
                "rest": "#head-office",
            },
        ],
    },
    {
        "effective_on": "2024-03-01",
        "reason": "Chuyển giao, sáp nhập, giải thể",
        "decisions": [_DECISION],
        "excuses": [
            {"rule": "R-ORG-11", "organization": _CELL, "decision": _DECISION | {"role": "exception"}}
        ],
        "measures": [
            {"kind": "transfer", "organizations": [_DEPARTMENT], "to": _DISTRICT},
            {"kind": "merge_absorb", "sources": [_OTHER_CELL], "into": _CELL},
            {
                "kind": "dissolve",
                "organization": _OFFICE,
                "parts": [{"to": _DEPARTMENT, "children": [_CELL]}],
                "rest": _DEPARTMENT,
            },
            {"kind": "end_operation", "organization": _BLOC},
        ],
    },
    {
        "effective_on": "2024-03-01",
        "reason": "Hợp nhất, chia tách, tiếp nhận, bàn giao",
        "decisions": [_DECISION],
        "measures": [
            {
                "kind": "establish",
                "key": "#joined",
                "parent": _DEPARTMENT,
                "type": "affiliated_cell",
                "name": "Chi bộ hợp nhất",
            },
            {"kind": "merge_consolidate", "sources": [_CELL, _OTHER_CELL], "into": "#joined"},
            {
                "kind": "split",
                "organization": _OFFICE,
                "parts": [{"to": "#joined", "members": [_MEMBER]}],
                "source_survives": True,
                "late_to": _OFFICE,
            },
            {
                "kind": "receive",
                "key": "#received",
                "parent": _BLOC,
                "type": "grassroots_cell",
                "name": "Chi bộ tiếp nhận",
                "outside": "Đảng bộ Khối doanh nghiệp Trung ương",
                "members": 12,
            },
            {"kind": "hand_over", "organizations": [_DEPARTMENT], "outside": "Đảng bộ tỉnh khác"},
            {
                "kind": "downgrade",
                "organization": _DISTRICT,
                "type": "grassroots_cell",
                "parts": [{"to": _DISTRICT, "children": [_CELL]}],
            },
            {"kind": "retype", "organizations": [_BLOC], "type": "special_upper"},
        ],
    },
]
"""One that raises a cell, and two that show the other measures side by side."""
