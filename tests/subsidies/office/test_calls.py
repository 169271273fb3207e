"""Calls and their budgets: who sets them up, what may change once somebody has applied."""

import datetime as dt

import pytest

from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing
from subsidies.models import Call
from subsidies.office import selectors, services
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.subsidies.office.acts import act, call_plan, create_call

pytestmark = pytest.mark.django_db


class TestCalls:
    @pytest.fixture
    def admin(self):
        return make.official_actor(make.SUMIDA, Role.WARD_ADMIN)

    def test_the_administrator_makes_a_call_that_everybody_sees(self, admin, call_):
        made = create_call(admin, call_, reserved_yen=300_000)
        assert made.left_yen == 1_000_000
        assert AuditRow.objects.filter(action="office.call_created").exists()

    def test_what_cannot_be(self, admin, editor, call_):
        with pytest.raises(RoleMissing):
            create_call(editor, call_)
        with pytest.raises(Refused, match="すでにあります"):
            create_call(admin, call_, round=1)
        with pytest.raises(Refused, match="受付開始より後"):
            create_call(admin, call_, closes_at=call_.closes_at)
        with pytest.raises(Refused, match="枠"):
            create_call(admin, call_, reserved_yen=2_000_000)
        with pytest.raises(Refused, match="先着順の公募のため"):
            create_call(admin, call_, mode=Call.Mode.ROUND, reserved_yen=1)
        with pytest.raises(Refused, match="の間"):
            create_call(admin, call_, project_ends_on=dt.date(2031, 4, 1))

    def test_an_open_call_keeps_its_mode(self, admin, call_):
        plan = call_plan(
            call_, round=1, opens_at=call_.opens_at, closes_at=call_.closes_at, mode="round"
        )
        with pytest.raises(Refused, match="受付が始まった"):
            act(admin, services.call_edit, call_id=call_.pk, plan=plan, reason="訂正")

    def test_a_budget_changes_with_its_reason_and_never_below_what_is_granted(self, admin):
        grant = make.make_grant()
        given = {"call_id": grant.call_id, "reserved_yen": 0}
        with pytest.raises(ReasonMissing):
            act(admin, services.call_change_budget, budget_yen=1, reason="", **given)
        with pytest.raises(Refused, match="すでに499,000円"):
            act(admin, services.call_change_budget, budget_yen=498_999, reason="減額", **given)
        call = act(admin, services.call_change_budget, budget_yen=499_000, reason="減額", **given)
        assert call.left_yen == 0
        row = AuditRow.objects.get(action="subsidies.budget_changed")
        assert row.changes["budget_yen"] == [5_000_000, 499_000]

    def test_the_columns_and_what_is_applied_for(self, admin):
        grant = make.make_grant()
        waiting = make.make_submitted(call=grant.call)
        with acting(admin):
            (row,) = selectors.budget_rows(admin, grant.call.fiscal_year)
        assert (row.decided_yen, row.applied_yen) == (grant.decided_yen, waiting.requested_yen)
        assert row.free_yen + row.applied_yen + row.committed_yen == row.budget_yen
        assert selectors.mismatches() == []

    def test_the_check_finds_what_does_not_add_up(self):
        grant = make.make_grant()
        Call.objects.filter(pk=grant.call_id).update(decided_yen=grant.decided_yen - 1, final_yen=1)
        assert {item.what for item in selectors.mismatches()} == {"decided", "final"}
