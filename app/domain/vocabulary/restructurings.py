"""The words of restructurings: what is done, where a document stands, what speaks against it, whom it touches."""

from collections.abc import Mapping
from enum import Enum

from app.domain.operation import PaperRole
from app.domain.restructuring.conflicts import ConflictCode, ConflictRemedy, ConflictSeverity
from app.domain.restructuring.deciding import CommitteePart
from app.domain.restructuring.document import MeasureKind, RetypeIdentity
from app.domain.restructuring.effects import AffectedThing, RestructuringEffect
from app.domain.restructuring.lifecycle import RestructuringState, RestructuringStep
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    MeasureKind: {
        MeasureKind.ESTABLISH: Words("Thành lập", "Establish"),
        MeasureKind.RENAME: Words("Đổi tên, đổi mã", "Rename"),
        MeasureKind.UPGRADE: Words("Nâng cấp", "Upgrade"),
        MeasureKind.DOWNGRADE: Words("Hạ cấp", "Downgrade"),
        MeasureKind.RETYPE: Words("Đổi loại hình theo quy định", "Change the type by law"),
        MeasureKind.TRANSFER: Words("Chuyển giao, tiếp nhận", "Transfer"),
        MeasureKind.RECEIVE: Words("Tiếp nhận từ ngoài hệ thống", "Receive from outside the register"),
        MeasureKind.HAND_OVER: Words("Bàn giao ra ngoài hệ thống", "Hand over to outside the register"),
        MeasureKind.MERGE_ABSORB: Words("Sáp nhập", "Merge into an existing one"),
        MeasureKind.MERGE_CONSOLIDATE: Words("Hợp nhất", "Merge into a new one"),
        MeasureKind.SPLIT: Words("Chia tách", "Split"),
        MeasureKind.DISSOLVE: Words("Giải thể", "Dissolve"),
        MeasureKind.END_OPERATION: Words("Kết thúc hoạt động", "End the operation"),
    },
    RetypeIdentity: {
        RetypeIdentity.KEEP: Words("Giữ nguyên tổ chức", "The organization goes on"),
        RetypeIdentity.SUCCESSOR: Words("Tổ chức mới kế thừa", "A successor takes its place"),
    },
    RestructuringState: {
        RestructuringState.DRAFT: Words("Dự thảo", "Draft"),
        RestructuringState.SUBMITTED: Words("Đã trình", "Submitted"),
        RestructuringState.CONSENTED: Words("Đã được đồng ý", "Consented to"),
        RestructuringState.APPROVED: Words("Đã được phê duyệt", "Approved"),
        RestructuringState.RETURNED: Words("Bị trả lại", "Returned"),
        RestructuringState.CANCELLED: Words("Đã hủy", "Cancelled"),
        RestructuringState.APPLIED: Words("Đã thực hiện", "Applied"),
        RestructuringState.ANNULMENT_PROPOSED: Words("Đã đề nghị hủy bỏ", "Annulment proposed"),
        RestructuringState.ANNULLED: Words("Đã hủy bỏ do ghi sai", "Annulled"),
        RestructuringState.REVERSED: Words("Đã hoàn nguyên", "Reversed"),
    },
    RestructuringStep: {
        RestructuringStep.EDIT: Words("Sửa", "Edit"),
        RestructuringStep.SUBMIT: Words("Trình", "Submit"),
        RestructuringStep.CONSENT: Words("Đồng ý", "Consent"),
        RestructuringStep.APPROVE: Words("Phê duyệt", "Approve"),
        RestructuringStep.RETURN: Words("Trả lại", "Return"),
        RestructuringStep.CANCEL: Words("Hủy", "Cancel"),
        RestructuringStep.APPLY: Words("Thực hiện", "Apply"),
        RestructuringStep.PROPOSE_ANNULMENT: Words("Đề nghị hủy bỏ", "Propose the annulment"),
        RestructuringStep.ANNUL: Words("Hủy bỏ do ghi sai", "Annul"),
        RestructuringStep.KEEP: Words("Giữ nguyên", "Keep"),
        RestructuringStep.REVERSE: Words("Hoàn nguyên", "Reverse"),
        RestructuringStep.REINSTATE: Words("Có hiệu lực lại", "Let hold again"),
    },
    CommitteePart: {
        CommitteePart.DECIDES: Words("Quyết định", "Decides"),
        CommitteePart.ACCEPTS: Words("Quyết định tiếp nhận", "Accepts"),
        CommitteePart.CONSENTS: Words("Đồng ý trước", "Consents"),
    },
    PaperRole: {
        PaperRole.DECISION: Words("Quyết định", "Decision"),
        PaperRole.CONSENT: Words("Văn bản đồng ý", "Consent"),
        PaperRole.ACCEPTANCE: Words("Quyết định tiếp nhận", "Acceptance"),
        PaperRole.MINUTES: Words("Biên bản bàn giao", "Minutes of the handing over"),
        PaperRole.EXCEPTION: Words("Quyết định cho phép ngoại lệ", "Decision that allows an exception"),
    },
    ConflictSeverity: {
        ConflictSeverity.BLOCK: Words("Không cho phép", "Stops the document"),
        ConflictSeverity.WARN: Words("Cảnh báo", "Warning"),
        ConflictSeverity.INHERITED: Words("Có từ trước", "Stood before"),
    },
    AffectedThing: {
        AffectedThing.ORGANIZATION: Words("Tổ chức đảng", "Organization"),
        AffectedThing.MEMBER: Words("Đảng viên", "Member"),
        AffectedThing.COMMITTEE: Words("Cấp ủy", "Committee"),
        AffectedThing.SEAT: Words("Chức danh cấp ủy", "Seat"),
        AffectedThing.TRANSFER: Words("Hồ sơ chuyển sinh hoạt đảng", "Transfer under way"),
        AffectedThing.AUTHORITY: Words("Thẩm quyền được giao", "Authority"),
        AffectedThing.GRANT: Words("Quyền truy cập được cấp", "Grant"),
        AffectedThing.ACCESS: Words("Phạm vi truy cập", "Reach of a role"),
        AffectedThing.MACHINE_CLIENT: Words("Hệ thống kết nối", "Machine client"),
        AffectedThing.NOTICE: Words("Thông báo chờ xử lý", "Notice"),
        AffectedThing.POLICY: Words("Quy định riêng", "Policy"),
        AffectedThing.POLICY_EDIT: Words("Đề nghị sửa quy định", "Policy edit"),
        AffectedThing.LINEAGE: Words("Quan hệ kế thừa", "Descent"),
    },
    RestructuringEffect: {
        RestructuringEffect.BEGINS: Words("Bắt đầu", "Begins"),
        RestructuringEffect.ENDS: Words("Kết thúc", "Ends"),
        RestructuringEffect.MOVES: Words("Chuyển nơi", "Moves"),
        RestructuringEffect.CHANGES: Words("Thay đổi", "Changes"),
        RestructuringEffect.TRAVELS: Words("Đi cùng", "Travels along"),
        RestructuringEffect.STAYS: Words("Ở lại", "Stays"),
        RestructuringEffect.GAINS: Words("Được thêm", "Gains"),
        RestructuringEffect.LOSES: Words("Mất", "Loses"),
        RestructuringEffect.RETURNS: Words("Được khôi phục", "Holds again"),
    },
    ConflictRemedy: {
        ConflictRemedy.COMPLETE_DOCUMENT: Words("Bổ sung văn bản", "Complete the document"),
        ConflictRemedy.NAME_ANOTHER: Words("Chọn tổ chức khác", "Name another one"),
        ConflictRemedy.ORDER_MEASURES: Words(
            "Sắp xếp lại thứ tự các việc", "Put the measures in another order"
        ),
        ConflictRemedy.CHOOSE_ANOTHER_DAY: Words("Chọn ngày hiệu lực khác", "Choose another effective day"),
        ConflictRemedy.SETTLE_OTHER_FIRST: Words("Giải quyết việc kia trước", "Settle the other act first"),
        ConflictRemedy.CHOOSE_ANOTHER_PARENT: Words(
            "Chọn cấp trên khác hoặc loại hình khác", "Choose another parent or type"
        ),
        ConflictRemedy.PLACE_CHILDREN: Words(
            "Xếp nơi cho các tổ chức trực thuộc", "Say where the children go"
        ),
        ConflictRemedy.PLACE_MEMBERS: Words("Xếp nơi cho đảng viên", "Say where the members go"),
        ConflictRemedy.NAME_DESTINATION: Words("Nêu nơi nhận", "Name a destination"),
        ConflictRemedy.MERGE_OR_DIVIDE: Words(
            "Ghép hoặc chia lại, hoặc có quyết định của cấp trên",
            "Merge or divide otherwise, or name a superior's decision",
        ),
        ConflictRemedy.OBTAIN_CONSENT: Words("Xin ý kiến đồng ý của cấp trên", "Obtain the consent"),
        ConflictRemedy.GIVE_ANOTHER_WORD: Words("Dùng tên, mã khác", "Give another name or code"),
        ConflictRemedy.RECORD_AFTERWARDS: Words("Ghi nhận sau khi thực hiện", "Record it afterwards"),
        ConflictRemedy.FORWARD_TRANSFERS: Words(
            "Chuyển tiếp hoặc kết thúc các hồ sơ này", "Have these transfers forwarded or ended"
        ),
        ConflictRemedy.CHECK_PAPERS: Words("Kiểm tra lại giấy tờ", "Check the papers"),
        ConflictRemedy.TAKE_NOTE: Words("Lưu ý", "Take note"),
    },
    ConflictCode: {
        ConflictCode.NO_EFFECTIVE_DATE: Words("Chưa có ngày hiệu lực", "No effective day is named"),
        ConflictCode.NO_MEASURES: Words("Chưa có việc nào", "It asks for nothing yet"),
        ConflictCode.CHANGES_NOTHING: Words("Không thay đổi gì", "It changes nothing"),
        ConflictCode.NOBODY_CHOSEN: Words(
            "Không có đảng viên nào đúng điều kiện đã chọn", "Nobody is as the choice says"
        ),
        ConflictCode.KEY_UNKNOWN: Words(
            "Không việc nào trước đó lập tổ chức mang khóa này", "No measure before begins this key"
        ),
        ConflictCode.KEY_REPEATED: Words("Khóa bị lặp", "The key is used twice"),
        ConflictCode.ORGANIZATION_UNKNOWN: Words("Không có tổ chức này", "There is no such organization"),
        ConflictCode.ORGANIZATION_NOT_BEGUN: Words(
            "Tổ chức chưa có vào ngày hiệu lực", "It has not begun on the effective day"
        ),
        ConflictCode.ORGANIZATION_ENDED: Words(
            "Tổ chức đã kết thúc trước ngày hiệu lực", "It has ended by the effective day"
        ),
        ConflictCode.ENDED_IN_DOCUMENT: Words(
            "Một việc trước đã kết thúc tổ chức này", "A measure before has ended it"
        ),
        ConflictCode.BEGUN_AND_ENDED: Words(
            "Vừa lập vừa kết thúc trong cùng văn bản", "The document both begins and ends it"
        ),
        ConflictCode.KNOWN_TO_CHANGE: Words(
            "Đã ghi nhận thay đổi sau ngày hiệu lực", "It is known to change after the effective day"
        ),
        ConflictCode.OVERLAPPING_DOCUMENT: Words(
            "Văn bản khác cũng nói về tổ chức này", "Another document is about the same organization"
        ),
        ConflictCode.FACTS_AFTER_END: Words(
            "Có việc đã ghi sau ngày kết thúc", "Something is recorded of it after its end"
        ),
        ConflictCode.TRANSFERS_LEFT: Words(
            "Còn hồ sơ chuyển sinh hoạt mà không một tổ chức nào kế tiếp việc giải quyết",
            "Transfers under way stay with it: no one organization stands for it",
        ),
        ConflictCode.ROOT_STAYS: Words(
            "Tổ chức gốc không thể chuyển hoặc kết thúc", "The root neither moves nor ends"
        ),
        ConflictCode.SURVIVOR_AMONG_SOURCES: Words(
            "Tổ chức nhận cũng là tổ chức bị sáp nhập", "The survivor is among the sources"
        ),
        ConflictCode.INTO_NEW_ONLY: Words(
            "Hợp nhất phải lập tổ chức mới", "A consolidation leads into a new one"
        ),
        ConflictCode.PLACED_UNDER_ITSELF: Words("Tổ chức nằm dưới chính nó", "It would stand below itself"),
        ConflictCode.TOO_DEEP: Words("Cây tổ chức quá sâu", "The tree would be too deep"),
        ConflictCode.PLACE_NOT_ALLOWED: Words(
            "Loại hình này không được trực thuộc cấp trên đó", "Its type may not stand under that one"
        ),
        ConflictCode.PLACE_NOT_ALLOWED_LATER: Words(
            "Quy định sau này không cho phép vị trí này", "A later rule set does not know this place"
        ),
        ConflictCode.CHILDREN_LEFT: Words(
            "Còn tổ chức trực thuộc chưa xếp nơi", "Children are left without a place"
        ),
        ConflictCode.PARENT_ENDS_LATER: Words(
            "Cấp trên đã được ghi nhận là sau này kết thúc", "The organization above is known to end later"
        ),
        ConflictCode.MEMBERS_LEFT: Words("Còn đảng viên chưa xếp nơi", "Members are left without a place"),
        ConflictCode.CHILD_NOT_THERE: Words("Không phải tổ chức trực thuộc", "It is no child of that one"),
        ConflictCode.CHILD_NAMED_TWICE: Words(
            "Tổ chức trực thuộc được xếp hai lần", "The child is given twice"
        ),
        ConflictCode.MEMBER_NOT_THERE: Words(
            "Có người không sinh hoạt ở chi bộ này", "Some are not in this cell on the day"
        ),
        ConflictCode.MEMBER_NAMED_TWICE: Words("Có người được xếp hai lần", "Some are given twice"),
        ConflictCode.HOLDS_NO_MEMBERS: Words(
            "Nơi nhận là tổ chức không có đảng viên trực tiếp", "The destination holds no members of its own"
        ),
        ConflictCode.HOLDS_NO_MEMBERS_LATER: Words(
            "Nơi nhận đã được ghi nhận là sau này kết thúc hoặc không còn trực tiếp có đảng viên",
            "The destination is known to end, or to hold no members, later",
        ),
        ConflictCode.NO_DEFAULT_DESTINATION: Words(
            "Chưa nêu nơi nhận những người sau này mới phát hiện (`late_to`)",
            "It is not said where those go who are found later (`late_to`)",
        ),
        ConflictCode.BELOW_MINIMUM: Words(
            "Dưới số đảng viên chính thức tối thiểu", "Fewer official members than needed"
        ),
        ConflictCode.TOO_MANY_FOR_CELL: Words(
            "Quá đông cho một chi bộ cơ sở", "Too many for a grassroots cell"
        ),
        ConflictCode.TOO_FEW_CELLS: Words("Quá ít chi bộ trực thuộc", "Too few cells below it"),
        ConflictCode.TOO_FEW_FOR_UPPER: Words(
            "Chưa đủ số đảng viên để là cấp trên trực tiếp của tổ chức cơ sở đảng ở nơi có đặc điểm riêng",
            "Too few members for an upper organization of a special place",
        ),
        ConflictCode.CONSENT_MISSING: Words(
            "Chưa có ý kiến đồng ý của cấp trên", "The consent from above is missing"
        ),
        ConflictCode.NOT_JUDGED: Words("Chưa đủ danh sách để xét", "Not judged: a roll is not complete then"),
        ConflictCode.CODE_TAKEN: Words("Mã đã có tổ chức dùng", "Another one bears the code"),
        ConflictCode.EXTERNAL_ID_TAKEN: Words(
            "Mã ở hệ thống khác đã có tổ chức dùng", "Another one bears the external id"
        ),
        ConflictCode.SECTOR_UNKNOWN: Words(
            "Lĩnh vực không có trong danh mục", "The catalogue has no such sector"
        ),
        ConflictCode.NAME_REPEATED: Words("Trùng tên dưới cùng cấp trên", "A sister bears the same name"),
        ConflictCode.NO_COMMITTEE: Words("Chưa có cấp ủy", "It has no committee yet"),
        ConflictCode.DECISION_NOT_NAMED: Words("Chưa nêu quyết định", "No decision is named"),
        ConflictCode.ACCEPTANCE_NOT_NAMED: Words("Chưa nêu quyết định tiếp nhận", "No acceptance is named"),
        ConflictCode.MINUTES_NOT_NAMED: Words("Chưa nêu biên bản bàn giao", "No minutes are named"),
        ConflictCode.CONSENT_AFTER_DECISION: Words(
            "Đồng ý sau khi đã quyết định", "The consent is later than the decision"
        ),
        ConflictCode.DECISION_AFTER_EFFECT: Words(
            "Quyết định sau ngày hiệu lực", "The decision is later than the effective day"
        ),
        ConflictCode.EFFECTIVE_IN_THE_PAST: Words("Ngày hiệu lực đã qua", "The effective day is past"),
        ConflictCode.DECISION_USED: Words(
            "Quyết định đã được thực hiện trong văn bản khác", "Another document carried out this decision"
        ),
        ConflictCode.SEALS_DUE: Words(
            "Phải thu hồi con dấu chậm nhất vào ngày đã nêu", "Seals are to be recalled by the day named"
        ),
    },
}
