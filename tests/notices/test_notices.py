"""Notices: written once, mailed once in the ordinary case, read by their owner alone."""

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import services
from portal.notices.models import Notice
from portal.notices.tasks import send_waiting
from tests.support.people import make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("a@example.jp", name="大森 健")


def tell(*people, key="event-1", subject="交付が決定しました"):
    services.notify(
        event_key=key,
        recipients=[person.pk for person in people],
        subject=subject,
        body="決定の内容をご確認ください。",
        url="/my/",
    )


def test_the_same_event_tells_a_person_once(person):
    other = make_person("b@example.jp")
    tell(person)
    tell(person, other)
    assert Notice.objects.filter(recipient=person).count() == 1
    assert Notice.objects.filter(recipient=other).count() == 1


def test_a_mail_leaves_once_with_a_stable_id_and_a_link(person):
    tell(person)
    assert send_waiting() == 1
    assert send_waiting() == 0
    (message,) = mail.outbox
    notice = Notice.objects.get()
    assert message.to == ["a@example.jp"]
    assert message.extra_headers["Message-ID"].startswith(f"<{notice.pk.hex}.")
    assert "/my/" in message.body
    assert notice.mailed_at is not None


def test_a_mail_server_that_is_down_leaves_the_notice_waiting(person, monkeypatch):
    def refuse(self):
        raise OSError("mail server away")

    tell(person)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(OSError, match="away"), transaction.atomic():
        services.send_next()
    assert Notice.objects.get().mailed_at is None


def test_people_who_left_get_no_mail(person):
    person.is_active = False
    person.save()
    tell(person)
    assert send_waiting() == 1
    assert mail.outbox == []


def test_the_page_shows_and_opens_ones_own_only(person):
    other = make_person("b@example.jp")
    tell(person)
    tell(other, subject="ほかの人への通知")
    client = Client()
    sign_in(client, person)
    page = client.get(reverse("notices:list")).content.decode()
    assert "交付が決定しました" in page
    assert "ほかの人への通知" not in page
    mine, theirs = Notice.objects.get(recipient=person), Notice.objects.get(recipient=other)
    assert client.post(reverse("notices:open", args=[mine.pk]))["Location"] == (
        f"/my/?notice={mine.pk}"
    )
    assert client.post(reverse("notices:open", args=[theirs.pk])).status_code == 404
    mine.refresh_from_db()
    assert mine.read_at is not None


def test_the_database_hides_others_notices(person):
    other = make_person("b@example.jp")
    tell(person, other)
    with acting(Actor.public(user_id=person.pk)):
        assert set(Notice.objects.values_list("recipient_id", flat=True)) == {person.pk}


def test_reading_twice_keeps_the_first_moment(person):
    tell(person)
    notice = Notice.objects.get()
    actor = Actor.public(user_id=person.pk)
    first = services.mark_read(actor=actor, notice_id=notice.pk, now=clock.now()).read_at
    assert services.mark_read(actor=actor, notice_id=notice.pk, now=clock.now()).read_at == first


@pytest.mark.parametrize("seen", ["2026-13-45T25:61:00+00:00", "9999-12-31T23:59:59-12:00", "\x00"])
def test_a_moment_that_is_none_marks_what_is_there(seen):
    user = make_person("moment@example.jp")
    tell(user)
    client = Client()
    sign_in(client, user)
    assert client.post("/notices/read/", {"seen": seen}).status_code == 302
    assert Notice.objects.get(recipient=user).read_at is not None
