"""The mails of the surveys: to whom none leaves, what a server says, what comes back, how to stop them."""

import datetime as dt
import re
from smtplib import SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.test import Client
from django.urls import reverse

from dojo.followup import links, services
from dojo.followup.mails import page_of
from dojo.followup.models import Survey, SurveyMail
from portal.accounts.models import User
from portal.kernel import clock
from portal.notices.models import Notice, OptOut, SentMail
from portal.notices.services import bounce_take, marking, unsubscribe_read
from tests.factories import followup
from tests.support.people import sign_in
from tests.support.smtp import report

pytestmark = pytest.mark.django_db
SYSTEM = followup.SYSTEM


def remind():
    return services.surveys_remind(actor=SYSTEM, today=clock.today())


def test_no_mail_to_those_who_want_none_are_gone_or_have_answered(monkeypatch):
    people = [followup.asked() for _ in range(4)]
    unwanted, gone, answered, refused = (survey for _actor, survey in people)
    OptOut.objects.create(user_id=unwanted.person_id, topic="followup.survey")
    type(gone.person).objects.filter(pk=gone.person_id).update(is_active=False)
    services.answer_by_link(secret=followup.secret(answered), choice="none")

    class Server:
        def send_messages(self, messages):
            raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})

    settled = services.mails_send(connection=Server(), today=clock.today(), size=25)
    assert settled == 4
    found = dict(SurveyMail.objects.values_list("survey_id", "outcome"))
    assert found == {
        unwanted.pk: "unwanted",
        gone.pk: "gone",
        answered.pk: "answered",
        refused.pk: "refused",
    }


def waiting():
    return SurveyMail.objects.filter(outcome="").count()


def test_what_has_left_stays_settled_when_the_server_goes_away_in_the_middle():
    for _ in range(3):
        followup.asked()

    class Server:
        taken = 0

        def send_messages(self, messages):
            if self.taken:
                raise SMTPSenderRefused(452, b"4.3.1 no space", "portal@example.jp")
            self.taken += 1

    server = Server()
    assert services.mails_send(connection=server, today=clock.today(), size=25) == 1
    assert (SurveyMail.objects.filter(outcome="sent").count(), waiting()) == (1, 2)
    assert SentMail.objects.filter(pk__in=SurveyMail.objects.values("public_id")).count() == 1
    assert len(followup.send()) == 2
    assert waiting() == 0


def test_a_server_that_asks_to_wait_is_asked_again_for_an_hour():
    followup.asked()

    class Server:
        def send_messages(self, messages):
            raise SMTPRecipientsRefused({messages[0].to[0]: (450, b"4.2.0 greylisted")})

    def run():
        return services.mails_send(connection=Server(), today=clock.today(), size=25)

    waits = dt.timedelta()
    for tries in range(1, 6):
        assert (run(), waiting()) == (0, 1)
        row = SurveyMail.objects.get()
        assert row.tries == tries
        waits += row.not_before - clock.now()
        assert followup.send() == []  # not before its time
        SurveyMail.objects.update(not_before=clock.now())
    assert dt.timedelta(minutes=60) < waits < dt.timedelta(minutes=65)
    assert run() == 1
    assert SurveyMail.objects.get().outcome == "refused"


def test_a_mail_that_comes_back_stops_the_next_and_all_is_read_in_the_portal():
    actor, survey = followup.asked(days=100)
    message = followup.send()[0]
    row = SurveyMail.objects.get()
    copy = SentMail.objects.get(recipient=survey.person)
    assert f"<{marking.token_of(row.public_id)}@" in message.extra_headers["Message-ID"]
    assert copy.pk == row.public_id
    assert links.secret_of(row) in message.body
    assert links.secret_of(row) not in copy.body
    client = Client()
    sign_in(client, User.objects.get(pk=actor.user_id))
    notice = Notice.objects.get(topic="followup.survey")
    page = client.get(reverse("notices:mail", args=[notice.pk])).content.decode()
    assert page_of(survey) in page
    bounce_take(raw=report(marking.token_of(row.public_id)), now=clock.now())
    row.refresh_from_db()
    assert row.outcome == "refused"
    Survey.objects.filter(pk=survey.pk).update(due_on=clock.today() - dt.timedelta(days=14))
    assert remind() == 1
    assert followup.send() == []
    assert SurveyMail.objects.get(number=1).outcome == "paused"
    assert Notice.objects.filter(topic="followup.survey", outcome="paused").count() == 1


def test_the_mail_can_be_stopped_and_every_answer_has_its_link():
    _actor, survey = followup.asked()
    message = followup.send()[0]
    stop = message.extra_headers["List-Unsubscribe"].strip("<>").rstrip("/").rsplit("/", 1)[1]
    assert unsubscribe_read(stop) == (survey.person_id, "followup.survey")
    found = re.findall(r"/survey/([0-9a-f]{64})/\?a=(\w+)", message.body)
    assert [choice for _secret, choice in found] == ["invested", "started", "considering", "none"]
    assert {secret for secret, _choice in found} == {followup.secret(survey)}
    row = SurveyMail.objects.get(survey=survey)
    assert row.digest not in message.body
    assert row.digest == links.digest_of(found[0][0])
