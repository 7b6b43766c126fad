"""The words for what the register owns, in Vietnamese and English, as they stand at the head of a line."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from app.domain.hierarchy import Level, OrganizationType, Sector
from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.partial_date import Precision, Verdict
from app.domain.person import (
    GeneralEducation,
    IdentifierKind,
    PoliticalTheory,
    ProfessionalEducation,
    Sex,
)
from app.domain.policy import Combine, Confidence, PolicyScope


class Words(NamedTuple):
    """One thing said in both languages."""

    vi: str
    en: str


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
    Sector: {
        Sector.PARTY_AGENCY: Words("Cơ quan Đảng", "Party agency"),
        Sector.STATE_AGENCY: Words("Cơ quan nhà nước", "State agency"),
        Sector.MASS_ORGANIZATION: Words(
            "Mặt trận Tổ quốc, tổ chức chính trị - xã hội", "Fatherland Front or mass organization"
        ),
        Sector.COURT_PROCURACY: Words("Tòa án, viện kiểm sát", "Court or procuracy"),
        Sector.SERVICE_UNIT: Words("Đơn vị sự nghiệp", "Public service unit"),
        Sector.STATE_ENTERPRISE: Words("Doanh nghiệp nhà nước", "State enterprise"),
        Sector.JOINT_STOCK_ENTERPRISE: Words("Công ty cổ phần", "Joint-stock enterprise"),
        Sector.PRIVATE_ENTERPRISE: Words("Doanh nghiệp tư nhân", "Private enterprise"),
        Sector.SCHOOL: Words("Trường học", "School"),
        Sector.HOSPITAL: Words("Bệnh viện", "Hospital"),
        Sector.BANK: Words("Ngân hàng", "Bank"),
        Sector.ARMY: Words("Quân đội", "Army"),
        Sector.POLICE: Words("Công an", "Police"),
        Sector.VILLAGE: Words("Thôn, khu dân cư", "Village or neighbourhood"),
        Sector.OTHER: Words("Khác", "Other"),
    },
    Standing: {
        Standing.PROBATIONARY: Words("Đảng viên dự bị", "Probationary member"),
        Standing.OFFICIAL: Words("Đảng viên chính thức", "Official member"),
    },
    ActivityStatus: {
        ActivityStatus.ACTIVE: Words("Đang sinh hoạt", "Active"),
        ActivityStatus.EXEMPTED: Words(
            "Được miễn công tác và sinh hoạt đảng", "Exempted from work and meetings"
        ),
        ActivityStatus.TEMPORARILY_ELSEWHERE: Words("Sinh hoạt tạm thời nơi khác", "Temporarily elsewhere"),
        ActivityStatus.SUSPENDED: Words("Bị đình chỉ sinh hoạt đảng", "Suspended"),
        ActivityStatus.INTERRUPTED: Words("Gián đoạn sinh hoạt đảng", "Interrupted"),
        ActivityStatus.TRANSFERRING: Words("Đang chuyển sinh hoạt đảng", "Being transferred"),
    },
    ExitReason: {
        ExitReason.TRANSFERRED_OUT: Words("Chuyển sinh hoạt đảng đi nơi khác", "Transferred out"),
        ExitReason.REMOVED: Words("Bị xóa tên (đảng viên chính thức)", "Removed from the list (official)"),
        ExitReason.PROBATION_REMOVED: Words(
            "Bị xóa tên (đảng viên dự bị)", "Removed from the list (probationary)"
        ),
        ExitReason.RESIGNED: Words("Được cho ra khỏi Đảng", "Resigned"),
        ExitReason.EXPELLED: Words("Bị khai trừ", "Expelled"),
        ExitReason.ADMISSION_ANNULLED: Words("Bị hủy quyết định kết nạp", "Admission annulled"),
        ExitReason.DECEASED: Words("Từ trần", "Deceased"),
    },
    Sex: {
        Sex.FEMALE: Words("Nữ", "Female"),
        Sex.MALE: Words("Nam", "Male"),
    },
    GeneralEducation: {
        GeneralEducation.LITERATE: Words("Biết đọc, biết viết", "Literate"),
        GeneralEducation.PRIMARY: Words("Tiểu học", "Primary"),
        GeneralEducation.LOWER_SECONDARY: Words("Trung học cơ sở", "Lower secondary"),
        GeneralEducation.UPPER_SECONDARY: Words("Trung học phổ thông", "Upper secondary"),
    },
    ProfessionalEducation: {
        ProfessionalEducation.ELEMENTARY: Words("Sơ cấp", "Elementary"),
        ProfessionalEducation.INTERMEDIATE: Words("Trung cấp", "Intermediate"),
        ProfessionalEducation.COLLEGE: Words("Cao đẳng", "College"),
        ProfessionalEducation.BACHELOR: Words("Đại học", "Bachelor"),
        ProfessionalEducation.MASTER: Words("Thạc sĩ", "Master"),
        ProfessionalEducation.DOCTOR: Words("Tiến sĩ", "Doctor"),
    },
    PoliticalTheory: {
        PoliticalTheory.ELEMENTARY: Words("Sơ cấp", "Elementary"),
        PoliticalTheory.INTERMEDIATE: Words("Trung cấp", "Intermediate"),
        PoliticalTheory.ADVANCED: Words("Cao cấp, cử nhân", "Advanced or bachelor"),
    },
    IdentifierKind: {
        IdentifierKind.CITIZEN_ID: Words("Số định danh cá nhân", "Personal identification number"),
        IdentifierKind.CARD_NUMBER: Words("Số thẻ đảng viên", "Party card number"),
        IdentifierKind.FILE_NUMBER: Words("Số lý lịch đảng viên", "File number"),
    },
    Precision: {
        Precision.DAY: Words("Ngày", "Day"),
        Precision.MONTH: Words("Tháng", "Month"),
        Precision.YEAR: Words("Năm", "Year"),
        Precision.UNKNOWN: Words("Không rõ", "Unknown"),
    },
    Verdict: {
        Verdict.PASS: Words("Đạt", "Pass"),
        Verdict.FAIL: Words("Không đạt", "Fail"),
        Verdict.UNKNOWN: Words("Chưa xác định", "Unknown"),
    },
    PolicyScope: {
        PolicyScope.NATIONAL: Words("Toàn quốc", "National"),
        PolicyScope.PROVINCE: Words("Cấp tỉnh", "Province"),
        PolicyScope.ORGANIZATION: Words("Tổ chức đảng", "Organization"),
    },
    Combine: {
        Combine.MIN: Words("Lấy mức thấp nhất", "The least rules"),
        Combine.MAX: Words("Lấy mức cao nhất", "The greatest rules"),
        Combine.REPLACE: Words("Thay thế quy định cấp trên", "Replaces what wider scopes say"),
    },
    Confidence: {
        Confidence.SURE: Words("Chắc chắn", "Sure"),
        Confidence.LIKELY: Words("Có khả năng", "Likely"),
        Confidence.UNSURE: Words("Chưa chắc chắn", "Unsure"),
    },
}
"""Every enumeration that the API shows, with the words of each of its members."""
