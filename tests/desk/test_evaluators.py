"""Who sells what a plan buys neither evaluates it nor scores it."""

import pytest

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies.committee.models import Exclusion
from subsidies.committee.services import round_prepare
from subsidies.evaluation import services
from subsidies.evaluation.services import Barred
from subsidies.models import Application
from tests.factories import advisors as registry
from tests.factories import committee
from tests.factories import evaluation as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.support.people import assign

pytestmark = pytest.mark.django_db


def test_an_advisor_who_sells_what_is_planned_is_not_asked():
    plan = build.make_plan()
    assert plan.expense_input[0]["vendor"] == "試験ソフト株式会社"
    seller, _entry = registry.make_advisor(vendors=("㈱試験ソフト", "別の会社"))
    other, _other_entry = registry.make_advisor(vendors=("別の会社",))
    with pytest.raises(Barred, match="発注先や見積り"):
        build.share(plan, seller)
    assert build.share(plan, other).advisor_id == other.user_id


def test_a_vendor_that_comes_into_the_plan_later_ends_the_evaluation():
    plan = build.make_plan()
    advisor, _entry = registry.make_advisor(vendors=("後から株式会社",))
    row = build.share(plan, advisor)
    lines = [{**line, "vendor": "㈱後から"} for line in plan.expense_input]
    Application.objects.filter(pk=plan.pk).update(expense_input=lines)
    with acting(advisor):
        services.evaluation_save(actor=advisor, share_id=row.pk, entry=build.entry())
    with acting(advisor), pytest.raises(Barred):
        services.evaluation_submit(actor=advisor, share_id=row.pk)


def test_a_committee_member_whom_another_wards_register_knows_as_a_seller_is_excluded():
    office = make.official_actor()
    call = committee.make_call()
    seller, other = committee.member_actor(), committee.member_actor()
    assign(User.objects.get(pk=seller.user_id), Role.ADVISOR, ward_id=OTA)
    registry.enter(seller, ward=OTA, vendors=("㈱試験ソフト",))
    committee.make_reviewing(call)
    round_ = committee.make_planned(
        office=office, call=call, cases=0, members=[seller, other], per_case=1
    )
    with acting(office):
        round_prepare(actor=office, round_id=round_.pk, seed=1)
    (found,) = Exclusion.objects.filter(case__round=round_)
    assert (found.member.user_id, found.code) == (seller.user_id, "vendor")
