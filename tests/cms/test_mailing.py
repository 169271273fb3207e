"""News by mail: asked twice, sent once, stopped by one click."""

import datetime as dt
import re
import uuid
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client

from portal.cms.mailing import services
from portal.cms.mailing.models import Mail, Subscription
from portal.kernel import clock
from portal.kernel.models import AuditRow
from portal.notices.models import DeadAddress, Notice
from portal.notices.services import MOST_TRIES, marking
from tests.factories import cms as make
from tests.support.people import make_person

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://testserver(/news-mail/\S+)")


def subscribed(email="reader@example.jp", ward_id=make.SUMIDA, categories=("notice", "call")):
    return Subscription.objects.create(
        email=email, ward_id=ward_id, categories=list(categories), confirmed_at=clock.now()
    )


def send_all():
    while services.send_next(clock.now()):
        pass


def test_nothing_comes_before_the_address_says_yes():
    client = Client()
    page = client.get("/news-mail/of/sumida/")
    assert "墨田区のお知らせをメールで受け取る" in page.content.decode()
    given = {"email": "reader@example.jp", "categories": ["call"]}
    assert client.post("/news-mail/of/sumida/", given)["Location"] == "/news-mail/asked/"
    make.make_news(category="call")
    send_all()
    [asked] = mail.outbox
    assert asked.to == ["reader@example.jp"]
    address = LINK.search(asked.body)[1]
    assert client.get(address).status_code == 200
    assert Subscription.objects.get().confirmed_at is None, "looking at the link is no yes"
    client.post(address)
    assert Subscription.objects.get().confirmed_at
    make.make_news(category="call", title="一次の公募")
    make.make_news(category="event")
    make.make_news(make.ward_home(make.OTA), category="call")
    send_all()
    assert [message.subject for message in mail.outbox[1:]] == ["【町工場DXポータル】一次の公募"]
    assert AuditRow.objects.filter(action="mailing.confirmed").count() == 1


def test_one_click_stops_what_is_to_come_and_what_waits():
    subscribed()
    news = make.make_news()
    send_all()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    make.make_news()
    address = LINK.search(headers["List-Unsubscribe"].strip("<>"))[1]
    # As a mail program does it: no cookie, no token of a form.
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    send_all()
    assert len(mail.outbox) == 1
    assert news.live
    assert Client().post(address).status_code == 200, "twice does no harm"


def test_a_correction_is_not_sent_again():
    subscribed()
    news = make.make_news()
    news.summary = "日付を直しました。"
    news.save_revision().publish()
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"email": "", "categories": ["call"]}, "メールアドレスを入力してください。"),
        ({"email": "reader@", "categories": ["call"]}, "メールアドレスの形を確かめてください。"),
        ({"email": "reader@example.jp"}, "受け取るお知らせを1つ以上選んでください。"),
        # Longer than the table takes; a domain for which there is no header.
        ({"email": "a" * 280 + "@example.jp", "categories": ["call"]}, "形を確かめてください。"),
        ({"email": "a@" + "漢" * 60 + ".jp", "categories": ["call"]}, "形を確かめてください。"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(given, told):
    page = Client().post("/news-mail/", given).content.decode()
    assert told in page
    assert f'value="{given["email"]}"' in page or not given["email"]
    assert not Subscription.objects.exists()


def test_an_address_is_not_asked_again_within_the_hour_and_nobody_learns_of_it():
    answers = {
        Client().post("/news-mail/", {"email": "a@example.jp", "categories": ["call"]})["Location"]
        for _time in range(3)
    }
    assert answers == {"/news-mail/asked/"}
    send_all()
    assert len(mail.outbox) == 1


def test_an_address_is_not_flooded_by_asking_for_every_ward(settings):
    for place in ("", "of/sumida/", "of/ota/", "of/minato/", "of/chiyoda/"):
        given = {"email": "victim@example.jp", "categories": ["call"]}
        assert Client().post(f"/news-mail/{place}", given)["Location"] == "/news-mail/asked/"
    assert Mail.objects.count() == services.ASKED_AT_MOST


def test_an_address_without_a_header_stops_nobody_else():
    subscribed("a@" + "漢" * 60 + ".jp")
    subscribed("alive@example.jp")
    make.make_news()
    send_all()
    assert [message.to for message in mail.outbox] == [["alive@example.jp"]]


def test_a_refused_address_stops_nobody_else_and_gets_no_more(monkeypatch):
    subscribed("dead@example.jp")
    subscribed("alive@example.jp")
    make.make_news()
    sent = []

    def send(message, **_kwargs):
        if message.to == ["dead@example.jp"]:
            raise SMTPRecipientsRefused({"dead@example.jp": (550, b"5.1.1 no such user")})
        sent.append(message.to[0])

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    send_all()
    assert sent == ["alive@example.jp"]
    assert DeadAddress.objects.get().address == "dead@example.jp"
    monkeypatch.undo()
    make.make_news(title="次のお知らせ")
    send_all()
    assert [message.to for message in mail.outbox] == [["alive@example.jp"]]
    # Who asks again and answers from there gets mails again.
    Client().post("/news-mail/of/sumida/", {"email": "dead@example.jp", "categories": ["call"]})
    send_all()
    Client().post(LINK.search(mail.outbox[-1].body)[1])
    assert not DeadAddress.objects.exists()


def test_a_server_in_trouble_is_asked_again_later_and_later(monkeypatch):
    subscribed()
    make.make_news()
    asked = []

    def send(message, **_kwargs):
        asked.append(message)
        raise SMTPRecipientsRefused({message.to[0]: (451, b"4.7.1 come again")})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    send_all()
    send_all()
    row = Mail.objects.get(sent_at=None)
    assert (len(asked), row.failed) == (1, 1), "not again at once"
    now = clock.now()
    assert not services.send_next(now)
    for tries in range(1, MOST_TRIES):
        now += dt.timedelta(minutes=2**tries, seconds=1)
        assert services.send_next(now)
        assert not services.send_next(now)
    assert len(asked) == MOST_TRIES
    assert not services.send_next(now + dt.timedelta(days=30))
    assert not DeadAddress.objects.exists()
    monkeypatch.undo()
    Mail.objects.update(failed=1)
    assert services.send_next(now + dt.timedelta(days=30))
    assert len(mail.outbox) == 1


def test_who_has_an_account_reads_the_news_in_the_portal():
    person = make_person("reader@example.jp")
    subscribed()
    make.make_news(title="一次の公募")
    send_all()
    notice = Notice.objects.get(recipient=person)
    assert (notice.topic, notice.outcome) == (services.TOPIC, "sent")
    assert "/news-mail/stop/" in mail.outbox[0].body
    assert "/news-mail/stop/" not in notice.mail.body
    assert marking.token_of(notice.mail.pk) in mail.outbox[0].extra_headers["Message-ID"]


def test_a_forged_link_leads_nowhere():
    row = subscribed()
    for token in ("x", services.stop_token(row)[:-1] + "_", str(uuid.uuid4())):
        assert Client().post(f"/news-mail/stop/{token}/").status_code == 404
        assert Client().post(f"/news-mail/confirm/{token}/").status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None


def test_what_was_never_confirmed_is_deleted(settings):
    kept = subscribed()
    never = subscribed("never@example.jp")
    Subscription.objects.filter(pk=never.pk).update(confirmed_at=None)
    now = clock.now() + dt.timedelta(days=settings.NEWS_MAIL_KEEP_DAYS + 1)
    services.tidy(now=now)
    assert list(Subscription.objects.all()) == [kept]
