"""審査 in a browser: declare, read beside the sheet, score with the keyboard, submit; then the ward."""

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, press

pytestmark = pytest.mark.slow


@pytest.fixture
def scene(transactional_db):
    """An open review of two cases with two members, one of whom has submitted everything."""
    from portal.accounts.models import User
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import committee as build
    from tests.factories import subsidies as make

    with acting(Actor.system("test")):
        members = [build.member_actor(name=name) for name in ("鈴木 恵", "高橋 実")]
        office = make.official_actor()
        review = build.make_open(office=office, members=members, cases=2, per_case=2)
        mine = [row for row in build.rows(review) if row.user_id == members[0].user_id]
        for row in build.rows(review):
            if row.user_id != members[0].user_id:
                build.score(row, 3)
        return {
            "review": review.pk,
            "cases": [row.pk for row in mine],
            "member": User.objects.get(pk=members[0].user_id),
            "office": User.objects.get(pk=office.user_id),
        }


def test_a_member_scores_and_the_ward_reads_the_result(signed_in, scene):
    look = looker("committee")

    def score(page, value):
        for code in ("novelty", "feasible", "market", "team", "local"):
            # The scale is a row of radio buttons: chosen with the keyboard.
            first = page.locator(f"input[name=score-{code}]").first
            first.focus()
            for _step in range(value):
                page.keyboard.press("ArrowRight")
            expect(page.locator(f"input[name=score-{code}]").nth(value)).to_be_checked()

    member = signed_in(scene["member"], width=390)
    member.goto("/review/")
    look(member, "home")
    with member.expect_navigation():
        member.get_by_role("link", name="利益相反の申告へ", exact=True).click()
    look(member, "declare")
    member.get_by_label("どれにも当てはまらない", exact=True).check()
    press(member, "申告して進む")
    look(member, "case")
    score(member, 4)
    expect(member.locator("[data-total]")).to_have_text("80", use_inner_text=True)
    press(member, "採点内容を確認する")
    expect(member.get_by_text("講評を入力してください。")).not_to_have_count(0)
    look(member, "case-missing")
    member.get_by_label("講評", exact=False).last.fill("測り方が具体的である。")
    member.get_by_label("採択を推薦する", exact=True).check()
    press(member, "採点内容を確認する")
    look(member, "sheet")
    press(member, "採点を提出する")

    office = signed_in(scene["office"], width=1280)
    office.goto(f"/staff/reviews/{scene['review']}/")
    expect(office.get_by_text("採点の結果")).to_have_count(0)
    look(office, "round-waiting")

    member.goto(f"/review/cases/{scene['cases'][1]}/declare/")
    member.get_by_label("どれにも当てはまらない", exact=True).check()
    press(member, "申告して進む")
    score(member, 2)
    member.get_by_label("条件付きで推薦する", exact=True).check()
    member.get_by_label("講評", exact=False).last.fill("効果の根拠が弱い。")
    press(member, "採点内容を確認する")
    press(member, "採点を提出する")
    member.goto(f"/review/rounds/{scene['review']}/")
    look(member, "board")

    office.reload()
    look(office, "round-results")
    follow(office.get_by_role("link", name="案件1", exact=True).first)
    look(office, "office-case")
