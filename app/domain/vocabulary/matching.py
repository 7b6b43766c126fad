"""The words of finding the member whom a paper names, and notices from other systems."""

from collections.abc import Mapping
from enum import Enum

from app.domain.matching import MatchContradiction, MatchOutcome, MatchReason
from app.domain.notices import NoticeKind, NoticeState, NoticeStep
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    MatchOutcome: {
        MatchOutcome.SURE: Words("Chắc chắn", "Sure"),
        MatchOutcome.CANDIDATES: Words("Cần xem lại", "Candidates"),
        MatchOutcome.NONE: Words("Không tìm thấy", "None"),
        MatchOutcome.UNREADABLE: Words("Không đọc được", "Unreadable"),
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
}
