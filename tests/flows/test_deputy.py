"""An approver goes away; the deputy decides on behalf, and the record says so."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from tests.factories import subsidies as make
from tests.flows.story import follow, looker, official, press
from tests.support.people import assign, make_person


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.django_db(transaction=True)
def test_a_deputy_decides_while_the_approver_is_away(signed_in):
    look = looker("deputy")
    with acting(make.SYSTEM):
        head, _head = official(Role.APPROVER, "head@example.jp", "鈴木 誠")
        second, _second = official(Role.REVIEWER, "second@example.jp", "佐藤 美咲")
        auditor = assign(make_person("audit@example.jp", name="山田 節子"), Role.AUDITOR)
        case = make.make_proposed()
        [preparer] = User.objects.filter(pk=case.decision.prepared_by_id)
    assert preparer != second

    # The approver says who stands in, with the mistake of a day that is over.
    approver = signed_in(head, width=1280)
    approver.goto("/inbox/")
    expect(approver.get_by_text("交付・不交付を決裁する").first).to_be_visible()
    look(approver, "inbox")
    follow(approver.get_by_role("link", name="不在と代理").first)
    follow(approver.get_by_role("link", name="不在を登録する"))
    approver.fill("[name=from_on]", "令和7年4月1日")
    approver.fill("[name=to_on]", (clock.today() + dt.timedelta(days=2)).isoformat())
    approver.select_option("[name=deputy]", label="佐藤 美咲")
    approver.check("[name=may_decide]", force=True)
    press(approver, "この内容で登録する", refused=True)
    expect(approver.get_by_text("過ぎた日の不在は登録できません").first).to_be_visible()
    look(approver, "refused")
    approver.fill("[name=from_on]", clock.today().isoformat())
    press(approver, "この内容で登録する")
    expect(approver.get_by_text("代理は佐藤 美咲さんです").first).to_be_visible()
    look(approver, "absences")

    # The deputy finds the decision in the own inbox and takes it.
    deputy = signed_in(second, width=390)
    deputy.goto("/inbox/?room=intake")
    expect(deputy.get_by_text("いま鈴木 誠さんの代理です").first).to_be_visible()
    look(deputy, "deputy")
    follow(deputy.get_by_role("link", name="交付・不交付を決裁する"))
    follow(deputy.get_by_role("link", name="決裁に進む"))
    press(deputy, "交付を決定する")
    expect(deputy.get_by_text("鈴木 誠さんの代決").first).to_be_visible()

    reader = signed_in(auditor, width=1280)
    reader.goto(f"/audit/?q={case.receipt_no}")
    expect(reader.get_by_text("鈴木 誠さんの代わり").first).to_be_visible()
    look(reader, "audit")
    approver.goto("/absences/")
    expect(approver.get_by_text("不在の間に代理が決裁したもの")).to_be_visible()
