"""The two cells of 2023 that become sectional organizations: their new cells, and who goes to which."""

from typing import Any, NamedTuple

from case_organizations import Organization

Measure = dict[str, Any]


class Cell(NamedTuple):
    """A cell that an act founds, and where those work who go to it."""

    name: str
    name_en: str
    workplaces: tuple[str, ...]


LAND_REGISTRATION_OFFICE = (
    Cell(
        "Chi bộ Cơ quan Văn phòng Đăng ký đất đai",
        "Party Cell of the Land Registration Head Office",
        (
            "Phòng Hành chính - Tổng hợp",
            "Phòng Đăng ký và cấp giấy chứng nhận",
            "Phòng Thông tin - Lưu trữ",
            "Phòng Kỹ thuật địa chính",
        ),
    ),
    Cell(
        "Chi bộ Chi nhánh khu vực Hải Dương",
        "Party Cell of the Hai Duong Area Branches",
        ("Chi nhánh Thành phố Hải Dương", "Chi nhánh Gia Lộc", "Chi nhánh Tứ Kỳ"),
    ),
    Cell(
        "Chi bộ Chi nhánh khu vực phía Bắc",
        "Party Cell of the Northern Area Branches",
        (
            "Chi nhánh Chí Linh",
            "Chi nhánh Kinh Môn",
            "Chi nhánh Kim Thành",
            "Chi nhánh Nam Sách",
            "Chi nhánh Thanh Hà",
        ),
    ),
    Cell(
        "Chi bộ Chi nhánh khu vực phía Nam",
        "Party Cell of the Southern Area Branches",
        ("Chi nhánh Cẩm Giàng", "Chi nhánh Bình Giang", "Chi nhánh Ninh Giang", "Chi nhánh Thanh Miện"),
    ),
)
CENTER_FOR_DISEASE_CONTROL = (
    Cell(
        "Chi bộ Khối Hành chính",
        "Party Cell of the Administrative Divisions",
        ("Phòng Tổ chức - Hành chính", "Phòng Kế hoạch - Nghiệp vụ", "Phòng Tài chính - Kế toán"),
    ),
    Cell(
        "Chi bộ Khối Phòng chống dịch bệnh",
        "Party Cell of the Disease Prevention Departments",
        (
            "Khoa Phòng chống bệnh truyền nhiễm",
            "Khoa Phòng chống HIV/AIDS",
            "Khoa Ký sinh trùng - Côn trùng",
        ),
    ),
    Cell(
        "Chi bộ Khối Chuyên môn",
        "Party Cell of the Specialist Departments",
        (
            "Khoa Xét nghiệm - Chẩn đoán hình ảnh",
            "Khoa Sức khỏe môi trường - Y tế trường học",
            "Khoa Sức khỏe sinh sản",
        ),
    ),
)


def upgrade(one: Organization, cells: tuple[Cell, ...]) -> list[Measure]:
    """A cell becomes a sectional organization; each member goes to the new cell of the place where he works."""
    grassroots, place = one.code.rsplit(".", 2)[0], one.code[-3:]
    keys = [f"#{one.external_id}-{number:02}" for number in range(1, len(cells) + 1)]
    return [
        {
            "kind": "rename",
            "organization": f"@{one.external_id}",
            "name": one.name.replace("Chi bộ", "Đảng bộ bộ phận", 1),
            "name_en": one.name_en.replace("Party Cell", "Sectional Party Committee", 1),
            "code": f"{grassroots}.{place}.000",
        },
        *(
            {
                "kind": "establish",
                "key": key,
                "parent": f"@{one.external_id}",
                "type": "affiliated_cell",
                "name": cell.name,
                "name_en": cell.name_en,
                "code": f"{grassroots}.{place}.{number:03}",
                "sector": one.sector,
            }
            for number, (key, cell) in enumerate(zip(keys, cells, strict=True), start=1)
        ),
        {
            "kind": "upgrade",
            "organization": f"@{one.external_id}",
            "type": "sectional_committee",
            "parts": [
                {"to": key, "where": {"workplaces": list(cell.workplaces)}}
                for key, cell in zip(keys, cells, strict=True)
            ],
            "late_to": keys[0],
        },
    ]
