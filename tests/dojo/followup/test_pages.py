"""The pages: a mail's link without signing in, the firm's own, the board, the reports."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dojo.followup import services, states
from dojo.followup.models import Investment, Reply, Survey
from portal.kernel import clock
from portal.kernel.models import AuditRow
from tests.factories import dojo, followup
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_from_before():
    cache.clear()


def address(survey, query=""):
    return reverse("followup:link", args=[followup.secret(survey)]) + query


def test_following_the_link_records_nothing_and_the_button_does(client: Client):
    actor, survey = followup.asked()
    before = AuditRow.objects.count()
    for method in (client.get, client.head, client.get):
        answer = method(address(survey, "?a=invested"))
        assert answer.status_code == 200
    assert not Reply.objects.exists()
    assert AuditRow.objects.count() == before
    page = client.get(address(survey, "?a=invested"))
    assert page.context["form"]["choice"].value() == "invested"
    text = page.content.decode()
    for hidden in (survey.person_name, survey.firm_name, survey.person.email, actor.name):
        assert hidden not in text
    assert page["X-Robots-Tag"] == "noindex"
    sent = client.post(address(survey), {"choice": "invested"}, follow=True)
    assert "いまの回答：投資した" in sent.content.decode()
    assert Reply.objects.get().way == "link"
    # Used, it shows the answer and lets it be changed.
    again = client.get(address(survey))
    assert again.context["form"]["choice"].value() == "invested"
    client.post(address(survey), {"choice": "none"})
    assert Survey.objects.get(pk=survey.pk).choice == "none"


def test_a_link_says_what_is_wrong(client: Client):
    _actor, survey = followup.asked()
    wrong = client.get(reverse("followup:link", args=["0" * 64]))
    assert wrong.status_code == 404
    assert "途中で切れていないか" in wrong.content.decode()
    assert client.post(address(survey), {}).status_code == 422
    assert client.post(address(survey), {"choice": "perhaps"}).status_code == 422
    here = address(survey)
    services.surveys_void(actor=followup.SYSTEM, graduation_id=survey.graduation_id)
    over = client.post(here, {"choice": "none"})
    assert over.status_code == 410
    assert "この調査は終わりました" in over.content.decode()
    assert not Reply.objects.exists()


def test_guessing_is_stopped_and_so_is_answering_without_end(client: Client):
    _actor, survey = followup.asked()
    here = address(survey)
    answers = [
        client.post(here, {"choice": ("none", "started")[n % 2]}).status_code for n in range(31)
    ]
    assert answers == [302] * 30 + [429]
    guesses = [
        client.get(reverse("followup:link", args=[f"{n:064d}"])).status_code for n in range(21)
    ]
    assert guesses == [404] * 20 + [429]
    # Nothing more from there, a right guess included.
    assert client.get(here).status_code == 429


def test_my_page_leads_to_the_survey_and_the_answer_is_taken():
    actor, survey = followup.asked()
    client = client_of(actor.user_id)
    assert "修了後の調査に答える" in client.get(reverse("desk:my")).content.decode()
    page = client.get(reverse("followup:mine")).content.decode()
    assert reverse("followup:survey", args=[survey.public_id]) in page
    sent = client.post(
        reverse("followup:survey", args=[survey.public_id]), {"choice": "started"}, follow=True
    )
    assert "回答を受け取りました" in sent.content.decode()
    other = client_of(dojo.owner().user_id)
    assert other.get(reverse("followup:survey", args=[survey.public_id])).status_code == 404


def posted(**changes):
    values = {
        "what": "稼働監視センサー6台",
        "kind": "equipment",
        "invested_on": clock.today().strftime("%Y/%m/%d"),
        "amount_yen": "４８０，０００円",
        "source": "own",
        "funder": "",
        "evidence": followup.evidence(),
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def test_a_report_is_sent_returned_mended_and_accepted():
    actor, _survey = followup.asked()
    client, office = client_of(actor.user_id), client_of(make.official_actor().user_id)
    report = reverse("followup:report")
    tomorrow = clock.today() + dt.timedelta(days=1)
    for changes, words in (
        ({"amount_yen": "0"}, "1円以上"),
        ({"amount_yen": "約50万"}, "円単位の数字"),
        ({"invested_on": tomorrow.isoformat()}, "今日までの日"),
        ({"source": "grant"}, "機関と制度"),
        ({"evidence": None}, "証拠の書類"),
        ({"evidence": followup.evidence("注文書.pdf", b"nothing")}, "PDF"),
    ):
        answer = client.post(report, posted(**changes))
        assert answer.status_code == 422, changes
        assert words in answer.content.decode()
        assert "稼働監視センサー6台" in answer.content.decode()
    assert client.post(report, posted()).status_code == 302
    row = Investment.objects.get()
    assert row.amount_yen == 480_000
    review = reverse("followup:review", args=[row.public_id])
    assert "受理する" in office.get(review).content.decode()
    assert AuditRow.objects.filter(action="followup.viewed", object_id=str(row.pk)).exists()
    assert office.post(review, {"reason": ""}).status_code == 422
    office.post(review, {"reason": "注文書の日付が読めません。"})
    assert "差戻し" in client.get(reverse("followup:mine")).content.decode()
    assert "差し戻された投資の報告を直す" in client.get(reverse("desk:my")).content.decode()
    correct = reverse("followup:correct", args=[row.public_id])
    assert "注文書の日付が読めません。" in client.get(correct).content.decode()
    client.post(correct, posted(evidence=None, amount_yen="500,000"))
    assert office.post(reverse("followup:accept", args=[row.public_id])).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.amount_yen, row.revision) == (states.ACCEPTED, 500_000, 2)
    file = office.get(reverse("followup:evidence", args=[row.public_id]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert file["Content-Disposition"].startswith("attachment")


def test_the_board_leads_to_who_must_be_called_and_the_answer_is_entered():
    _actor, survey = followup.asked(days=130)
    client = client_of(make.official_actor().user_id)
    cohorts = client.get(reverse("followup:cohorts"))
    assert "メールに答えのない修了者に電話する" in cohorts.content.decode()
    board = reverse("followup:board", args=[survey.cohort.public_id])
    page = client.get(board).content.decode()
    assert "聞き取りを記録する" in page
    assert "電話が必要" in page
    phone = reverse("followup:phone", args=[survey.public_id])
    assert AuditRow.objects.filter(action="followup.viewed").count() == 0
    assert client.get(phone).status_code == 200
    assert AuditRow.objects.filter(action="followup.viewed").count() == 1
    heard = {"choice": "considering", "said_by": "墨田 花子", "said_on": clock.today().isoformat()}
    tomorrow = clock.today() + dt.timedelta(days=1)
    late = client.post(phone, heard | {"said_on": tomorrow.isoformat()})
    assert late.status_code == 422
    assert "墨田 花子" in late.content.decode()
    done = client.post(phone, heard, follow=True).content.decode()
    assert "聞き取った回答を記録しました" in done
    assert "検討している" in done
    # The tab of the courses' own pages leads here.
    assert (
        board in client.get(reverse("dojo:board", args=[survey.cohort.public_id])).content.decode()
    )


def test_a_leaders_survey_stands_on_the_own_page_and_on_the_board_of_the_course():
    actor, survey = followup.asked(code="leader")
    own = client_of(actor.user_id)
    here = reverse("followup:survey", args=[survey.public_id])
    page = own.get(reverse("followup:mine")).content.decode()
    assert here in page
    assert reverse("followup:report") not in page
    asked = own.get(here).content.decode()
    assert "講座で学んだことを、会社の仕事で使っていますか" in asked
    assert "投資した" not in asked
    assert own.post(here, {"choice": "invested"}).status_code == 422
    own.post(here, {"choice": "soon"})
    # Nothing is left to answer: the next day is named.
    page = own.get(reverse("followup:mine")).content.decode()
    assert "これから使う" in page
    assert "次の調査のメールは、この日に自動で届きます。" in page
    colleague = client_of(make.firm_actor(survey.firm).user_id)
    assert here not in colleague.get(reverse("followup:mine")).content.decode()
    assert colleague.get(here).status_code == 404
    office = client_of(make.official_actor().user_id)
    cohort = "デジタル化推進リーダー育成講座 第1期"
    assert cohort in office.get(reverse("followup:cohorts")).content.decode()
    board = office.get(reverse("followup:board", args=[survey.cohort.public_id])).content.decode()
    assert "講座で学んだことを、会社の仕事で使っていますか" in board
    assert "これから使う" in board
    table = office.get(reverse("exports:file", args=["surveys", "csv"]))
    lines = b"".join(table.streaming_content).decode("utf-8-sig").splitlines()
    assert any(cohort in line and "これから使う" in line for line in lines)


def test_lists_cost_the_same_with_one_row_and_with_many():
    official = make.official_actor()
    client = client_of(official.user_id)
    counts = []
    for number in (1, 6):
        for actor, graduation in followup.graduates(number):
            followup.ago(graduation, 100)
            followup.report(actor)
        services.surveys_ask(actor=followup.SYSTEM, today=clock.today())
        cohort = Survey.objects.latest("pk").cohort
        seen = []
        for page in (
            reverse("followup:board", args=[cohort.public_id]),
            reverse("followup:cohorts"),
            reverse("followup:investments"),
            reverse("exports:file", args=["surveys", "csv"]),
            reverse("exports:file", args=["investments", "csv"]),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            seen.append(len(queries))
        counts.append(seen)
    assert counts[0] == counts[1]
