"""A consultation ticks its item of the case's check list, and withdrawing it takes the tick back."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, StaleState
from subsidies import services, states
from subsidies.checks import check_lines
from subsidies.consultations.models import Tick
from subsidies.consultations.services import consultation_record, consultation_withdraw
from subsidies.models import Application, DocumentCheck
from tests.factories import subsidies as make
from tests.factories.programs import FirmFactory, SiteFactory
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

NEEDS = [{"code": "advice", "name": "区のIT相談", "criterion": "ordered"}]
ITEM = "prerequisites.advice"


@pytest.fixture
def reviewer():
    return make.official_actor()


@pytest.fixture
def application():
    rules = make.rules_json("DX1", prerequisites=NEEDS)
    return make.make_submitted(call=make.make_call(rules=rules))


def record(actor, application, **changes):
    given = {
        "firm_id": application.firm_id,
        "scheme_id": application.version.scheme_id,
        "need": "advice",
        "held_on": clock.today(),
        "note": "紙の日報から始めることを勧めた。",
        **changes,
    }
    with acting(actor):
        return consultation_record(actor=actor, **given)


def withdraw(actor, row, reason="別の企業の相談だった。"):
    with acting(actor):
        return consultation_withdraw(actor=actor, consultation_id=row.pk, reason=reason)


def line(application):
    with acting(make.SYSTEM):
        fresh = Application.objects.select_related("version").get(pk=application.pk)
        return next(each for each in check_lines(fresh) if each.item.code == ITEM)


def judge(actor, application, verdict, note=""):
    with acting(actor):
        services.check_item_set(
            actor=actor, application_id=application.pk, item=ITEM, verdict=verdict, note=note
        )


def test_a_record_ticks_the_item_and_cites_its_day(client, reviewer, application):
    record(reviewer, application, held_on=dt.date(2026, 4, 1))
    found = line(application)
    assert found.is_done
    assert "令和8年4月1日" in found.check.note
    assert found.check.checked_by_id == reviewer.user_id
    assert AuditRow.objects.filter(action="subsidies.document_ticked").count() == 1
    sign_in(client, User.objects.get(pk=reviewer.user_id))
    case = reverse("subsidies:application", args=[application.receipt_no])
    assert "相談記録（令和8年4月1日" in client.get(case).content.decode()
    application.refresh_from_db()
    assert application.status == states.SUBMITTED


def test_a_record_from_before_the_application_ticks_it_when_it_comes_in(reviewer):
    rules = make.rules_json("DX1", prerequisites=NEEDS)
    firm = FirmFactory()
    SiteFactory(firm=firm, ward_id=make.SUMIDA, since=dt.date(2015, 4, 1))
    owner = make.firm_actor(firm)
    draft = make.make_draft(owner, make.make_call(rules=rules))
    record(reviewer, draft, held_on=clock.today() - dt.timedelta(days=9))
    make.submit(owner, draft)
    assert not line(draft).is_done
    with acting(make.SYSTEM):
        outbox.drain()
    assert line(draft).is_done


@pytest.mark.parametrize("changes", [{"need": ""}, {"held_on": dt.date(2026, 11, 30)}])
def test_what_was_not_beforehand_or_something_else_ticks_nothing(reviewer, application, changes):
    with acting(make.SYSTEM):
        Application.objects.update(submitted_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC))
    record(reviewer, application, **changes)
    assert line(application).check is None


def test_withdrawing_takes_the_tick_back_with_its_reason(reviewer, application):
    row = record(reviewer, application)
    with pytest.raises(ReasonMissing):
        withdraw(reviewer, row, " ")
    found, passed = withdraw(reviewer, row)
    assert (found.stands, passed) == (False, [])
    assert line(application).check is None
    told = AuditRow.objects.get(action="consultations.withdrawn")
    assert told.reason == "別の企業の相談だった。"
    assert AuditRow.objects.filter(action="subsidies.document_unticked").count() == 1
    with pytest.raises(StaleState):
        withdraw(reviewer, row)


def test_another_record_takes_over(reviewer, application):
    record(reviewer, application, held_on=dt.date(2026, 4, 1))
    wrong = record(reviewer, application, held_on=dt.date(2026, 5, 1))
    with acting(make.SYSTEM):
        tick = Tick.objects.get()
    assert tick.consultation_id != wrong.pk
    withdraw(reviewer, wrong)
    assert "令和8年4月1日" in line(application).check.note


def test_an_official_s_own_verdict_stands(reviewer, application):
    row = record(reviewer, application)
    judge(reviewer, application, DocumentCheck.Verdict.NOT_OK, "面談の内容が足りない")
    record(reviewer, application)
    assert line(application).check.verdict == DocumentCheck.Verdict.NOT_OK
    withdraw(reviewer, row)
    assert line(application).check.note == "面談の内容が足りない"


def test_a_case_that_has_passed_the_check_keeps_it_and_is_named(client, reviewer, application):
    row = record(reviewer, application)
    make.check_all(reviewer, application)
    with acting(make.SYSTEM):
        check = DocumentCheck.objects.get(application=application, item=ITEM)
        Tick.objects.update(ticked_at=check.checked_at)
    sign_in(client, User.objects.get(pk=reviewer.user_id))
    address = reverse("consultations:withdraw", args=[row.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    page = client.post(address, {"reason": "誤り"}, follow=True).content.decode()
    assert application.receipt_no in page
    assert "そのまま" in page
    assert line(application).is_done
    assert client.get(address).status_code == 404


def test_the_file_has_the_filters_of_the_list(client, reviewer, application):
    record(reviewer, application, held_on=dt.date(2026, 4, 1), note="=1+1")
    record(reviewer, application, held_on=dt.date(2026, 5, 1))
    sign_in(client, User.objects.get(pk=reviewer.user_id))
    address = reverse("exports:file", args=["consultations", "csv"])
    answer = client.get(address, {"until": "2026-04-30", "q": application.firm.name})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["2026-04-01"]
    assert rows[1][5] == "'=1+1"
    assert len(client.get("/staff/consultations/?until=2026-04-30").context["rows"]) == 1
