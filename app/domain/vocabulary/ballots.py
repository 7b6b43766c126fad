"""The words of ballots: who decides, how votes are counted."""

from collections.abc import Mapping
from enum import Enum

from app.domain.ballots import BallotQuestion, BallotStep
from app.domain.deciding import Decider
from app.domain.vocabulary.words import Words
from app.domain.votes import Body, Comparison, Hindrance, Outcome

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    BallotStep: {
        BallotStep.CELL: Words("Chi bộ", "Cell"),
        BallotStep.SECTIONAL: Words("Đảng ủy bộ phận", "Sectional committee"),
        BallotStep.GRASSROOTS: Words("Đảng ủy cơ sở", "Grassroots committee"),
        BallotStep.AUTHORISED_GRASSROOTS: Words(
            "Đảng ủy cơ sở được ủy quyền", "Authorised grassroots committee"
        ),
        BallotStep.UPPER: Words("Ban thường vụ cấp ủy cấp trên", "Upper standing committee"),
    },
    BallotQuestion: {
        BallotQuestion.EXIT: Words("Ra khỏi Đảng", "Leaving the Party"),
        BallotQuestion.STATUS: Words("Tình trạng sinh hoạt", "Status"),
        BallotQuestion.READMISSION: Words("Kết nạp lại", "Readmission"),
    },
    Decider: {
        Decider.CELL: Words("Chi bộ", "Cell"),
        Decider.GRASSROOTS: Words("Tổ chức cơ sở đảng", "Grassroots organization"),
        Decider.AUTHORISED_GRASSROOTS: Words(
            "Đảng ủy cơ sở được ủy quyền", "Authorised grassroots committee"
        ),
        Decider.UPPER: Words("Cấp ủy cấp trên", "Upper committee"),
    },
    Body: {
        Body.CELL: Words("Chi bộ", "Cell"),
        Body.CELL_CONGRESS: Words("Đại hội chi bộ", "Congress of the cell"),
        Body.COMMITTEE: Words("Cấp ủy", "Committee"),
    },
    Hindrance: {
        Hindrance.TEMPORARILY_ELSEWHERE: Words("Sinh hoạt tạm thời nơi khác", "Temporarily elsewhere"),
        Hindrance.EXEMPTED: Words("Được miễn công tác và sinh hoạt", "Exempted"),
        Hindrance.SUSPENDED: Words("Bị đình chỉ sinh hoạt", "Suspended"),
        Hindrance.PROSECUTED: Words("Bị khởi tố, tạm giam", "Prosecuted or detained"),
        Hindrance.ABSENT_THROUGHOUT_WITH_ACCEPTED_REASON: Words(
            "Vắng mặt suốt thời gian đại hội, có lý do chính đáng", "Absent throughout, reason accepted"
        ),
    },
    Comparison: {
        Comparison.AT_LEAST: Words("Từ", "At least"),
        Comparison.MORE_THAN: Words("Trên", "More than"),
    },
    Outcome: {
        Outcome.CARRIED: Words("Đạt", "Carried"),
        Outcome.REPEATABLE: Words("Chưa đạt, được biểu quyết lại", "Not carried, may be repeated"),
        Outcome.ESCALATED: Words("Chưa đạt, cấp trên quyết định", "Not carried, the superior decides"),
    },
}
