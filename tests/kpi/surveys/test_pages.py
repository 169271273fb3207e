"""The pages: a mail's link without signing in, what officials and policy staff read, and what they do not."""

import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kpi.surveys.models import Asked, Draft, NoMail, Response, Wave
from kpi.surveys.selectors.results import results_of, withheld
from portal.accounts.roles import Role
from portal.exports.reports import find
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.factories import subsidies as make
from tests.factories import ward_surveys as surveys
from tests.factories.programs import OTA, SUMIDA
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_from_before():
    cache.clear()


def asked(n=1, **changes):
    surveys.firms(n, **changes)
    return surveys.asked(surveys.begun(surveys.official(changes.get("ward", SUMIDA))))


def here(row, name="link", *more):
    return reverse(f"surveys:{name}", args=[surveys.secret(row), *more])


def policy_client():
    return client_of(assign(make_person("policy@example.jp"), Role.POLICY).pk)


def test_reading_records_nothing_and_buttons_save_page_by_page(client: Client):
    row = asked()[0]
    before = AuditRow.objects.count()
    for address in (here(row), here(row, "page", "state"), here(row, "stop"), here(row)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert row.firm_name not in answer.content.decode()
        assert answer["X-Robots-Tag"] == "noindex"
    assert client.get(here(row, "send")).status_code == 302
    assert client.get(here(row, "thanks")).status_code == 302
    assert (Draft.objects.count(), Response.objects.count()) == (0, 0)
    assert AuditRow.objects.count() == before
    # What is missing is said on the page, and what was typed is kept.
    page = client.post(here(row, "page", "state"), {"where": ["peers"], "revision": 0}, follow=True)
    assert "近いものを1つ" in page.context["form"].errors["state"][0]
    assert page.context["form"]["where"].value() == ["peers"]
    later = client.post(
        here(row, "page", "state"), {"state": "done", "revision": 1, "later": "1"}, follow=True
    )
    assert "メールの同じリンクから続けられます" in later.content.decode()
    assert "続きから答える" in later.content.decode()
    go_on = client.post(here(row, "page", "base"), {"revision": 2})
    assert go_on["Location"] == here(row, "page", "systems")


def test_another_browser_is_told_and_loses_nothing(client: Client):
    row = asked()[0]
    client.post(here(row, "page", "state"), {"state": "done", "revision": 0})
    stale = client.post(here(row, "page", "state"), {"state": "none", "revision": 0})
    assert stale.status_code == 409
    assert stale.context["form"]["state"].value() == "none"
    assert "ほかの画面で保存された内容があります" in stale.content.decode()
    client.post(
        here(row, "page", "state"), {"state": "none", "revision": stale.context["found"].revision}
    )
    assert Draft.objects.get().answers["state"] == "none"


def test_sending_asks_for_consent_apart_and_says_what_happens(client: Client):
    row = asked()[0]
    surveys.typed(surveys.secret(row), surveys.LONG)
    page = client.get(here(row, "send"))
    assert "任意" in page.content.decode()
    done = client.post(here(row, "send"), {"revision": page.context["found"].revision}, follow=True)
    text = done.content.decode()
    assert "1社ごとの答えは、区の担当者も読みません" in text
    assert not Response.objects.get().is_linked
    client.post(here(row, "send"), {"linked": "on"})
    assert "同意をいただきました" in client.get(here(row, "thanks")).content.decode()
    assert "回答を受け取りました" in client.get(here(row)).content.decode()


def test_a_closed_wave_and_a_wrong_link_say_what_to_do(client: Client):
    typing, idle = asked(2)
    surveys.typed(surveys.secret(typing), {"state": "done"})
    surveys.closed(typing.wave)
    Wave.objects.update(closed_at=clock.now() - dt.timedelta(days=2))
    assert "入力していた答えは残っています" in client.get(here(typing)).content.decode()
    over = client.post(here(idle, "page", "state"), {"state": "done"})
    assert (over.status_code, "締め切りました" in over.content.decode()) == (410, True)
    wrong = client.get(reverse("surveys:link", args=["0" * 64]))
    assert (wrong.status_code, "途中で切れていないか" in wrong.content.decode()) == (404, True)
    guesses = [
        client.get(reverse("surveys:link", args=[f"{n:064d}"])).status_code for n in range(1, 21)
    ]
    assert guesses == [404] * 19 + [429]


def test_a_mail_program_stops_the_mails_without_a_token():
    row = asked()[0]
    strict = Client(enforce_csrf_checks=True)
    done = strict.post(here(row, "stop"), {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, NoMail.objects.count()) == (200, 1)
    assert strict.post(here(row, "page", "state"), {"state": "done"}).status_code == 403


def test_an_official_plans_begins_calls_types_in_and_closes():
    firms = surveys.firms(3)
    actor = surveys.official()
    client, today = client_of(actor), clock.today()
    wrong = client.post(
        reverse("surveys:plan"),
        {"name": "調査", "starts_on": str(today), "ends_on": str(today), "share": 100, "fewest": 5},
    )
    assert (wrong.status_code, wrong.context["form"]["name"].value()) == (422, "調査")
    given = {"starts_on": str(today), "ends_on": str(today + dt.timedelta(days=28))}
    page = client.post(
        reverse("surveys:plan"), {"name": "調査", "share": 100, "fewest": 5, **given}, follow=True
    )
    assert "始めるまで、企業には何も届きません" in page.content.decode()
    wave = Wave.objects.get()
    act = reverse("surveys:act", args=[wave.public_id])
    assert "まだ答えていない3社" in client.post(act, {"act": "open"}, follow=True).content.decode()
    row = Asked.objects.get(firm=firms[0])
    enter = reverse("surveys:enter", args=[row.public_id])
    who = {"way": "phone", "said_by": "墨田 太郎", "said_on": str(today)}
    short = client.post(enter, {**who, "state": "done"})
    assert short.status_code == 422
    assert "view" in short.context["sheet"].errors
    assert short.context["form"]["said_by"].value() == "墨田 太郎"
    told = client.post(enter, {**who, **surveys.SHORT}, follow=True).content.decode()
    assert "墨田 太郎さんの回答" in told
    assert "結び付けに同意していません" in told
    outside = reverse("surveys:outside", args=[Asked.objects.get(firm=firms[1]).public_id])
    assert client.post(outside, {"reason": ""}).status_code == 422
    assert "対象外" in client.post(outside, {"reason": "廃業"}, follow=True).content.decode()
    longer = reverse("surveys:extend", args=[wave.public_id])
    assert client.post(longer, {"ends_on": str(today)}).status_code == 422
    closed = client.post(act, {"act": "close"}, follow=True).content.decode()
    assert "1-KSIを計算しました" in closed
    assert client.post(act, {"act": "nothing"}).status_code == 302
    refusals = AuditRow.objects.filter(action="surveys.refused").values_list(
        "detail__act", flat=True
    )
    assert set(refusals) == {"plan", "enter", "extend"}


def test_an_official_reads_single_answers_only_with_consent_and_is_on_record():
    linked, other = asked(2)
    surveys.answered(linked, surveys.LONG, is_linked=True)
    surveys.answered(other, surveys.LONG)
    client = client_of(surveys.official())
    page = client.get(reverse("surveys:firm", args=[linked.public_id]))
    assert "人と機械の空きを見た生産計画" in page.content.decode()
    hidden = client.get(reverse("surveys:firm", args=[other.public_id]))
    assert "人と機械の空きを見た生産計画" not in hidden.content.decode()
    assert list(
        AuditRow.objects.filter(action="surveys.viewed").values_list("object_id", flat=True)
    ) == [str(linked.pk)]
    firms = reverse("surveys:firms", args=[linked.wave.public_id])
    assert client.get(firms).context["page"].paginator.count == 0
    answered = client.get(firms, {"status": "answered"})
    assert {line[0].pk for line in answered.context["lines"]} == {linked.pk, other.pk}
    report = find("ward-survey")
    actor = surveys.official()
    with acting(actor):
        rows = list(report.rows(actor, {"wave": str(linked.wave.public_id), "status": "answered"}))
        assert {line[1] for line in rows} == {linked.firm_name, other.firm_name}
        assert list(report.rows(actor, {"wave": "x"})) == []


def test_the_owner_finds_the_survey_without_the_mail():
    firm = surveys.firms(1)[0]
    owner = make.firm_actor(firm)
    row = surveys.asked(surveys.begun())[0]
    client = client_of(owner)
    assert "答える" in client.get(reverse("surveys:mine")).content.decode()
    found = client.post(reverse("surveys:answer", args=[row.public_id]))
    assert found["Location"] == here(row)


def test_results_tell_shares_with_intervals_and_withhold_one_or_two():
    rows = asked(8)
    for row, state in zip(rows, ("done", "done", "considering", "none", "none"), strict=False):
        surveys.answered(row, {**surveys.LONG, "state": state})
    surveys.closed(rows[0].wave)
    client = policy_client()
    page = client.get(reverse("surveys:results", args=[rows[0].wave.public_id]))
    text = page.content.decode()
    assert "参考値：取り組んでいるか検討している企業は60.0%" in text
    assert "42.0%" in text
    assert "はじめての回です" in text
    assert "最も多い壁は「C 費用」" in text
    assert rows[0].firm_name not in text
    sheet = reverse("surveys:file", args=[rows[0].wave.public_id, "xlsx"])
    book = load_workbook(io.BytesIO(client.get(sheet).content))
    lines = list(book.active.iter_rows(values_only=True))
    assert lines[1][:8] == ("全体", None, 8, 8, 5, 62.5, 5, 60)
    csv = client.get(reverse("surveys:file", args=[rows[0].wave.public_id, "csv"]))
    assert csv.content.decode("utf-8-sig").count("\r\n") == len(lines)
    assert (
        client.get(reverse("surveys:file", args=[rows[0].wave.public_id, "pdf"])).status_code == 404
    )


def test_a_wave_without_answers_and_one_with_three_show_what_they_are():
    rows = asked(3)
    address = reverse("surveys:results", args=[rows[0].wave.public_id])
    client = policy_client()
    assert "有効な回答はまだありません" in client.get(address).content.decode()
    surveys.answered(rows[0])
    assert "有効な回答が少なすぎる" in client.get(address).content.decode()
    for row in rows[1:]:
        surveys.answered(row)
    text = client.get(address).content.decode()
    assert "参考値：取り組んでいるか検討している企業は100.0%" in text
    assert "参考値のため、目標とは比べません" in text


def test_one_or_two_answers_are_withheld_with_another_line():
    assert withheld({"a": 12, "b": 9, "c": 4}) == set()
    assert withheld({"a": 12, "b": 2, "c": 4}) == {"b", "c"}
    assert withheld({"a": 12, "b": 0}) == set()
    assert withheld({"a": 1}) == {"a"}


def test_the_wave_before_is_compared_where_the_wards_are_the_same():
    actor = surveys.official()
    rows = asked(3)
    for row in rows:
        surveys.answered(row, {**surveys.SHORT, "state": "none"})
    surveys.closed(rows[0].wave)
    Wave.objects.update(starts_on=clock.today() - dt.timedelta(days=365))
    later = surveys.begun(actor)
    for row in surveys.asked(later):
        surveys.answered(row)
    with acting(actor):
        found = results_of(actor, later)
    assert found.earlier.pk == rows[0].wave_id
    assert (found.whole.change_text, found.whole.change_kind) == ("+100.0", "small")
    text = client_of(actor).get(reverse("surveys:results", args=[later.public_id])).content.decode()
    assert "参考値なので、差があるとは言えません" in text


def test_lists_ask_as_often_for_thirty_firms_as_for_one():
    def queries(ward, n):
        rows = asked(n, ward=ward)
        for row in rows[: n // 2]:
            surveys.answered(row)
        client = client_of(surveys.official(ward))
        found = []
        for address in (
            reverse("surveys:list"),
            reverse("surveys:wave", args=[rows[0].wave.public_id]),
            reverse("surveys:firms", args=[rows[0].wave.public_id]),
            reverse("surveys:results", args=[rows[0].wave.public_id]),
        ):
            client.get(address)
            with CaptureQueriesContext(connection) as asked_for:
                assert client.get(address).status_code == 200
            found.append(len(asked_for))
        return found

    assert queries(SUMIDA, 1) == queries(OTA, 30)
