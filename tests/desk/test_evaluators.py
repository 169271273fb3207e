"""Who sells what a plan buys neither is asked for its evaluation nor hands one over."""

import pytest

from portal.kernel.database import acting
from subsidies.evaluation import services
from subsidies.evaluation.services import Barred
from subsidies.models import Application
from tests.factories import advisors as registry
from tests.factories import evaluation as build

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
