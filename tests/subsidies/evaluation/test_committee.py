"""The evaluator never scores the same case, and a member never evaluates a case they were given."""

import pytest

from portal.accounts.models import Assignment as RoleAssignment
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies.committee import services as committee
from subsidies.committee.models import Assignment, Case, Dossier, Exclusion
from subsidies.evaluation import services
from subsidies.evaluation.models import PlanShare
from subsidies.services.errors import Refused
from tests.factories import committee as review
from tests.factories import evaluation as build
from tests.factories import subsidies as make
from tests.factories.programs import SINCE, SUMIDA

pytestmark = pytest.mark.django_db

# The texts of an evaluation, and the firm's name in one of them.
TOLD = "現場の数字で確かめた。"


def both():
    """A person who is advisor and committee member: (as advisor, as member)."""
    advisor = build.advisor_actor()
    user = User.objects.get(pk=advisor.user_id)
    RoleAssignment.objects.create(user=user, role=Role.COMMITTEE, ward_id=SUMIDA, valid_from=SINCE)
    return advisor, review.as_member(user)


@pytest.fixture
def office():
    return make.official_actor()


def scored_call():
    return build.make_call(rules={"scoring": review.SCORING})


def make_reviewing(call, advisor=None):
    """An application in review whose plan the advisor (or another one) evaluated."""
    plan = build.make_plan(call=call)
    row = build.share(plan, advisor or build.advisor_actor())
    build.evaluate(row, advisor or build.as_advisor(row.advisor))
    make.submit(build.owner_of(plan), plan)
    make.check_all(make.official_actor(), plan)
    return row


def test_the_draw_leaves_the_evaluator_out_and_says_why(office):
    advisor, member = both()
    call = scored_call()
    row = make_reviewing(call, advisor)
    make_reviewing(call)
    others = [review.member_actor() for _ in range(2)]
    round_ = review.make_open(
        office=office, call=call, cases=0, members=[*others, member], per_case=2
    )
    excluded = Exclusion.objects.get(case__round=round_)
    assert (excluded.code, excluded.member.user_id) == ("evaluator", advisor.user_id)
    assert excluded.case.application_id == row.application_id
    assert "妥当性評価" in excluded.reason
    given = Assignment.objects.filter(user_id=advisor.user_id)
    assert not given.filter(case__application_id=row.application_id).exists()
    with acting(office), pytest.raises(Refused, match="審査できません"):
        committee.assignment_add(
            actor=office, case_id=excluded.case_id, member_id=excluded.member_id, reason="代わり"
        )


def test_who_is_asked_after_the_draw_cannot_be_put_on_the_case_by_hand(office):
    advisor, member = both()
    call = scored_call()
    row = make_reviewing(call)
    round_ = review.make_planned(
        office=office, call=call, cases=0, members=[review.member_actor(), member], per_case=1
    )
    with acting(office):
        committee.round_prepare(actor=office, round_id=round_.pk, seed=1)
    case = Case.objects.get(round=round_)
    Assignment.objects.filter(case=case)._raw_delete("default")
    build.share(row.application, advisor)
    with acting(office), pytest.raises(Refused, match="頼まれている人"):
        committee.assignment_add(
            actor=office,
            case_id=case.pk,
            member_id=round_.members.get(user_id=member.user_id).pk,
            reason="代わり",
        )


def test_a_member_of_the_case_cannot_be_chosen_as_its_evaluator(office):
    advisor, member = both()
    call = scored_call()
    row = make_reviewing(call)
    review.make_open(office=office, call=call, cases=0, members=[member], per_case=1)
    with pytest.raises(services.Barred, match="引き受けられません"):
        build.share(row.application, advisor)
    assert not PlanShare.objects.filter(advisor_id=advisor.user_id).exists()


@pytest.mark.parametrize("is_blind", [False, True])
def test_the_committee_reads_the_evaluation_within_the_blind_rules(office, is_blind):
    call = scored_call()
    row = make_reviewing(call)
    round_ = review.make_open(
        office=office, call=call, cases=0, members=[review.member_actor()], per_case=1,
        is_blind=is_blind,
    )  # fmt: skip
    content = Dossier.objects.get(case__round=round_).content
    (part,) = [section for section in content["sections"] if section["code"] == "evaluation"]
    rows = dict(part["rows"])
    assert rows["総合評価"] == "B おおむね妥当"
    assert TOLD in rows["課題と解決策"]
    assert ("評価した人" in rows) is not is_blind
    assert (row.advisor.name in str(content)) is not is_blind
