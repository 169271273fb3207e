"""A figure from the survey to the public and back: imported, seen to move, released, revised, the difference read."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.factories.series import line, statistics_book
from tests.flows.story import follow, looker, press

SUMIDA, OTA = 13107, 13111


@pytest.fixture
def scene(transactional_db):
    """Grants of a year that is over in two wards, two people of the policy staff, an official."""
    from portal.accounts.roles import Role
    from portal.kernel.database import acting
    from tests.factories.programs import FirmFactory
    from tests.support.people import assign, make_person
    from tests.support.racing import SYSTEM
    from tests.support.releases import fact

    with acting(SYSTEM):
        firm = FirmFactory(name="かえで精機")
        facts = [fact(firm, key, ward=SUMIDA if key < 12 else OTA) for key in range(14)]
        people = {
            "maker": assign(make_person("maker@example.jp", name="吉田 明"), Role.POLICY),
            "other": assign(make_person("other@example.jp", name="中野 真理"), Role.POLICY),
            "official": assign(
                make_person("ward@example.jp", name="山口 花"), Role.REVIEWER, ward_id=SUMIDA
            ),
        }
    return people | {"fact": facts[0]}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_released_revised_and_the_difference_read(signed_in, new_page, scene):
    from kpi.services import fact_reverse
    from portal.kernel import clock
    from portal.kernel.database import acting
    from tests.support.racing import SYSTEM

    look = looker("release")
    maker = signed_in(scene["maker"], width=1280)
    # The year before the programme, then the first year's survey: 57 to 60 thousand million yen a year.
    card = maker.locator("section[aria-labelledby='k-1-KGI'] .ui-kpi__value")
    import_survey(maker, 2023, 57_000)
    maker.goto("/dashboards/2025/")
    expect(card).not_to_contain_text("5.3")
    import_survey(maker, 2024, 60_000)
    look(maker, "imported")
    maker.goto("/dashboards/2025/")
    expect(card).to_contain_text("5.3")
    maker.goto("/releases/")
    look(maker, "nothing-yet")
    follow(maker.get_by_role("link", name="公表を作る"))
    maker.check("[value='final:2026-03-31']", force=True)
    maker.fill("[name=note]", "令和7年度の確報です。")
    look(maker, "make")
    press(maker, "数えて保存する")
    expect(maker.get_by_text("ほかの政策担当に承認を頼んでください").first).to_be_visible()
    address = maker.url

    # Another person puts an embargo on it; nobody outside finds it.
    other = signed_in(scene["other"], width=1280)
    other.goto(address)
    look(other, "check")
    other.fill("[name=day]", (clock.today() + dt.timedelta(days=3)).isoformat())
    other.fill("[name=hour]", "26:00")
    press(other, "承認する", refused=True)
    expect(other.get_by_text("14:00 のように").first).to_be_visible()
    other.fill("[name=hour]", "14:00")
    press(other, "承認する")
    expect(other.get_by_text("公表待ち").first).to_be_visible()
    visitor = new_page(width=390)
    visitor.goto("/figures/")
    expect(visitor.get_by_text("公表した指標はまだありません")).to_be_visible()
    assert visitor.goto("/figures/fy2025/csv/").status == 404

    # Given up and made once more, public at once.
    other.get_by_text("取りやめる").first.click()
    other.fill("[name=reason]", "すぐに公表することになった")
    press(other, "取りやめる")
    maker.goto("/releases/new/")
    maker.check("[value='final:2026-03-31']", force=True)
    press(maker, "数えて保存する")
    other.goto(maker.url)
    press(other, "承認する")
    expect(other.get_by_text("公表中").first).to_be_visible()
    visitor.goto("/figures/?indicator=2-OP1")
    expect(visitor.get_by_role("cell", name="14件").first).to_be_visible()
    expect(visitor.get_by_text("非公表").first).to_be_visible()
    look(visitor, "public-phone")

    # A grant is taken back, and a correction of the survey comes: the changes are found, the fact is read by
    # the ward, a 改訂 says why.
    import_survey(maker, 2024, 61_000)
    maker.goto("/dashboards/2025/")
    expect(card).to_contain_text("7.0")
    with acting(SYSTEM):
        fact_reverse(fact_id=scene["fact"].pk, source_rev="revoked")
    follow(other.get_by_role("link", name="公表のあとに変わった値を見る").last)
    look(other, "since")
    official = signed_in(scene["official"], hat=f"ward:{SUMIDA}", width=1280)
    official.goto(other.url)
    follow(official.get_by_role("link", name="加わった0件、取り消された1件"))
    expect(official.get_by_text("かえで精機")).to_be_visible()
    look(official, "facts")
    follow(other.get_by_role("link", name="この変更で改訂を作る"))
    expect(other.locator("[name=reason]")).to_have_value("cancelled")
    other.fill("[name=note]", "交付決定が1件取り消されました。")
    press(other, "数えて保存する")
    maker.goto(other.url)
    press(maker, "承認する")
    reader = new_page(width=1280)
    reader.goto("/figures/?indicator=2-OP1")
    expect(reader.get_by_text("令和7年度の値を14件から13件に改めました（取消）")).to_be_visible()
    reader.goto("/figures/?indicator=1-KGI")
    expect(reader.get_by_text("の値を5.3%から7.0%に改めました（取消）")).to_be_visible()
    look(reader, "revised")
    follow(reader.get_by_role("link", name="値が変えられていないことを確かめる"))
    expect(reader.get_by_text("値は変わっていません")).to_be_visible()
    look(reader, "verified")


def import_survey(page, year, value_added):
    """Hand the published table of 墨田区 in: read, looked at, taken over. In million yen."""
    page.goto("/staff/series/intakes/new/statistics/")
    book = statistics_book([line(value_added=value_added)], year=year)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files(
        "[type=file]", {"name": f"survey-{year}.xlsx", "mimeType": kind, "buffer": book}
    )
    press(page, "読み込んで確かめる")
    press(page, "この内容で取り込む")
    expect(page.get_by_text("取り込みました").first).to_be_visible()
