"""A review from the draw to its close: who may do what when, and what is refused."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from subsidies.committee import selectors, services, states
from subsidies.committee.models import (
    Assignment,
    Case,
    Declaration,
    Exclusion,
    ReviewRound,
    ScoreSheet,
    SheetVersion,
)
from subsidies.services.errors import Incomplete, Refused
from tests.factories import committee as build
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make.official_actor()


@pytest.fixture
def opened(office):
    return build.make_open(office=office)


def fresh(row):
    return Assignment.objects.select_related("user", "case", "round").get(pk=row.pk)


def test_the_draw_takes_in_what_stands_in_review_and_shares_it_out(office):
    round_ = build.make_planned(office=office, cases=3, per_case=2)
    make.make_submitted(call=round_.call)  # not checked yet: no case
    with acting(office):
        drawn = services.round_prepare(actor=office, round_id=round_.pk, seed=7)
    assert (drawn.cases, drawn.exclusions, dict(drawn.short)) == (3, 0, {})
    loads = [member.assignments.count() for member in round_.members.all()]
    assert sorted(loads) == [2, 2, 2]
    assert list(round_.cases.values_list("number", flat=True)) == [1, 2, 3]


def test_who_is_tied_to_the_firm_or_its_vendor_is_excluded_with_the_reason(office):
    call = build.make_call()
    firm = make.make_firm()
    insider, seller, other = (build.member_actor() for _ in range(3))
    make.MembershipFactory(firm=firm, user_id=insider.user_id)
    build.make_reviewing(call, firm=firm)
    round_ = build.make_planned(
        office=office,
        call=call,
        cases=0,
        members=[other, insider, seller],
        per_case=2,
        vendors={seller.user_id: "㈱ 試験ソフト\n別の会社"},
    )
    with acting(office):
        drawn = services.round_prepare(actor=office, round_id=round_.pk, seed=1)
    case = Case.objects.get(round=round_)
    found = {row.member.user_id: row for row in Exclusion.objects.filter(case=case)}
    assert found[insider.user_id].code == "same_firm"
    assert found[seller.user_id].code == "vendor"
    assert "試験ソフト" in found[seller.user_id].reason
    assert [row.user_id for row in case.assignments.all()] == [other.user_id]
    assert drawn.short == {case.pk: 1}
    with acting(office), pytest.raises(Refused, match="発注予定先"):
        services.assignment_add(
            actor=office,
            case_id=case.pk,
            member_id=found[seller.user_id].member_id,
            reason="ほかに人がいない。",
        )


def test_who_declared_a_conflict_with_the_firm_once_is_not_asked_again(office):
    firm, member = make.make_firm(), build.member_actor()
    first, second = build.make_call(), build.make_call()
    for call in (first, second):
        build.make_reviewing(call, firm=firm)
    opened = build.make_open(office=office, call=first, cases=0, members=[member], per_case=1)
    row = build.rows(opened)[0]
    with acting(member):
        services.declare(
            actor=member,
            assignment_id=row.pk,
            relation="competitor",
            text="同じ品を作る会社の役員。",
        )
    later = build.make_planned(
        office=office, call=second, cases=0, members=[member, build.member_actor()], per_case=1
    )
    with acting(office):
        services.round_prepare(actor=office, round_id=later.pk, seed=1)
    assert Exclusion.objects.get(case__round=later).code == "declared"
    assert member.user_id not in later.assignments.values_list("user_id", flat=True)


def test_a_second_draw_keeps_what_was_put_by_hand(office):
    round_ = build.make_planned(office=office, cases=2, per_case=1)
    with acting(office):
        services.round_prepare(actor=office, round_id=round_.pk, seed=1)
        case = round_.cases.first()
        taken = case.assignments.get()
        spare = round_.members.exclude(pk=taken.member_id).first()
        services.assignment_exclude(actor=office, assignment_id=taken.pk, reason="長期の出張。")
        services.assignment_add(
            actor=office, case_id=case.pk, member_id=spare.pk, reason="分野が合う。"
        )
        services.round_prepare(actor=office, round_id=round_.pk, seed=2)
    live = case.assignments.exclude(status=states.EXCLUDED)
    assert [row.member_id for row in live] == [spare.pk]
    assert case.assignments.get(member=taken.member).status == states.EXCLUDED


@pytest.mark.parametrize("what", ["no scoring", "twice", "past", "number"])
def test_a_review_that_cannot_be_is_refused_in_words(office, what):
    call = make.make_call() if what == "no scoring" else build.make_call()
    terms = {"due_on": build.clock.today() + build.dt.timedelta(days=3), "per_case": 3}
    if what == "past":
        terms["due_on"] = build.clock.today() - build.dt.timedelta(days=1)
    if what == "number":
        terms["per_case"] = 8
    with acting(office):
        if what == "twice":
            services.round_create(actor=office, call_id=call.pk, **terms)
        with pytest.raises(Refused):
            services.round_create(actor=office, call_id=call.pk, **terms)


def test_a_review_opens_only_with_a_chair_and_somebody_for_each_case(office):
    round_ = build.make_planned(office=office, cases=1)
    with acting(office):
        with pytest.raises(GuardFailed, match="案件を取り込み"):
            services.round_open(actor=office, round_id=round_.pk)
        services.round_prepare(actor=office, round_id=round_.pk, seed=1)
        for row in build.rows(round_):
            services.assignment_exclude(actor=office, assignment_id=row.pk, reason="辞任。")
        with pytest.raises(GuardFailed, match="案件1"):
            services.round_open(actor=office, round_id=round_.pk)


def test_the_members_terms_stand_once_it_has_begun(office, opened):
    with acting(office):
        with pytest.raises(Refused):
            services.round_prepare(actor=office, round_id=opened.pk, seed=3)
        with pytest.raises(Refused):
            services.member_add(
                actor=office, round_id=opened.pk, user_id=build.member_actor().user_id
            )
        with pytest.raises(Refused, match="期限だけ"):
            services.round_change(
                actor=office, round_id=opened.pk, due_on=opened.due_on, is_blind=True
            )
        later = opened.due_on + build.dt.timedelta(days=2)
        services.round_change(actor=office, round_id=opened.pk, due_on=later)
    assert AuditRow.objects.filter(action="committee.round_changed").exists()


def test_approvers_and_members_do_not_run_a_review(opened):
    for actor in (make.official_actor(make.SUMIDA, Role.APPROVER), build.member_actor()):
        with acting(actor), pytest.raises(RoleMissing):
            services.round_change(actor=actor, round_id=opened.pk, due_on=opened.due_on)


def test_nothing_is_scored_before_the_declaration(opened):
    row = build.rows(opened)[0]
    actor = build.actor_of(row)
    with acting(actor), pytest.raises(StaleState):
        services.sheet_save(actor=actor, assignment_id=row.pk, entry=build.entry())
    build.declare(row)
    with acting(actor), pytest.raises(StaleState):  # once is enough
        services.declare(actor=actor, assignment_id=row.pk, relation="none")


def test_a_conflict_needs_a_word_ends_the_part_and_stays_written(opened):
    row = build.rows(opened)[0]
    actor = build.actor_of(row)
    build.declare(row)
    with acting(actor), pytest.raises(ReasonMissing):
        services.declare(actor=actor, assignment_id=row.pk, relation="relative")
    with acting(actor):
        services.declare(actor=actor, assignment_id=row.pk, relation="relative", text="従兄です。")
    assert fresh(row).status == states.RECUSED
    assert list(Declaration.objects.values_list("relation", flat=True)) == ["none", "relative"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.update(text="")
    told = OutboxEvent.objects.get(name="committee.recused")
    assert told.payload["assignment_id"] == row.pk


def test_a_draft_is_kept_incomplete_and_two_tabs_do_not_overwrite_each_other(opened):
    row = build.rows(opened)[0]
    actor = build.actor_of(row)
    build.declare(row)

    def save(entry, revision):
        with acting(actor):
            return services.sheet_save(
                actor=actor, assignment_id=row.pk, entry=entry, revision=revision
            ).revision

    half = build.entry(scores={"novelty": 3}, overall="", opinion="")
    assert save(half, 0) == 1
    assert fresh(row).status == states.DRAFT
    assert save(build.entry(5), 1) == 2
    with pytest.raises(services.StaleSheet):
        save(build.entry(2), 1)
    assert save(build.entry(5), 1) == 3  # the same content again is no conflict
    assert ScoreSheet.objects.get(assignment=row).scores["novelty"] == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"scores": {"novelty": 6}},
        {"scores": {"novelty": -1}},
        {"opinion": "perhaps"},
        {"overall": "長" * 2001},
        {"comments": {"novelty": "長" * 2001}},
    ],
)
def test_what_cannot_stand_on_a_sheet_is_refused(opened, wrong):
    row = build.rows(opened)[0]
    actor = build.actor_of(row)
    build.declare(row)
    with acting(actor), pytest.raises(Refused):
        services.sheet_save(actor=actor, assignment_id=row.pk, entry=build.entry(**wrong))
    assert not ScoreSheet.objects.exists()


def test_an_incomplete_sheet_says_what_is_missing(opened):
    row = build.rows(opened)[0]
    actor = build.actor_of(row)
    build.declare(row)
    half = build.entry(scores={"novelty": 3}, overall="", opinion="")
    with acting(actor):
        services.sheet_save(actor=actor, assignment_id=row.pk, entry=half)
        with pytest.raises(Incomplete) as refused:
            services.sheet_submit(actor=actor, assignment_id=row.pk)
    anchors = [problem.anchor for problem in refused.value.problems]
    assert anchors == [
        "score-feasible", "score-market", "score-team", "score-local", "opinion", "overall",
    ]  # fmt: skip


def test_a_submitted_sheet_is_frozen_and_only_the_chair_gives_it_back(opened):
    rows = build.rows(opened)
    row = next(row for row in rows if row.member.number != 1)
    build.score(row, 3)
    actor = build.actor_of(row)
    with acting(actor):
        with pytest.raises(StaleState):
            services.sheet_save(actor=actor, assignment_id=row.pk, entry=build.entry(5))
        with pytest.raises(StaleState):
            services.sheet_submit(actor=actor, assignment_id=row.pk)
        with pytest.raises(GuardFailed, match="委員長だけ"):
            services.sheet_reopen(actor=actor, assignment_id=row.pk, reason="直したい。")
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreSheet.objects.filter(assignment=row).update(overall="書き換え")
    with pytest.raises(DatabaseError), transaction.atomic():
        SheetVersion.objects.update(payload={})
    chair = build.actor_of(next(item for item in rows if item.member.number == 1))
    with acting(chair):
        with pytest.raises(ReasonMissing):
            services.sheet_reopen(actor=chair, assignment_id=row.pk, reason=" ")
        services.sheet_reopen(actor=chair, assignment_id=row.pk, reason="項目の取り違え。")
    build.score(fresh(row), 5)
    assert list(SheetVersion.objects.values_list("number", flat=True)) == [1, 2]


def test_scores_open_when_the_last_sheet_arrives_and_not_before(office, opened):
    rows = build.rows(opened)
    for value, row in enumerate(rows[:-1], start=2):
        build.score(row, value % 6)
        assert ReviewRound.objects.get(pk=opened.pk).revealed_at is None
        assert selectors.averages(opened.call) == {}
    with acting(office), pytest.raises(GuardFailed, match="1件"):
        services.round_close(actor=office, round_id=opened.pk)
    build.score(rows[-1], 4)
    assert ReviewRound.objects.get(pk=opened.pk).revealed_at is not None
    found = selectors.averages(opened.call)
    assert set(found) == {case.application_id for case in opened.cases.all()}
    first = found[rows[0].case.application_id]
    assert (first.count, first.total) == (2, 50)  # 2 and 3 of 5, five criteria worth 100
    with acting(office):
        services.round_close(actor=office, round_id=opened.pk)


def test_who_does_not_hand_in_can_be_excused_and_the_scores_open(office, opened):
    *others, last = build.rows(opened)
    for row in others:
        build.score(row)
    with acting(office):
        services.assignment_exclude(actor=office, assignment_id=last.pk, reason="期限を過ぎた。")
    assert ReviewRound.objects.get(pk=opened.pk).revealed_at is not None
    with acting(office), pytest.raises(Refused, match="そろっている"):
        services.assignment_reinstate(actor=office, assignment_id=last.pk, reason="やはり。")
    assert len(selectors.sheets_of(opened.call)) == len(others)


def test_nobody_opens_the_scores_by_hand(opened):
    with pytest.raises(IntegrityError, match="by themselves"), transaction.atomic():
        ReviewRound.objects.filter(pk=opened.pk).update(revealed_at=build.clock.now())


def test_a_change_after_the_scores_were_open_is_marked(opened):
    rows = build.rows(opened)
    for row in rows:
        build.score(row)
    chair = build.actor_of(next(item for item in rows if item.member.number == 1))
    with acting(chair):
        services.sheet_reopen(actor=chair, assignment_id=rows[1].pk, reason="計算の誤り。")
    build.score(fresh(rows[1]), 1)
    sheets = {sheet.case_id: [] for sheet in selectors.sheets_of(opened.call)}
    for sheet in selectors.sheets_of(opened.call):
        sheets[sheet.case_id].append(sheet.after_reveal)
    assert sum(sum(marks) for marks in sheets.values()) == 1
