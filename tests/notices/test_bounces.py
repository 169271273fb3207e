"""Dead addresses: what a server's answer means, reports that come back, what stops and what goes on."""

import datetime as dt
import re
from io import BytesIO, TextIOWrapper

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from kpi.surveys.mails import TOPIC
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.models import AuditRow
from portal.notices import selectors, services
from portal.notices.models import DeadAddress, Notice, SentMail
from portal.notices.rules import bounces
from portal.notices.services import marking
from portal.notices.tasks import send_waiting
from tests.support.people import make_person, sign_in
from tests.support.smtp import mail_server, report


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (550, b"5.1.1 <a@example.jp>: User unknown", ("5.1.1", True)),
        (550, b"No such user here", ("550", True)),
        (550, b"5.7.1 Message rejected as spam", ("5.7.1", False)),
        (552, b"5.2.2 Mailbox full", ("5.2.2", False)),
        (550, b"5.2.1 mailbox disabled", ("5.2.1", True)),
        (554, b"Transaction failed", ("554", False)),
        (550, b"5.4.4 Host not found", ("5.4.4", True)),
    ],
)
def test_what_an_answer_says_of_the_address(code, text, expected):
    answer = bounces.smtp_answer(code, text)
    assert (answer.code, answer.is_gone) == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00 not a mail at all",
        report("0" * 32 + "." + "0" * 16, action="delayed"),
        report(),
        b"From: a@example.jp\nSubject: Out of office\n\nI am away.\n",
    ],
)
def test_what_is_no_report_says_nothing(raw):
    assert bounces.read(raw) is None


def test_the_mark_is_found_in_the_mail_that_came_back():
    token = "a" * 32 + "." + "b" * 16
    found = bounces.read(report(inner=token))
    assert (found.mail_id, found.mark, found.address) == ("a" * 32, "b" * 16, "a@example.jp")


@pytest.fixture
def person(db):
    return make_person("a@example.jp", name="大森 健")


def tell(person, key="event-1"):
    services.notify(
        event_key=key, recipients=[person.pk], subject="補正のお願い", body="本文", url="/my/"
    )


def take(raw, monkeypatch):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(raw)))
    out = TextIOWrapper(BytesIO())
    call_command("take_bounce", stdout=out)
    out.seek(0)
    return out.read().strip()


def test_a_report_flags_the_address_and_mail_pauses(person, monkeypatch):
    tell(person)
    send_waiting()
    sent = SentMail.objects.get()
    good = report(marking.token_of(sent.pk))
    assert take(report(f"{sent.pk.hex}.{'0' * 16}"), monkeypatch) == services.addresses.Taken.FORGED
    assert not DeadAddress.objects.exists()
    full = report(marking.token_of(sent.pk), status="5.2.2")
    assert take(full, monkeypatch) == services.addresses.Taken.NOTED
    for _ in range(2):
        assert take(good, monkeypatch) == services.addresses.Taken.FLAGGED
    assert DeadAddress.objects.get().code == "5.1.1"
    tell(person, "event-2")
    send_waiting()
    assert len(mail.outbox) == 1
    assert Notice.objects.get(event_key="event-2").outcome == Notice.Outcome.PAUSED
    client = Client()
    sign_in(client, person)
    page = client.get(reverse("notices:list")).content.decode()
    assert "a@example.jp" in page
    assert reverse("account_email") in page
    client.post(reverse("notices:address_retry"))
    assert not DeadAddress.objects.exists()
    # The one that bounced and the one that was held back leave (again).
    assert send_waiting() == 2
    assert len(mail.outbox) == 3
    assert AuditRow.objects.filter(action="notices.address_retried").count() == 1


DEEP = b"Content-Type: message/rfc822\n\n" * 5_000
CHARSET = b"--b\nContent-Type: text/rfc822-headers; charset=nonsense\n\nMessage-ID: <x>\n--b--"


@pytest.mark.parametrize(
    "raw",
    [
        DEEP,
        report().replace(b"--b--", CHARSET),
        b"To: " + b"(" * 2_000 + b"\n" + report(),
        b'To: a:;b:"\n' + report(),
        b"To: =?utf-8?q?=0a=0d?=\n" + report(),
    ],
    ids=["deep", "charset", "comments", "group", "break"],
)
def test_hostile_mime_is_no_report(raw):
    assert bounces.read(raw) is None


