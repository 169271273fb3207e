"""The public search: what is in it, what never is, in which order, and what it says to nonsense."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from wagtail.models import Page, PageViewRestriction

from portal.cms.models import ArticlePage, CaseStory, FaqPage, MeasurePage
from portal.kernel import clock
from portal.search import services, sources
from portal.search.models import Document, Kind
from portal.search.selectors.public import PAGE, Wish, find
from portal.search.sources import Entry, Source
from subsidies.models import Call, Scheme, SchemeVersion
from tests.factories import cms as make
from tests.factories import dojo, lab_events, subsidies

pytestmark = pytest.mark.django_db
MADE = 'FROM "?search_document'


def told(**changes):
    given = {"key": "1", "kind": Kind.ARTICLE, "title": "題", "url": "/x/"}
    return Entry(**(given | changes))


def put(*entries, name="test"):
    """These and no others are what the source tells."""
    return services.refresh(Source(name, lambda keys: entries))


def titles(text, **wish):
    return [hit.title for hit in find(Wish(text, **wish), now=clock.now()).hits]


def page_of(text, **more):
    response = Client().get("/search/", {"q": text, **more})
    return response, response.content.decode()


@pytest.mark.parametrize("typed", ["めっき", "メッキ", "ﾒｯｷ", "鍍金", "plating"])
@pytest.mark.parametrize("written", ["めっき", "メッキ", "ﾒｯｷ", "鍍金"])
def test_every_spelling_finds_every_other(typed, written):
    put(told(title=f"{written}の工場"), told(key="2", title="塗装の工場"))
    assert titles(typed) == [f"{written}の工場"]


def test_old_signs_and_parts_of_words_are_found():
    put(told(title="渡邉製作所の髙精度加工"), told(key="2", title="電気亜鉛めっき"))
    assert titles("渡辺") == titles("高精度") == ["渡邉製作所の髙精度加工"]
    assert titles("亜鉛") == titles("鉛めっ") == ["電気亜鉛めっき"]


def test_the_pairs_of_a_word_alone_are_no_hit():
    put(told(title="東京の京都展"), told(key="2", title="東京都の窓口"))
    assert titles("東京都") == ["東京都の窓口"]


def test_words_typed_as_one_are_parted_where_nothing_has_them():
    put(told(title="工場でめっきを始める"))
    found = find(Wish("めっき工場"), now=clock.now())
    assert [hit.title for hit in found.hits] == ["工場でめっきを始める"]
    assert found.is_loose


def test_titles_come_first_and_what_is_over_last():
    now = clock.now()
    over = now - dt.timedelta(days=1)
    put(
        told(key="1", title="終わった測定器の補助金", kind=Kind.CALL, ends_at=over),
        told(key="2", title="工場の話", body="測定器を選んだ。", kind=Kind.MEASURE),
        told(key="3", title="測定器の選び方"),
        told(key="4", title="測定器"),
        told(key="5", title="測定器の公募", kind=Kind.CALL, ends_at=now + dt.timedelta(days=1)),
    )
    assert titles("測定器") == [
        "測定器", "測定器の公募", "測定器の選び方", "工場の話", "終わった測定器の補助金",
    ]  # fmt: skip


def test_kind_and_ward_narrow_and_common_pages_stay():
    put(
        told(key="1", title="補助金の話"),
        told(key="2", title="補助金の公募", kind=Kind.CALL, ward_id=make.SUMIDA),
        told(key="3", title="補助金の公募（大田）", kind=Kind.CALL, ward_id=make.OTA),
    )
    assert titles("補助金", kind="call", ward_id=make.SUMIDA) == ["補助金の公募"]
    assert sorted(titles("補助金", ward_id=make.SUMIDA)) == ["補助金の公募", "補助金の話"]


def test_a_refresh_writes_what_changed_and_deletes_what_is_gone():
    done = put(told(key="1", title="古い題"), told(key="2", title="消える題"))
    assert (done.written, done.deleted) == (2, 0)
    done = put(told(key="1", title="新しい題"))
    assert (done.written, done.deleted, done.kept) == (1, 1, 0)
    assert put(told(key="1", title="新しい題")).kept == 1
    assert titles("題") == ["新しい題"]


def test_what_the_rooms_have_announced_is_found_and_nothing_else():
    call = subsidies.make_call()
    scheme = Scheme.objects.create(
        ward_id=make.SUMIDA, code="HID", stage=1, name="内緒の補助金", summary="x", source="x"
    )
    hidden = Call.objects.get(pk=call.pk)
    hidden.pk = None
    hidden.version = SchemeVersion.objects.create(scheme=scheme, number=1, rules=call.version.rules)
    hidden.save()
    cohort = dojo.make_cohort()
    staff, lab, event = lab_events.scene(title="かんな削りの会")
    lab_events.draft(staff, lab, title="かんな削りの下書き")
    services.rebuild(with_slow=False)
    assert titles(call.version.scheme.name) == [
        f"墨田区 {call.version.scheme.name}（{call.fiscal_year}年度 第{call.round}回）"
    ]
    assert titles("内緒") == []
    assert titles("かんな") == [event.title]
    assert any(cohort.course.name in title for title in titles(cohort.course.name, kind="course"))


def test_a_page_is_found_while_it_is_public(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = make.make_page(
            ArticlePage, make.ward_home(), title="からくり治具", slug="jig", summary="道具。", body=make.BODY
        )  # fmt: skip
        make.make_page(
            ArticlePage, make.ward_home(), title="からくりの下書き", slug="draft", summary="x", live=False
        )  # fmt: skip
    assert titles("からくり") == ["からくり治具"]
    assert titles("めっきの工程") == ["からくり治具"]
    with django_capture_on_commit_callbacks(execute=True):
        closed = PageViewRestriction.objects.create(page=make.ward_home(), restriction_type="login")
    assert titles("からくり") == []
    with django_capture_on_commit_callbacks(execute=True):
        closed.delete()
    assert titles("からくり") == ["からくり治具"]
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert titles("からくり") == []
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
        page.delete()
    assert titles("からくり") == []


def test_pages_of_every_kind_go_in_and_the_command_repairs(capsys):
    make.one_of_each()
    call_command("search_rebuild")
    assert "page: " in capsys.readouterr().out
    kinds = set(Document.objects.filter(source="page").values_list("kind", flat=True))
    assert {Kind.MEASURE, Kind.FAQ, Kind.CASE, Kind.ARTICLE, Kind.NEWS, Kind.PAGE} <= kinds
    for model in (MeasurePage, CaseStory, FaqPage):
        page = model.objects.first()
        assert page.title in titles(page.title)
    assert all(services.refresh(source).written == 0 for source in sources.registered())
    call_command("search_rebuild", "--anew")
    assert "0 unchanged" in capsys.readouterr().out


def test_a_hit_shows_where_it_comes_from(django_capture_on_commit_callbacks):
    put(
        told(
            title="<b>めっき</b>の公募",
            kind=Kind.CALL,
            ward_id=make.SUMIDA,
            summary="要約です。",
            title_en="Call for plating",
            starts_at=clock.now(),
            ends_at=clock.now() + dt.timedelta(days=3),
        )
    )
    response, html = page_of("メッキ")
    assert response.status_code == 200
    assert "&lt;b&gt;<mark>めっき</mark>&lt;/b&gt;の公募" in html
    assert "墨田区" in html
    assert "募集中" in html
    client = Client()
    client.cookies["django_language"] = "en"
    assert (
        "Call for <mark>plating</mark>" in client.get("/search/", {"q": "plating"}).content.decode()
    )


@pytest.mark.parametrize("text", ["%", '"', "😀", "\x00", "    %  ", "_", "\\", "&|!():*<->"])
def test_signs_alone_are_answered_with_what_to_type(text):
    put(told(title="100% 安心"))
    response, html = page_of(text)
    assert response.status_code == 200
    assert "文字か数字を入れてください" in html or not text.strip(" \x00")


def test_four_thousand_letters_are_refused_and_kept():
    response, html = page_of("あ" * 4_000)
    assert response.status_code == 422
    assert "100文字まで" in html
    assert "あ" * 4_000 in html


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE search_document; --", "ねじ' & 'xyz", "a:*", "<script>"]
)
def test_what_looks_like_a_statement_is_looked_for_like_anything(text):
    put(told(title="ねじ"))
    response, html = page_of(text)
    assert response.status_code == 200
    assert f"「{escape(text)}」は見つかりませんでした" in html
    assert Document.objects.count() == 1


def test_where_nothing_is_found_the_page_says_what_to_try():
    _response, html = page_of("存在しない言葉", kind="call")
    assert "種類と区を限らずに探す" in html
    assert "/programs/" in html
    assert page_of("補助金", kind="nonsense", ward="999", page="x")[0].status_code == 200


@pytest.mark.parametrize("page", [1, 2, 999])
def test_pages_hold_twenty(page):
    put(*(told(key=str(n), title=f"ねじ{n:02}", url=f"/{n}/") for n in range(PAGE + 5)))
    found = find(Wish("ねじ", page=page), now=clock.now())
    assert found.total == PAGE + 5
    assert len(found.hits) == (5 if page == 2 else PAGE)


def test_hits_cost_no_statement_each():
    counts = []
    for number in (1, 30):
        put(*(told(key=str(n), title=f"ねじ{n}", ward_id=make.SUMIDA) for n in range(number)))
        with CaptureQueriesContext(connection) as queries:
            page_of("ねじ")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("typed", ["めっき", "ﾒｯｷ", "渡辺", "っき"])
def test_the_editors_search_knows_the_same_spellings(typed):
    page = make.make_page(
        ArticlePage,
        make.ward_home(),
        title="渡邉さんのメッキ",
        slug="e",
        summary="要約。",
        body=make.BODY,
    )
    assert [hit.pk for hit in Page.objects.search(typed)] == [page.pk]
    assert [hit.pk for hit in Page.objects.autocomplete(typed)] == [page.pk]
    assert list(Page.objects.search("鋳造")) == []
    assert list(Page.objects.search("%")) == []


def test_a_question_is_a_hit_of_its_own_and_leads_to_its_answer(
    client, django_capture_on_commit_callbacks
):
    def asks(*pairs):
        return [("question", {"question": q, "answer": f"<p>{a}</p>"}) for q, a in pairs]

    page = make.make_page(
        FaqPage, make.ward_home(), summary="よく聞かれること。",
        items=asks(("図面は漏れませんか。", "透かしを<b>入れて</b>見せます。"), ("いくらですか。", "無料です。")),
    )  # fmt: skip
    services.rebuild()
    (hit,) = find(Wish("透かし"), now=clock.now()).hits
    assert (hit.title, hit.kind) == ("図面は漏れませんか。", Kind.FAQ)
    address, _hash, anchor = hit.url.partition("#")
    shown = client.get(address).content.decode()
    assert f'<details class="cms-question" id="{anchor}"><summary>図面は漏れませんか。' in shown
    # Parts come and go with their page.
    page.items = asks(("いくらですか。", "講習は有料です。"))
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert titles("透かし") == []
    assert titles("講習は有料") == ["いくらですか。"]
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert titles("講習は有料") == titles("よく聞かれる") == []
