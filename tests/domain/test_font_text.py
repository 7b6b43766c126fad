"""Text in the old font encodings: recognised by its words, and never what is Vietnamese as it stands."""

import pytest

from app.domain.font_text import Font, font_text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("NguyÔn V¨n Hïng", "Nguyễn Văn Hùng"),
        ("NGUYÔN V¡N HïNG", "NGUYỄN VĂN HÙNG"),
        ("Chi bé C«ng an", "Chi bộ Công an"),
        ("Chi bé 3", "Chi bộ 3"),
        ("§¶ng uû x· B×nh Giang", "Đảng uỷ xã Bình Giang"),
        ("Sè 5-Q§/TU n¨m", "Số 5-QĐ/TU năm"),
        ("n­íc", "nước"),
        ("TÝn", "Tín"),
    ],
)
def test_tcvn3_is_recognised_and_converted(said: str, meant: str) -> None:
    assert font_text(said) == (Font.TCVN3, meant)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Nguyeãn Vaên Huøng", "Nguyễn Văn Hùng"),
        ("TRAÀN THÒ BÌNH", "TRẦN THỊ BÌNH"),
        ("Ñaûng boä Leâ Höõu Phöôùc", "Đảng bộ Lê Hữu Phước"),
        ("Hoà Thò Beù", "Hồ Thị Bé"),
    ],
)
def test_vni_is_recognised_and_converted(said: str, meant: str) -> None:
    assert font_text(said) == (Font.VNI, meant)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn Hùng", "Hoà", "Bé", "Lê Chi Bé", "Hoàng Thuý Quý", "Toà án", "Krông Niê", "Y Bhêm", "Lê Thị Zoë",
        "Café", "Müller",
        "MÜLLER", "Peña", "São Paulo", "5°C – m²", "Nº 5", "«an»", "Chi bộ «Sông Đà»", "Q§", "plain", "",
    ],
)  # fmt: skip
def test_other_texts_are_left_alone(text: str) -> None:
    assert font_text(text) is None
