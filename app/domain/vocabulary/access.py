"""The words of roles, and what is shown to whom."""

from collections.abc import Mapping
from enum import Enum

from app.domain.access import Action, Role
from app.domain.masking import ProtectedField, ReadPurpose
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
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
        Action.DECIDE_MEMBER_STATUS: Words(
            "Ghi quyết định về tình trạng sinh hoạt", "Record decisions about activity"
        ),
        Action.EXIT_MEMBER: Words("Ghi đảng viên ra khỏi danh sách", "Record exits of members"),
        Action.RESTORE_MEMBER: Words("Khôi phục đảng viên", "Restore members"),
        Action.READMIT_MEMBER: Words("Ghi kết nạp lại đảng viên", "Readmit members"),
        Action.CORRECT_MEMBER: Words("Đính chính thông tin đảng viên", "Correct members"),
        Action.PROPOSE_CORRECTION: Words("Đề nghị đính chính lý lịch", "Propose corrections of the dossier"),
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
        Action.READ_RESTRUCTURING: Words("Xem văn bản sắp xếp tổ chức", "Read restructurings"),
        Action.PROPOSE_RESTRUCTURING: Words("Đề nghị sắp xếp tổ chức", "Propose a restructuring"),
        Action.APPROVE_RESTRUCTURING: Words(
            "Đồng ý, phê duyệt sắp xếp tổ chức", "Consent to or approve a restructuring"
        ),
        Action.APPLY_RESTRUCTURING: Words("Thực hiện sắp xếp tổ chức", "Apply a restructuring"),
        Action.ANNUL_RESTRUCTURING: Words("Hủy bỏ sắp xếp tổ chức", "Annul a restructuring"),
        Action.READ_RECORDED_READ: Words("Xem nhật ký truy cập", "Read the record of reads"),
        Action.READ_GRANT: Words("Xem quyền đã cấp", "Read grants"),
        Action.MANAGE_GRANT: Words("Cấp và thu hồi quyền", "Manage grants"),
        Action.MANAGE_MACHINE_CLIENT: Words("Quản lý hệ thống kết nối", "Manage machine clients"),
        Action.VERIFY: Words("Kiểm tra toàn vẹn dữ liệu", "Verify the register"),
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
}
