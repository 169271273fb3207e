"""People read in their own language; what is on record is Japanese, whoever caused it."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils.html import escape
from django.utils.translation import override

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices.models import Notice
from portal.notices.services import send_next
from subsidies import services
from subsidies.contents import rules_of
from subsidies.models import Application, ApplicationVersion, Call, Decision, Scheme
from subsidies.schemes.english import wordings
from subsidies.selectors import names
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA
from tests.subsidies.test_handlers import deliver, text_of
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.fixture
def actor():
    return make.firm_actor(make.make_firm())


@pytest.fixture
def draft(actor):
    return make.make_draft(actor, make.make_call())


def steps(calculation):
    return [f"{step['label']} {step['formula']}" for step in calculation["steps"]]


def test_a_refusal_is_written_in_the_readers_language(actor, draft):
    closed = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
    Call.objects.filter(pk=draft.call_id).update(
        opens_at=closed - dt.timedelta(days=9), closes_at=closed
    )
    with override("en"), pytest.raises(services.DeadlinePassed) as refused:
        make.submit(actor, draft)
    with override("en"):
        assert "closed on 20 November 2026, 17:00" in str(refused.value)
    with override("ja"):
        assert "令和8年11月20日 17:00に終了しました" in str(refused.value)


def test_what_is_missing_is_said_in_the_readers_language(actor):
    draft = make.make_draft(actor, make.make_call(), lines=[])
    with override("en"), pytest.raises(services.Incomplete) as refused:
        make.submit(actor, draft)
    assert [p.text for p in refused.value.problems] == ["Enter at least one expense line."]


def test_the_record_and_the_papers_are_japanese_for_people_who_read_english():
    with override("en"):
        application = make.make_proposed()
        deliver("subsidies.application_submitted")
    version = ApplicationVersion.objects.get(application=application)
    decision = Decision.objects.get(application=application)
    for record in (version.payload["calculation"], decision.calculation):
        assert "665,999円 × 4分の3" in steps(record)[1]
        assert all(JAPANESE.search(step) for step in steps(record))
    assert "499,000円" in text_of(version.receipt)


def test_each_recipient_gets_the_notice_and_the_mail_in_their_language():
    application = make.make_submitted()
    owner, member = User.objects.filter(firm_memberships__firm=application.firm).order_by("pk")
    User.objects.filter(pk=owner.pk).update(language="en")
    deliver("subsidies.application_submitted")
    english = Notice.objects.get(recipient=owner)
    japanese = Notice.objects.get(recipient=member)
    number = application.receipt_no
    assert english.subject == f"Your application has been received ({number})"
    assert "do not sign contracts" in english.body
    assert japanese.subject == f"申請を受け付けました（{number}）"
    with acting(Actor.system("test")):
        assert send_next()
        assert send_next()
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert subjects[owner.email] == f"[Machikoba DX Portal] {english.subject}"
    assert subjects[member.email] == f"【町工場DXポータル】{japanese.subject}"


def test_a_scheme_has_its_english_name_where_it_has_one(client):
    names._english.cache_clear()
    application = make.make_submitted()
    Scheme.objects.filter(name=application.scheme_name).update(name_en="Trial Subsidy")
    official = assign(make_person("reader@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    User.objects.filter(pk=official.pk).update(language="en")
    sign_in(client, official)
    address = f"/staff/applications/{application.receipt_no}/"
    assert "Trial Subsidy" in client.get(address).content.decode()
    Application.objects.filter(pk=application.pk).update(scheme_name="むかしの補助金")
    page = client.get(address).content.decode()
    assert "むかしの補助金</span>" in page
    names._english.cache_clear()


def test_a_persons_own_language_comes_before_the_browsers(client):
    official = assign(make_person("reader@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    User.objects.filter(pk=official.pk).update(language="en")
    sign_in(client, official)
    page = client.get("/staff/queue/", headers={"accept-language": "ja"}).content.decode()
    assert "Inbox of applications" in page
    assert "Sumida Reviewer" in page
    client.cookies["django_language"] = "ja"
    page = client.get("/staff/queue/").content.decode()
    assert "墨田区 担当" in page


def test_an_official_reads_what_was_asked_in_their_language(client):
    application = make.make_submitted()
    rules = rules_of(application.version)
    official = assign(make_person("reader@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    User.objects.filter(pk=official.pk).update(language="en")
    sign_in(client, official)
    page = client.get(f"/staff/applications/{application.receipt_no}/").content.decode()
    asked = [
        *(task.name for task in rules.tasks),
        *(question.label for question in rules.questions),
        *(document.name for document in rules.documents),
        *(category.name for category in rules.categories if category.code == "software"),
    ]
    shipped = [text for text in asked if text in wordings()]
    assert len(shipped) > 5
    for text in shipped:
        assert escape(wordings()[text]) in page, text


def test_an_approver_reads_the_calculation_in_their_language(client):
    application = make.make_proposed()
    approver = make.official_actor(SUMIDA, Role.APPROVER)
    User.objects.filter(pk=approver.user_id).update(language="en")
    sign_in(client, User.objects.get(pk=approver.user_id))
    address = f"/staff/applications/{application.receipt_no}/approve/"
    plan = client.get(address).content.decode()
    calculation = plan[plan.index("<details>") : plan.index("</details>")]
    assert "Multiply by the subsidy rate" in calculation
    assert "¥665,999 × 3/4" in calculation
    assert not JAPANESE.search(calculation)
    client.cookies["django_language"] = "ja"
    assert "665,999円 × 4分の3" in client.get(address).content.decode()
