"""修了・認定 on the screens: officials look up, record and revoke; a firm reads its own."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.models import AuditRow
from programs.models import Qualification
from programs.services.qualifications import qualification_revoke
from subsidies.models import Application, Call
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA, FirmFactory, MembershipFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db
GOOD = {
    "kind": "health",
    "granted_on": "令和8年9月12日",
    "expires_on": "2029-09-11",
    "source": "認定書の写し",
    "number": "K-１",
}


@pytest.fixture
def reviewer(client: Client):
    sign_in(client, assign(make_person("reviewer@example.jp"), Role.REVIEWER, ward_id=SUMIDA))
    return client


def text_of(response) -> str:
    return response.content.decode()


def test_a_fact_is_recorded_with_its_evidence_and_stands_on_the_card(reviewer):
    firm = FirmFactory()
    card = reverse("programs:firm_card", args=[firm.public_id])
    address = reverse("programs:fact_add", args=[firm.public_id])
    assert address in text_of(reviewer.get(card))
    page = text_of(reviewer.post(address, GOOD, follow=True))
    assert "修了・認定を記録しました" in page
    fact = Qualification.objects.get()
    assert (fact.granted_on, fact.ward_id) == (dt.date(2026, 9, 12), SUMIDA)
    assert "健康経営の認定" in text_of(reviewer.get(card))
    assert AuditRow.objects.filter(action="qualification.granted").count() == 1
    assert AuditRow.objects.filter(action="qualification.viewed").count() == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": ""}, "種類"),
        ({"source": " "}, "根拠"),
        ({"granted_on": "2199-01-01", "expires_on": ""}, "今日までの日"),
        ({"expires_on": "2026-09-11"}, "付与日以降"),
        ({"granted_on": "きのう"}, "付与日"),
    ],
)
def test_a_bad_fact_is_refused_beside_its_field_and_keeps_what_was_typed(reviewer, changes, why):
    address = reverse("programs:fact_add", args=[FirmFactory().public_id])
    answer = reviewer.post(address, {**GOOD, "cohort": "書いた文字", **changes})
    assert answer.status_code == 422
    assert why in text_of(answer)
    assert "書いた文字" in text_of(answer)
    assert not Qualification.objects.exists()


def test_a_number_given_twice_is_refused_in_words(reviewer):
    for status in (302, 422):
        address = reverse("programs:fact_add", args=[FirmFactory().public_id])
        answer = reviewer.post(address, GOOD)
        assert answer.status_code == status
    assert "すでに使われています" in text_of(answer)


def test_the_page_names_what_rests_on_the_fact_before_and_after_its_revocation(reviewer):
    call = build.make_call(mode=Call.Mode.FIRST_COME)
    Call.objects.filter(pk=call.pk).update(reserved_yen=500_000)
    firm = make.make_firm()
    fact = build.graduate(firm)
    application = make.make_submitted(call=call, firm=firm)
    unrelated = build.graduate(make.make_firm(), number="2")
    Application.objects.filter(pk=application.pk).update(applicant_class="graduate")
    address = reverse("programs:fact", args=[fact.pk])
    for _time in ("before", "after"):
        page = text_of(reviewer.get(address))
        assert application.receipt_no in page
        for cited in ("加点 5: DX道場 第3期 修了", "修了者の様式", "修了者の枠"):
            assert cited in page
        reviewer.post(address, {"reason": "出席の誤り"})
    fact.refresh_from_db()
    assert fact.revoked_reason == "出席の誤り"
    assert "出席の誤り" in page
    assert AuditRow.objects.filter(action="qualification.revoked", reason="出席の誤り").exists()
    other = text_of(reviewer.get(reverse("programs:fact", args=[unrelated.pk])))
    assert application.receipt_no not in other


def test_two_tabs_the_second_revocation_says_it_is_done_already(reviewer):
    fact = build.graduate(FirmFactory())
    address = reverse("programs:fact", args=[fact.pk])
    assert reviewer.post(address, {"reason": ""}).status_code == 422
    fact.refresh_from_db()
    assert fact.revoked_on is None
    qualification_revoke(actor=make.SYSTEM, qualification_id=fact.pk, reason="先に取り消した")
    answer = reviewer.post(address, {"reason": "後から"})
    assert answer.status_code == 422
    assert "すでに取り消されています" in text_of(answer)


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR])
def test_who_only_reads_finds_no_form_and_can_post_nothing(client, role):
    ward = {} if role == Role.AUDITOR else {"ward_id": SUMIDA}
    sign_in(client, assign(make_person("reader@example.jp"), role, **ward))
    fact = build.graduate(FirmFactory())
    address = reverse("programs:fact", args=[fact.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert "この記録を取り消す" not in text_of(page)
    client.post(address, {"reason": "試す"})
    fact.refresh_from_db()
    assert fact.revoked_on is None
    added = client.get(reverse("programs:fact_add", args=[fact.firm.public_id]))
    assert added.status_code == 404


def test_the_list_can_be_narrowed_and_shows_no_other_wards_firms(reviewer):
    valid = build.graduate(FirmFactory(name="有効の会社"))
    build.graduate(
        FirmFactory(name="期限切れの会社"),
        day=dt.date(2021, 1, 1),
        expires_on=dt.date(2023, 1, 1),
        number="2",
    )
    gone = build.graduate(FirmFactory(name="取消の会社"), number="3")
    qualification_revoke(actor=make.SYSTEM, qualification_id=gone.pk, reason="誤り")
    build.graduate(FirmFactory(ward=OTA, name="大田の会社"), number="4")
    address = reverse("programs:fact_list")
    everything = text_of(reviewer.get(address))
    assert valid.firm.name in everything
    assert "大田の会社" not in everything
    for state, name in (
        ("valid", "有効の会社"),
        ("expired", "期限切れの会社"),
        ("revoked", "取消の会社"),
    ):
        page = text_of(reviewer.get(address, {"state": state, "kind": "dojo_graduate"}))
        assert [
            each for each in ("有効の会社", "期限切れの会社", "取消の会社") if each in page
        ] == [name]


def test_a_firm_reads_its_own_with_the_reason_of_a_revocation(client):
    owner = MembershipFactory(user=make_person("owner@example.jp"))
    fact = build.graduate(owner.firm)
    qualification_revoke(actor=make.SYSTEM, qualification_id=fact.pk, reason="受講記録の誤り")
    sign_in(client, User.objects.get(pk=owner.user_id))
    page = text_of(client.get(reverse("programs:firm_home")))
    assert "DX道場の修了" in page
    assert "受講記録の誤り" in page
    assert client.get(reverse("programs:fact", args=[fact.pk])).status_code == 404


def test_the_list_asks_the_database_as_often_for_thirty_as_for_one(reviewer):
    def count() -> int:
        reviewer.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert reviewer.get(address).status_code == 200
        return len(queries)

    address = reverse("programs:fact_list")
    build.graduate(FirmFactory())
    one = count()
    for number in range(29):
        build.graduate(FirmFactory(), number=str(number))
    assert count() == one
