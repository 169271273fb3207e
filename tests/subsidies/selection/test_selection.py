"""The ranking of a call, its proposal and approval by two officials."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from subsidies import services as core
from subsidies.models import Application, Call
from subsidies.rules import snapshot
from subsidies.selection import selectors, services, states
from subsidies.selection.models import Choice, Mark, Minutes, Selection
from subsidies.selection.rules import vote
from subsidies.selection.selectors import WhatIf
from subsidies.services.errors import Refused
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA, MembershipFactory

pytestmark = pytest.mark.usefixtures("as_built")


@pytest.fixture
def office():
    return make.official_actor()


@pytest.fixture(scope="module")
def scored(kept_database):
    """Four applications with 100, 80, 60 and 20 points."""
    return build.make_scored().call.pk


@pytest.fixture
def call(scored):
    return Call.objects.get(pk=scored)


def outcomes(call, actor, **wish):
    with acting(actor):
        found = selectors.ranking(
            Call.objects.select_related("review__version", "version__scheme").get(pk=call.pk),
            actor=actor,
            what_if=WhatIf(**wish) if wish else None,
        )
    return [(line.place.rank, str(line.place.outcome)) for line in found.lines], found


def test_the_ranking_follows_the_scores_the_minimum_and_the_budget(call, office):
    build.only_for(call, 2)
    found, ranking = outcomes(call, office)
    assert found == [(1, "selected"), (2, "selected"), (3, "waiting"), (None, "not_selected")]
    assert [line.ends_budget for line in ranking.lines] == [False, False, True, False]
    assert "最低合計点 60 点" in ranking.lines[3].place.reason


def test_a_bonus_cites_its_fact_and_counts_as_on_the_day_of_the_application(call, office):
    first, second, *_ = Application.objects.filter(call=call).order_by("submitted_at")
    today = clock.today()
    fact = build.graduate(second.firm, day=today - dt.timedelta(days=60))
    build.graduate(
        first.firm, day=dt.date(2020, 1, 1), expires_on=today - dt.timedelta(days=1), number="old"
    )
    _found, ranking = outcomes(call, office)
    lines = {line.application.pk: line for line in ranking.lines}
    assert lines[second.pk].points_of_bonus == 5
    assert lines[second.pk].bonus[0].text == f"加点 5: DX道場 第3期 修了 {fact.granted_on}"
    assert lines[first.pk].points_of_bonus == 0
    assert "期限切れ" in lines[first.pk].bonus[0].text


def test_other_terms_are_looked_at_and_never_kept(call, office):
    yen = build.only_for(call, 2)
    found, _ranking = outcomes(call, office, budget_yen=yen)
    assert [outcome for _rank, outcome in found][:2] == ["selected", "waiting"]
    found, _ranking = outcomes(call, office, minimum_total=10)
    assert found[3] == (4, "waiting")
    build.graduate(Application.objects.filter(call=call).order_by("-submitted_at")[1].firm)
    _found, ranking = outcomes(call, office, bonus=10)
    assert sorted(line.points_of_bonus for line in ranking.lines) == [0, 0, 0, 10]
    assert outcomes(call, office)[1].terms.budget_yen == 2 * yen + 1
    assert not Selection.objects.exists()


def test_the_ranking_costs_the_same_queries_however_many_there_are(
    office, django_assert_max_num_queries
):
    call = build.make_scored((5, 4, 4, 3, 3, 2, 1)).call
    with acting(office), django_assert_max_num_queries(8):
        fresh = Call.objects.select_related("review__version", "version__scheme").get(pk=call.pk)
        assert len(selectors.ranking(fresh, actor=office).lines) == 7


def test_one_proposes_and_another_approves_exactly_that(call, office):
    build.only_for(call, 2)
    run = build.propose(call, actor=office)
    assert run.sha256 == snapshot.digest(run.result)
    both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
    with acting(office), pytest.raises(RoleMissing):
        services.selection_approve(actor=office, selection_id=run.pk)
    with acting(both), pytest.raises(StaleState):
        services.selection_approve(actor=both, selection_id=run.pk, seen="0" * 64)
    build.approve(run, actor=both)
    found = Choice.objects.filter(selection=run).order_by("rank", "id")
    assert [row.status for row in found] == ["selected", "selected", "waiting", "not_selected"]
    assert Selection.objects.get().approved_by_id == both.user_id
    actions = AuditRow.objects.filter(action__startswith="selection.").values_list(
        "action", flat=True
    )
    assert set(actions) == {"selection.proposed", "selection.run.approve"}


def test_who_proposed_never_approves_whatever_the_roles(call):
    both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
    run = build.propose(call, actor=both)
    with pytest.raises(GuardFailed, match="起案した人"):
        build.approve(run, actor=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        Selection.objects.update(approved_by_id=both.user_id)


def test_somebody_of_a_firm_that_applied_decides_nothing(call):
    run = build.propose(call)
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    firm = Application.objects.filter(call=call).first().firm
    MembershipFactory(firm=firm, user=User.objects.get(pk=approver.user_id))
    with pytest.raises(GuardFailed, match="企業に属する人"):
        build.approve(run, actor=approver)


def test_what_changed_since_the_proposal_sends_it_back(call, office):
    run = build.propose(call, actor=office)
    first = Application.objects.filter(call=call).order_by("submitted_at").first()
    firm = make.firm_actor(first.firm)
    with acting(firm):
        core.application_withdraw(actor=firm, application_id=first.pk, reason="計画を見直す")
    with pytest.raises(GuardFailed, match=str(first.receipt_no)):
        build.approve(run)
    with acting(office), pytest.raises(ReasonMissing):
        services.selection_return(actor=office, selection_id=run.pk, reason="")
    with acting(office):
        services.selection_return(actor=office, selection_id=run.pk, reason="取下げのため")
    assert build.propose(call).status == states.PROPOSED


def test_a_page_read_before_a_change_proposes_nothing(call, office):
    with acting(office), pytest.raises(StaleState):
        services.selection_propose(actor=office, call_id=call.pk, reason="よい", seen="f" * 64)
    build.propose(call, actor=office)
    with pytest.raises(Refused, match="すでに"):
        build.propose(call)


def test_nothing_is_proposed_before_all_have_scored(office):
    from tests.factories import committee as review

    call = review.make_open(call=build.make_call(), cases=1).call
    with pytest.raises(Refused, match="採点が終わっていません"):
        build.propose(call, actor=office)


def test_the_frozen_result_does_not_change_even_for_the_system(call):
    run = build.propose(call)
    for change in ({"sha256": "0" * 64}, {"result": {}}, {"budget_yen": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Selection.objects.filter(pk=run.pk).update(**change)


def test_a_mark_decides_nothing_until_it_holds_and_is_lifted_with_a_reason(call, office):
    application = Application.objects.filter(call=call).order_by("submitted_at").first()
    with acting(office):
        services.mark_put(
            actor=office, application_id=application.pk, kind="linked", reason="代表者が同じ"
        )
    assert outcomes(call, office)[0][0] == (1, "selected")
    with acting(office):
        held = services.mark_put(
            actor=office,
            application_id=application.pk,
            kind="suspect",
            reason="見積が偽造の疑い",
            is_held=True,
        )
    _found, ranking = outcomes(call, office)
    line = next(line for line in ranking.lines if line.application == application)
    assert line.place.rank is None
    assert "偽造の疑い" in line.place.reason
    with acting(office):
        services.mark_lift(actor=office, mark_id=held.pk, reason="原本を確認した")
    assert outcomes(call, office)[0][0] == (1, "selected")
    assert Mark.objects.count() == 2
    assert AuditRow.objects.filter(action="selection.lifted", reason="原本を確認した").exists()


def test_a_hold_put_after_the_proposal_sends_it_back(call, office):
    run = build.propose(call, actor=office)
    first = Application.objects.filter(call=call).order_by("submitted_at").first()
    with acting(office):
        mark = services.mark_put(
            actor=office, application_id=first.pk, kind="suspect", reason="偽造", is_held=True
        )
    with pytest.raises(GuardFailed, match=f"外された申請があります（{first.receipt_no}）"):
        build.approve(run)
    assert not Choice.objects.exists()
    with acting(office):
        services.mark_lift(actor=office, mark_id=mark.pk, reason="原本を確かめた")
    assert build.approve(run).status == states.APPROVED


def test_quotes_come_before_the_decision_where_the_two_are_separate(call, office):
    build.only_for(call, 2)
    build.approve(build.propose(call, actor=office))
    rows = list(Choice.objects.order_by("rank", "id"))
    assert not selectors.ready(call).exists()
    with acting(office):
        done, left_out = services.quotes_check(
            actor=office, call_id=call.pk, choice_ids=[rows[0].pk, rows[2].pk]
        )
    assert done == 1
    assert [why for _number, why in left_out] == ["採択されていません。"]
    assert [row.pk for row in selectors.ready(call)] == [rows[0].pk]
    assert [row.pk for row in selectors.selected(call)] == [rows[0].pk, rows[1].pk]


def test_merged_the_decision_may_follow_at_once(call):
    build.only_for(call, 2)
    build.approve(build.propose(call, is_separate=False))
    assert selectors.ready(call).count() == 2


def test_minutes_need_half_of_the_members_and_votes_that_add_up(call, office):
    with pytest.raises(Refused, match="定足数"):
        build.keep_minutes(call, actor=office, present=[1])
    with pytest.raises(Refused, match="合計"):
        build.keep_minutes(call, actor=office, votes_for=1)
    with pytest.raises(Refused, match="委員長の決定を選んで"):
        build.keep_minutes(call, actor=office, present=[1, 2], votes_for=1, votes_against=1)
    with pytest.raises(Refused, match="委員長が出席していません"):
        build.keep_minutes(call, actor=office, present=[2, 3], votes_for=1, votes_against=1)
    with pytest.raises(Refused, match="空欄に"):
        build.keep_minutes(call, actor=office, chair_vote="for")
    tied = {"present": [1, 2], "votes_for": 1, "votes_against": 1}
    build.keep_minutes(call, actor=office, **tied, chair_vote="against")
    with pytest.raises(Refused, match="可決されていません"):
        build.propose(call, actor=office)
    build.keep_minutes(call, actor=office, **tied, chair_vote="for")
    assert Minutes.objects.get().present == [1, 2]
    build.approve(build.propose(call, actor=office))
    with pytest.raises(Refused, match="採択が決定"):
        build.keep_minutes(call, actor=office)


@pytest.mark.parametrize(
    ("present", "yes", "no", "chair", "end"),
    [
        (3, 2, 1, "", "carried"),
        (3, 1, 2, "", "lost"),
        (4, 2, 2, "", "tied"),
        (4, 2, 2, "for", "carried"),
        (4, 2, 2, "against", "lost"),
        # Whoever abstains is present all the same: 2 of 5 are no majority.
        (5, 2, 1, "", "lost"),
        (5, 2, 2, "for", "carried"),
        (5, 3, 0, "", "carried"),
    ],
)
def test_the_majority_of_those_present_decides_and_the_chair_in_a_tie(present, yes, no, chair, end):
    assert vote(present, yes, no, chair) == end


def test_another_ward_and_a_firm_see_nothing_but_a_firms_own_result(call, office):
    application = Application.objects.filter(call=call).order_by("submitted_at").first()
    firm = make.firm_actor(application.firm)
    with acting(office):
        services.mark_put(
            actor=office, application_id=application.pk, kind="linked", reason="代表者が同じ"
        )
    run = build.propose(call, actor=office)
    with acting(firm):
        assert not Choice.objects.exists()
    build.approve(run)
    with acting(make.official_actor(OTA)):
        for table in (Selection, Choice, Mark, Minutes):
            assert not table.objects.exists()
    with acting(firm):
        assert [row.application_id for row in Choice.objects.all()] == [application.pk]
        for table in (Selection, Mark, Minutes):
            with pytest.raises(DatabaseError), transaction.atomic():
                table.objects.count()
    with acting(office), pytest.raises(DatabaseError), transaction.atomic():
        Choice.objects.update(amount_yen=1)


def test_somebody_of_a_firm_that_applied_proposes_nothing(call, office):
    first = Application.objects.filter(call=call).order_by("submitted_at").first()
    MembershipFactory(firm=first.firm, user=User.objects.get(pk=office.user_id))
    with pytest.raises(GuardFailed, match="採択を起案できません"):
        build.propose(call, actor=office)
    assert not Selection.objects.exists()


def test_nobody_lifts_the_mark_of_their_own_firm(call, office):
    application = Application.objects.filter(call=call).first()
    with acting(office):
        mark = services.mark_put(
            actor=office, application_id=application.pk, kind="linked", reason="代表者が同じ"
        )
    MembershipFactory(firm=application.firm, user=User.objects.get(pk=office.user_id))
    with acting(office), pytest.raises(GuardFailed, match="その企業の案件"):
        services.mark_lift(actor=office, mark_id=mark.pk, reason="問題なし。")
