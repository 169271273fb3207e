"""The texts that come with the portal: fit for their pages, with sources, and put into the tree once."""

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import resolve, reverse
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.cms import demo
from portal.cms import models as cms
from portal.cms.content import reading
from portal.cms.content.filling import Filled, fill, put
from portal.cms.models.base import SERVED_BY
from portal.cms.selectors import trails
from portal.kernel.actor import Actor
from programs.wards import WARDS
from subsidies.grants import kinds as filing_kinds
from subsidies.models import Scheme
from subsidies.schemes.definitions import scheme_definitions
from subsidies.schemes.english import wordings
from tests.architecture.access_matrix import EVERYBODY, MATRIX
from tests.factories.subsidies import make_call
from tests.support.people import make_person

HOMES = {ward.code: f"wards/{ward.name_en.lower()}" for ward in WARDS}
TEXTS = [*reading.pages(), *reading.own_measures(HOMES), *(text for text, _ in reading.news(HOMES))]
SYSTEM = Actor.system("test")
NAMES = {ward.code: ward.name for ward in WARDS}
NOW = dt.datetime(2026, 11, 30, 3, 0, tzinfo=dt.UTC)


def streams(text):
    return [value for value in text.fields.values() if isinstance(value, list)]


def kinds(text):
    return {piece["type"] for stream in streams(text) for piece in stream}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.path)
def test_every_text_is_what_an_editor_could_have_saved(text):
    model = getattr(cms, text.model)
    for name, value in text.fields.items():
        field = model._meta.get_field(name)
        if isinstance(field, StreamField):
            field.stream_block.clean(field.to_python(value))
        else:
            limit = field.max_length or 10_000
            assert not isinstance(value, str) or len(value) <= limit, name
    required = {
        field.name
        for field in model._meta.local_fields
        if not (field.blank or field.primary_key or field.has_default() or field.name == "on")
    }
    assert required <= set(text.fields)


def test_facts_have_their_source_and_summaries_are_told_in_plain_japanese():
    for text in TEXTS:
        if text.model in {"ArticlePage", "CaseStory", "MeasurePage"}:
            assert "source" in kinds(text) or text.fields.get("source_title"), text.path
            assert "（" in text.fields["easy"], f"{text.path}: no furigana"
    others = [text for text in TEXTS if "summary" in text.fields]
    assert {text.path for text in others if "（" not in text.fields.get("easy", "")} == set()
    block = cms.ArticlePage._meta.get_field("body").stream_block
    number = block.to_python([{"type": "figure", "value": {"number": "4", "words": "段階"}}])
    with pytest.raises(ValidationError):
        block.clean(number)


def test_there_is_enough_to_read():
    count = {
        model: sum(text.model == model for text in TEXTS) for model in ("ArticlePage", "CaseStory")
    }
    assert count == {"ArticlePage": 11, "CaseStory": 6}
    (faq,) = (text for text in TEXTS if text.model == "FaqPage")
    assert sum(piece["type"] == "question" for piece in faq.fields["items"]) >= 25
    assert len({text.path for text in TEXTS}) == len(TEXTS)


def internal_links():
    """Every address of this site that a text leads to."""
    return set(
        re.findall(
            r'href="(/[^"]*)"',
            json.dumps([t.fields for t in TEXTS], default=str).replace('\\"', '"'),
        )
    )


def test_no_text_leads_a_reader_to_a_sign_in_unawares():
    files = reading.TEXTS.rglob("*.toml")
    routes = set(
        re.findall(r"route:([a-z_]+:[a-z_]+)", "".join(file.read_text("utf-8") for file in files))
    )
    assert len(routes) > 4
    assert {route for route in routes if MATRIX[route] != EVERYBODY} == set()


@pytest.mark.django_db
def test_a_new_installation_begins_with_them_and_every_link_leads_somewhere():
    demo.load(firms=(), now=NOW, scale=1)
    there = {trails.address(page) for page in Page.objects.live()}
    links = internal_links()
    assert len(links) > 20
    gone = {link for link in links if resolve(link).view_name == SERVED_BY and link not in there}
    assert not gone
    read = Client().get("/pitfalls/backup/").content.decode()
    assert '<th scope="row">1 元のデータ</th>' in read
    assert 'href="/pitfalls/backup/"' in Client().get("/pitfalls/security-drill/").content.decode()
    story = Client().get("/cases/nissyo/").content.decode()
    assert re.search(r'<h2 id="wrong">[^<]+</h2><p[^>]*>この話の出典には書かれていません。', story)
    assert not re.search(r"</h2>\s*</section>", story), "a heading without a word below it"
    assert not cms.WardHome.objects.filter(lead="").exists()
    plain = "やさしい日本語</summary>"
    one_of_each = {page.content_type_id: trails.address(page) for page in Page.objects.live()[1:]}
    untold = [
        address
        for address in (
            *one_of_each.values(),
            "/navi/",
            "/diagnosis/try/",
            "/search/",
            "/programs/",
        )
        if plain not in Client().get(address).content.decode()
    ]
    assert untold == []
    assert "（すみだく）" in cms.WardHome.objects.get(ward_id=13107).easy
    assert cms.Featured.objects.count() == 6
    again = fill(SYSTEM, now=NOW)
    assert (again.added, again.renewed) == (0, 0)


