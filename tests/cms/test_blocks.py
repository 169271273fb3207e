"""The pieces of a page: what they refuse, and what becomes of them."""

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from wagtail import blocks

from portal.cms.blocks import body_blocks, faq_blocks

BODY, FAQ = blocks.StreamBlock(body_blocks()), blocks.StreamBlock(faq_blocks())


def stream(*pieces, kind=BODY):
    return kind.to_python([{"type": name, "value": value} for name, value in pieces])


def drawn(*pieces, kind=BODY):
    value = stream(*pieces, kind=kind)
    kind.clean(value)
    return render_to_string("cms/blocks/stream.html", {"value": value})


def refused(name, value):
    """The sentences with which a piece is refused."""
    with pytest.raises(ValidationError) as caught:
        BODY.clean(stream((name, value)))
    return str(caught.value.as_json_data())


def table(cells):
    return "table", {"caption": "道具の比較", "cells": cells}


@pytest.mark.parametrize("mark", ["\t", "｜"])
def test_a_table_is_pasted_from_a_spreadsheet_and_has_real_heads(mark):
    page = drawn(table(f"{mark}値段\nA社{mark}3万円\n\nB社{mark}\n"))
    assert "<caption>道具の比較</caption>" in page
    assert '<thead><tr><td></td><th scope="col">値段</th>' in page
    assert '<th scope="col">値段</th>' in page
    assert '<th scope="row">A社</th><td data-label="値段">3万円</td>' in page
    assert '<th scope="row">B社</th><td data-label="値段"></td>' in page


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("道具｜値段\nA社｜3万円｜安い", "2行目は3列です。見出しと同じ2列にしてください。"),
        ("道具｜値段", "中身の行が1つ以上必要です"),
        ("道具\nA社", "列は2つ以上にし"),
        ("", "必須です"),
    ],
)
def test_a_table_that_is_none_is_refused_with_what_to_mend(cells, said):
    assert said in refused(*table(cells))


@pytest.mark.parametrize(
    ("alt", "decorative"), [("", False), ("4段の階段", True)], ids=["neither", "both"]
)
def test_a_picture_is_described_or_declared_an_ornament(alt, decorative):
    said = refused("drawing", {"name": "phases", "alt": alt, "decorative": decorative})
    assert "どちらか一方にしてください" in said
    told = drawn(("drawing", {"name": "phases", "alt": "4段の階段"}))
    assert 'alt="4段の階段"' in told
    assert 'alt=""' in drawn(("drawing", {"name": "hub", "decorative": True}))


@pytest.mark.parametrize("missing", ["number", "words", "source"])
def test_a_figure_says_what_it_is_and_where_it_comes_from(missing):
    figure = {"number": "12.5", "unit": "%", "words": "段階1の会社", "source": "中小企業白書"}
    assert "出典：中小企業白書" in drawn(("figure", figure))
    assert missing in refused("figure", {**figure, missing: ""})


def test_what_is_typed_stays_text_and_questions_open_without_a_script():
    page = drawn(
        ("heading", "A & B"),
        ("steps", [{"title": "<測る>", "text": "1行目\n2行目"}]),
        ("callout", {"tone": "warn", "title": "発注の前に", "text": "<p>見積り</p>"}),
    )
    assert "<h2>A &amp; B</h2>" in page
    assert "&lt;測る&gt;" in page
    assert "1行目<br>2行目" in page
    assert "<span>注意</span> 発注の前に" in page
    question = {"question": "税抜ですか。", "answer": "<p>標準は税抜です。</p>"}
    asked = drawn(("heading", "お金"), ("question", question), kind=FAQ)
    assert "<summary>税抜ですか。</summary>" in asked
