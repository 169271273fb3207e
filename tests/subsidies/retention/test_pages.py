"""The pages: the list with its reasons, hold and lift, proposal, decision, record."""

import csv
import io

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from subsidies.retention import services
from subsidies.retention.models import Disposal, Hold
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import retention as kept
from tests.factories import subsidies as make
from tests.flows.story import follow
from tests.screens import save_screen
from tests.support.people import client_of


def shown(client, name, *args, query=""):
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_from_the_list_over_a_hold_to_the_record():
    one, other = kept.make_ended(), kept.make_ended()
    client = client_of(make.official_actor())
    text = shown(client, "retention:list")
    for part in (one.application.receipt_no, "廃棄を起案する", "5年保存", "不交付決定"):
        assert part in text
    number = other.application.receipt_no
    case = reverse("retention:case", args=[number])
    answer = client.post(case, {"kind": "audit", "reason": ""})
    assert answer.status_code == 422
    assert 'value="audit" selected' in answer.content.decode()
    client.post(case, {"kind": "audit", "reason": "定期監査の対象。"})
    assert "監査：定期監査の対象。" in shown(client, "retention:list", query="?view=held")
    text = shown(client, "retention:propose")
    assert "次の案件は除きます" in text
    assert "定期監査の対象" in text
    answer = client.post(reverse("retention:propose"), {"reason": "満了したため。"})
    disposal = Disposal.objects.get()
    page = reverse("retention:disposal", args=[disposal.pk])
    assert answer["Location"] == page
    assert "起案した人は決裁できません" in client.get(page).content.decode()
    approver = client_of(make.official_actor(make.SUMIDA, Role.APPROVER))
    assert "1件の廃棄を決裁する" in approver.get(page).content.decode()
    approver.post(reverse("retention:approve", args=[disposal.pk]))
    assert approver.get(page)["Refresh"] == "3"
    services.work(disposal_id=disposal.pk, today=clock.today())
    assert "廃棄が終わりました" in approver.get(page).content.decode()
    content = approver.get(reverse("retention:record", args=[disposal.pk, "csv"])).content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["結果"] for row in rows] == ["廃棄済み", "対象外"]
    assert rows[1]["理由"] == "廃棄を止めています。監査：定期監査の対象。"
    pdf = reverse("retention:record", args=[disposal.pk, "pdf"])
    assert approver.get(pdf).content == approver.get(pdf).content
    assert approver.get(pdf).content.startswith(b"%PDF")
    with acting(make.SYSTEM):
        hold = Hold.objects.get()
    lift = reverse("retention:lift", args=[hold.pk])
    assert client.post(lift, {"reason": ""}).status_code == 422
    client.post(lift, {"reason": "監査が終わった。"})
    assert "監査が終わった。" in shown(client, "retention:case", number)
    assert one.application.receipt_no in shown(client, "retention:list", query="?view=gone")


@pytest.mark.django_db
def test_the_list_asks_as_often_for_thirty_cases_as_for_one():
    from django.db import connection

    client, counts = client_of(make.official_actor()), []
    with acting(make.SYSTEM):
        call, firm, person = make.make_call(), make.make_firm(), make.official_actor().user_id
    for number in (1, 29):
        for _ in range(number):
            kept.make_row(call=call, firm=firm, creator_id=person)
        with CaptureQueriesContext(connection) as seen:
            shown(client, "retention:list")
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_list_that_is_taken_away_has_the_reasons():
    row = kept.make_ended()
    official = make.official_actor()
    with acting(official):
        services.hold_put(
            actor=official,
            receipt_no=row.application.receipt_no,
            kind="lawsuit",
            reason="=審査請求",
        )
    client = client_of(official)
    answer = client.get(reverse("exports:file", args=["retention", "csv"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "訴訟・審査請求：=審査請求" in text


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_on_a_screen_and_on_a_telephone(signed_in):
    with acting(make.SYSTEM):
        one, other = kept.make_ended(), kept.make_ended()
        official = make.official_actor()
        user = User.objects.get(pk=official.user_id)
    with acting(official):
        services.hold_put(
            actor=official,
            receipt_no=other.application.receipt_no,
            kind="audit",
            reason="令和8年度の定期監査の対象のため。",
        )
    for width, language in ((1280, "ja"), (390, "ja"), (320, "en")):
        with acting(make.SYSTEM):
            User.objects.filter(pk=user.pk).update(language=language)
            page = signed_in(user, width=width)
        for name, args in (
            ("list", []),
            ("case", [other.application.receipt_no]),
            ("propose", []),
        ):
            page.goto(reverse(f"retention:{name}", args=args))
            look(page, f"retention-{name}-{language}")
    page.locator("[name=reason]").fill("文書管理規程により廃棄する。")
    follow(page.locator("main form button"))
    expect(page.get_by_text(one.application.receipt_no)).to_be_visible()
    look(page, "retention-disposal-en")


def look(page, name):
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, name)


@pytest.mark.django_db
def test_a_refused_return_and_a_refused_lift_keep_the_reason_that_was_typed():
    ended = kept.make_ended()
    official = make.official_actor()
    disposal = kept.propose(official)
    with acting(official):
        hold = services.hold_put(
            actor=official, receipt_no=ended.application.receipt_no, kind="audit", reason="監査。"
        )
        services.hold_lift(actor=official, hold_id=hold.pk, reason="終わった。")
        services.disposal_return(actor=official, disposal_id=disposal.pk, reason="取り下げる。")
    client, typed = client_of(official), {"reason": "書き直すため。"}
    for name, pk in (("retention:return", disposal.pk), ("retention:lift", hold.pk)):
        answer = client.post(reverse(name, args=[pk]), typed)
        assert answer.status_code == 422
        assert typed["reason"] in answer.content.decode()
