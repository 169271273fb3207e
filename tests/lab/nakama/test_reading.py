"""Words of firms and buyers to processes and materials; what is not done, and how spellings meet."""

import pytest

from lab.nakama.rules.certificates import NAMES, code_of, codes_of
from lab.nakama.rules.folding import fold
from lab.nakama.rules.lexicon import Lexicon, Meaning
from lab.nakama.rules.materials import marks, wanted
from lab.nakama.rules.nearness import CANDIDATE, nearness
from lab.nakama.rules.reading import read
from lab.nakama.taxonomy import definitions


@pytest.fixture(scope="module")
def shipped():
    return Lexicon.of(
        (
            word.text,
            Meaning(
                word.process_id or word.material_id,
                is_material=word.process_id is None,
                is_implied=word.is_implied,
            ),
        )
        for word in definitions.words()
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ＮＣ旋盤", "cut.lathe"),
        ("ターニング", "cut.lathe"),
        ("せんばん", "cut.lathe"),
        ("亜鉛メッキ", "surf.zinc"),
        ("亜鉛鍍金", "surf.zinc"),
        ("無電解ニッケルめっき", "surf.enickel"),
        ("ティグ溶接", "weld.tig"),
        ("TIG 溶接", "weld.tig"),
        ("ヘラシボリ", "form.spin"),
        ("へら絞り", "form.spin"),
        ("鈑金", "sheet"),
        ("アルミダイキャスト", "cast.die"),
        ("焼入", "heat.quench"),
        ("５軸マシニングセンタ", "cut.5axis"),
        ("M/C加工", "cut.mc"),
        ("射出成型機", "resin.inject"),
        ("ｼｬﾌﾄ", "cut.lathe"),
        ("sheet metal bending", "sheet.bend"),
    ],
)
def test_a_word_leads_to_its_process_however_it_is_written(shipped, text, code):
    assert set(read(text, shipped).processes) == {code}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("旋盤加工専門。めっき、塗装は外注しています。", {"cut.lathe"}),
        ("溶接は行っておりません。板金の曲げのみ。", {"sheet.bend"}),
        ("焼入れ後の円筒研削", {"grind.cylinder"}),
        ("鋳造品の機械加工", {"cut"}),
    ],
)
def test_what_is_not_done_or_was_done_before_is_not_read(shipped, text, codes):
    assert set(read(text, shipped).processes) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ステンレスの箱を作りたい", "sheet"),
        ("アクリルの箱を作りたい", "resin.bond"),
        ("木の箱を作りたい", "other.wood"),
        ("POMの歯車", "resin.cut"),
    ],
)
def test_the_material_says_how_a_thing_is_made(shipped, text, code):
    assert code in read(text, shipped).processes


def test_short_words_are_no_parts_of_longer_ones(shipped):
    assert read("スクラム", shipped).processes == {}
    assert "resin.pc" not in read("PCB", shipped).materials


def test_what_nobody_can_read_is_told(shipped):
    assert read("ドゴン加工をお願いしたい", shipped).unknown == ("ドゴン加工",)
    assert read("旋盤加工", shipped).unknown == ()


@pytest.mark.parametrize(
    ("firm", "asked", "fits"),
    [
        ("SUS304", "SUS304", True),
        ("SUS304", "ステンレス", True),
        ("ステンレス", "SUS304", True),
        ("SUS304", "SUS316", False),
        ("A6061-T6", "A6061", True),
        ("C3604", "真ちゅう", True),
        ("C3604", "C2801", False),
        ("銅", "真鍮", False),
        ("アルミ", "A5052", True),
        ("ABS", "POM", False),
        ("ヒヒイロカネ", "ヒヒイロカネ", True),
        ("ヒヒイロカネ", "鉄", False),
        ("FC250", "鋳鉄", True),
        ("FC250", "FC250", True),
        ("FC250", "FCD450", False),
        ("A6082", "アルミ", True),
    ],
)
def test_a_material_fits_its_grades_and_families(shipped, firm, asked, fits):
    assert bool(set(marks([firm], shipped)) & set(wanted(asked, shipped))) == fits


def test_certificates_have_many_spellings():
    assert code_of("ISO 9001:2015") == code_of("ＩＳＯ９００１") == "iso9001"
    assert code_of("JIS Q 9100") == code_of("AS9100") == "jisq9100"
    assert code_of("EA21") == code_of("エコアクション21")
    assert code_of("ISO13485") != code_of("ISO9001")
    assert code_of("JIS Q 17025") == code_of("ISO/IEC 17025:2017") == "iso17025"
    assert codes_of(["ISO 9001:2015", "iso9001 認証取得", " ", "Ｐマーク"]) == [
        "iso9001",
        "jisq15001",
    ]
    assert {code_of(name) for name in NAMES.values()} == set(NAMES)


def test_folding_a_folded_text_changes_nothing():
    for text in (
        "ＴＩＧ　溶接",
        "マシニング・センター",
        "SUS 304 A5052",
        "5-axis",
        "コーヒーメーカー",
    ):
        assert fold(fold(text)) == fold(text)


def test_a_neighbour_is_near_and_another_bath_is_not():
    assert nearness("cut.mill", "cut.mc") > nearness("cut.mill", "cut.lathe") > 0
    assert nearness("surf.zinc", "surf.enickel") < CANDIDATE
    assert nearness("cut", "cut.lathe") == nearness("cut.lathe", "cut.lathe") == 1
    assert nearness("cut.lathe", "surf.zinc") == 0
