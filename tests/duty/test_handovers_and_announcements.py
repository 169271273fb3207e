"""引継ぎ with its paper, and what wards tell each other."""

import datetime as dt

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.duty.models import Announcement, HandOver
from portal.duty.selectors.announcements import board, unread
from portal.duty.services.announcements import (
    announcement_post,
    announcement_read,
    announcement_withdraw,
)
from portal.duty.services.errors import Refused
from portal.duty.services.handovers import hand_over
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from portal.notices.models import Notice
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


def test_all_of_one_person_goes_to_another_with_a_paper(client: Client):
    giver, taker = make.official_actor(), make.official_actor()
    administrator = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
    row = make.make_row(
        call=make.make_call(),
        firm=make.make_firm(),
        creator_id=giver.user_id,
        status="checking",
        assignee_id=giver.user_id,
        due_on=clock.today(),
    )
    sign_in(client, User.objects.get(pk=administrator.user_id))
    address = f"/handovers/?person={giver.user_id}"
    assert row.receipt_no in client.get(address).content.decode()
    missing = client.post(address, {"taker": taker.user_id, "reason": "", "notes": "電話で"})
    assert missing.status_code == 422
    assert "電話で" in missing.content.decode()
    given = {"taker": taker.user_id, "reason": "人事異動", "notes": "電話で連絡する"}
    sheet = client.post(address, given, follow=True).content.decode()
    for words in ("引継書", row.receipt_no, "書類確認中", "電話で連絡する", giver.name, taker.name):
        assert words in sheet
    assert Application.objects.get(pk=row.pk).assignee_id == taker.user_id
    assert AuditRow.objects.filter(action="duty.handed_over", reason="人事異動").count() == 1
    told = Notice.objects.filter(event_key=f"duty.handover:{HandOver.objects.get().pk}")
    assert {notice.recipient_id for notice in told} == {giver.user_id, taker.user_id}
    assert "1件" in told[0].body
    with acting(administrator):
        for who, to, message in (
            (giver, taker, "未了のものはありません"),
            (taker, taker, "同じです"),
        ):
            with pytest.raises(Refused, match=message):
                hand_over(
                    actor=administrator,
                    giver_id=who.user_id,
                    taker_id=to.user_id,
                    reason="戻す",
                    notes="",
                    today=clock.today(),
                )
    assert HandOver.objects.count() == 1


def post(actor: Actor, title: str, **more) -> Announcement:
    given = {"wards": [], "from_on": clock.today(), "until_on": clock.today(), **more}
    with acting(actor):
        return announcement_post(actor=actor, title=title, text="本文", **given)


def titles(actor: Actor) -> list[str]:
    with acting(actor):
        return [row.title for row in board(actor, clock.today())]


def test_wards_tell_each_other_and_never_a_firm():
    sumida, ota = make.official_actor(), make.official_actor(13111)
    minato = make.official_actor(13103)
    policy = Actor(minato.user_id, "政策", Hat.POLICY, frozenset({Role.POLICY}))
    post(sumida, "大田だけ", wards=[13111])
    everybody = post(policy, "すべての区")
    tomorrow = clock.today() + dt.timedelta(days=1)
    post(sumida, "これから", from_on=tomorrow, until_on=tomorrow)
    assert set(titles(sumida)) == {"大田だけ", "すべての区", "これから"}
    assert set(titles(ota)) == {"大田だけ", "すべての区"}
    assert titles(minato) == ["すべての区"]
    owner = Actor(sumida.user_id, "社長", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=1)
    assert titles(owner) == []
    with acting(ota):
        assert {row.title for row in unread(ota, clock.today())} == {"大田だけ", "すべての区"}
        announcement_read(actor=ota, announcement_id=everybody.pk)
        announcement_read(actor=ota, announcement_id=everybody.pk)
        assert [row.title for row in unread(ota, clock.today())] == ["大田だけ"]
        with pytest.raises(RoleMissing):
            announcement_withdraw(actor=ota, announcement_id=everybody.pk)
    with acting(policy):
        announcement_withdraw(actor=policy, announcement_id=everybody.pk)
    assert titles(minato) == []
    yesterday = clock.today() - dt.timedelta(days=1)
    for dates, message in (
        ({"from_on": clock.today(), "until_on": yesterday}, "初日以降"),
        ({"from_on": yesterday, "until_on": yesterday}, "過ぎています"),
        ({"until_on": clock.today() + dt.timedelta(days=366)}, "1年まで"),
        ({"from_on": dt.date(3026, 1, 1), "until_on": dt.date(3026, 1, 2)}, "年を確かめて"),
    ):
        with pytest.raises(Refused, match=message):
            post(sumida, "だめ", **dates)
    with pytest.raises(RoleMissing):
        post(owner, "だめ")


def test_what_is_wrong_comes_down_when_its_author_has_gone():
    author, colleague = make.official_actor(), make.official_actor()
    administrator = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
    elsewhere = make.official_actor(13111, Role.WARD_ADMIN)
    row = post(author, "まちがい")
    for actor in (colleague, elsewhere):
        with acting(actor), pytest.raises(RoleMissing):
            announcement_withdraw(actor=actor, announcement_id=row.pk)
    with acting(administrator):
        announcement_withdraw(actor=administrator, announcement_id=row.pk)
    assert titles(author) == []
    first, second = (
        Actor(actor.user_id, "政策", Hat.POLICY, frozenset({Role.POLICY}))
        for actor in (author, colleague)
    )
    row = post(first, "政策のまちがい")
    with acting(administrator), pytest.raises(RoleMissing):
        announcement_withdraw(actor=administrator, announcement_id=row.pk)
    with acting(second):
        announcement_withdraw(actor=second, announcement_id=row.pk)
    assert titles(first) == []


def test_a_button_pressed_twice_posts_once_and_marks_stay_text(client: Client):
    official = make.official_actor()
    sign_in(client, User.objects.get(pk=official.user_id))
    today = clock.today().isoformat()
    given = {
        "title": "<b>太字</b>",
        "text": "<script>alert(1)</script>\njavascript:alert(1)",
        "from_on": today,
        "until_on": today,
    }
    assert client.post("/announcements/new/", given).status_code == 302
    again = client.post("/announcements/new/", given)
    assert again.status_code == 422
    assert "もう載せています" in again.content.decode()
    page = client.get("/announcements/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>太字" not in page
