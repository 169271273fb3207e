"""Samples from the draw to the last verdict; every look leaves the purpose in the audit trail."""

import pytest
from django.urls import reverse

from portal.auditing import services, states
from portal.auditing.models import Sample
from portal.kernel import transitions
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.factories import auditing as make
from tests.factories import subsidies as cases
from tests.subsidies.grants import money
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return make.auditor()


@pytest.fixture
def browser(auditor):
    return client_of(auditor)


def drawn(browser, **changes):
    """The answer to the form."""
    given = {
        "name": "無作為2件",
        "purpose": make.PURPOSE,
        "method": "simple",
        "size": "2",
        "seed": "",
        "base": "granted",
        **changes,
    }
    return browser.post(reverse("auditing:draw"), given)


def test_a_sample_is_drawn_gone_through_and_taken_away(browser, auditor):
    grants = [cases.make_grant() for _number in range(3)]
    assert drawn(browser, size="3").status_code == 302
    sample = Sample.objects.get()
    assert sample.seed is not None
    assert sample.population_yen == sum(grant.decided_yen for grant in grants)
    first, second, third = sample.items.order_by("position")
    page = browser.get(reverse("auditing:item", args=[sample.public_id, 1])).content.decode()
    assert "別の人です" in page
    seen = AuditRow.objects.get(action="auditing.case_viewed")
    assert (seen.reason, seen.object_id) == (
        f"{make.PURPOSE}（標本：無作為2件）",
        str(first.application_id),
    )

    def move(item, action, note=""):
        address = reverse("auditing:move", args=[sample.public_id, item.position])
        return browser.post(address, {"action": action, "note": note})

    assert move(first, "begin").status_code == 302
    refused = move(first, "clear")
    assert refused.status_code == 422
    assert "「所見」を入力してください" in refused.content.decode()
    assert move(first, "clear", "書類と額を確かめた。").status_code == 302
    assert move(first, "clear", "もう一度").status_code == 422
    move(second, "begin")
    move(second, "remark", "検査の日付が誤り。")
    move(third, "begin")
    page = browser.get(reverse("auditing:sample", args=[sample.public_id])).content.decode()
    assert "2 / 3件" in page
    answer = browser.get(f"/exports/audit-sample.csv?sample={sample.public_id}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "検査の日付が誤り。" in text
    assert len(text.splitlines()) == 4
    again = make.sample(auditor, size=2, seed=sample.seed)
    full = make.sample(auditor, size=3, seed=sample.seed)
    order = [item.application_id for item in full.items.all()]
    assert order == [item.application_id for item in sample.items.all()]
    assert order[:2] == [item.application_id for item in again.items.all()]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"size": "9"}, "1から1まで"),
        ({"ward": "13101"}, "0件です"),
        ({"seed": "abc"}, "整数で入力"),
        ({"seed": "9" * 16}, "「乱数の種」"),
        ({"size": ""}, "「件数」を入力"),
        ({"size": "0"}, "件数："),
        ({"method": "stratified"}, "「層の分け方」を選んで"),
        ({"method": "magic"}, "抽出の方法："),
        ({"least_yen": "9", "most_yen": "3"}, "「額の下限」以上"),
        ({"least_yen": "多い"}, "円単位の数字"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_what_was_typed_stays(browser, changes, said):
    cases.make_grant()
    answer = drawn(browser, **changes)
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert said in page
    assert "無作為2件" in page
    assert not Sample.objects.exists()


def test_money_strata_and_criteria(auditor):
    paid = money.paid(cases.make_grant())
    cases.make_grant(amount_yen=100_000)
    by_yen = make.sample(auditor, method="monetary", size=1, seed=3, base="paid")
    assert [item.application_id for item in by_yen.items.all()] == [paid.application_id]
    assert by_yen.interval_yen == paid.paid_yen
    layers = make.sample(auditor, method="stratified", size=2, strata="amount")
    assert {item.stratum for item in layers.items.all()} == {"100,000円以上500,000円未満"}
    with acting(auditor):
        found = services.sample_draw(
            actor=auditor,
            name="減額",
            purpose=make.PURPOSE,
            method="all",
            wanted=make.Wanted(criterion="reduced"),
        )
    assert [item.book_yen for item in found.items.all()] == [100_000]


def test_a_case_is_not_shown_without_a_purpose(browser):
    case = cases.make_submitted()
    address = reverse("auditing:case", args=[case.receipt_no])
    asked = browser.get(address)
    assert asked.status_code == 302
    assert not AuditRow.objects.filter(action="auditing.case_viewed").exists()
    assert browser.post(asked["Location"], {"purpose": " "}).status_code == 422
    assert browser.post(asked["Location"], {"purpose": "住民監査請求"})["Location"] == address
    assert browser.get(address).status_code == 200
    assert AuditRow.objects.get(action="auditing.case_viewed").reason == "住民監査請求"
    away = browser.post("/auditing/purpose/?next=https://example.com/", {"purpose": "x"})
    assert away["Location"] == "/auditing/cases/"


def test_only_an_auditor_moves_a_case(auditor):
    cases.make_grant()
    item = make.sample(auditor, size=1).items.get()
    official = cases.official_actor(item.ward_id)
    with acting(official), pytest.raises(services.samples.PermissionDenied):
        services.item_move(actor=official, item_id=item.pk, action="begin")
    with acting(auditor), pytest.raises(transitions.StaleState):
        services.item_move(actor=auditor, item_id=item.pk, action="clear", note="早すぎる")
    with acting(auditor), pytest.raises(transitions.StaleState):
        services.item_move(actor=auditor, item_id=item.pk, action="vanish")
    item.refresh_from_db()
    assert item.status == states.TODO
