"""合併・統合: recorded after a second look, refused with what to do, taken back; figures count both as one."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from kpi.models import Cell, Fact
from kpi.services import fact_record, work_off
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.notices.models import Notice
from programs.models import Firm, FirmMerger
from programs.policies import visible_mergers
from programs.services.errors import Refused
from programs.services.mergers import merger_plan, merger_record, merger_take_back
from tests.factories import subsidies as make
from tests.factories.programs import OTA, FirmFactory
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 1)
WHY = "吸収合併（登記事項証明書で確認）"


@pytest.fixture
def official():
    return make.official_actor()


@pytest.fixture
def firms():
    return (
        FirmFactory(name="東向島プレス"),
        FirmFactory(name="押上板金"),
        FirmFactory(name="八広研磨"),
    )


def merge(actor, gone, into, day=DAY, reason=WHY, *, act=merger_record):
    with acting(actor):
        return act(actor=actor, gone_id=gone.pk, into_id=into.pk, merged_on=day, reason=reason)


def refused(actor, gone, into, day=DAY, reason=WHY):
    with pytest.raises(Refused) as error:
        merge(actor, gone, into, day, reason, act=merger_plan)
    return str(error.value.message)


def deliver(name):
    """The worker's part of the events of that name."""
    for event in OutboxEvent.objects.filter(name=name):
        for handler in outbox.handlers_of(name):
            outbox.handle(event.pk, handler.name)


def test_what_may_not_be_recorded_says_what_to_do(official, firms):
    one, two, three = firms
    assert "同じ企業" in refused(official, one, one)
    assert "今日までの日" in refused(official, one, two, clock.today() + dt.timedelta(days=1))
    assert "理由と根拠" in refused(official, one, two, reason=" \x00 ")
    Firm.objects.filter(pk=one.pk).update(established_on=DAY + dt.timedelta(days=1))
    assert "設立日より前" in refused(official, one, two)
    Firm.objects.filter(pk=one.pk).update(established_on=None)
    merge(official, one, two)
    assert "すでに統合された" in refused(official, one, three)
    assert "向きが逆" in refused(official, two, one)
    assert "いま残っている企業" in refused(official, three, one)
    merge(official, two, three)
    assert "向きが逆" in refused(official, three, one)
    far = FirmFactory(ward=OTA)
    with pytest.raises(Firm.DoesNotExist):
        merge(official, far, three)
    committee = make.official_actor(make.SUMIDA, "approver")
    with pytest.raises(PermissionDenied):
        merge(committee, three, far)


def test_an_application_under_way_has_to_end_first(official, firms):
    one, two, _three = firms
    owner = make.firm_actor(one)
    draft = make.make_draft(owner, make.make_call())
    text = refused(official, one, two)
    assert "下書きか審査中の申請が1件" in text
    assert "取り下げてもらう" in text
    type(draft).objects.filter(pk=draft.pk).update(firm=firms[2])
    assert merge(official, one, two, act=merger_plan).stakes


def test_both_count_as_one_until_it_is_taken_back_and_everybody_reads_it(official, firms):
    one, two, _three = firms
    owner, other = make.firm_actor(one), make.firm_actor(two)
    for firm in (one, two):
        fact_record(
            event_type="advisor.visit_accepted",
            event_key=str(firm.pk),
            ward_id=make.SUMIDA,
            firm_id=firm.pk,
            stage=0,
            occurred_on=DAY,
            source=("test", str(firm.pk), "1"),
        )

    def count():
        work_off(today=DAY)
        return sum(Cell.objects.filter(indicator="1-OP3").values_list("value", flat=True))

    assert count() == 2
    made = merge(official, one, two)
    assert not Firm.objects.get(pk=one.pk).is_active
    deliver("programs.firm_merged")
    assert count() == 1
    assert Fact.objects.get(event_type="firm.merged").firm_id == one.pk
    rows = AuditRow.objects.filter(action="firm.merger_recorded", reason=WHY)
    assert {row.object_id for row in rows} == {str(one.pk), str(two.pk)}
    for person in (owner, other):
        assert Notice.objects.filter(recipient_id=person.user_id, subject__contains="合併").exists()
        page = client_of(person).get(reverse("programs:firm_home")).content.decode()
        assert WHY in page
    rival = make.firm_actor(make.make_firm())
    far = make.official_actor(OTA)
    for stranger in (rival, far):
        with acting(stranger):
            assert not visible_mergers(stranger).exists()
            assert not FirmMerger.objects.exists()
    with acting(official), pytest.raises(Refused, match="理由"):
        merger_take_back(actor=official, merger_id=made.pk, reason=" ")
    with acting(official):
        merger_take_back(actor=official, merger_id=made.pk, reason="別の会社でした")
    deliver("programs.firm_merger_taken_back")
    assert count() == 2
    assert Firm.objects.get(pk=one.pk).is_active
    with acting(official), pytest.raises(Refused, match="すでに"):
        merger_take_back(actor=official, merger_id=made.pk, reason="もう一度")
    # It may be recorded anew, the right way round.
    merge(official, two, one)
    deliver("programs.firm_merged")
    assert count() == 1


def test_the_pages_show_what_it_means_before_anything_is_recorded(official, firms):
    one, two, _three = firms
    FirmFactory(name="押上板金工業")
    client, url = client_of(official), reverse("programs:firm_merger_add", args=[one.public_id])
    card = client.get(reverse("programs:firm_card", args=[one.public_id])).content.decode()
    assert url in card
    typed = {"other": "押上板金", "merged_on": "令和8年10月1日", "reason": WHY}
    several = client.post(url, typed)
    assert several.status_code == 422
    assert "当てはまる企業が複数" in several.content.decode()
    assert "見つかりません" in client.post(url, {**typed, "other": "大田の工場"}).content.decode()
    assert "この企業自身" in client.post(url, {**typed, "other": "東向島"}).content.decode()
    preview = client.post(url, {**typed, "into": str(two.public_id)})
    text = preview.content.decode()
    assert preview.status_code == 200
    assert "まだ記録していません" in text
    assert not FirmMerger.objects.exists()
    carried = dict(preview.context["typed"])
    back = client.post(url, {**carried, "step": "back"}).content.decode()
    assert WHY in back
    done = client.post(url, {**carried, "step": "record"})
    made = FirmMerger.objects.get()
    page = reverse("programs:firm_merger", args=[made.public_id])
    assert (done.status_code, done.url) == (302, page)
    assert made.into_id == two.pk
    again = client.post(url, {**carried, "step": "record"})
    assert "すでに統合された" in again.content.decode()
    assert "すでに統合" in AuditRow.objects.get(action="firm.merger_refused").reason
    card = client.get(reverse("programs:firm_card", args=[one.public_id])).content.decode()
    assert "押上板金" in card
    assert url not in card
    approver = client_of(make.official_actor(make.SUMIDA, "approver"))
    assert (
        reverse("programs:firm_card", args=[two.public_id]) in approver.get(page).content.decode()
    )
    assert approver.post(page, {"reason": "誤り"}).status_code == 403
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "誤り"}).status_code == 302
    assert AuditRow.objects.filter(action="firm.merger_taken_back", reason="誤り").count() == 2
