"""Policy staff read the verdict, have another question evaluated and hand data to a researcher: in a browser."""

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, press, wait_for


@pytest.fixture
def reader(transactional_db):
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.support.people import assign, make_person
    from tests.support.world_effect import make_evaluation

    with acting(Actor.system("test")):
        make_evaluation()
        return assign(make_person("policy@example.jp", name="政策 花子"), Role.POLICY)


def worked():
    """What a worker does meanwhile, from a connection of its own."""
    from kpi.effect.models import Evaluation
    from kpi.effect.services import evaluation_work
    from portal.kernel import clock
    from tests.support.racing import SYSTEM, elsewhere

    def work(actor):
        row = Evaluation.objects.order_by("-id")[0]
        evaluation_work(evaluation_id=row.pk, today=clock.today())

    elsewhere(work, actor=SYSTEM)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_verdict_is_read_another_ordered_and_a_bundle_taken(signed_in, reader):
    look = looker("effect")
    page = signed_in(reader, width=1280)
    page.goto("/dashboards/effect/")
    expect(page.get_by_role("heading", name="達成：補助金は")).to_be_visible()
    page.get_by_text("数値を表で見る").first.click()
    expect(page.get_by_role("row", name="本推計").first).to_be_visible()
    look(page, "verdict")

    follow(page.get_by_role("link", name="研究用データを作る"))
    press(page, "ZIPを作って保存する", refused=True)
    expect(page.get_by_text("10字以上で入力してください").first).to_be_visible()
    page.get_by_label("渡す相手と目的").fill("○○大学△△研究室。効果の再現のため。")
    with page.expect_download() as taken:
        page.get_by_role("button", name="ZIPを作って保存する").click()
    assert taken.value.suggested_filename.endswith(".zip")
    page.reload()
    look(page, "bundle")

    narrow = signed_in(reader, width=390)
    narrow.goto("/dashboards/effect/?question=dojo")
    narrow.locator("[name=question]").select_option("dojo")
    press(narrow, "検証を始める")
    expect(narrow.get_by_role("button", name="検証を中止する")).to_be_visible()
    look(narrow, "working")
    worked()
    wait_for(narrow, narrow.get_by_role("heading", name="判定不能："))
    look(narrow, "no-data")
    narrow.goto("/dashboards/effect/")
    look(narrow, "verdict")
