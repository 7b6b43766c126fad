"""The words of meetings."""

from collections.abc import Mapping
from enum import Enum

from app.domain.meetings import AbsenceReason, MeetingBody, MeetingKind, NotHeldReason, ResolutionShare
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
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
}
