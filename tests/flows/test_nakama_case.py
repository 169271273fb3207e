"""仲間まわし as one story: six steps, one firm declines, the next is asked by itself, and at the end
both sides rate each other.
"""

import pytest
from playwright.sync_api import expect

from lab.nakama.cases import links, services, states
from lab.nakama.cases.models import Case, Invitation, Order, Outcome, Wave
from portal.accounts.models import User
from portal.kernel.database import acting
from tests.factories import cases as build
from tests.flows.story import follow, looker, press
from tests.kernel.files import corpus

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SHAFT = ("cut.lathe", "heat.quench", "grind.cylinder", "surf.chrome", "insp.cmm", "asm.pack")


@pytest.fixture
def scene(transactional_db):
    """A firm with a case, and one firm for each of six steps."""
    return {
        "buyer": build.buyer("株式会社大野精機"),
        "makers": [build.shop(code, name=f"株式会社仲間{code[-4:]}") for code in SHAFT],
    }


def test_six_steps_from_the_request_to_the_rating(signed_in, new_page, scene, tmp_path):
    look = looker("nakama")
    buyer, makers = scene["buyer"], scene["makers"]
    owner = signed_in(User.objects.get(pk=buyer.user_id), width=1280)
    requested(look, owner)
    case = planned(look, owner)
    drawn(look, owner, case, tmp_path)
    asked(look, owner, case)
    spare = build.shop("cut.lathe", name="株式会社次の旋盤")
    makers[0] = declined(look, new_page(width=390), case, spare)
    maker = signed_in(User.objects.get(pk=spare.user_id), width=390)
    quoted(look, maker, case, makers[1:])
    ordered(look, owner, case, buyer, makers)
    made(look, maker, case, buyer, makers)
    ended(look, owner, maker, case, buyer)


def requested(look, owner):
    owner.goto("/nakama/cases/")
    follow(owner.get_by_role("link", name="案件を書く"))
    owner.get_by_label("件名").fill("段付きシャフト")
    owner.get_by_label("仕事の概要").fill("大野精機の機械に使う軸です。")
    owner.get_by_label("一番長いところの寸法").fill("180")
    owner.get_by_label("材質").select_option(index=1)
    owner.get_by_label("数量").fill("２０")
    owner.get_by_label("納期").fill("2027年2月26日")
    owner.get_by_label("納品先の住所").fill("東京都墨田区八広9-9-9")
    press(owner, "案件を出す", refused=True)
    expect(owner.get_by_text("「株式会社大野精機」と分かる言葉が入っています")).not_to_have_count(0)
    look(owner, "named")
    owner.get_by_label("仕事の概要").fill("機械に使う軸です。")
    press(owner, "案件を出す")
    expect(owner.locator("h1")).to_have_text("工程に分ける", use_inner_text=True)


def drawn(look, owner, case, folder):
    """200 MB are refused before they are sent, and what was typed stays."""
    large, small = folder / "large.pdf", folder / "zu.pdf"
    with large.open("wb") as sparse:
        sparse.truncate(200 * 1024**2)
    small.write_bytes(corpus.pdf())
    owner.goto(f"/nakama/cases/{case.public_id}/drawings/")
    owner.get_by_label("図面の名前").fill("軸の図")
    owner.get_by_label("図面のファイル").set_input_files(large)
    owner.get_by_role("button", name="図面を送る").click()
    expect(owner.get_by_text("50MBを超えているので送れません")).to_be_visible()
    expect(owner.get_by_label("図面の名前")).to_have_value("軸の図")
    look(owner, "too-large")
    owner.get_by_label("図面のファイル").set_input_files(small)
    press(owner, "図面を送る")
    expect(owner.get_by_text("図面を受け取りました")).not_to_have_count(0)


def planned(look, owner):
    press(owner, "ひな形の工程を入れる")
    sixth = owner.get_by_role("group", name="6番の工程")
    sixth.get_by_label("工程の種類").select_option("asm.pack")
    sixth.get_by_label("時間の目安").fill("2")
    sixth.get_by_label("前の工程の番号").fill("1、6")
    press(owner, "工程を保存する", refused=True)
    expect(owner.get_by_text("自分の番号が入っています")).not_to_have_count(0)
    sixth.get_by_label("前の工程の番号").fill("5")
    press(owner, "工程を保存する")
    look(owner, "steps")
    follow(owner.get_by_role("link", name="チームの案へ"))
    press(owner, "チームの案を作る")
    look(owner, "team")
    press(owner, "この案で声をかける")
    with acting(build.SYSTEM):
        return Case.objects.get()


