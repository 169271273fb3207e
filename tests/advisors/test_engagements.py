"""The support from phase to phase: its end, its changes, who takes whose place."""

import datetime as dt

import pytest

from advisors import services, states
from advisors.models import TeamMember, Visit
from advisors.selectors.cases import case_view
from advisors.services import Refused, VisitRefused
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import GuardFailed, ReasonMissing, StaleState
from portal.notices.models import Notice
from tests.factories import advisors as build
from tests.support.replay import replayed

pytestmark = pytest.mark.django_db


def test_phases_go_step_by_step_and_back_with_a_reason(case, pair):
    advisor = pair[0][0]

    def move(action, reason=""):
        with acting(advisor):
            return services.phase_move(
                actor=advisor, engagement_id=case.pk, action=action, reason=reason
            )

    with pytest.raises(StaleState):
        move("to_introduce")
    move("to_choose")
    move("to_introduce")
    with pytest.raises(ReasonMissing):
        move("back_choose")
    move("back_choose", "製品の試用で、図面が読めないことが分かった。")
    for action in ("to_introduce", "to_settle", "to_measure"):
        move(action)
    case.refresh_from_db()
    assert case.status == states.MEASURE
    assert replayed(states.ENGAGEMENT, case) == states.MEASURE


def test_the_end_waits_for_the_report(case, pair, office):
    advisor = pair[0][0]
    with acting(office), pytest.raises(StaleState):
        services.engagement_finish(actor=office, engagement_id=case.pk)
    with acting(advisor):
        for action in ("to_choose", "to_introduce", "to_settle", "to_measure"):
            services.phase_move(actor=advisor, engagement_id=case.pk, action=action)
    with acting(office), pytest.raises(GuardFailed, match="終了報告"):
        services.engagement_finish(actor=office, engagement_id=case.pk)
    with acting(advisor):
        services.report_save(
            actor=advisor,
            engagement_id=case.pk,
            result="日報を端末に替えた。",
            figures="集計 24時間→3時間",
            left_over="見積の履歴を残す。",
        )
    with acting(office):
        done = services.engagement_finish(actor=office, engagement_id=case.pk)
    assert (done.status, done.closed_on) == (states.FINISHED, clock.today())
    with acting(office), pytest.raises(StaleState):
        services.engagement_end(actor=office, engagement_id=case.pk, reason="もう一度")


def test_an_extension_is_approved_by_somebody_else(case, office):
    chief = build.approver()
    with acting(office):
        change = services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="extend",
            reason="導入が2か月遅れた。",
            ends_on=case.ends_on + dt.timedelta(days=60),
        )
    both = Actor(office.user_id, office.name, office.hat, frozenset({"reviewer", "approver"}),
                 ward_id=office.ward_id)  # fmt: skip
    with acting(both), pytest.raises(GuardFailed, match="自分が起案"):
        services.change_approve(actor=both, change_id=change.pk)
    with acting(office), pytest.raises(Refused, match="決裁を待っている"):
        services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="extend",
            reason="もう一つ",
            ends_on=case.ends_on + dt.timedelta(days=90),
        )
    with acting(chief):
        services.change_approve(actor=chief, change_id=change.pk)
    before = case.ends_on
    case.refresh_from_db()
    assert case.ends_on == before + dt.timedelta(days=60)
    with acting(office), pytest.raises(Refused, match="1年まで"):
        services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="extend",
            reason="まだ",
            ends_on=case.starts_on + dt.timedelta(days=400),
        )


def test_another_advisor_takes_the_place_and_the_first_keeps_the_own_records(case, office, pair):
    (first, _entry), (partner, _other) = pair
    mine = build.visit(first, case, days_ago=10)
    theirs = build.visit(partner, case, days_ago=9)
    new_actor, new = build.make_advisor(name="中村 光", sides=("it",))
    with acting(office):
        change = services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="replace",
            side="it",
            advisor_id=new.pk,
            reason="相談員の入院のため。",
        )
    chief = build.approver()
    with acting(chief):
        services.change_approve(actor=chief, change_id=change.pk)
    case.refresh_from_db()
    assert case.team == "中村 光 / 小林 修"
    old = TeamMember.objects.get(engagement=case, user_id=first.user_id)
    assert old.until == clock.today() - dt.timedelta(days=1)
    with acting(first):
        assert list(Visit.objects.all()) == [mine]
    with acting(new_actor):
        assert set(Visit.objects.all()) == {mine, theirs}
        assert set(case_view(new_actor, case).visits) == {mine, theirs}
    # A record written in time, which arrives late, is taken; one of today is not theirs any more.
    build.visit(first, case, days_ago=3)
    with pytest.raises(VisitRefused, match="担当した期間"):
        build.visit(first, case, days_ago=0, starts_at=build.at(0, 0), ends_at=build.at(0, 0, 15))
    with acting(first), pytest.raises(Refused, match="ほかの人に替わっています"):
        services.goals_save(actor=first, engagement_id=case.pk, goals="変える")


def planned(advisor, case, days=3):
    with acting(advisor):
        return services.visit_plan(
            actor=advisor,
            engagement_id=case.pk,
            starts_at=build.at(-days, 10),
            ends_at=build.at(-days, 12),
        )


def told(person, row):
    outbox.drain()
    mine = Notice.objects.filter(recipient_id=person.user_id, url__contains=str(row.public_id))
    return [notice.subject for notice in mine if "取りやめ" in notice.subject]


def test_the_firm_is_told_that_nobody_comes(case, pair, owner):
    advisor = pair[0][0]
    row = planned(advisor, case)
    with acting(advisor):
        services.visit_cancel(actor=advisor, visit_id=row.pk, reason="体調不良のため。")
    assert len(told(owner, row)) == 1


@pytest.mark.parametrize("way", ["end", "replace"])
def test_what_was_planned_is_called_off_with_the_end_and_with_the_advisor(
    case, pair, owner, office, way
):
    (first, _entry), (partner, _other) = pair
    mine, theirs = planned(first, case), planned(partner, case, days=4)
    if way == "end":
        with acting(office):
            services.engagement_end(actor=office, engagement_id=case.pk, reason="廃業のため。")
    else:
        _new_actor, new = build.make_advisor(name="中村 光", sides=("it",))
        with acting(office):
            change = services.change_propose(
                actor=office,
                engagement_id=case.pk,
                kind="replace",
                side="it",
                advisor_id=new.pk,
                reason="相談員の入院のため。",
            )
        chief = build.approver()
        with acting(chief):
            services.change_approve(actor=chief, change_id=change.pk)
    stays = {"end": states.CANCELLED, "replace": states.PLANNED}[way]
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == (states.CANCELLED, stays)
    assert len(told(owner, mine)) == 1
