"""The words of organizations and the authorities granted to them."""

from collections.abc import Mapping
from enum import Enum

from app.domain.authority import Authority
from app.domain.hierarchy import DiffChange, Level, OrganizationType
from app.domain.restructuring.lineage import LineageKind
from app.domain.summary import SummaryBasis
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    OrganizationType: {
        OrganizationType.CENTRAL: Words("Trung ương", "Central Committee level"),
        OrganizationType.PROVINCIAL: Words("Đảng bộ tỉnh, thành phố", "Provincial Party organization"),
        OrganizationType.PROVINCIAL_AGENCIES_BLOC: Words(
            "Đảng bộ khối các cơ quan tỉnh", "Bloc of provincial agencies"
        ),
        OrganizationType.PROVINCIAL_ENTERPRISES_BLOC: Words(
            "Đảng bộ khối doanh nghiệp", "Bloc of enterprises"
        ),
        OrganizationType.DISTRICT: Words(
            "Đảng bộ huyện, thành phố, thị xã", "District, provincial city or town"
        ),
        OrganizationType.PROVINCIAL_PARTY_AGENCIES: Words(
            "Đảng bộ các cơ quan Đảng tỉnh", "Provincial Party agencies"
        ),
        OrganizationType.PROVINCIAL_PEOPLES_COMMITTEE: Words(
            "Đảng bộ Ủy ban nhân dân tỉnh", "Provincial People's Committee"
        ),
        OrganizationType.PROVINCIAL_MILITARY: Words("Đảng bộ Quân sự tỉnh", "Provincial Military Command"),
        OrganizationType.PROVINCIAL_PUBLIC_SECURITY: Words(
            "Đảng bộ Công an tỉnh", "Provincial Public Security"
        ),
        OrganizationType.SPECIAL_UPPER: Words(
            "Đảng bộ cấp trên trực tiếp của tổ chức cơ sở đảng ở nơi có đặc điểm riêng",
            "Other upper organization of a place with special characteristics",
        ),
        OrganizationType.COMMUNE: Words("Đảng bộ xã, phường, đặc khu", "Commune, ward or special zone"),
        OrganizationType.GRASSROOTS_COMMITTEE: Words("Đảng bộ cơ sở", "Grassroots Party organization"),
        OrganizationType.GRASSROOTS_CELL: Words("Chi bộ cơ sở", "Grassroots cell"),
        OrganizationType.SECTIONAL_COMMITTEE: Words("Đảng bộ bộ phận", "Sectional Party organization"),
        OrganizationType.AFFILIATED_COMMITTEE: Words(
            "Đảng bộ trực thuộc đảng bộ cơ sở", "Party organization under a grassroots organization"
        ),
        OrganizationType.AFFILIATED_CELL: Words("Chi bộ trực thuộc đảng ủy cơ sở", "Cell under a committee"),
        OrganizationType.TEMPORARY_CELL: Words("Chi bộ sinh hoạt tạm thời", "Temporary-activity cell"),
    },
    Level: {
        Level.CENTRAL: Words("Cấp Trung ương", "Central"),
        Level.PROVINCIAL: Words("Cấp tỉnh", "Provincial"),
        Level.UPPER_GRASSROOTS: Words(
            "Cấp trên trực tiếp của tổ chức cơ sở đảng", "Directly above grassroots"
        ),
        Level.GRASSROOTS: Words("Cấp cơ sở", "Grassroots"),
        Level.SECTIONAL: Words("Cấp bộ phận", "Sectional"),
        Level.CELL: Words("Chi bộ", "Cell"),
    },
    DiffChange: {
        DiffChange.BEGUN: Words("Thành lập", "Begun"),
        DiffChange.ENDED: Words("Kết thúc hoạt động", "Ended"),
        DiffChange.MOVED: Words("Chuyển cấp trên", "Moved"),
        DiffChange.RENAMED: Words("Đổi tên", "Renamed"),
        DiffChange.RETYPED: Words("Đổi loại hình", "Retyped"),
        DiffChange.RECODED: Words("Đổi mã", "Recoded"),
    },
    LineageKind: {
        LineageKind.ABSORBED_INTO: Words("Sáp nhập vào", "Absorbed into"),
        LineageKind.CONSOLIDATED_INTO: Words("Hợp nhất thành", "Consolidated into"),
        LineageKind.SPLIT_INTO: Words("Chia tách thành", "Split into"),
        LineageKind.DISSOLVED_INTO: Words("Giải thể, chuyển về", "Dissolved, passed to"),
        LineageKind.HANDED_ON_TO: Words("Kết thúc hoạt động, bàn giao cho", "Ended, handed on to"),
    },
    SummaryBasis: {
        SummaryBasis.AS_RECORDED: Words("Theo tổ chức của ngày đó", "On the tree of that day"),
        SummaryBasis.TODAYS_TREE: Words("Theo tổ chức hiện nay", "On the tree of today"),
    },
    Authority: {
        Authority.AUTHORISED_TO_ADMIT_AND_EXPEL: Words(
            "Được ủy quyền quyết định kết nạp và khai trừ đảng viên", "Authorised to admit and expel members"
        ),
        Authority.DELEGATED_UPPER_POWERS: Words(
            "Được giao quyền cấp trên cơ sở", "Delegated powers of the upper level"
        ),
    },
}