def asked(look, owner, case):
    owner.goto(f"/nakama/cases/{case.public_id}/waves/")
    press(owner, "仲間に声をかける")
    look(owner, "waves")
    with acting(build.SYSTEM):
        assert Wave.objects.count() == 6


def declined(look, page, case, spare):
    """The first firm says no by the link of its mail: the next is asked at once."""
    with acting(build.SYSTEM):
        row = Invitation.objects.get(case=case, step__position=1)
        path = links.address_of(links.token_of(row), states.CANNOT).partition("/nakama")[2]
    page.goto(f"/nakama{path}")
    look(page, "link")
    with acting(build.SYSTEM):
        assert Invitation.objects.get(pk=row.pk).status == states.WAITING, "reading is no answer"
    press(page, "返事を送る")
    expect(page.get_by_text("返事を受け取りました")).not_to_have_count(0)
    with acting(build.SYSTEM):
        second = Invitation.objects.get(case=case, step__position=1, status=states.WAITING)
        assert second.firm_id == spare.firm_id
    return spare


def quoted(look, maker, case, others):
    """On a telephone: できる, and the price. The others by the service."""
    maker.goto("/nakama/cases/")
    follow(maker.get_by_role("link", name="返事をする"))
    maker.get_by_label("できる", exact=True).check()
    press(maker, "返事を送る")
    maker.get_by_label("金額（税抜・全数）").fill("12万円")
    press(maker, "見積を送る", refused=True)
    expect(maker.get_by_text("円単位の数字で入力してください")).not_to_have_count(0)
    maker.get_by_label("金額（税抜・全数）").fill("120,000")
    press(maker, "見積を送る")
    look(maker, "quoted")
    for actor in others:
        build.answer(actor, case)


def ordered(look, owner, case, buyer, makers):
    address = f"/nakama/cases/{case.public_id}/"
    owner.goto(f"{address}waves/")
    row = owner.get_by_role("row").filter(has_text="株式会社次の旋盤")
    press(owner, "この企業に決める", row)
    with acting(build.SYSTEM):
        rows = list(Invitation.objects.filter(case=case, status=states.CAN))
    for row in rows:
        with acting(buyer):
            services.firm_choose(actor=buyer, invitation_id=row.pk)
    owner.goto(f"{address}waves/")
    press(owner, "発注元に案を出す")
    follow(owner.get_by_role("link", name="出した案を見る"))
    look(owner, "award")
    owner.get_by_label("担当・金額・納期を確かめました").check()
    press(owner, "この仲間に発注する")
    look(owner, "orders")
    with acting(build.SYSTEM):
        assert Order.objects.filter(case=case).count() == len(makers)
        assert Outcome.objects.filter(case=case).count() == 2


def made(look, maker, case, buyer, makers):
    maker.goto(f"/nakama/cases/{case.public_id}/board/")
    maker.get_by_text("作業を始める").first.click()
    press(maker, "作業を始める")
    maker.get_by_text("検査して渡す").first.click()
    maker.get_by_label("検査した内容").fill("外径を全数")
    maker.locator("[name=inspect1-good]").fill("20")
    maker.locator("[name=inspect1-bad]").fill("0")
    photo = {"name": "jiku.jpg", "mimeType": "image/jpeg", "buffer": corpus.image("JPEG")}
    maker.get_by_label("写真").set_input_files([photo])
    press(maker, "検査して渡す")
    look(maker, "board")
    expect(maker.get_by_role("img", name="旋盤加工の写真")).not_to_have_count(0)
    seen = services.Seen(good=20, bad=0, measured="外径")
    for position, actor in enumerate(makers, start=1):
        for kind in ("start", "inspect") if position > 1 else ():
            with acting(actor):
                services.step_record(
                    actor=actor, case_id=case.pk, position=position, kind=kind, seen=seen
                )
        with acting(buyer):
            services.step_record(actor=buyer, case_id=case.pk, position=position, kind="accept")


def ended(look, owner, maker, case, buyer):
    address = f"/nakama/cases/{case.public_id}/"
    owner.goto(f"{address}board/")
    press(owner, "納品した")
    press(owner, "検収する")
    look(owner, "rate")
    for page in (owner, maker):
        page.goto(f"{address}ratings/")
        if page is owner:
            page.get_by_label("評価する企業").select_option(label="株式会社次の旋盤")
        for field in page.locator("input[type=radio][value='4']").all():
            field.check(force=True)
        press(page, "評価を送る")
    expect(maker.get_by_text("品質4・納期4・やりとり4"), "given and got").to_have_count(2)
    look(maker, "rated")
    assert buyer.firm_id
