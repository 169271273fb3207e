"""From the request to the team: who may, what is refused, what needs a reason."""

import datetime as dt

import pytest

from advisors import services, states
from advisors.models import Engagement
from advisors.services import Choice, OverrideNeeded, Refused
from portal.accounts.models import Assignment
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA, MembershipFactory
from tests.support.replay import replayed

pytestmark = pytest.mark.django_db


def taken(office: Actor, **wish: object):
    return build.make_taken(build.make_firm(), office, **wish)


def choose(office, row, it, floor, reason="", starts_on=None):
    with acting(office):
        return services.team_choose(
            actor=office,
            request_id=row.pk,
            choice=Choice(it.pk, floor.pk, reason),
            starts_on=starts_on or clock.today(),
        )


def test_a_request_is_asked_about_answered_taken_and_engaged(office, pair):
    firm = build.make_firm()
    owner = make.firm_actor(firm)
    row = build.ask(firm, owner=owner)
    with acting(office), pytest.raises(ReasonMissing):
        services.request_ask(actor=office, request_id=row.pk, question=" ")
    with acting(office):
        services.request_ask(actor=office, request_id=row.pk, question="何人で集計していますか。")
    with acting(office), pytest.raises(StaleState):
        services.request_take(actor=office, request_id=row.pk)
    with acting(owner):
        services.request_answer(actor=owner, request_id=row.pk, answer="2人です。")
    with acting(office):
        services.request_take(actor=office, request_id=row.pk)
    made = choose(office, row, pair[0][1], pair[1][1])
    row.refresh_from_db()
    assert row.status == states.ENGAGED
    assert (row.question, row.answer) == ("何人で集計していますか。", "2人です。")
    assert replayed(states.REQUEST, row) == states.ENGAGED
    assert made.team == "渡辺 由紀 / 小林 修"
    assert {member.side: member.override for member in made.members.all()} == {
        "it": "",
        "floor": "",
    }
    assert made.members.get(side="it").reasons["total"] > 0
    assert made.ends_on > made.starts_on + dt.timedelta(days=175)
    outbox.drain()
    told = set(Notice.objects.values_list("recipient_id", flat=True))
    assert {owner.user_id, office.user_id, pair[0][0].user_id, pair[1][0].user_id} <= told


def test_one_open_request_a_firm_and_ward_and_none_while_supported(office, pair):
    firm = build.make_firm()
    build.ask(firm)
    with pytest.raises(Refused, match="すでに届いています"):
        build.ask(firm)
    case = build.engage(office, pair[0][1], pair[1][1])
    with pytest.raises(Refused, match="いま続いています"):
        build.ask(case.firm)
    with pytest.raises(Refused, match="区を選び直して"):
        build.ask(build.make_firm(), ward=OTA)


def test_a_decline_needs_a_reason_that_the_firm_reads(office):
    row = build.ask(build.make_firm())
    with acting(office), pytest.raises(ReasonMissing):
        services.request_decline(actor=office, request_id=row.pk, reason="")
    with acting(office):
        services.request_decline(actor=office, request_id=row.pk, reason="製造業ではないため。")
    row.refresh_from_db()
    assert (row.status, row.reason) == (states.DECLINED, "製造業ではないため。")
    outbox.drain()
    assert Notice.objects.filter(body="製造業ではないため。").exists()


def test_the_office_hears_of_a_withdrawn_request(office):
    firm = build.make_firm()
    owner = make.firm_actor(firm)
    row = build.make_taken(firm, office)
    outbox.drain()
    Notice.objects.all().delete()
    with acting(owner):
        services.request_withdraw(actor=owner, request_id=row.pk)
    outbox.drain()
    [told] = Notice.objects.filter(recipient_id=office.user_id)
    assert told.subject == f"DXアドバイザー派遣の依頼が取り下げられました：{row.firm_name}"


def test_another_choice_than_proposed_needs_a_reason_and_is_audited(office, pair):
    second = build.make_advisor(sides=("it",), qualifications=(), fields=())[1]
    row = taken(office)
    with pytest.raises(OverrideNeeded):
        choose(office, row, second, pair[1][1])
    made = choose(office, row, second, pair[1][1], "企業が女性の相談員を希望したため。")
    assert made.members.get(side="it").override == "企業が女性の相談員を希望したため。"
    told = AuditRow.objects.get(action="advisors.request.engage", object_id=str(row.pk))
    assert told.reason == "企業が女性の相談員を希望したため。"
    assert told.detail["as_proposed"] is False


@pytest.mark.parametrize("tie", ["vendor", "member", "same"])
def test_what_no_reason_passes_over(office, pair, tie):
    (_it, it), (_floor, floor) = pair
    row = taken(office, vendors=("工場クラウド",))
    if tie == "vendor":
        it.vendors = ["工場クラウド"]
        it.save()
    elif tie == "member":
        MembershipFactory(firm=row.firm, user=it.user)
    other = it if tie == "same" else floor
    with pytest.raises(Refused, match="別の人" if tie == "same" else "選べません"):
        choose(office, row, it, other, "どうしても")
    assert not Engagement.objects.filter(request=row).exists()


def test_a_full_month_counts_every_wards_engagements(office, pair):
    (_a, it), (_b, floor) = pair
    it.capacity, it.wards = 1, [13107, OTA]
    it.save()
    elsewhere = make.official_actor(OTA)
    other = build.make_advisor(OTA, sides=("floor",))[1]
    Assignment.objects.create(
        user=it.user, role="advisor", ward_id=OTA, valid_from=dt.date(2024, 4, 1)
    )
    build.engage(elsewhere, it, other, build.make_firm(OTA), ward=OTA)
    with pytest.raises(OverrideNeeded):
        choose(office, taken(office), it, floor)


def test_who_may_do_what_to_a_request(office, pair):
    row = build.ask(build.make_firm())
    stranger = make.official_actor(OTA)
    with acting(stranger), pytest.raises(type(row).DoesNotExist):
        services.request_take(actor=stranger, request_id=row.pk)
    chief = build.approver()
    with acting(chief), pytest.raises(RoleMissing):
        services.request_take(actor=chief, request_id=row.pk)
