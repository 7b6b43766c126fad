"""The words of committees and the seats in them."""

from collections.abc import Mapping
from enum import Enum

from app.domain.committees import CommitteeKind, CommitteeOrigin, SeatBasis, SeatEndReason, SeatTitle
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
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
}
