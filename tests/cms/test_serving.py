"""Pages as visitors get them: found, framed, remembered, forgotten, kept from those they are not for."""

import io
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db import connection
from django.templatetags.static import static
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import Page, PageViewRestriction

from portal.accounts.roles import Role
from portal.cms.blocks import DRAWINGS
from portal.cms.models import ArticlePage, MeasurePage
from tests.factories import cms as make
from tests.factories import subsidies
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db
OF_PAGES = re.compile(r'FROM "(wagtail|cms_|subsidies_|programs_|dojo_|events_)')


@pytest.fixture
def visitor():
    return Client()


@pytest.fixture
def article():
    return make.make_page(
        ArticlePage, make.ward_home(), title="図面を探さない工場", slug="drawings",
        summary="探す時間を減らした話です。", body=make.BODY,
    )  # fmt: skip


def body(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def asked_of_pages(visitor, address):
    with CaptureQueriesContext(connection) as queries:
        text = body(visitor.get(address))
    return text, [row["sql"] for row in queries if OF_PAGES.search(row["sql"])]


def test_every_ward_has_a_home_that_says_what_can_be_had(visitor):
    call = subsidies.make_call()
    make.make_news(title="窓口を広げました")
    page = body(visitor.get("/wards/sumida/"))
    assert "墨田区の町工場のための支援" in page
    assert call.version.scheme.name in page
    assert "窓口を広げました" in page
    assert "大田区" in body(visitor.get("/wards/"))
    assert call.version.scheme.name not in body(visitor.get("/wards/ota/"))


def test_a_measure_shows_the_figures_of_its_scheme_in_both_languages(visitor):
    call = subsidies.make_call(budget_yen=10_000_000)
    scheme = call.version.scheme
    make.make_page(
        MeasurePage, make.ward_home(), title="はじめの一歩", title_en="First step", slug="first-step",
        kind="subsidy", scheme_code=scheme.code, summary="最初の道具に。", summary_en="For the first tool.",
    )  # fmt: skip
    page = body(visitor.get("/wards/sumida/first-step/"))
    assert "残り10,000,000円（予算10,000,000円）" in page
    assert "<progress" in page
    assert "申請を始める" in page
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', page)
    visitor.cookies["django_language"] = "en"
    english = body(visitor.get("/wards/sumida/first-step/"))
    assert "First step" in english
    assert "For the first tool." in english
    # Fresh from the form of a remembered page: the token is the reader's own.
    strict = Client(enforce_csrf_checks=True)
    seen = body(strict.get("/wards/sumida/first-step/"))
    form = re.search(r'action="(/apply/[^"]+)">.*?value="(\w{64})"', seen)
    answer = strict.post(form[1], {"csrfmiddlewaretoken": form[2]})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_measure_that_is_no_subsidy_leads_to_where_it_begins(visitor):
    make.make_page(
        MeasurePage,
        make.ward_home(make.OTA),
        title="講座",
        slug="course",
        kind="course",
        summary="学ぶ。",
    )
    assert 'href="/courses/"' in body(visitor.get("/wards/ota/course/"))


def test_a_remembered_page_asks_nothing(visitor, article):
    first, drawn = asked_of_pages(visitor, "/wards/sumida/drawings/")
    again, remembered = asked_of_pages(visitor, "/wards/sumida/drawings/")
    assert "図面を探さない工場" in first
    assert "図面を探さない工場" in again
    assert 0 < len(drawn) <= 8, drawn
    assert remembered == []


def test_what_is_published_is_seen_at_once(visitor, article, django_capture_on_commit_callbacks):
    assert "探す時間" in body(visitor.get("/wards/sumida/drawings/"))
    article.summary = "図面は画面で開きます。"
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()
    assert "図面は画面で開きます。" in body(visitor.get("/wards/sumida/drawings/"))
    with django_capture_on_commit_callbacks(execute=True):
        article.unpublish()
    assert visitor.get("/wards/sumida/drawings/").status_code == 404


def test_nothing_of_the_first_reader_is_remembered(visitor, article):
    person = assign(make_person("a@example.jp", name="かなりあ太郎"), Role.REVIEWER, ward_id=13107)
    signed_in = client_of(person.pk)
    assert "かなりあ太郎" in body(signed_in.get("/wards/sumida/drawings/"))
    assert "かなりあ太郎" not in body(visitor.get("/wards/sumida/drawings/"))
    again = signed_in.get("/wards/sumida/drawings/")
    assert "かなりあ太郎" in body(again)
    assert again["Cache-Control"] == "no-store, private"


def test_a_restricted_page_is_shown_to_those_it_is_for_alone(
    visitor, article, django_capture_on_commit_callbacks
):
    assert visitor.get("/wards/sumida/drawings/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=article, restriction_type="login")
    signed_in = client_of(make_person("a@example.jp").pk)
    assert "図面を探さない工場" in body(signed_in.get("/wards/sumida/drawings/"))
    answer = visitor.get("/wards/sumida/drawings/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert "図面を探さない工場" not in body(visitor.get("/wards/sumida/"))


def test_an_address_of_before_leads_to_where_the_page_went(
    visitor, article, django_capture_on_commit_callbacks
):
    assert visitor.get("/wards/sumida/drawings/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        article.slug = "no-search"
        article.save_revision().publish()
    answer = visitor.get("/wards/sumida/drawings/")
    assert (answer.status_code, answer["Location"]) == (301, "/wards/sumida/no-search/")
    article.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        article.move(make.ward_home(make.OTA), pos="last-child")
    answer = visitor.get("/wards/sumida/no-search/")
    assert answer["Location"] == "/wards/ota/no-search/"


def test_drafts_posts_and_unknown_addresses_find_nothing(visitor):
    make.make_page(
        ArticlePage, make.ward_home(), title="下書き", slug="draft", summary="まだ。", body=make.BODY,
        live=False,
    )  # fmt: skip
    assert visitor.get("/wards/sumida/draft/").status_code == 404
    assert visitor.get("/wards/nowhere/").status_code == 404
    assert visitor.post("/wards/sumida/").status_code == 404


def test_an_address_of_the_portal_cannot_be_taken():
    page = ArticlePage(title="講座", slug="courses", summary="x", body=make.BODY)
    with pytest.raises(ValidationError, match="ポータルの別の画面"):
        make.home().add_child(instance=page)
    assert not Page.objects.filter(slug="courses").exists()


def test_the_site_is_strict_and_the_editor_has_a_policy_of_its_own(visitor, article):
    site = visitor.get("/wards/sumida/drawings/")["Content-Security-Policy"]
    assert "unsafe-inline" not in site
    assert "frame-ancestors 'none'" in site
    admin = assign(make_person("b@example.jp"), Role.SYSADMIN)
    from portal.accounts.services import let_into_editor

    let_into_editor(admin)
    answer = client_of(admin.pk).get("/cms/")
    assert "'unsafe-inline'" in answer["Content-Security-Policy"]


def test_a_shared_link_says_what_it_is(visitor, article):
    page = body(visitor.get("/wards/sumida/drawings/"))
    assert '<meta property="og:title" content="図面を探さない工場">' in page
    assert '<meta property="og:url" content="http://testserver/wards/sumida/drawings/">' in page
    assert 'href="/feeds/sumida/news.xml"' in page
    assert (
        f'<meta property="og:image" content="http://testserver{static("art/share.png")}">' in page
    )


def test_a_shared_link_shows_the_pages_own_picture_with_its_words(visitor, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = {"image": make.make_picture().pk, "decorative": False, "alt_text": "並ぶ旋盤"}
    drawing = {"name": "relay", "alt": "仕事が順に渡る図", "decorative": False}
    bodies = {
        "photo": [
            {"type": "image", "value": {"image": picture}},
            {"type": "drawing", "value": drawing},
        ],
        "drawn": [
            *({"type": name, "value": value} for name, value in make.BODY),
            {"type": "drawing", "value": drawing},
        ],
    }
    for slug, pieces in bodies.items():
        make.make_page(
            ArticlePage, make.ward_home(), slug=slug, summary="話。", body=json.dumps(pieces)
        )
    page = body(visitor.get("/wards/sumida/photo/"))
    path = re.search(r'og:image" content="http://testserver(/media/images/[^"]+)"', page)[1]
    assert '<meta property="og:image:alt" content="並ぶ旋盤">' in page
    shown = visitor.get(path)
    assert shown.status_code == 200
    with Image.open(io.BytesIO(b"".join(shown.streaming_content))) as found:
        assert found.width / found.height == pytest.approx(1200 / 630, rel=0.01)
    page = body(visitor.get("/wards/sumida/drawn/"))
    assert f'og:image" content="http://testserver{static("art/share/relay.png")}"' in page
    assert '<meta property="og:image:alt" content="仕事が順に渡る図">' in page


def test_every_drawing_is_there_for_networks_too():
    for name, _words in DRAWINGS:
        with Image.open(finders.find(f"art/share/{name}.png")) as found:
            assert found.size == (1200, 630), name
