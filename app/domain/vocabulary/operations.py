"""The words of operations and what they leave behind."""

from collections.abc import Mapping
from enum import Enum

from app.domain.finding import FindingCode
from app.domain.operation import Bulk, OperationKind
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    OperationKind: {
        OperationKind.REGISTER_OPENED: Words("Mở sổ", "Register opened"),
        OperationKind.READS_PRUNED: Words("Xóa nhật ký truy cập quá hạn", "Old records of reads deleted"),
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
        OperationKind.PAPER_DISTINGUISHED: Words(
            "Ghi người trên giấy tờ không phải đảng viên này", "Person on paper told apart"
        ),
        OperationKind.PAPER_DISTINCTION_CORRECTED: Words(
            "Đính chính việc phân biệt người trên giấy tờ", "Distinction of a person on paper corrected"
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
        OperationKind.MEMBER_CORRECTION_REFUSED: Words(
            "Từ chối đề nghị đính chính đảng viên", "Correction of a member refused"
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
        OperationKind.TRANSFERS_IMPORTED: Words("Nhập chuyển sinh hoạt đảng từ tệp", "Transfers imported"),
        OperationKind.EXTERNAL_IDS_IMPORTED: Words("Nhập mã ở hệ thống khác từ tệp", "External ids imported"),
        OperationKind.RESTRUCTURING_DRAFTED: Words("Soạn văn bản sắp xếp tổ chức", "Restructuring drafted"),
        OperationKind.RESTRUCTURING_ADVANCED: Words(
            "Xử lý văn bản sắp xếp tổ chức", "Restructuring advanced"
        ),
        OperationKind.RESTRUCTURING_APPLIED: Words("Thực hiện sắp xếp tổ chức", "Restructuring applied"),
        OperationKind.RESTRUCTURING_ANNULLED: Words(
            "Hủy bỏ sắp xếp tổ chức ghi sai", "Restructuring annulled"
        ),
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
        FindingCode.BELOW_MINIMUM: Words(
            "Chưa đủ số đảng viên chính thức tối thiểu", "Fewer official members than the minimum"
        ),
        FindingCode.PROCEEDINGS_RAN: Words(
            "Chuyển sinh hoạt trong khi đang xem xét, giải quyết", "Moved while proceedings ran"
        ),
        FindingCode.NOT_JUDGED: Words("Chưa đủ dữ liệu để kết luận", "Not enough known to judge"),
        FindingCode.LIMIT_NOT_COUNTED: Words(
            "Chưa tính được thời hạn: thiếu lịch nghỉ của năm",
            "Limit not counted: the year's calendar is missing",
        ),
        FindingCode.DESTINATION_ENDED: Words(
            "Nơi đến không còn, không một tổ chức nào kế tiếp: cần chuyển tiếp hồ sơ",
            "The destination has ended and no one organization stands for it: forward the papers",
        ),
    },
}