def test_a_report_on_a_former_address_flags_nothing(person, monkeypatch):
    tell(person)
    send_waiting()
    person.email = "new@example.jp"
    person.save()
    raw = report(marking.token_of(SentMail.objects.get().pk))
    assert take(raw, monkeypatch) == services.addresses.Taken.OLD
    assert not DeadAddress.objects.exists()


def test_nobody_lifts_anothers_flag(person):
    other = make_person("b@example.jp")
    DeadAddress.objects.create(
        user=person, address=person.email, source="bounced", code="5.1.1", found_at=clock.now()
    )
    with pytest.raises(services.addresses.RoleMissing):
        services.address_retry(actor=Actor.public(user_id=other.pk), user_id=person.pk)
    assert DeadAddress.objects.exists()


def test_what_a_room_mails_by_itself_is_not_sent_again(person, monkeypatch):
    own = SentMail(
        recipient=person, kind=SentMail.Kind.SURVEY, address=person.email, subject="調査", body="x"
    )
    own.sent_at = clock.now()
    told = services.told(own, key="own", topic=TOPIC, url="/", outcome=Notice.Outcome.SENT)
    services.keep([own], [told])
    assert take(report(marking.token_of(own.pk)), monkeypatch) == services.addresses.Taken.FLAGGED
    assert services.address_retry(actor=Actor.public(user_id=person.pk), user_id=person.pk) == 0
    assert send_waiting() == 0
    assert Notice.objects.get().outcome == Notice.Outcome.REFUSED


def test_a_real_server_that_refuses_stops_nobody_else(person, settings):
    busy, fine = make_person("busy@example.jp"), make_person("c@example.jp")
    for who in (person, busy, fine):
        tell(who)
    settings.BOUNCE_ADDRESS = "bounce@portal.example.jp"
    with mail_server() as box:
        box.refusals = {
            "a@example.jp": "550 5.1.1 User unknown",
            "busy@example.jp": "451 4.7.1 Greylisted, come again",
        }
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": box.port},
            }
        }
        assert send_waiting() == 3
        (arrived,) = box.mails
    sender, recipients, text = arrived
    assert recipients == ["c@example.jp"]
    assert re.fullmatch(r"bounce\+[0-9a-f]{32}\.[0-9a-f]{16}@portal\.example\.jp", sender)
    assert "From: machikoba@localhost" in text
    assert DeadAddress.objects.get().user_id == person.pk
    assert Notice.objects.get(recipient=person).outcome == Notice.Outcome.REFUSED
    waiting = Notice.objects.get(recipient=busy)
    assert waiting.mailed_at is None
    assert waiting.not_before > clock.now()
    assert Notice.objects.get(recipient=fine).mail.body.startswith("本文")


def test_mails_of_the_accounts_are_marked_and_a_secret_is_not_kept(person, monkeypatch):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    (message,) = mail.outbox
    sent = SentMail.objects.get()
    token = marking.token_of(sent.pk)
    assert token in message.extra_headers["Message-ID"]
    assert (sent.recipient, sent.body) == (person, "")
    assert "http" in message.body
    assert take(report(token), monkeypatch) == services.addresses.Taken.FLAGGED


def test_an_address_without_an_account_is_flagged_forgotten_and_alive_again(db, monkeypatch):
    sent = SentMail(
        kind=SentMail.Kind.NEWS,
        address="Firm@example.jp",
        subject="x",
        body="y",
        sent_at=clock.now(),
    )
    services.keep([sent])
    assert take(report(marking.token_of(sent.pk)), monkeypatch) == services.addresses.Taken.FLAGGED
    assert selectors.dead_addresses(["FIRM@example.jp", "other@example.jp"]) == {"firm@example.jp"}
    services.address_alive(actor=Actor.system("test"), address="firm@example.jp")
    assert selectors.dead_addresses(["firm@example.jp"]) == set()
    assert services.tidy(now=clock.now()) == 0
    assert services.tidy(now=clock.now() + dt.timedelta(days=61)) == 1
    assert not SentMail.objects.exists()
