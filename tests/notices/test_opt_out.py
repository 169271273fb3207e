"""Mail one may do without: settings, the link in the mail, and what cannot be stopped."""

import pytest
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from portal.kernel.models import AuditRow
from portal.notices import services
from portal.notices.models import Notice, OptOut
from portal.notices.tasks import send_waiting
from portal.notices.topics import register
from tests.support.people import make_person, sign_in

pytestmark = pytest.mark.django_db
TOPIC = "subsidies.grant_paid"


@pytest.fixture
def person():
    return make_person("a@example.jp", name="大森 健")


def tell(person, topic="", key="event-1"):
    services.notify(
        event_key=key,
        recipients=[person.pk],
        subject="支払いました",
        body="ご確認ください。",
        url="/my/",
        topic=topic,
    )
    send_waiting()


def link_of(message):
    return message.extra_headers["List-Unsubscribe"].strip("<>").replace("http://testserver", "")


def test_what_the_procedure_needs_has_no_link(person):
    tell(person)
    (message,) = mail.outbox
    assert "List-Unsubscribe" not in message.extra_headers
    assert "止められます" not in message.body


def test_the_link_asks_and_its_post_stops_such_mail_only(person):
    tell(person, TOPIC)
    (message,) = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = link_of(message)
    assert link in message.body
    # A mail program posts without a session and without a token of ours.
    stranger = Client(enforce_csrf_checks=True)
    asked = stranger.get(link).content.decode()
    assert "このメールを止める" in asked
    assert "補助金を支払った" in asked
    assert not OptOut.objects.exists()  # looking at a link (a virus scanner does) stops nothing
    for _ in range(2):
        answer = stranger.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "メールを止めました" in answer.content.decode()
    assert OptOut.objects.get().user_id == person.pk
    assert AuditRow.objects.filter(action="notices.mail_stopped").count() == 1
    tell(person, TOPIC, key="event-2")
    tell(person, key="event-3")
    assert len(mail.outbox) == 2  # the first, and the one that is needed
    assert Notice.objects.filter(recipient=person).count() == 3
    assert not Notice.objects.filter(mailed_at=None).exists()


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "1"])
def test_a_link_that_was_altered_leads_nowhere(person, change):
    token = change(services.unsubscribe_token(user_id=person.pk, topic=TOPIC))
    address = reverse("notices:unsubscribe", args=[token])
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == 404
    assert not OptOut.objects.exists()


def test_a_token_for_something_else_is_no_link(person):
    token = signing.dumps([person.pk, TOPIC], salt="something else")
    assert Client().post(reverse("notices:unsubscribe", args=[token])).status_code == 404


def test_a_person_chooses_on_the_settings_page(person):
    client = Client()
    sign_in(client, person)
    page = reverse("notices:settings")
    assert (
        "アカウントの安全に関わるメールは、すぐに送り、止められません"
        in client.get(page).content.decode()
    )
    client.post(page, {TOPIC: "app", "no.such.topic": "app", "subsidies.decision": "app"})
    assert list(OptOut.objects.values_list("topic", "way")) == [(TOPIC, "app")]
    assert '<option value="app" selected>' in client.get(page).content.decode()
    client.post(page, {TOPIC: "sideways"})
    assert not OptOut.objects.exists()
    assert AuditRow.objects.filter(action="notices.mail_chosen").count() == 2


def test_a_topic_is_registered_once():
    with pytest.raises(ValueError, match="two topics"):
        register(TOPIC, "once more")
