"""共同開発 (3-KGI), meetings with their minutes, documents."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kpi.models import Fact
from lab.consortium import collab_states as states
from lab.consortium import services
from lab.consortium.models import Collab, Document, Minutes
from lab.consortium.rules.counting import Party, independent
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.services import UploadRefused
from portal.kernel.models import OutboxEvent
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import consortium as build
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
SUMIDA, OTA = 13107, 13111
do = build.do


@pytest.fixture
def staff():
    return build.staff_actor()


@pytest.fixture
def school(staff):
    return build.partner_actor(staff, build.add_member(staff, name="城東工科大学"))


def told(name):
    rows = OutboxEvent.objects.filter(name=f"consortium.joint_development_{name}")
    return list(rows.values_list("payload", flat=True))


@pytest.mark.parametrize(
    ("parties", "firms"),
    [
        ([Party("a"), Party("b")], 2),
        ([Party("a", "東京HD"), Party("b", "東京ＨＤ"), Party("c", " 東京HD ")], 1),
        ([Party("a", "X"), Party("b", "x"), Party("c")], 2),
        ([Party("a"), Party("a")], 1),
        ([], 0),
    ],
)
def test_firms_of_one_capital_group_are_one(parties, firms):
    assert independent(parties) == firms


def test_a_contract_counts_once_and_repeat_orders_do_not(staff):
    ours, other = make.make_firm(name="甲製作所"), make.make_firm(name="乙工業", ward=OTA)
    row = build.collab(staff, (ours, ""), (other, ""), ("丙設計", ""))
    build.contract(staff, row)
    assert told("contracted") == [
        {
            "collab_id": row.pk,
            "on": clock.today().isoformat(),
            "firm_ids": sorted([ours.pk, other.pk]),
            "ward_ids": [SUMIDA, OTA],
            "processes": [],
            "independent": 3,
        }
    ]
    do("order_add", staff, collab_id=row.pk, on=clock.today(), note="2回目")
    again = build.collab(staff, (ours, ""), (other, ""))
    with pytest.raises(services.Refused, match="追加の注文"):
        build.contract(staff, again)
    assert len(told("contracted")) == 1
    do("collab_deliver", staff, collab_id=row.pk, on=clock.today())
    with pytest.raises(StaleState):
        do("collab_cancel", staff, collab_id=row.pk, reason="遅れた")
    assert not told("taken_back")


def test_cancelled_before_the_first_delivery_it_is_taken_back(staff):
    row = build.collab(staff, (make.make_firm(), ""), ("丙設計", ""))
    build.contract(staff, row)
    with acting(Actor.system("test")):
        outbox.drain()
        # The partner is a firm, too, though not in the register.
        assert Fact.objects.filter(event_type="collab.contracted").count() == 1
    with pytest.raises(ReasonMissing):
        do("collab_cancel", staff, collab_id=row.pk, reason=" ")
    do("collab_cancel", staff, collab_id=row.pk, reason="発注元の中止")
    assert told("taken_back") == [{"collab_id": row.pk}]
    # The number is free again: the same contract may be made anew.
    again = build.collab(staff, (make.make_firm(), ""), ("丙設計", ""))
    build.contract(staff, again)


def test_one_capital_group_alone_is_no_joint_development(staff):
    row = build.collab(staff, (make.make_firm(), "東京HD"), (make.make_firm(), "東京HD"))
    with pytest.raises(services.Refused, match="同じ資本グループ"):
        build.contract(staff, row)
    firm = make.make_firm()
    build.collab(staff, (firm, ""))
    with pytest.raises(services.Refused, match="すでに加わって"):
        build.collab(staff, (firm, ""), (firm, ""))
    outside = build.collab(staff, ("甲", ""), ("乙", ""))
    with pytest.raises(services.Refused, match="23区内"):
        build.contract(staff, outside)
    assert not told("contracted")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"on": dt.date(2999, 4, 1)}, "今日より先"),
        ({"contract_no": " "}, "契約番号"),
        ({"lead_id": 0}, "代表の企業"),
        ({"uploaded": None}, "ファイルを選んで"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(staff, changed, why):
    row = build.collab(staff, (make.make_firm(), ""), ("丙設計", ""))
    with pytest.raises(services.Refused, match=why):
        build.contract(staff, row, **changed)
    with pytest.raises(UploadRefused):
        build.contract(staff, row, uploaded=SimpleUploadedFile("契約書.pdf", b"x"))


def test_who_sees_a_joint_development(staff):
    ours, other = make.make_firm(), make.make_firm(ward=OTA)
    row = build.collab(staff, (ours, ""), (other, ""))
    build.contract(staff, row)
    stranger = make.firm_actor(make.make_firm())
    wards = (make.official_actor(SUMIDA), make.official_actor(OTA), make.official_actor(13101))

    def seen(actor):
        with acting(actor):
            return Collab.objects.count()

    readers = (make.firm_actor(ours), stranger, *wards)
    assert [seen(actor) for actor in readers] == [1, 0, 1, 1, 0]
    with acting(Actor.system("test")):
        outbox.drain()
        assert Notice.objects.filter(subject__startswith="共同開発の契約").exists()


def test_minutes_are_kept_in_versions(staff, school):
    meeting = build.meeting(staff)
    member = build.member_of(school)
    build.minutes(staff, meeting, attended=[member.pk])
    with pytest.raises(services.Refused, match="第1版が保存"):
        build.minutes(staff, meeting, text="別の画面")
    build.minutes(staff, meeting, base=1, text="年3回に訂正", attended=[])
    meeting.refresh_from_db()
    assert meeting.status == states.HELD
    versions = Minutes.objects.order_by("number").values_list("number", "text")
    assert list(versions) == [(1, "課題の集め方を話した。"), (2, "年3回に訂正")]
    assert [one.attended.count() for one in Minutes.objects.order_by("number")] == [1, 0]
    with pytest.raises(RoleMissing):
        build.minutes(school, meeting, base=2)
    given = {"meeting_id": meeting.pk, "what": "要項を作る", "member_id": member.pk}
    with pytest.raises(services.Refused, match="会議の日より後"):
        do("action_add", staff, due_on=dt.date(2020, 1, 1), **given)
    action = do("action_add", staff, due_on=clock.today(), **given)
    other = build.partner_actor(staff, build.add_member(staff))
    with pytest.raises(RoleMissing):
        do("action_done", other, meeting_id=meeting.pk, action_id=action.pk)
    do("action_done", school, meeting_id=meeting.pk, action_id=action.pk)
    with acting(make.firm_actor(make.make_firm())):
        assert not Minutes.objects.exists()


def test_a_meeting_to_come_has_no_minutes_and_may_be_called_off(staff, school):
    at = clock.now() + dt.timedelta(5)
    meeting = do("meeting_call", staff, title="第2回", starts_at=at, place="DXラボ")
    with pytest.raises(services.Refused, match="まだ始まって"):
        build.minutes(staff, meeting)
    with pytest.raises(services.Refused, match="日時が過ぎて"):
        do("meeting_call", staff, title="x", starts_at=clock.now() - dt.timedelta(1), place="x")
    do("meeting_call_off", staff, meeting_id=meeting.pk, reason="台風")
    with acting(Actor.system("test")):
        outbox.drain()
        told = Notice.objects.filter(recipient_id=school.user_id).values_list("subject", flat=True)
        assert {subject.partition("：")[0] for subject in told} >= {"会議は中止になりました"}


def test_documents_are_for_all_or_for_those_named(staff, school):
    other = build.partner_actor(staff, build.add_member(staff))
    ward = build.add_member(staff, "ward", name="墨田区", ward_id=SUMIDA)
    given = {"title": "予算案", "seen_by": "named"}
    with pytest.raises(services.Refused, match="1つ以上"):
        do("document_add", staff, uploaded=build.paper(), **given)
    readers = [build.member_of(school).pk, ward.pk]
    do("document_add", staff, uploaded=build.paper(), readers=readers, **given)
    do("document_add", other, uploaded=build.paper(), title="資料", seen_by="all")

    def seen(actor):
        with acting(actor):
            return set(Document.objects.values_list("title", flat=True))

    assert [seen(one) for one in (school, other, make.official_actor(), make.official_actor(OTA))] == [
        {"予算案", "資料"}, {"資料"}, {"予算案", "資料"}, {"資料"},
    ]  # fmt: skip
    mine = Document.objects.get(title="資料")
    with pytest.raises(RoleMissing):
        do("document_remove", school, document_id=mine.pk)
    do("document_remove", other, document_id=mine.pk)
    assert seen(school) == {"予算案"}


def test_the_pages_of_the_secretariat(staff, school):
    client = client_of(staff)
    firm = make.make_firm(name="甲製作所")
    client.post(reverse("consortium:collab_new"), {"title": "搬送ロボット", "about": ""})
    row = Collab.objects.get()
    page = reverse("consortium:collab", args=[row.public_id])
    client.post(page, {"party": "", "corporate_number": firm.corporate_number, "group": "東京HD"})
    client.post(page, {"party": "", "name": "乙工業", "group": "東京HD"})
    wrong = client.post(page, {"party": "", "corporate_number": "9999999999999"})
    assert "企業台帳にありません" in wrong.content.decode()
    assert "独立した企業として数えると1社" in client.get(page).content.decode()
    typed = {
        "contract": "",
        "contract_no": "K-7",
        "on": clock.today().isoformat(),
        "lead": row.parties.first().pk,
        "uploaded": build.paper("契約書.pdf"),
    }
    refused = client.post(page, typed)
    assert refused.status_code == 422
    assert "同じ資本グループ" in refused.content.decode()
    client.post(page, {"party": "", "name": "丙設計"})
    client.post(page, {**typed, "uploaded": build.paper("契約書.pdf")})
    assert "3-KGI" in client_of(make.firm_actor(firm)).get(page).content.decode()
    day = (clock.today() + dt.timedelta(9)).isoformat()
    given = {"title": "第1回", "day": day, "at": "14:00", "place": "DXラボ"}
    answer = client.post(reverse("consortium:meeting_new"), given, follow=True)
    assert "開催予定" in answer.content.decode()
    documents = reverse("consortium:documents")
    assert client.post(documents, {"add": "", "title": "規約"}).status_code == 422
    client.post(
        documents, {"add": "", "title": "規約", "uploaded": build.paper(), "seen_by": "all"}
    )
    reader = client_of(school)
    assert "規約" in reader.get(documents).content.decode()
    address = reverse("consortium:document_file", args=[Document.objects.get().public_id])
    assert reader.get(address).status_code == 200
    assert client.get(reverse("consortium:counts")).status_code == 200
