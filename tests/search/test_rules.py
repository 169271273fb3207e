"""The rules of the search: one spelling, what a word asks for, what is marked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.rules import asking, grams, patterns, snippets
from portal.search.rules.folding import Folded, fold
from portal.search.rules.variants import TABLE

JAPANESE = st.text(
    alphabet=st.one_of(
        st.sampled_from("めっきメッキﾒｯｷｶﾞﾊﾟぱ鍍金ー−-・　 補助金申請のをAaＡ1１②㈱髙邉齋が゛"),
        st.characters(blacklist_categories=("Cs",)),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("めっき", "メッキ"),
        ("めっき", "ﾒｯｷ"),
        ("メッキー", "ﾒﾂｷ"),
        ("ＳＵＳ３０４", "sus304"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("髙橋", "高橋"),
        ("齋藤", "斎藤"),
        ("齊藤", "斉藤"),
        ("濱﨑", "浜崎"),
        ("鐵工", "鉄工"),
        ("龍ヶ崎", "竜ヶ崎"),
        ("キヤノン", "キャノン"),
        ("ガス", "ｶﾞｽ"),
        ("㈱大森", "(株)大森"),
        ("サーバー", "サーバ"),
        ("A-B", "ab"),
        ("Café", "cafe"),
    ],
)
def test_spellings_of_one_word_are_one(one, other):
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("はし", "ばし"), ("鉄", "銅"), ("304", "303")])
def test_other_words_stay_others(one, other):
    assert fold(one) != fold(other)


def test_a_variant_leads_to_a_sign_that_is_nobodys_variant():
    assert len(TABLE) > 250
    assert not TABLE.keys() & set(TABLE.values())


@given(JAPANESE)
def test_folding_a_folded_text_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(JAPANESE)
def test_a_title_always_finds_itself(text):
    found = grams.grams(text)
    for word in asking.ask(text).words:
        assert grams.has(found, word)
        assert word in fold(text)


@given(JAPANESE, st.integers(0, 40), st.integers(2, 6))
def test_every_part_of_a_japanese_word_is_found(text, start, length):
    word = "".join(re.findall("[ぁ-ゖ一-龠]", fold(text)))
    part = word[start : start + length]
    assert not part or grams.has(grams.grams(word), part)


@given(JAPANESE, JAPANESE)
def test_marking_changes_no_letter_and_lets_no_tag_through(text, words):
    told = str(snippets.marked(f"<b>{text}", fold(words).split()))
    plain = re.sub("</?mark>", "", told)
    assert plain == str(snippets.conditional_escape(f"<b>{text}"))
    assert told.count("<mark>") == told.count("</mark>")


def test_what_was_asked_is_marked_as_it_was_written():
    assert str(snippets.marked("電気メッキー & ﾒｯｷ", ["めつき"])) == (
        "電気<mark>メッキー</mark> &amp; <mark>ﾒｯｷ</mark>"
    )
    assert Folded.of("ｶﾞｽ").places("がす") == [(0, 3)]


def test_the_sentence_with_the_word_is_shown():
    body = "一つ目の文です。二つ目に鍍金の話があります。三つ目。"
    assert snippets.excerpt("要約です。", body, ["鍍金"]) == "二つ目に鍍金の話があります。"
    assert snippets.excerpt("鍍金の要約。", body, ["鍍金"]) == "鍍金の要約。"
    assert snippets.excerpt("要約です。", body, ["無い"]) == "要約です。"
    long = "あ" * 200 + "鍍金" + "い" * 200
    told = snippets.excerpt("", long, ["鍍金"])
    assert "鍍金" in told
    assert len(told) <= snippets.LENGTH + 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("めっきの補助金", ("めつき", "補助金")),
        ("補助金の申請を", ("補助金", "申請")),
        ("ものづくり補助金", ("ものずくり補助金",)),
        ("  SUS304　ﾒｯｷ ", ("sus304", "めつき")),
        ("めっき めっき メッキ", ("めつき",)),
        ("%", ()),
        ('"', ()),
        ("😀🛠", ()),
        ("\x00", ()),
        ("   ", ()),
        ("'; DROP TABLE search_document; --", ("drop", "table", "search", "document")),
        (" ".join(f"語{n}" for n in range(12)), tuple(f"語{n}" for n in range(8))),
    ],
)
def test_what_is_typed_becomes_words(text, words):
    assert asking.ask(text).words == words


def test_too_much_is_not_looked_for():
    asked = asking.ask("あ" * 4_000)
    assert asked.too_long == 4_000
    assert asked.words == ()
    assert asking.ask(" ".join(f"語{n}" for n in range(12))).dropped


def test_words_are_parted_where_the_script_changes():
    assert asking.loosely("めっき工場補助金").words == ("めつき", "工場補助金")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("渡辺", "渡　邉"),
        ("渡邊", "渡辺"),
        ("おおもり", "ｵｵﾓﾘ"),
        ("ガス", "ｶﾞｽ"),
        ("0312345678", "03-1234-5678"),
        ("taro@example.jp", "TARO@example.jp"),
        ("オオモリせいさく", "オオモリ・セイサク"),
        ("r8-13107", "R8-13107-DX1-0147"),
    ],
)
def test_a_pattern_finds_every_spelling(typed, written):
    assert re.search(patterns.pattern(typed), written)


def test_a_pattern_is_made_of_letters_alone():
    assert patterns.pattern("%.*[") == ""
    assert re.compile(patterns.pattern("a" * 100 + "邉" * 100))
