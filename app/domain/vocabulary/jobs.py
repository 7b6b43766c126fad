"""The words of jobs."""

from collections.abc import Mapping
from enum import Enum

from app.domain.jobs import JobKind, JobPhase, JobState
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    JobKind: {
        JobKind.RESTRUCTURING_APPLICATION: Words(
            "Thực hiện sắp xếp tổ chức", "Application of a restructuring"
        ),
    },
    JobState: {
        JobState.WAITING: Words("Đang chờ", "Waiting"),
        JobState.RUNNING: Words("Đang chạy", "Running"),
        JobState.DONE: Words("Đã xong", "Done"),
        JobState.FAILED: Words("Không thực hiện được", "Failed"),
    },
    JobPhase: {
        JobPhase.PLANNING: Words("Lập kế hoạch", "Planning"),
        JobPhase.CLOSING: Words("Khóa các tổ chức", "Closing the organizations"),
        JobPhase.WRITING: Words("Ghi dữ liệu", "Writing"),
        JobPhase.SEALING: Words("Hoàn tất", "Sealing"),
    },
}
