"""How the mail of each kind comes: at once, once a day, not at all; and the page that shows all."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts import mails
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.notices import services, topics
from portal.notices.models import APP, DIGEST, Notice, OptOut, SentMail
from portal.notices.tasks import send_digests, send_waiting
from tests.support.people import make_person, sign_in

pytestmark = pytest.mark.django_db
PROGRESS, DECISION = "subsidies.progress", "subsidies.decision"


@pytest.fixture
def person():
    return make_person("a@example.jp", name="大森 健")


@pytest.fixture
def client(person):
    client = Client()
    sign_in(client, person)
    return client


def tell(person, key, topic=PROGRESS):
    services.notify(
        event_key=key,
        recipients=[person.pk],
        subject=f"受け付けました {key}",
        body="本文",
        url="/my/",
        topic=topic,
    )


def choose(person, **ways):
    services.settings_save(
        actor=Actor.public(user_id=person.pk),
        ways={code.replace("__", "."): way for code, way in ways.items()},
    )


def test_the_daily_mail_has_what_is_unread_in_todays_language(person):
    choose(person, subsidies__progress=DIGEST, subsidies__decision=APP)
    assert dict(OptOut.objects.values_list("topic", "way")) == {PROGRESS: DIGEST}
    tell(person, "one")
    tell(person, "two")
    tell(person, "seen")
    tell(person, "urgent", DECISION)
    assert send_waiting() == 1
    seen = Notice.objects.get(event_key="seen")
    services.mark_read(
        actor=Actor.public(user_id=person.pk), notice_id=str(seen.pk), now=clock.now()
    )
    person.language = "en"
    person.save()
    assert send_digests() == 1
    assert send_digests() == 0
    digest = mail.outbox[1]
    assert "unread" in digest.subject
    assert "one" in digest.body
    assert "two" in digest.body
    assert "seen" not in digest.body
    outcomes = dict(Notice.objects.values_list("event_key", "outcome"))
    assert outcomes == {"one": "digested", "two": "digested", "seen": "read", "urgent": "sent"}
    tell(person, "later")
    assert send_digests() == 1  # looked after, and left for tomorrow
    assert len(mail.outbox) == 2
    assert Notice.objects.get(event_key="later").mailed_at is None


def test_another_choice_holds_for_what_waits(person):
    choose(person, subsidies__progress=DIGEST, dojo__course=DIGEST)
    tell(person, "one")
    tell(person, "two", "dojo.course")
    choose(person, dojo__course=APP)
    assert send_waiting() == 1
    assert send_digests() == 0
    assert Notice.objects.get(event_key="two").outcome == Notice.Outcome.UNWANTED


def test_the_mail_is_readable_word_for_word(person, client):
    tell(person, "one")
    send_waiting()
    notice = Notice.objects.get()
    page = client.get(reverse("notices:mail", args=[notice.pk])).content.decode()
    (message,) = mail.outbox
    kept = SentMail.objects.get()
    assert (kept.subject, kept.body) == (message.subject, message.body)
    assert message.subject in page
    other = Client()
    sign_in(other, make_person("b@example.jp"))
    assert other.get(reverse("notices:mail", args=[notice.pk])).status_code == 404


def test_the_list_filters_and_reads_what_was_seen(person, client, django_assert_max_num_queries):
    for number in range(30):
        tell(person, f"n{number}", PROGRESS if number % 2 else DECISION)
    address = reverse("notices:list")
    with django_assert_max_num_queries(26):
        page = client.get(address, {"kind": DECISION, "state": "unread"})
    assert [row.topic for row, _kind in page.context["rows"]] == [DECISION] * 15
    bad = client.get(address, {"kind": "no.such", "page": "x"})
    assert bad.status_code == 200
    seen = page.context["seen"]
    Notice.objects.filter(event_key="n0").update(created_at=clock.now() + dt.timedelta(days=1))
    client.post(reverse("notices:all_read"), {"seen": seen})
    assert list(Notice.objects.filter(read_at=None).values_list("event_key", flat=True)) == ["n0"]


def test_a_notice_of_what_is_gone_says_so(person, client):
    tell(person, "one")
    Notice.objects.update(url="/my/no-such-thing/")
    answer = client.post(reverse("notices:open", args=[Notice.objects.get().pk]), follow=True)
    assert answer.status_code == 404
    assert "お知らせの元になったものは、もうない" in answer.content.decode()


def test_a_changed_password_is_told_in_the_portal_too(person):
    mails.send(subject="パスワードが変わりました", body="本文", address=person.email, user=person)
    notice = Notice.objects.get()
    assert (notice.topic, notice.mail.body) == (topics.SECURITY, "本文")
    assert send_waiting() == 0
    assert len(mail.outbox) == 1