@pytest.mark.django_db
def test_what_an_editor_has_saved_is_left_alone_and_the_rest_follows_the_files():
    put(list(reading.pages())[:2], Filled(), now=NOW)
    ours, theirs = Page.objects.filter(url_path__startswith="/home/support-").order_by("url_path")[
        :2
    ]
    edited = theirs.specific
    edited.title = "区が直した題"
    edited.save_revision(user=make_person("editor@ward.example")).publish()
    cms.MeasurePage.objects.filter(pk=ours.pk).update(summary="古い文")
    filled = Filled()
    put(list(reading.pages())[:2], filled, now=NOW)
    assert (filled.added, filled.renewed, filled.kept) == (0, 1, 1)
    assert ours.specific.summary != "古い文"
    assert cms.MeasurePage.objects.get(pk=theirs.pk).title == "区が直した題"


@pytest.mark.django_db
def test_the_command_can_be_run_again(capsys):
    call_command("load_content")
    call_command("load_content")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("pages +")
    assert second.startswith("pages +0 ~0")
    assert not cms.NewsPage.objects.exists()


@pytest.mark.django_db
def test_policies_are_the_editors_page_in_japanese_and_the_portals_own_text_otherwise():
    client = Client()
    assert "準拠を宣言するものではありません" in client.get("/accessibility/").content.decode()
    fill(SYSTEM, now=NOW)
    assert client.get("/accessibility/")["Location"] == "/accessibility-policy/"
    assert client.get("/site-policy/")["Location"] == "/site-rules/"
    english = client.get("/accessibility/", headers={"accept-language": "en"}).content.decode()
    assert 'href="/accessibility-policy/"' in english


JAPANESE = re.compile("[ぁ-んァ-ヶ一-龥]")
MARKED = re.compile(r'<span lang="ja">([^<]*)</span>|lang="ja">([^<]+)<')
# What an English page may hold in Japanese: the plain-Japanese summary, and where a text comes from.
KEPT = re.compile(
    r'<details class="ui-term cms-easy">.*?</details>|<p class="cms-source">.*?</p>', re.DOTALL
)


def left_in_japanese(address):
    page = Client().get(address, headers={"accept-language": "en"}).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return {one or other for one, other in MARKED.findall(KEPT.sub("", main))}, main


@pytest.mark.django_db
def test_in_english_every_measure_and_call_is_in_english_and_says_what_is_not():
    demo.load(firms=(), now=NOW, scale=1)
    shipped = scheme_definitions({13107: "墨田区"})
    sumida = [make_call(ward=13107, stage=row.stage, rules=row.rules) for row in shipped]
    for call, row in zip(sumida, shipped, strict=True):
        told = {key: getattr(row, key) for key in ("code", "name", "name_en", "summary", "source")}
        Scheme.objects.filter(pk=call.version.scheme_id).update(**told)
    own = {call.contact for call in sumida} | {row.source for row in shipped}
    pages = [trails.address(page) for page in cms.MeasurePage.objects.live()]
    assert len(pages) == 20
    for address in pages:
        left, _main = left_in_japanese(address)
        assert {text for text in left if not any(text in one for one in own)} == set(), address
    for call in sumida:
        left, main = left_in_japanese(reverse("subsidies:call_detail", args=[call.pk]))
        assert {text for text in left if not any(text in one for one in own)} == set(), call
        assert "What the ward wrote in its own words" in main
    # The menu and the list of wards lead on in English; an article says that it is Japanese.
    for address in ("/", "/wards/", "/wards/sumida/"):
        assert "only there in Japanese" not in left_in_japanese(address)[1]
    assert left_in_japanese("/wards/")[0] == set()
    assert "The text below is only there in Japanese." in left_in_japanese("/faq/")[1]


def test_every_wording_of_a_shipped_scheme_is_there_in_english():
    english = wordings()
    asked = {text for row in scheme_definitions(NAMES) for text in shown_of(row)}
    assert {text for text in asked if JAPANESE.search(text) and text not in english} == set()
    assert not [text for text in english.values() if JAPANESE.search(text)]


def test_every_wording_of_a_form_after_the_decision_is_there_in_english():
    asked = {
        str(text) for code in filing_kinds.names() for text in asked_by(filing_kinds.get(code))
    }
    assert {text for text in asked if JAPANESE.search(text) and text not in wordings()} == set()


def asked_by(kind):
    """What a firm reads in a form besides its name and hint, which are in the catalogue."""
    for question in kind.questions:
        yield from (question.label, question.hint, *(name for _code, name in question.choices))
    for document in kind.documents:
        yield from (document.name, document.hint)


def shown_of(row):
    """What readers of a call, and firms in its form, are shown of a scheme besides its name."""
    rules = row.rules
    yield row.summary
    yield from rules.get("preparation", ())
    for key in (
        "prerequisites",
        "stacking",
        "tasks",
        "bonus",
        "rate_variants",
        "documents",
        "categories",
    ):
        for one in rules.get(key, ()):
            yield one["name"]
            yield from (*one.get("eligible", ()), *one.get("ineligible", ()))
            yield from filter(None, (one.get("hint"), one.get("form_no")))
    for one in (*rules["criteria"], *rules["questions"]):
        yield from filter(
            None, (one.get(key) for key in ("question", "label", "help", "hint", "refusal", "unit"))
        )
        yield from (name for _code, name in one.get("choices", ()))
