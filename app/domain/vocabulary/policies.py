"""The words of policies and their edits."""

from collections.abc import Mapping
from enum import Enum

from app.domain.policy import Combine, Confidence, PolicyScope
from app.domain.policy_edits import PolicyEditState, PolicyEditStep
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
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
}
