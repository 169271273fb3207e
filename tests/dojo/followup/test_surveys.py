"""Asking, reminding, closing, answering: by link, on the firm's page, by telephone."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from dojo.followup import links, policies, services, states, tasks
from dojo.followup.models import Reply, Survey, SurveyMail
from dojo.followup.services.answering import answer_by_phone
from dojo.services import graduation_revoke
from dojo.services.errors import Refused
from kpi import services as kpi
from kpi.models import Fact, OutcomeCell
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from tests.factories import dojo, followup
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA

pytestmark = pytest.mark.django_db
SYSTEM = followup.SYSTEM


def status(survey):
    return Survey.objects.get(pk=survey.pk).status


def replies(survey):
    return list(Reply.objects.filter(survey=survey).order_by("pk").values_list("choice", "way"))


def remind():
    return services.surveys_remind(actor=SYSTEM, today=clock.today())


def test_a_graduation_in_the_dojo_brings_three_surveys_and_a_revocation_takes_them():
    _actor, graduation = followup.graduates(1)[0]
    outbox.drain()
    found = followup.surveys(graduation)
    assert [(row.months, row.status) for row in found] == [
        (3, states.PLANNED),
        (6, states.PLANNED),
        (12, states.PLANNED),
    ]
    approver = make.official_actor(SUMIDA, Role.APPROVER)
    with acting(approver):
        graduation_revoke(actor=approver, graduation_id=graduation.pk, reason="代理の出席")
    outbox.drain()
    assert {row.status for row in followup.surveys(graduation)} == {states.VOID}
    assert services.surveys_plan(actor=SYSTEM, graduation_id=graduation.pk) == 0


def test_who_was_missed_is_planned_for_as_long_as_there_is_something_to_ask():
    people = [graduation for _actor, graduation in followup.graduates(3, planned=False)]
    for graduation, days in zip(people, (10, 400, 500), strict=True):
        followup.ago(graduation, days)
    assert services.surveys_catch_up(actor=SYSTEM, today=clock.today()) == 2
    assert services.surveys_catch_up(actor=SYSTEM, today=clock.today()) == 0
    services.surveys_close(actor=SYSTEM, today=clock.today())
    services.surveys_ask(actor=SYSTEM, today=clock.today())
    found = [[row.status for row in followup.surveys(graduation)] for graduation in people]
    assert found == [
        [states.PLANNED] * 3,
        [states.CLOSED, states.CLOSED, states.OPEN],
        [],
    ]


def test_the_tasks_do_it_all():
    _actor, graduation = followup.graduates(1)[0]
    followup.ago(graduation, 100)
    assert tasks.ask() == 1
    assert tasks.send_mails() == 1
    assert tasks.ask() == tasks.send_mails() == 0
    assert SurveyMail.objects.get().outcome == "sent"


def test_mails_leave_on_the_day_twice_more_and_never_again():
    actor, survey = followup.asked(days=100)
    first = followup.send()
    assert [message.to[0] for message in first] == [survey.person.email]
    Survey.objects.filter(pk=survey.pk).update(due_on=clock.today() - dt.timedelta(days=14))
    assert remind() == 1
    assert remind() == 0
    assert len(followup.send()) == 1
    Survey.objects.filter(pk=survey.pk).update(due_on=clock.today() - dt.timedelta(days=40))
    assert remind() == 1
    assert remind() == 0
    assert len(followup.send()) == 1
    assert followup.send() == []
    ids = [
        message.extra_headers["Message-ID"]
        for message in mail.outbox
        if "List-Unsubscribe" in message.extra_headers
    ]
    assert len(set(ids)) == len(ids) == 3
    assert actor.name not in first[0].body
    assert survey.firm_name not in first[0].body


def test_who_was_not_reminded_in_time_gets_one_reminder_for_both():
    _actor, graduation = followup.graduates(1)[0]
    followup.ago(graduation, 100)
    services.surveys_ask(actor=SYSTEM, today=clock.today())
    survey = followup.surveys(graduation)[0]
    Survey.objects.filter(pk=survey.pk).update(due_on=clock.today() - dt.timedelta(days=40))
    assert remind() == 1
    assert SurveyMail.objects.filter(survey=survey).count() == 2
    # One that begins late has had its reminders.
    _other, late = followup.graduates(1)[0]
    followup.ago(late, 130)
    services.surveys_ask(actor=SYSTEM, today=clock.today())
    assert followup.surveys(late)[0].reminders == 2
    assert remind() == 0


def test_a_survey_closes_without_an_answer_and_the_next_one_comes():
    _actor, survey = followup.asked()
    after = survey.closes_on + dt.timedelta(days=1)
    assert services.surveys_close(actor=SYSTEM, today=survey.closes_on) == 0
    assert services.surveys_close(actor=SYSTEM, today=after) == 1
    assert status(survey) == states.CLOSED
    assert services.surveys_ask(actor=SYSTEM, today=survey.due_on + dt.timedelta(days=95)) == 1


def test_chunks_take_the_oldest_first_and_no_statement_per_mail():
    for actor, graduation in followup.graduates(7):
        followup.ago(graduation, 100)
        assert actor
    services.surveys_ask(actor=SYSTEM, today=clock.today())
    counts = []
    for size in (1, 6):
        with CaptureQueriesContext(connection) as seen:
            assert len(followup.send(size)) == size
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_link_answers_and_answers_again_until_the_survey_closes():
    _actor, survey = followup.asked()
    secret = followup.secret(survey)
    services.answer_by_link(secret=secret, choice="considering")
    assert status(survey) == states.ANSWERED
    # The same again is no second answer.
    services.answer_by_link(secret=secret, choice="considering")
    services.answer_by_link(secret=secret, choice="invested")
    assert replies(survey) == [("considering", "link"), ("invested", "link")]
    actions = list(
        AuditRow.objects.filter(object_id=str(survey.pk), action__startswith="followup.")
        .order_by("pk")
        .values_list("action", "changes")
    )
    assert actions[-2:] == [
        ("followup.survey.answer", {"choice": ["", "considering"]}),
        ("followup.answer_changed", {"choice": ["considering", "invested"]}),
    ]
    SurveyMail.objects.filter(survey=survey).update(expires_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(links.LinkExpired):
        services.answer_by_link(secret=secret, choice="none")
    outbox.drain()
    fact = Fact.objects.get(event_type="survey.answered")
    assert (fact.firm_id, fact.source_pk) == (survey.firm_id, str(survey.pk))


@pytest.mark.parametrize("secret", ["", "0" * 64, "x", "f" * 63, "ｆ" * 64])
def test_a_guessed_link_leads_nowhere(secret):
    followup.asked()
    with pytest.raises(links.NoSuchLink):
        services.answer_by_link(secret=secret, choice="invested")
    assert not Reply.objects.exists()


def test_what_is_kept_of_a_link_is_no_link():
    _actor, survey = followup.asked()
    digest = SurveyMail.objects.get(survey=survey).digest
    with pytest.raises(links.NoSuchLink):
        services.answer_by_link(secret=digest, choice="invested")


def test_a_link_of_a_revoked_graduation_is_over():
    _actor, survey = followup.asked()
    secret = followup.secret(survey)
    services.surveys_void(actor=SYSTEM, graduation_id=survey.graduation_id)
    with pytest.raises(links.LinkExpired):
        services.answer_by_link(secret=secret, choice="invested")


def test_the_firm_answers_its_own_and_nobody_elses():
    actor, survey = followup.asked()
    stranger = dojo.owner()
    with acting(stranger), pytest.raises(Survey.DoesNotExist):
        services.answer_own(actor=stranger, survey_id=survey.pk, choice="none")
    with acting(actor):
        services.answer_own(actor=actor, survey_id=survey.pk, choice="started")
        with pytest.raises(Refused, match="1つ選んで"):
            services.answer_own(actor=actor, survey_id=survey.pk, choice="perhaps")
        later = followup.surveys(survey.graduation)[1]
        with pytest.raises(Refused, match="に始まります"):
            services.answer_own(actor=actor, survey_id=later.pk, choice="none")
    assert replies(survey) == [("started", "portal")]


def test_leaders_are_asked_what_they_put_to_use_and_1_oc_hears_nothing_of_it():
    actor, survey = followup.asked(code="leader")
    outbox.drain()
    cells = list(OutcomeCell.objects.values())
    body = followup.send()[0].body
    assert "講座で学んだことを、会社の仕事で使っていますか" in body
    assert "投資" not in body
    answers = ["using", "soon", "halted", "unused"]
    assert re.findall(r"\?a=(\w+)", body) == answers
    secret = followup.secret(survey)
    with pytest.raises(Refused, match="1つ選んで"):
        services.answer_by_link(secret=secret, choice="invested")
    services.answer_by_link(secret=secret, choice="using")
    heard(make.official_actor(), survey, choice="halted")
    assert replies(survey) == [("using", "link"), ("halted", "phone")]
    outbox.drain()
    kpi.work_off()
    assert set(Fact.objects.values_list("event_type", flat=True)) == {"leader.completed"}
    assert list(OutcomeCell.objects.values()) == cells == []
    with pytest.raises(Refused, match="DX道場を修了した企業"):
        followup.report(actor)


def test_what_a_leader_answers_the_rest_of_the_firm_does_not_read():
    actor, survey = followup.asked(code="leader")
    services.answer_by_link(secret=followup.secret(survey), choice="halted")
    colleague = make.firm_actor(survey.firm)
    for person, count in ((actor, 3), (colleague, 0)):
        assert policies.visible_surveys(person).count() == count
        with acting(person):
            assert Survey.objects.count() == count
            assert Reply.objects.count() == min(count, 1)


def test_the_database_takes_no_answer_to_another_question():
    _actor, survey = followup.asked(code="leader")
    wrong = {"status": states.ANSWERED, "choice": "invested", "answered_at": clock.now()}
    with pytest.raises(IntegrityError, match="survey_answers_its_question"):
        Survey.objects.filter(pk=survey.pk).update(**wrong)


def heard(actor, survey, **changes):
    values = {
        "choice": "invested",
        "said_by": "墨田 太郎",
        "said_on": clock.today(),
        "note": "試作に使う",
    }
    with acting(actor):
        return answer_by_phone(actor=actor, survey_id=survey.pk, **values | changes)


def test_the_keeper_writes_down_who_said_it_and_when():
    lecturer = dojo.lecturer_actor()
    _actor, survey = followup.asked(lecturer=lecturer)
    official = make.official_actor()
    heard(official, survey)
    heard(lecturer, survey, choice="none", said_by="受付の方")
    rows = Reply.objects.filter(survey=survey).order_by("pk")
    assert [(row.choice, row.said_by, row.written_by_id) for row in rows] == [
        ("invested", "墨田 太郎", official.user_id),
        ("none", "受付の方", lecturer.user_id),
    ]
    assert rows[0].said_on == clock.today()


def test_what_cannot_have_been_heard_is_refused():
    _actor, survey = followup.asked()
    official = make.official_actor()
    tomorrow = clock.today() + dt.timedelta(days=1)
    for changes, words in (
        ({"said_on": tomorrow}, "今日までの日"),
        ({"said_on": survey.due_on - dt.timedelta(days=1)}, "以降にしてください"),
        ({"said_by": " "}, "話した人"),
    ):
        with pytest.raises(Refused, match=words):
            heard(official, survey, **changes)
    for other in (make.official_actor(SUMIDA, Role.APPROVER), make.official_actor(OTA)):
        with acting(other), pytest.raises((RoleMissing, Survey.DoesNotExist)):
            answer_by_phone(
                actor=other,
                survey_id=survey.pk,
                choice="none",
                said_by="墨田",
                said_on=clock.today(),
            )
    Survey.objects.filter(pk=survey.pk).update(closes_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Refused, match="締め切りました"):
        heard(official, survey)
    assert replies(survey) == []
