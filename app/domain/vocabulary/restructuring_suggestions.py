"""The words of what asks for a reorganization."""

from collections.abc import Mapping
from enum import Enum

from app.domain.restructuring.suggestions import Obligation, SuggestionKind
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    SuggestionKind: {
        SuggestionKind.BELOW_MINIMUM: Words(
            "Không đủ số đảng viên chính thức tối thiểu", "Fewer official members than an organization needs"
        ),
        SuggestionKind.DIVIDE_INTO_GROUPS: Words(
            "Chi bộ phải chia tổ đảng", "Cell to divide into party groups"
        ),
        SuggestionKind.BECOME_GRASSROOTS_COMMITTEE: Words(
            "Chi bộ cơ sở đủ số đảng viên lập đảng bộ cơ sở",
            "Grassroots cell with the members of a grassroots organization of cells",
        ),
        SuggestionKind.LARGE_CELL: Words(
            "Chi bộ đông đảng viên, phải được cấp trên đồng ý hoặc nâng cấp",
            "Large cell that needs the superior's consent or an upgrade",
        ),
        SuggestionKind.SMALL_GRASSROOTS_COMMITTEE: Words(
            "Đảng bộ cơ sở ít đảng viên, phải được cấp trên đồng ý hoặc hạ cấp",
            "Small grassroots organization that needs the superior's consent or a downgrade",
        ),
        SuggestionKind.TOO_FEW_CELLS: Words(
            "Đảng bộ bộ phận có quá ít chi bộ", "Sectional organization with too few cells"
        ),
        SuggestionKind.BECOME_SPECIAL_UPPER: Words(
            "Đủ số đảng viên lập đảng bộ cấp trên trực tiếp cơ sở",
            "Members enough for an upper organization of a special place",
        ),
        SuggestionKind.DELEGATE_UPPER_POWERS: Words(
            "Đủ số đảng viên để được giao quyền cấp trên cơ sở",
            "Members enough for delegated powers of the upper level",
        ),
        SuggestionKind.SEATS_VACANT: Words(
            "Khuyết cấp ủy viên sau sắp xếp", "Seats vacant since a restructuring"
        ),
        SuggestionKind.HEAD_MISSING: Words(
            "Khuyết người đứng đầu sau sắp xếp", "Without a head since a restructuring"
        ),
        SuggestionKind.COMMITTEE_MISSING: Words("Chưa có cấp ủy", "No committee yet"),
    },
    Obligation: {
        Obligation.MUST: Words("Phải thực hiện", "Must be acted on"),
        Obligation.MAY: Words("Có thể thực hiện", "May be acted on"),
    },
}
