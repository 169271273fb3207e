"""A firm reports an investment with evidence; the ward accepts or returns it; what counts is a fact."""

import datetime as dt

import pytest

from dojo.followup import services, states
from dojo.followup.models import Investment
from dojo.services.errors import Refused
from kpi import services as kpi
from kpi.models import Fact, OutcomeCell
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from programs.models import FirmMembership
from tests.factories import dojo, followup
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    """A graduate's firm, 400 days after the graduation."""
    actor, graduation = followup.graduates(1)[0]
    followup.ago(graduation, 400)
    return actor


def official():
    return make.official_actor()


def act(actor, what, row, **given):
    with acting(actor):
        return what(actor=actor, investment_id=row.pk, **given)


def facts():
    """Days of the facts that count."""
    rows = Fact.objects.filter(event_type="investment.reported", reverses=None, reversed_by=None)
    return list(rows.values_list("occurred_on", "quantity"))


def test_accepted_it_counts_on_its_own_day_taken_back_it_does_not_and_again_it_does(firm):
    day = clock.today() - dt.timedelta(days=300)
    decider = official()
    row = followup.report(firm, invested_on=day)
    outbox.drain()
    assert facts() == []
    act(official(), services.investment_accept, row)
    outbox.drain()
    assert facts() == [(day, 720_000)]
    act(official(), services.investment_undo, row, reason="別の会社の注文書でした")
    outbox.drain()
    assert facts() == []
    with acting(firm):
        services.investment_correct(
            actor=firm,
            investment_id=row.pk,
            figures=followup.figures(invested_on=day, amount_yen=700_000),
        )
    act(official(), services.investment_accept, row)
    outbox.drain()
    assert facts() == [(day, 700_000)]
    told = Notice.objects.filter(event_key__startswith="followup.")
    assert told.filter(recipient_id=firm.user_id).count() == 3
    # Twice reported: who decides in the ward is told each time.
    asked = told.filter(recipient_id=decider.user_id).values_list("event_key", flat=True)
    assert set(asked) == {
        f"followup.{row.pk}.reported.1",
        f"followup.{row.pk}.reported.2",
    }


def test_it_moves_1_oc(firm):
    outbox.drain()  # the graduation itself, today
    row = followup.report(firm)
    act(official(), services.investment_accept, row)
    outbox.drain()
    kpi.work_off()
    cell = OutcomeCell.objects.get(ward_id=SUMIDA)
    # Not a year on yet: in neither part of the share.
    assert (cell.completed, cell.matured, cell.invested) == (1, 0, 0)


def test_another_bodys_grant_names_it(firm):
    with pytest.raises(Refused, match="機関と制度"):
        followup.report(firm, source="grant")
    row = followup.report(firm, source="grant", funder="中小企業庁 IT導入補助金")
    assert row.funder == "中小企業庁 IT導入補助金"
    # What is own money has no funder, whatever was typed.
    assert followup.report(firm, funder="だれか", amount_yen=5).funder == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount_yen": 0}, "1円以上"),
        ({"amount_yen": 1_000_000_001}, "10億円"),
        ({"invested_on": clock.today() + dt.timedelta(days=1)}, "今日までの日"),
        ({"invested_on": clock.today() - dt.timedelta(days=401)}, "修了日"),
        ({"what": "  "}, "何に投資したか"),
    ],
)
def test_what_cannot_be_is_refused_before_the_file_is_taken(firm, changes, words):
    with pytest.raises(Refused, match=words):
        followup.report(firm, **changes)
    assert not Investment.objects.exists()


def test_evidence_is_asked_for_and_looked_at(firm):
    with acting(firm):
        with pytest.raises(Refused, match="証拠の書類"):
            services.investment_report(actor=firm, figures=followup.figures(), uploaded=None)
        for name, content in (("注文書.exe", b"MZ"), ("注文書.pdf", b"not a PDF"), ("空.pdf", b"")):
            with pytest.raises(UploadRefused):
                services.investment_report(
                    actor=firm,
                    figures=followup.figures(),
                    uploaded=followup.SimpleUploadedFile(name, content),
                )
    assert not Investment.objects.exists()


def test_the_same_investment_is_reported_once_unless_withdrawn(firm):
    row = followup.report(firm)
    with pytest.raises(Refused, match="すでに報告"):
        followup.report(firm)
    act(firm, services.investment_withdraw, row)
    assert followup.report(firm).pk != row.pk
    with pytest.raises(StaleState):
        act(firm, services.investment_withdraw, row)


def test_who_is_no_graduate_has_nothing_to_report():
    with pytest.raises(Refused, match="DX道場を修了した企業"):
        followup.report(dojo.owner())


def test_nobody_decides_on_or_enters_for_the_own_firm(firm):
    row = followup.report(firm)
    both = Actor(firm.user_id, "兼務", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    with pytest.raises(Refused, match="自分の受講"):
        act(both, services.investment_accept, row)
    colleague = make.official_actor()
    MembershipFactory(firm_id=row.firm_id, user_id=colleague.user_id)
    with pytest.raises(Refused, match="自分が属する企業"):
        act(colleague, services.investment_return, row, reason="日付が読めません")
    assert Investment.objects.get().status == states.REPORTED
    services.surveys_ask(actor=followup.SYSTEM, today=clock.today())
    survey = followup.surveys(row.graduation)[2]
    with acting(colleague), pytest.raises(Refused, match="自分が属する企業"):
        services.answer_by_phone(
            actor=colleague,
            survey_id=survey.pk,
            choice="invested",
            said_by="社長",
            said_on=clock.today(),
        )


def test_only_the_own_wards_planners_decide(firm):
    row = followup.report(firm)
    with pytest.raises(RoleMissing):
        act(make.official_actor(SUMIDA, Role.APPROVER), services.investment_accept, row)
    with pytest.raises(Investment.DoesNotExist):
        act(make.official_actor(OTA), services.investment_accept, row)
    with pytest.raises(Investment.DoesNotExist):
        act(dojo.owner(), services.investment_withdraw, row)
    with pytest.raises(ReasonMissing):
        act(official(), services.investment_return, row, reason=" ")
    act(official(), services.investment_return, row, reason="日付が読めません")
    with pytest.raises(StaleState):
        act(official(), services.investment_accept, row)
    assert Investment.objects.get().status == states.RETURNED


def test_who_left_the_firm_hears_no_more_of_its_report(firm):
    row = followup.report(firm)
    FirmMembership.objects.filter(user_id=firm.user_id).update(valid_to=clock.today())
    act(official(), services.investment_return, row, reason="注文書の金額と合いません")
    outbox.drain()
    told = Notice.objects.filter(body__contains="注文書の金額").values_list(
        "recipient_id", flat=True
    )
    members = FirmMembership.objects.filter(firm_id=row.firm_id, valid_to=None)
    assert set(told) == set(members.values_list("user_id", flat=True))
    assert told
