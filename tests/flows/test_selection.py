"""採択 in a browser: the ranking, other terms beside it, proposal, approval, what the firm reads."""

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, press

pytestmark = pytest.mark.slow

SUMIDA = 13107


@pytest.fixture
def scene(transactional_db):
    """A scored call whose budget reaches for two, one graduate, and the ward's two officials."""
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from subsidies.models import Application, Call
    from tests.factories import selection as build
    from tests.support.people import assign, make_person

    with acting(Actor.system("test")):
        call = build.make_scored((5, 4, 3, 1)).call
        rows = list(Application.objects.filter(call=call).order_by("submitted_at"))
        build.graduate(rows[1].firm)
        Call.objects.filter(pk=call.pk).update(budget_yen=2 * (rows[0].requested_yen or 0) + 1)
        return {
            "call": call,
            "first": rows[0],
            "owner": rows[0].firm.memberships.filter(role=Role.FIRM_OWNER).first().user,
            "reviewer": assign(
                make_person("tanto@city.example.jp", name="山田 花子"),
                Role.REVIEWER,
                ward_id=SUMIDA,
            ),
            "approver": assign(
                make_person("kessai@city.example.jp", name="佐藤 一郎"),
                Role.APPROVER,
                ward_id=SUMIDA,
            ),
        }


def test_two_officials_select_and_the_firm_reads_it(signed_in, scene):
    look = looker("selection")

    address = f"/staff/selections/{scene['call'].pk}/"
    officer = signed_in(scene["reviewer"], width=1280)
    officer.goto("/staff/selections/")
    look(officer, "calls")
    officer.goto(address)
    expect(officer.get_by_text("ここで予算が尽きる")).to_have_count(1)
    expect(officer.get_by_text("加点 5: DX道場 第3期 修了 2026-09-12")).to_have_count(1)
    look(officer, "ranking")
    officer.get_by_label("予算がこの額なら").fill("1")
    press(officer, "比べる")
    assert "budget=1" in officer.url
    look(officer, "what-if")
    officer.goto(f"{address}minutes/")
    press(officer, "議事録を保存する", refused=True)
    look(officer, "minutes")
    officer.goto(f"{address}propose/")
    officer.get_by_label("起案の理由").fill("審査会の結論のとおり、順位に従って採択する。")
    look(officer, "propose")
    press(officer, "決裁に回す")
    expect(officer.get_by_text("採択を起案しました")).not_to_have_count(0)

    chief = signed_in(scene["approver"], width=1280)
    chief.goto(address)
    look(chief, "proposed")
    follow(chief.get_by_role("link", name="決裁に進む"))
    look(chief, "approve")
    press(chief, "採択を決定する")
    expect(chief.get_by_text("採択を決定しました")).not_to_have_count(0)
    look(chief, "approved")
    officer.goto(f"{address}quotes/")
    look(officer, "quotes")

    firm = signed_in(scene["owner"], width=390)
    firm.goto(f"/apply/{scene['first'].public_id}/result/")
    expect(firm.get_by_role("heading", name="採択されました")).to_have_count(1)
    look(firm, "own-result")
