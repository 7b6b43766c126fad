"""The words of members: the person, the standing, the way out, the age in the Party."""

from collections.abc import Mapping
from enum import Enum

from app.domain.activity import ExemptionGround
from app.domain.correction_proposals import CorrectionProposalState, CorrectionProposalStep
from app.domain.leaving import ExitGround
from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.partial_date import Precision, Verdict
from app.domain.party_age import AgeUnknown, Certainty
from app.domain.person import IdentifierKind, Sex
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    Sex: {
        Sex.FEMALE: Words("Nữ", "Female"),
        Sex.MALE: Words("Nam", "Male"),
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
    ExemptionGround: {
        ExemptionGround.OLD_AGE_OR_WEAK_HEALTH: Words("Tuổi cao, sức yếu", "Old age or weak health"),
        ExemptionGround.MOBILE_WORK: Words("Việc làm lưu động", "Mobile work"),
        ExemptionGround.WAITING_FOR_RETIREMENT: Words("Chờ nghỉ hưu", "Waiting for retirement"),
        ExemptionGround.LONG_TREATMENT: Words("Điều trị bệnh dài ngày", "Long treatment"),
        ExemptionGround.MATERNITY: Words("Nghỉ thai sản", "Maternity"),
        ExemptionGround.OTHER: Words("Lý do khác", "Other"),
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
    CorrectionProposalState: {
        CorrectionProposalState.PENDING: Words("Chờ xác nhận", "Pending"),
        CorrectionProposalState.CONFIRMED: Words("Đã xác nhận", "Confirmed"),
        CorrectionProposalState.REFUSED: Words("Không xác nhận", "Refused"),
        CorrectionProposalState.WITHDRAWN: Words("Đã rút lại", "Withdrawn"),
    },
    CorrectionProposalStep: {
        CorrectionProposalStep.CONFIRM: Words("Xác nhận", "Confirm"),
        CorrectionProposalStep.REFUSE: Words("Từ chối xác nhận", "Refuse"),
        CorrectionProposalStep.WITHDRAW: Words("Rút lại", "Withdraw"),
    },
}
