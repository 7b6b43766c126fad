"""The words of transfers, of who takes the steps of a case, and of what keeps a transfer from beginning."""

from collections.abc import Mapping
from enum import Enum

from app.domain.holds import HoldGround
from app.domain.steps import Who
from app.domain.transfers import (
    RefusalGround,
    TransferKind,
    TransferPurpose,
    TransferState,
    TransferStep,
)
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    TransferKind: {
        TransferKind.OFFICIAL: Words("Chuyển sinh hoạt đảng chính thức", "Official transfer"),
        TransferKind.INTERNAL: Words("Chuyển sinh hoạt đảng nội bộ", "Internal transfer"),
        TransferKind.TEMPORARY: Words("Chuyển sinh hoạt đảng tạm thời", "Temporary transfer"),
        TransferKind.ABROAD: Words("Chuyển sinh hoạt đảng ra ngoài nước", "Transfer abroad"),
    },
    TransferPurpose: {
        TransferPurpose.WORK: Words("Công tác", "Work"),
        TransferPurpose.STUDY: Words("Học tập", "Study"),
        TransferPurpose.GRADUATION: Words(
            "Tốt nghiệp, chưa có việc làm", "Graduated, without work until then"
        ),
    },
    RefusalGround: {
        RefusalGround.ADMISSION_STANDARD_NOT_MET: Words(
            "Kết nạp không đúng tiêu chuẩn, điều kiện", "A standard of the admission was not met"
        ),
        RefusalGround.PAPERS_NOT_IN_ORDER: Words("Hồ sơ chưa đúng, chưa đủ", "The papers are not in order"),
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
    Who: {
        Who.SENDER: Words("Nơi chuyển đi", "Sender"),
        Who.RECEIVER: Words("Nơi tiếp nhận", "Receiver"),
        Who.EITHER: Words("Một trong hai nơi", "Either side"),
        Who.PROPOSER: Words("Người đề nghị", "Proposer"),
        Who.SECOND_PERSON: Words("Người khác, không phải người đề nghị", "Another person than the proposer"),
        Who.PERSON: Words("Người, không phải hệ thống kết nối", "A person, not a machine client"),
    },
    HoldGround: {
        HoldGround.INSPECTION: Words("Đang kiểm tra", "Inspection"),
        HoldGround.AUDIT: Words("Đang thanh tra, kiểm toán", "Audit"),
        HoldGround.COMPLAINT: Words("Đang giải quyết khiếu nại, tố cáo", "Complaint"),
    },
}
