"""The words for what the register owns, in Vietnamese and English, as they stand at the head of a line."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from app.domain.access import Action, Role
from app.domain.activity import ExemptionGround
from app.domain.authority import Authority
from app.domain.ballots import BallotQuestion, BallotStep
from app.domain.committees import CommitteeKind, CommitteeOrigin, SeatBasis, SeatEndReason, SeatTitle
from app.domain.deciding import Decider
from app.domain.finding import FindingCode
from app.domain.hierarchy import DiffChange, Level, OrganizationType
from app.domain.holds import HoldGround
from app.domain.imports import (
    Encoding,
    FileFormat,
    ImportAccept,
    ImportDuplicates,
    ImportKey,
    ImportKind,
    ImportMeaning,
    ImportMode,
    ImportState,
    ImportSubject,
)
from app.domain.leaving import ExitGround
from app.domain.masking import ProtectedField, ReadPurpose
from app.domain.matching import MatchContradiction, MatchOutcome, MatchReason
from app.domain.meetings import (
    AbsenceReason,
    MeetingBody,
    MeetingKind,
    NotHeldReason,
    ResolutionShare,
)
from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.notices import NoticeKind, NoticeState, NoticeStep
from app.domain.operation import Bulk, OperationKind
from app.domain.partial_date import Precision, Verdict
from app.domain.party_age import AgeUnknown, Certainty
from app.domain.person import (
    GeneralEducation,
    IdentifierKind,
    PoliticalTheory,
    ProfessionalEducation,
    Sex,
)
from app.domain.policy import Combine, Confidence, PolicyScope
from app.domain.policy_edits import PolicyEditState, PolicyEditStep
from app.domain.transfers import (
    TransferKind,
    TransferPurpose,
    TransferSide,
    TransferState,
    TransferStep,
)
from app.domain.votes import Body, Comparison, Hindrance, Outcome


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
    DiffChange: {
        DiffChange.BEGUN: Words("Thành lập", "Begun"),
        DiffChange.ENDED: Words("Kết thúc hoạt động", "Ended"),
        DiffChange.MOVED: Words("Chuyển cấp trên", "Moved"),
        DiffChange.RENAMED: Words("Đổi tên", "Renamed"),
        DiffChange.RETYPED: Words("Đổi loại hình", "Retyped"),
        DiffChange.RECODED: Words("Đổi mã", "Recoded"),
    },
    Authority: {
        Authority.AUTHORISED_TO_ADMIT_AND_EXPEL: Words(
            "Được ủy quyền quyết định kết nạp và khai trừ đảng viên", "Authorised to admit and expel members"
        ),
        Authority.DELEGATED_UPPER_POWERS: Words(
            "Được giao quyền cấp trên cơ sở", "Delegated powers of the upper level"
        ),
    },
    CommitteeKind: {
        CommitteeKind.EXECUTIVE: Words("Cấp ủy", "Executive committee"),
        CommitteeKind.INSPECTION: Words("Ủy ban kiểm tra", "Inspection committee"),
    },
    CommitteeOrigin: {
        CommitteeOrigin.CONGRESS: Words("Đại hội bầu", "Elected by a congress"),
        CommitteeOrigin.APPOINTMENT: Words("Cấp trên chỉ định", "Appointed by the superior"),
    },
    SeatTitle: {
        SeatTitle.SECRETARY: Words("Bí thư", "Secretary"),
        SeatTitle.STANDING_DEPUTY: Words("Phó bí thư thường trực", "Standing deputy secretary"),
        SeatTitle.DEPUTY_SECRETARY: Words("Phó bí thư", "Deputy secretary"),
        SeatTitle.STANDING_MEMBER: Words("Ủy viên ban thường vụ", "Member of the standing committee"),
        SeatTitle.COMMITTEE_MEMBER: Words("Cấp ủy viên", "Committee member"),
        SeatTitle.INSPECTION_CHAIR: Words("Chủ nhiệm ủy ban kiểm tra", "Chair of the inspection committee"),
        SeatTitle.INSPECTION_DEPUTY: Words(
            "Phó chủ nhiệm ủy ban kiểm tra", "Deputy chair of the inspection committee"
        ),
        SeatTitle.INSPECTION_MEMBER: Words("Ủy viên ủy ban kiểm tra", "Member of the inspection committee"),
    },
    SeatBasis: {
        SeatBasis.ELECTED: Words("Được bầu", "Elected"),
        SeatBasis.APPOINTED: Words("Được chỉ định", "Appointed"),
        SeatBasis.RATIFIED: Words("Được chuẩn y", "Ratified"),
    },
    SeatEndReason: {
        SeatEndReason.RETIREMENT: Words("Nghỉ hưu", "Retirement"),
        SeatEndReason.JOB_CHANGE: Words("Chuyển công tác", "Change of job"),
        SeatEndReason.TRANSFERRED_OUT: Words("Chuyển sinh hoạt đảng chính thức", "Official transfer out"),
        SeatEndReason.LEFT_PARTY: Words("Không còn là đảng viên", "No longer a member"),
        SeatEndReason.DISMISSED: Words("Bị cách chức", "Dismissed"),
        SeatEndReason.RESIGNED: Words("Xin thôi", "Resigned"),
        SeatEndReason.DECEASED: Words("Từ trần", "Deceased"),
        SeatEndReason.OTHER_TITLE: Words("Nhận chức danh khác", "Took another title"),
        SeatEndReason.RESTRUCTURED: Words("Sắp xếp lại tổ chức", "Restructuring"),
    },
    Standing: {
        Standing.PROBATIONARY: Words("Đảng viên dự bị", "Probationary member"),
        Standing.OFFICIAL: Words("Đảng viên chính thức", "Official member"),
    },
    MeetingBody: {
        MeetingBody.CELL: Words("Chi bộ", "Cell"),
        MeetingBody.COMMITTEE: Words("Cấp ủy", "Committee"),
    },
    MeetingKind: {
        MeetingKind.REGULAR: Words("Thường kỳ", "Regular"),
        MeetingKind.EXTRAORDINARY: Words("Bất thường", "Extraordinary"),
        MeetingKind.THEMATIC: Words("Chuyên đề", "Thematic"),
        MeetingKind.CONGRESS: Words("Đại hội", "Congress"),
    },
    NotHeldReason: {
        NotHeldReason.TOO_FEW_COULD_COME: Words("Không đủ người dự", "Too few could come"),
        NotHeldReason.DISASTER_OR_EPIDEMIC: Words("Thiên tai, dịch bệnh", "Disaster or epidemic"),
        NotHeldReason.WORK_ELSEWHERE: Words("Đơn vị làm nhiệm vụ ở nơi khác", "Work elsewhere"),
        NotHeldReason.RESTRUCTURING: Words("Đang sắp xếp tổ chức", "Restructuring"),
        NotHeldReason.OTHER: Words("Lý do khác", "Other"),
    },
    AbsenceReason: {
        AbsenceReason.TEMPORARILY_ELSEWHERE: Words("Sinh hoạt tạm thời nơi khác", "Temporarily elsewhere"),
        AbsenceReason.EXEMPTED: Words("Được miễn sinh hoạt", "Exempted"),
        AbsenceReason.PROSECUTED: Words("Bị khởi tố, tạm giam", "Prosecuted or detained"),
        AbsenceReason.ILL: Words("Ốm đau", "Ill"),
        AbsenceReason.ON_DUTY: Words("Đi công tác", "On duty"),
        AbsenceReason.ACCEPTED_OTHER: Words("Có lý do chính đáng khác", "Another accepted reason"),
        AbsenceReason.WITHOUT_REASON: Words("Không có lý do", "Without reason"),
    },
    ResolutionShare: {
        ResolutionShare.SIMPLE_MAJORITY: Words("Quá nửa", "More than half"),
        ResolutionShare.TWO_THIRDS: Words("Hai phần ba", "Two thirds"),
    },
    BallotStep: {
        BallotStep.CELL: Words("Chi bộ", "Cell"),
        BallotStep.SECTIONAL: Words("Đảng ủy bộ phận", "Sectional committee"),
        BallotStep.GRASSROOTS: Words("Đảng ủy cơ sở", "Grassroots committee"),
        BallotStep.AUTHORISED_GRASSROOTS: Words(
            "Đảng ủy cơ sở được ủy quyền", "Authorised grassroots committee"
        ),
        BallotStep.UPPER: Words("Ban thường vụ cấp ủy cấp trên", "Upper standing committee"),
    },
    BallotQuestion: {
        BallotQuestion.EXIT: Words("Ra khỏi Đảng", "Leaving the Party"),
        BallotQuestion.STATUS: Words("Tình trạng sinh hoạt", "Status"),
        BallotQuestion.READMISSION: Words("Kết nạp lại", "Readmission"),
    },
    Decider: {
        Decider.CELL: Words("Chi bộ", "Cell"),
        Decider.GRASSROOTS: Words("Tổ chức cơ sở đảng", "Grassroots organization"),
        Decider.AUTHORISED_GRASSROOTS: Words(
            "Đảng ủy cơ sở được ủy quyền", "Authorised grassroots committee"
        ),
        Decider.UPPER: Words("Cấp ủy cấp trên", "Upper committee"),
    },
    Body: {
        Body.CELL: Words("Chi bộ", "Cell"),
        Body.CELL_CONGRESS: Words("Đại hội chi bộ", "Congress of the cell"),
        Body.COMMITTEE: Words("Cấp ủy", "Committee"),
    },
    Hindrance: {
        Hindrance.TEMPORARILY_ELSEWHERE: Words("Sinh hoạt tạm thời nơi khác", "Temporarily elsewhere"),
        Hindrance.EXEMPTED: Words("Được miễn công tác và sinh hoạt", "Exempted"),
        Hindrance.SUSPENDED: Words("Bị đình chỉ sinh hoạt", "Suspended"),
        Hindrance.PROSECUTED: Words("Bị khởi tố, tạm giam", "Prosecuted or detained"),
        Hindrance.ABSENT_THROUGHOUT_WITH_ACCEPTED_REASON: Words(
            "Vắng mặt suốt thời gian đại hội, có lý do chính đáng", "Absent throughout, reason accepted"
        ),
    },
    Comparison: {
        Comparison.AT_LEAST: Words("Từ", "At least"),
        Comparison.MORE_THAN: Words("Trên", "More than"),
    },
    Outcome: {
        Outcome.CARRIED: Words("Đạt", "Carried"),
        Outcome.REPEATABLE: Words("Chưa đạt, được biểu quyết lại", "Not carried, may be repeated"),
        Outcome.ESCALATED: Words("Chưa đạt, cấp trên quyết định", "Not carried, the superior decides"),
    },
    ExitGround: {
        ExitGround.MEETINGS_OR_DUES_MISSED: Words(
            "Bỏ sinh hoạt hoặc không đóng đảng phí", "Meetings or dues missed"
        ),
        ExitGround.CARD_RETURNED_OR_DESTROYED: Words(
            "Trả lại hoặc hủy thẻ đảng viên", "Card returned or destroyed"
        ),
        ExitGround.NO_WILL_TO_STRIVE: Words("Giảm sút ý chí phấn đấu", "No will to strive"),
        ExitGround.TWO_YEARS_OF_VIOLATIONS: Words(
            "Vi phạm tư cách hai năm liền", "Two consecutive years of violations"
        ),
        ExitGround.POLITICAL_STANDARD: Words("Vi phạm tiêu chuẩn chính trị", "Political standard not met"),
        ExitGround.ACTIVITY_ABANDONED: Words("Tự ý bỏ sinh hoạt đảng", "Activity abandoned"),
        ExitGround.OWN_REQUEST: Words("Tự xin ra khỏi Đảng", "Own request"),
        ExitGround.FAMILY_HARDSHIP: Words(
            "Tự xin ra vì hoàn cảnh gia đình đặc biệt khó khăn", "Own request, special hardship of the family"
        ),
        ExitGround.SERIOUS_INTERNAL_DISUNITY: Words(
            "Gây mất đoàn kết nội bộ nghiêm trọng", "Serious internal disunity"
        ),
        ExitGround.CORRUPTION_CONVICTION: Words("Bị kết án vì tham nhũng", "Convicted of corruption"),
        ExitGround.SERIOUS_CRIME: Words(
            "Bị kết án về tội nghiêm trọng trở lên", "Convicted of a serious or graver crime"
        ),
        ExitGround.LESS_SERIOUS_CRIME: Words(
            "Bị kết án về tội ít nghiêm trọng", "Convicted of a less serious crime"
        ),
        ExitGround.ADMISSION_STANDARD_NOT_MET: Words(
            "Kết nạp không đúng tiêu chuẩn, điều kiện", "Standards not met at admission"
        ),
        ExitGround.OTHER: Words("Lý do khác", "Other"),
    },
    ExemptionGround: {
        ExemptionGround.OLD_AGE_OR_WEAK_HEALTH: Words("Tuổi cao, sức yếu", "Old age or weak health"),
        ExemptionGround.MOBILE_WORK: Words("Việc làm lưu động", "Mobile work"),
        ExemptionGround.WAITING_FOR_RETIREMENT: Words("Chờ nghỉ hưu", "Waiting for retirement"),
        ExemptionGround.LONG_TREATMENT: Words("Điều trị bệnh dài ngày", "Long treatment"),
        ExemptionGround.MATERNITY: Words("Nghỉ thai sản", "Maternity"),
        ExemptionGround.OTHER: Words("Lý do khác", "Other"),
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
    ProtectedField: {
        ProtectedField.CITIZEN_ID: Words("Số căn cước", "Citizen id"),
        ProtectedField.CARD_NUMBER: Words("Số thẻ đảng viên", "Card number"),
        ProtectedField.FILE_NUMBER: Words("Số lý lịch", "File number"),
        ProtectedField.BIRTH_DATE: Words("Ngày sinh", "Birth date"),
        ProtectedField.RESIDENCE: Words("Nơi cư trú", "Residence"),
    },
    ReadPurpose: {
        ReadPurpose.DOSSIER_CHECK: Words("Đối chiếu với hồ sơ", "Check against the dossier"),
        ReadPurpose.CARD_ISSUE: Words("Cấp, đổi, cấp lại thẻ", "Issue or replace a card"),
        ReadPurpose.TRANSFER_PAPERS: Words(
            "Lập giấy giới thiệu chuyển sinh hoạt", "Write papers of a transfer"
        ),
        ReadPurpose.TELLING_APART: Words("Phân biệt người trùng tên", "Tell namesakes apart"),
        ReadPurpose.INSPECTION: Words("Phục vụ kiểm tra, giám sát", "Serve an inspection"),
        ReadPurpose.AUTHORITY_REQUEST: Words(
            "Theo yêu cầu của cơ quan có thẩm quyền", "Answer a competent authority"
        ),
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
    MatchOutcome: {
        MatchOutcome.SURE: Words("Chắc chắn", "Sure"),
        MatchOutcome.CANDIDATES: Words("Cần xem lại", "Candidates"),
        MatchOutcome.NONE: Words("Không tìm thấy", "None"),
    },
    MatchReason: {
        MatchReason.NUMBER: Words("Trùng số giấy tờ", "Same number"),
        MatchReason.NAME: Words("Trùng họ tên", "Same name"),
        MatchReason.NAME_SPELT_OTHERWISE: Words(
            "Trùng họ tên, khác cách viết i/y", "Same name, spelt with i for y or y for i"
        ),
        MatchReason.BIRTH_DATE: Words("Trùng ngày sinh", "Same date of birth"),
        MatchReason.BIRTH_POSSIBLE: Words("Ngày sinh có thể trùng", "May be born then"),
        MatchReason.CELL: Words("Cùng chi bộ", "Same cell"),
    },
    MatchContradiction: {
        MatchContradiction.NUMBER_OF_ANOTHER: Words(
            "Số giấy tờ là của người khác", "The number is another member's"
        ),
        MatchContradiction.NAME_DIFFERS: Words("Khác họ tên", "Another name"),
        MatchContradiction.BIRTH_DIFFERS: Words("Khác ngày sinh", "Another date of birth"),
        MatchContradiction.CELL_DIFFERS: Words("Khác chi bộ", "Another cell"),
        MatchContradiction.MATCHED_BY_ANOTHER_ROW: Words(
            "Dòng khác cũng là người này", "Another row is the same member"
        ),
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
    AgeUnknown: {
        AgeUnknown.NOT_ON_THE_ROLL: Words("Không còn trong danh sách đảng viên", "Not on the roll"),
        AgeUnknown.NOT_OFFICIAL: Words("Chưa là đảng viên chính thức", "Not yet official"),
        AgeUnknown.ADMISSION_UNKNOWN: Words("Chưa rõ ngày quyết định kết nạp", "Admission not recorded"),
        AgeUnknown.ADMISSION_LATER: Words("Ngày quyết định kết nạp sau ngày hỏi", "Admitted after the day"),
    },
    Certainty: {
        Certainty.CERTAIN: Words("Chắc chắn", "Certain"),
        Certainty.POSSIBLE: Words("Có thể", "Possible"),
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
    NoticeKind: {
        NoticeKind.LEFT_WORK: Words("Thôi việc", "Left work"),
        NoticeKind.RETIRED: Words("Nghỉ hưu", "Retired"),
        NoticeKind.MOVED_WORK: Words("Chuyển công tác", "Moved to other work"),
        NoticeKind.MOVED_HOME: Words("Chuyển nơi cư trú", "Moved home"),
        NoticeKind.WENT_ABROAD: Words("Ra nước ngoài", "Went abroad"),
        NoticeKind.DIED: Words("Từ trần", "Died"),
        NoticeKind.NAME_CHANGED: Words("Thay đổi họ tên", "Name changed"),
    },
    NoticeState: {
        NoticeState.UNMATCHED: Words("Chưa xác định được đảng viên", "Unmatched"),
        NoticeState.MATCHED: Words("Đã xác định được đảng viên", "Matched"),
        NoticeState.SETTLED: Words("Đã giải quyết", "Settled"),
        NoticeState.DISMISSED: Words("Không phải giải quyết", "Dismissed"),
    },
    NoticeStep: {
        NoticeStep.MATCH: Words("Xác định đảng viên", "Match"),
        NoticeStep.SETTLE: Words("Giải quyết", "Settle"),
        NoticeStep.DISMISS: Words("Bỏ qua", "Dismiss"),
    },
    PolicyEditState: {
        PolicyEditState.PENDING: Words("Chờ phê duyệt", "Pending"),
        PolicyEditState.APPROVED: Words("Đã phê duyệt", "Approved"),
        PolicyEditState.REFUSED: Words("Không phê duyệt", "Refused"),
        PolicyEditState.WITHDRAWN: Words("Đã rút lại", "Withdrawn"),
    },
    PolicyEditStep: {
        PolicyEditStep.APPROVE: Words("Phê duyệt", "Approve"),
        PolicyEditStep.REFUSE: Words("Từ chối phê duyệt", "Refuse"),
        PolicyEditStep.WITHDRAW: Words("Rút lại", "Withdraw"),
    },
    Role: {
        Role.CELL_SECRETARY: Words("Bí thư chi bộ", "Cell secretary"),
        Role.GRASSROOTS_OFFICE: Words("Văn phòng cấp ủy cơ sở", "Grassroots committee office"),
        Role.UPPER_ORGANIZING_BOARD: Words(
            "Ban tổ chức cấp trên trực tiếp cơ sở", "Organizing board above the grassroots"
        ),
        Role.INSPECTION_COMMITTEE: Words("Ủy ban kiểm tra", "Inspection committee"),
        Role.PROVINCIAL_ORGANIZING_BOARD: Words("Ban tổ chức tỉnh ủy", "Provincial organizing board"),
        Role.AUDITOR: Words("Người giám sát", "Auditor"),
        Role.ADMIN: Words("Quản trị hệ thống", "Administrator"),
    },
    Action: {
        Action.READ_ORGANIZATION: Words("Xem tổ chức đảng", "Read organizations"),
        Action.CHANGE_ORGANIZATION: Words("Thay đổi thông tin tổ chức đảng", "Change organizations"),
        Action.CORRECT_ORGANIZATION: Words("Đính chính thông tin tổ chức đảng", "Correct organizations"),
        Action.IMPORT_ORGANIZATIONS: Words("Nhập tổ chức đảng từ tệp", "Import organizations"),
        Action.MANAGE_COMMITTEE: Words("Ghi cấp ủy và chức danh", "Manage committees and seats"),
        Action.RECORD_MEETING: Words("Ghi cuộc họp", "Record meetings"),
        Action.READ_MEMBER: Words("Xem đảng viên", "Read members"),
        Action.READ_BIRTH_DATE: Words("Xem ngày sinh", "Read birth dates"),
        Action.READ_RESIDENCE: Words("Xem nơi cư trú", "Read residences"),
        Action.UNMASK_MEMBER: Words("Xem đầy đủ thông tin được che", "See masked values of members"),
        Action.CREATE_MEMBER: Words("Thêm đảng viên", "Create members"),
        Action.CHANGE_MEMBER: Words("Thay đổi thông tin đảng viên", "Change members"),
        Action.CORRECT_MEMBER: Words("Đính chính thông tin đảng viên", "Correct members"),
        Action.DISTINGUISH_MEMBERS: Words("Phân biệt đảng viên trùng tên", "Tell members apart"),
        Action.MERGE_MEMBERS: Words("Hợp nhất hồ sơ trùng", "Merge records of members"),
        Action.IMPORT_MEMBERS: Words("Nhập đảng viên từ tệp", "Import members"),
        Action.READ_TRANSFER: Words("Xem chuyển sinh hoạt đảng", "Read transfers"),
        Action.SEND_TRANSFER: Words("Giới thiệu chuyển sinh hoạt đảng đi", "Send transfers"),
        Action.RECEIVE_TRANSFER: Words("Tiếp nhận sinh hoạt đảng", "Receive transfers"),
        Action.READ_HOLD: Words("Xem việc đang kiểm tra, giải quyết khiếu nại", "Read holds"),
        Action.MANAGE_HOLD: Words("Ghi việc đang kiểm tra, giải quyết khiếu nại", "Manage holds"),
        Action.SEND_NOTICE: Words("Gửi thông báo từ hệ thống khác", "Send notices"),
        Action.READ_NOTICE: Words("Xem thông báo từ hệ thống khác", "Read notices"),
        Action.SETTLE_NOTICE: Words("Giải quyết thông báo từ hệ thống khác", "Settle notices"),
        Action.READ_OPERATION: Words("Xem nhật ký thao tác", "Read operations"),
        Action.READ_POLICY_EDIT: Words("Xem đề nghị sửa quy định", "Read policy edits"),
        Action.PROPOSE_POLICY: Words("Đề nghị sửa quy định", "Propose policy edits"),
        Action.APPROVE_POLICY: Words("Phê duyệt sửa quy định", "Approve policy edits"),
        Action.READ_RECORDED_READ: Words("Xem nhật ký truy cập", "Read the record of reads"),
        Action.READ_GRANT: Words("Xem quyền đã cấp", "Read grants"),
        Action.MANAGE_GRANT: Words("Cấp và thu hồi quyền", "Manage grants"),
        Action.MANAGE_MACHINE_CLIENT: Words("Quản lý hệ thống kết nối", "Manage machine clients"),
        Action.VERIFY: Words("Kiểm tra toàn vẹn dữ liệu", "Verify the register"),
    },
    TransferKind: {
        TransferKind.OFFICIAL: Words("Chuyển sinh hoạt đảng chính thức", "Official transfer"),
        TransferKind.INTERNAL: Words("Chuyển sinh hoạt đảng nội bộ", "Internal transfer"),
        TransferKind.TEMPORARY: Words("Chuyển sinh hoạt đảng tạm thời", "Temporary transfer"),
        TransferKind.ABROAD: Words("Chuyển sinh hoạt đảng ra ngoài nước", "Transfer abroad"),
    },
    TransferPurpose: {
        TransferPurpose.WORK: Words("Công tác", "Work"),
        TransferPurpose.STUDY: Words("Học tập", "Study"),
    },
    TransferState: {
        TransferState.INTRODUCED: Words("Đã giới thiệu", "Introduced"),
        TransferState.IN_TRANSIT: Words("Hồ sơ đang chuyển", "In transit"),
        TransferState.FORWARDED: Words("Đã chuyển tiếp", "Forwarded"),
        TransferState.STAYING: Words("Đang sinh hoạt tạm thời", "Staying for a time"),
        TransferState.REFUSED: Words("Bị từ chối tiếp nhận", "Refused"),
        TransferState.RECEIVED: Words("Đã tiếp nhận", "Received"),
        TransferState.RETURNED: Words("Đã trả lại hồ sơ", "Returned"),
        TransferState.ABANDONED: Words("Bỏ sinh hoạt", "Abandoned"),
        TransferState.CANCELLED: Words("Đã hủy giới thiệu", "Cancelled"),
        TransferState.CAME_BACK: Words("Đã về sinh hoạt lại", "Came back"),
    },
    TransferStep: {
        TransferStep.INTRODUCE: Words("Giới thiệu", "Introduce"),
        TransferStep.ARRIVE: Words("Đến từ ngoài hệ thống", "Arrive from outside the register"),
        TransferStep.STAMP: Words("Đóng dấu chuyển qua", "Stamp on the way"),
        TransferStep.FORWARD: Words("Chuyển tiếp đúng nơi nhận", "Forward to the right destination"),
        TransferStep.RECEIVE: Words("Tiếp nhận", "Receive"),
        TransferStep.REFUSE: Words("Từ chối tiếp nhận", "Refuse"),
        TransferStep.RETURN: Words("Nhận lại hồ sơ", "Take the papers back"),
        TransferStep.ABANDON: Words("Xác định bỏ sinh hoạt", "Declare abandoned"),
        TransferStep.CANCEL: Words("Hủy giới thiệu", "Cancel"),
        TransferStep.EXTEND: Words("Gia hạn", "Extend"),
        TransferStep.COME_BACK: Words("Về sinh hoạt lại", "Come back"),
    },
    TransferSide: {
        TransferSide.SENDER: Words("Nơi chuyển đi", "Sender"),
        TransferSide.RECEIVER: Words("Nơi tiếp nhận", "Receiver"),
        TransferSide.EITHER: Words("Một trong hai nơi", "Either side"),
    },
    HoldGround: {
        HoldGround.INSPECTION: Words("Đang kiểm tra", "Inspection"),
        HoldGround.AUDIT: Words("Đang thanh tra, kiểm toán", "Audit"),
        HoldGround.COMPLAINT: Words("Đang giải quyết khiếu nại, tố cáo", "Complaint"),
    },
    Bulk: {
        Bulk.ALL_OR_NOTHING: Words("Tất cả hoặc không gì cả", "All or nothing"),
        Bulk.EACH: Words("Từng mục riêng", "Each for itself"),
    },
    FindingCode: {
        FindingCode.DECISION_NOT_NAMED: Words("Chưa ghi quyết định", "No decision named"),
        FindingCode.BALLOT_NOT_NAMED: Words("Chưa ghi kết quả biểu quyết", "No ballot named"),
        FindingCode.LIMIT_PASSED: Words("Quá thời hạn", "Limit passed"),
        FindingCode.SUPERIOR_DECIDES: Words(
            "Đã biểu quyết đủ số lần, cấp trên quyết định", "Most ballots held: the superior decides"
        ),
        FindingCode.SUMMONED_DIFFERS: Words(
            "Số triệu tập khác số đảng viên chính thức trong sổ", "Summoned differ from the roll"
        ),
        FindingCode.CONSENT_NOT_NAMED: Words("Chưa ghi văn bản đồng ý", "No written consent named"),
        FindingCode.GROUND_NOT_NAMED: Words("Chưa ghi lý do ra khỏi Đảng", "No ground of the exit named"),
        FindingCode.CLEARING_NOT_NAMED: Words(
            "Chưa ghi ngày xóa án tích", "No day of clearing the conviction named"
        ),
        FindingCode.ABSENT_OFF_THE_ROLL: Words(
            "Người vắng không có trong sổ ngày đó", "Someone absent was not on the roll"
        ),
        FindingCode.STATUS_NOT_RECORDED: Words(
            "Tình trạng sinh hoạt chưa ghi trong sổ", "The status is not on record"
        ),
        FindingCode.NUMBER_OUTSIDE_POLICY: Words("Số lượng ngoài quy định", "Number outside the policy"),
        FindingCode.NOT_JUDGED: Words("Chưa đủ dữ liệu để kết luận", "Not enough known to judge"),
        FindingCode.LIMIT_NOT_COUNTED: Words(
            "Chưa tính được thời hạn: thiếu lịch nghỉ của năm",
            "Limit not counted: the year's calendar is missing",
        ),
    },
    OperationKind: {
        OperationKind.REGISTER_OPENED: Words("Mở sổ", "Register opened"),
        OperationKind.POLICIES_SHIPPED: Words("Cập nhật quy định kèm phiên bản", "Policies shipped"),
        OperationKind.POLICY_EDIT_PROPOSED: Words("Đề nghị sửa quy định", "Policy edit proposed"),
        OperationKind.POLICY_EDIT_APPROVED: Words("Phê duyệt sửa quy định", "Policy edit approved"),
        OperationKind.POLICY_EDIT_REFUSED: Words("Từ chối sửa quy định", "Policy edit refused"),
        OperationKind.POLICY_EDIT_WITHDRAWN: Words("Rút đề nghị sửa quy định", "Policy edit withdrawn"),
        OperationKind.ORGANIZATION_CHANGED: Words("Thay đổi tổ chức đảng", "Organization changed"),
        OperationKind.ORGANIZATION_CORRECTED: Words("Đính chính tổ chức đảng", "Organization corrected"),
        OperationKind.MEMBER_CREATED: Words("Thêm đảng viên", "Member created"),
        OperationKind.MEMBER_CHANGED: Words("Thay đổi đảng viên", "Member changed"),
        OperationKind.MEMBER_STATUS_DECIDED: Words("Quyết định tình trạng sinh hoạt", "Status decided"),
        OperationKind.MEMBER_LEFT: Words("Đảng viên ra khỏi sổ", "Member left"),
        OperationKind.MEMBER_RESTORED: Words("Khôi phục đảng viên", "Member restored"),
        OperationKind.MEMBER_READMITTED: Words("Kết nạp lại đảng viên", "Member readmitted"),
        OperationKind.MEMBER_CORRECTED: Words("Đính chính đảng viên", "Member corrected"),
        OperationKind.MEMBERS_MERGED: Words("Hợp nhất hai hồ sơ đảng viên", "Records merged"),
        OperationKind.MERGE_REVERSED: Words("Hủy hợp nhất hồ sơ", "Merge reversed"),
        OperationKind.MEMBERS_DISTINGUISHED: Words("Ghi hai hồ sơ là hai người", "Members told apart"),
        OperationKind.DISTINCTION_CORRECTED: Words(
            "Đính chính việc phân biệt hồ sơ", "Distinction corrected"
        ),
        OperationKind.NOTICES_RECEIVED: Words("Nhận thông báo từ hệ thống khác", "Notices received"),
        OperationKind.NOTICE_MATCHED: Words("Xác định đảng viên của thông báo", "Notice matched"),
        OperationKind.NOTICE_SETTLED: Words("Giải quyết thông báo", "Notice settled"),
        OperationKind.NOTICE_DISMISSED: Words("Bỏ qua thông báo", "Notice dismissed"),
        OperationKind.BALLOT_CORRECTED: Words("Đính chính biểu quyết", "Ballot corrected"),
        OperationKind.MEETINGS_RECORDED: Words("Ghi cuộc họp", "Meetings recorded"),
        OperationKind.MEETING_CORRECTED: Words("Đính chính cuộc họp", "Meeting corrected"),
        OperationKind.COMMITTEE_CREATED: Words("Lập cấp ủy", "Committee created"),
        OperationKind.COMMITTEE_CHANGED: Words("Thay đổi cấp ủy", "Committee changed"),
        OperationKind.COMMITTEE_CORRECTED: Words("Đính chính cấp ủy", "Committee corrected"),
        OperationKind.SEATS_CREATED: Words("Thêm chức danh cấp ủy", "Seats created"),
        OperationKind.SEAT_ENDED: Words("Thôi chức danh cấp ủy", "Seat ended"),
        OperationKind.SEAT_CORRECTED: Words("Đính chính chức danh cấp ủy", "Seat corrected"),
        OperationKind.TRANSFERS_INTRODUCED: Words("Giới thiệu chuyển sinh hoạt đảng", "Transfers introduced"),
        OperationKind.TRANSFER_ARRIVED: Words(
            "Tiếp nhận từ ngoài hệ thống", "Transfer from outside the register received"
        ),
        OperationKind.TRANSFER_ADVANCED: Words("Một bước chuyển sinh hoạt đảng", "Step of a transfer"),
        OperationKind.TRANSFER_CORRECTED: Words("Đính chính chuyển sinh hoạt đảng", "Transfer corrected"),
        OperationKind.HOLD_CREATED: Words("Ghi việc kiểm tra, khiếu nại", "Hold recorded"),
        OperationKind.HOLD_ENDED: Words("Kết thúc việc kiểm tra, khiếu nại", "Hold ended"),
        OperationKind.HOLD_CORRECTED: Words("Đính chính việc kiểm tra, khiếu nại", "Hold corrected"),
        OperationKind.MEMBER_CORRECTION_PROPOSED: Words(
            "Đề nghị đính chính đảng viên", "Correction of a member proposed"
        ),
        OperationKind.MEMBER_CORRECTION_CONFIRMED: Words(
            "Xác nhận đính chính đảng viên", "Correction of a member confirmed"
        ),
        OperationKind.MEMBER_CORRECTION_WITHDRAWN: Words(
            "Rút đề nghị đính chính đảng viên", "Correction of a member withdrawn"
        ),
        OperationKind.GRANTS_CREATED: Words("Cấp quyền", "Grants created"),
        OperationKind.GRANT_ENDED: Words("Kết thúc quyền", "Grant ended"),
        OperationKind.GRANT_CORRECTED: Words("Đính chính quyền", "Grant corrected"),
        OperationKind.MACHINE_CLIENT_CREATED: Words("Thêm hệ thống kết nối", "Machine client created"),
        OperationKind.KEY_CREATED: Words("Tạo khóa", "Key created"),
        OperationKind.KEY_REVOKED: Words("Thu hồi khóa", "Key revoked"),
        OperationKind.ORGANIZATIONS_IMPORTED: Words("Nhập tổ chức đảng từ tệp", "Organizations imported"),
        OperationKind.MEMBERS_IMPORTED: Words("Nhập đảng viên từ tệp", "Members imported"),
        OperationKind.IMPORT_REVERSED: Words("Rút lại lần nhập tệp", "Import taken back"),
        OperationKind.MEMBERSHIPS_IMPORTED: Words("Nhập nơi sinh hoạt đảng từ tệp", "Memberships imported"),
        OperationKind.SEATS_IMPORTED: Words("Nhập chức danh cấp ủy từ tệp", "Seats imported"),
        OperationKind.MEETINGS_IMPORTED: Words("Nhập cuộc họp từ tệp", "Meetings imported"),
        OperationKind.EXTERNAL_IDS_IMPORTED: Words("Nhập mã ở hệ thống khác từ tệp", "External ids imported"),
    },
    ImportKind: {
        ImportKind.ORGANIZATIONS: Words("Tổ chức đảng", "Organizations"),
        ImportKind.MEMBERS: Words("Đảng viên", "Members"),
        ImportKind.MEMBERSHIPS: Words("Nơi sinh hoạt đảng", "Memberships"),
        ImportKind.SEATS: Words("Cấp ủy và chức danh", "Committees and seats"),
        ImportKind.MEETINGS: Words("Cuộc họp", "Meetings"),
        ImportKind.EXTERNAL_IDS: Words("Mã ở hệ thống khác", "Ids in other systems"),
    },
    ImportSubject: {
        ImportSubject.ORGANIZATION: Words("Tổ chức đảng", "Organization"),
        ImportSubject.MEMBER: Words("Đảng viên", "Member"),
    },
    ImportKey: {
        ImportKey.EXTERNAL_ID: Words("Mã ở hệ thống khác", "Id in another system"),
        ImportKey.CODE: Words("Mã tổ chức đảng", "Code of the organization"),
    },
    FileFormat: {
        FileFormat.CSV: Words("Bảng CSV", "Table (CSV)"),
        FileFormat.NDJSON: Words("Từng dòng JSON (NDJSON)", "JSON by line (NDJSON)"),
        FileFormat.XLSX: Words("Bảng tính Excel (XLSX)", "Workbook (XLSX)"),
    },
    Encoding: {
        Encoding.UTF_8: Words("UTF-8", "UTF-8"),
        Encoding.UTF_16: Words("UTF-16 (“Unicode Text”)", "UTF-16 (“Unicode Text”)"),
        Encoding.WINDOWS_1258: Words("Windows-1258 (tiếng Việt)", "Windows-1258 (Vietnamese)"),
        Encoding.TCVN3: Words("Phông TCVN3 (ABC)", "Fonts of TCVN3 (ABC)"),
        Encoding.VNI: Words("Phông VNI", "Fonts of VNI"),
    },
    ImportMode: {
        ImportMode.VALIDATE: Words("Chỉ kiểm tra", "Validate only"),
        ImportMode.APPLY: Words("Kiểm tra và ghi", "Validate and apply"),
    },
    ImportAccept: {
        ImportAccept.ALL: Words("Tất cả hoặc không gì cả", "All or nothing"),
        ImportAccept.CLEAN: Words("Các dòng hợp lệ, giữ lại dòng lỗi", "The sound rows, others held"),
    },
    ImportDuplicates: {
        ImportDuplicates.REFUSE: Words("Không nhận người đã có", "Refuse who is a member already"),
        ImportDuplicates.CREATE: Words("Coi là người khác", "Take for another person"),
    },
    ImportMeaning: {
        ImportMeaning.CHANGES: Words("Thay đổi từ một ngày", "Changes from a day"),
        ImportMeaning.CORRECTIONS: Words(
            "Đính chính điều ghi nhầm", "Corrections of what was recorded wrongly"
        ),
    },
    ImportState: {
        ImportState.VALID: Words("Hợp lệ", "Valid"),
        ImportState.APPLIED: Words("Đã ghi", "Applied"),
        ImportState.REFUSED: Words("Bị từ chối", "Refused"),
    },
}
"""Every enumeration that the API shows, with the words of each of its members."""
