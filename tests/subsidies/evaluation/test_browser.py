"""An advisor reads, comments and evaluates on a telephone; the firm reads it, on both widths."""

import pytest
from playwright.sync_api import expect

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.evaluation import services
from subsidies.evaluation.models import PlanEvaluation
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import evaluation as build
from tests.factories import subsidies as make
from tests.flows.story import follow, press
from tests.screens import save_screen

pytestmark = pytest.mark.slow


def looks_well(page, name):
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, f"evaluation-{name}")


def test_the_evaluation_on_a_telephone(transactional_db, signed_in):
    with acting(Actor.system("test")):
        advisor = build.advisor_actor(name="渡辺 由紀")
        plan = build.make_plan(make.firm_actor(make.make_firm(name="株式会社大野精機")))
        row = build.share(plan, advisor)
        owner = build.owner_of(plan)
    page = signed_in(advisor.user_id, width=390)
    page.goto("/advice/")
    looks_well(page, "home")
    follow(page.get_by_role("link", name="計画を読む"))
    looks_well(page, "plan")
    box = page.locator("[id='answers.effect']")
    box.locator("summary").click()
    box.get_by_label("助言").fill("いまの数字を1か月分そろえてください。")
    press(page, "助言を送る", within=box)
    expect(page.locator("body")).to_contain_text("いまの数字を1か月分そろえてください。")
    follow(page.get_by_role("link", name="評価を書く"))
    looks_well(page, "form")
    press(page, "評価の内容を確認する")
    expect(page.get_by_text("「総評」を入力してください。")).not_to_have_count(0)
    looks_well(page, "form-problems")
    with acting(advisor):
        services.evaluation_save(actor=advisor, share_id=row.pk, entry=build.entry())
    page.goto(f"/advice/{row.public_id}/evaluation/check/")
    looks_well(page, "check")
    press(page, "評価を渡す")
    expect(page.locator("body")).to_contain_text("評価を渡しました")
    with acting(advisor):
        assert PlanEvaluation.objects.get().status == "submitted"
    for width in (390, 1280):
        firm = signed_in(owner.user_id, width=width)
        firm.goto(f"/apply/{plan.public_id}/evaluation/")
        expect(firm.locator("body")).to_contain_text("無理のない計画である。")
        looks_well(firm, "firm")
        firm.goto(f"/apply/{plan.public_id}/")
        looks_well(firm, "task-list")
    with acting(owner):
        make.submit(owner, plan)
    official = signed_in(_official(), width=1280)
    official.goto(f"/staff/applications/{_receipt(plan)}/")
    looks_well(official, "case")


def _official():
    with acting(Actor.system("test")):
        return make.official_actor().user_id


def _receipt(plan):
    with acting(Actor.system("test")):
        plan.refresh_from_db()
        return plan.receipt_no
