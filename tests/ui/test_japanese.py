"""Japanese on English pages is marked, all of it and nothing else."""

import re
import time

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.ui import japanese
from portal.ui.japanese import marked


def ja(text: str) -> str:
    return f'<span lang="ja">{text}</span>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Nothing here (3)</p>", "<p>Nothing here (3)</p>"),
        ("<td>株式会社大森精機</td>", f"<td>{ja('株式会社大森精機')}</td>"),
        ("<p>Hello, 山田 太郎!</p>", f"<p>Hello, {ja('山田 太郎')}!</p>"),
        ("<p>“見積書” was received.</p>", f"<p>“{ja('見積書')}” was received.</p>"),
        ("<h1>CAD/CAM連携 3次元</h1>", f"<h1>CAD/{ja('CAM連携 3次元')}</h1>"),
        ("<p>〒131-0045 東京都墨田区1-2</p>", f"<p>{ja('〒131-0045 東京都墨田区1-2')}</p>"),
        (
            "<p>A&amp;B製作所 &#x27;甲&#x27;</p>",
            f"<p>A&amp;{ja('B製作所')} &#x27;{ja('甲')}&#x27;</p>",
        ),
        ("<p>ｵｵﾓﾘ・ラーメン々〆</p>", f"<p>{ja('ｵｵﾓﾘ・ラーメン々〆')}</p>"),
        ('<button lang="ja">日本語</button>', '<button lang="ja">日本語</button>'),
        ("<option value=1>墨田区</option>", '<option value=1 lang="ja">墨田区</option>'),
        ("<textarea>\n本文\n</textarea>", '<textarea lang="ja">\n本文\n</textarea>'),
        ('<text x="1">4月</text>', '<text x="1" lang="ja">4月</text>'),
        ('<input value="大森 健">', '<input value="大森 健" lang="ja">'),
        ('<input value="Ken"/>', '<input value="Ken"/>'),
        ('<td data-label="Firm" title="甲">x</td>', '<td data-label="Firm" title="甲">x</td>'),
        ("<script>a('日本')</script><b>区</b>", f"<script>a('日本')</script><b>{ja('区')}</b>"),
        ("<p>甲<br>乙</p>後", f"<p>{ja('甲')}<br>{ja('乙')}</p>{ja('後')}"),
        ("</option>間<b>x</b>", f"</option>{ja('間')}<b>x</b>"),
    ],
)
def test_what_is_marked(html: str, expected: str) -> None:
    assert marked(html) == expected


@given(st.text(alphabet="aZ9 &;,.、。（）「」墨田ァ々ーｱ〒", max_size=40))
def test_every_sign_is_inside_and_no_text_changes(text: str) -> None:
    html = marked(f"<p>{text}</p>")
    outside = re.sub(r'<span lang="ja">.*?</span>', "", html)
    assert not re.search("[墨田ァ々ーｱ]", outside)
    assert re.sub(r"<[^>]*>", "", html) == text


@pytest.mark.parametrize(
    "text", ["A" * 100_000 + "z区", "区" + " 9" * 50_000 + "z", "（" * 100_000]
)
def test_no_text_makes_the_marking_slow(text: str) -> None:
    before = time.process_time()
    marked(f"<p>{text}区</p>")
    assert time.process_time() - before < 1


def test_a_mark_in_the_data_is_told_in_the_readers_language(monkeypatch) -> None:
    monkeypatch.setattr(japanese, "_TOLD", {})
    japanese.tell_as("（廃棄済み）", "(Disposed of)")
    assert marked("<th>（廃棄済み） 1</th>") == "<th>(Disposed of) 1</th>"


def test_pages_in_japanese_are_left_as_they_are() -> None:
    page = Template("{% load ui %}{% ui_japanese %}<p>甲</p>{% endui_japanese %}")
    context = Context({"request": RequestFactory().get("/")})
    with translation.override("ja"):
        assert page.render(context) == "<p>甲</p>"
    with translation.override("en"):
        assert page.render(context) == f"<p>{ja('甲')}</p>"
