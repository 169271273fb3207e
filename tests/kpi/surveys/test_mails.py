"""Mails of a wave: reminders, stopping, addresses that take none, copies in the portal."""

import datetime as dt
from smtplib import SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.urls import reverse

from kpi.surveys import services, tasks
from kpi.surveys.models import Mail, NoMail, Wave
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice, SentMail
from portal.notices.selectors import dead_addresses
from portal.notices.services import bounce_take, marking
from tests.factories import subsidies as make
from tests.factories import ward_surveys as surveys
from tests.factories.programs import SUMIDA
from tests.support.smtp import report

pytestmark = pytest.mark.django_db


def test_the_worker_closes_reminds_and_mails_and_a_dead_address_stops_nobody():
    firms = surveys.firms(5)
    wave = surveys.begun()
    # A line break in a name is no second header, and no mail that cannot be sent.
    Wave.objects.update(name="実態\n調査\u2028Bcc: all@example.jp")
    dead, unwanted, gone, answered, fine = surveys.asked(wave)
    services.no_more_mails(secret=surveys.secret(unwanted))
    services.no_more_mails(secret=surveys.secret(unwanted))
    type(firms[2]).objects.filter(pk=firms[2].pk).update(email="")
    surveys.answered(answered)

    class Server:
        def send_messages(self, messages):
            if messages[0].to[0].startswith(f"f{SUMIDA}-0@"):
                raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})
            assert "実態 調査 Bcc" in str(messages[0].message()["Subject"])
            assert messages[0].message()["Bcc"] is None

    assert services.mails_send(connection=Server(), today=clock.today(), size=25) == 5
    assert dict(Mail.objects.values_list("asked_id", "outcome")) == {
        dead.pk: "refused",
        unwanted.pk: "unwanted",
        gone.pk: "nobody",
        answered.pk: "answered",
        fine.pk: "sent",
    }
    assert NoMail.objects.count() == 1
    surveys.moved(wave, starts_on=-15, ends_on=20)
    assert tasks.keep() == 3
    assert tasks.keep() == 0
    assert set(Mail.objects.filter(number=1).values_list("asked_id", flat=True)) == {
        dead.pk,
        gone.pk,
        fine.pk,
    }
    assert tasks.send_mails() == 3
    last = Mail.objects.get(asked=dead, number=1)
    assert last.outcome == "paused"
    went = Mail.objects.get(asked=fine, number=1)
    copy = SentMail.objects.get(pk=went.public_id)
    assert surveys.secret(fine) not in copy.body
    with acting(Actor.system("test")):
        bounce_take(raw=report(marking.token_of(copy.pk)), now=clock.now())
    went.refresh_from_db()
    assert went.outcome == "refused"
    assert dead_addresses([copy.address]) == {copy.address.lower()}
    surveys.moved(wave, starts_on=-30, ends_on=-1)
    assert tasks.keep() == 1
    assert Wave.objects.get().status == "closed"
    assert AuditRow.objects.filter(action="surveys.wave.close").count() == 1


@pytest.mark.parametrize(
    "failure", [SMTPSenderRefused(451, b"too many", "portal@example.jp"), ConnectionResetError()]
)
def test_a_server_that_fails_in_the_middle_leaves_what_has_left_settled(failure):
    surveys.firms(4)
    surveys.begun()

    class Server:
        left = 0

        def send_messages(self, messages):
            if self.left == 2:
                raise failure
            self.left += 1

    assert services.mails_send(connection=Server(), today=clock.today(), size=25) == 2
    assert list(Mail.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "sent",
        "sent",
        "",
        "",
    ]
    assert SentMail.objects.count() == 2
    assert tasks.send_mails() == 2


def test_a_firms_server_that_asks_to_wait_is_asked_again_for_an_hour(monkeypatch):
    surveys.firms(2)
    surveys.begun()
    now, day = clock.now(), clock.today()

    class Server:
        def send_messages(self, messages):
            if messages[0].to[0].startswith(f"f{SUMIDA}-0@"):
                raise SMTPRecipientsRefused({messages[0].to[0]: (450, b"greylisted")})

    def send(minutes):
        monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=minutes))
        return services.mails_send(connection=Server(), today=day, size=25)

    # After 2, 4, 8 … minutes; in between nobody is asked, and nobody behind it waits.
    assert [send(minutes) for minutes in (0, 1, 2, 5, 6, 14, 30, 60)] == [1, 0, 0, 0, 0, 0, 0, 0]
    slow = Mail.objects.order_by("pk").first()
    assert (slow.outcome, slow.tries, SentMail.objects.count()) == ("", 5, 1)
    assert send(62) == 1
    slow.refresh_from_db()
    assert slow.outcome == "refused"


def test_mails_are_stopped_and_go_on():
    surveys.firms(3)
    wave = surveys.begun()
    actor = surveys.official()
    with acting(actor):
        assert services.mails_stop(actor=actor, wave_id=wave.pk) == 3
    assert surveys.send() == []
    with acting(actor):
        assert services.mails_resume(actor=actor, wave_id=wave.pk) == 3
    assert len(surveys.send()) == 3


def test_an_owner_reads_it_in_the_portal_with_the_portals_own_address():
    make.firm_actor(surveys.firms(1)[0])
    row = surveys.asked(surveys.begun())[0]
    (message,) = surveys.send()
    notice = Notice.objects.select_related("mail").get(topic="surveys.ask")
    assert (notice.outcome, notice.url) == ("sent", reverse("surveys:mine"))
    assert surveys.secret(row) in message.body
    assert surveys.secret(row) not in notice.mail.body
    assert notice.url in notice.mail.body
