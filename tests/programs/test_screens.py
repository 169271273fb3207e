"""The screens through the test client: who gets in, what is kept and shown, how many queries."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts.roles import Role
from portal.kernel.models import AuditRow
from programs.models import Firm, FirmMembership, ImportJob
from tests.factories.programs import (
    OTA,
    SUMIDA,
    FirmFactory,
    MembershipFactory,
    SiteFactory,
    corporate_number,
)
from tests.programs.books import good_row, make_book
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

TYPED = {
    "kind": "corporation",
    "corporate_number": "",
    "name": "株式会社八広製作所",
    "name_kana": "ヤヒロセイサクショ",
    "representative_name": "八広 一郎",
    "jsic": "24",
    "production_type": "mto",
    "employees": "１２",
    "capital_yen": "10,000,000",
    "established_on": "平成13年4月1日",
    "postal_code": "131-0041",
    "address": "東京都墨田区八広1-1-1",
    "phone": "03-1111-2222",
    "email": "",
    "website": "",
}


@pytest.fixture
def newcomer(client: Client) -> Client:
    sign_in(client, make_person("new@example.jp"), factors=())
    return client


@pytest.fixture
def reviewer(client: Client) -> Client:
    user = assign(make_person("reviewer@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    sign_in(client, user)
    return client


@pytest.fixture
def owner(client: Client) -> tuple[Client, Firm]:
    membership = MembershipFactory(user=make_person("owner@example.jp"))
    SiteFactory(firm=membership.firm)
    sign_in(client, membership.user, factors=())
    return client, membership.firm


def text_of(response) -> str:
    return response.content.decode()


def typed(**changes: str) -> dict[str, str]:
    return TYPED | {"corporate_number": corporate_number(1)} | changes


def test_registering_a_firm_puts_its_hat_on(newcomer):
    response = newcomer.post(reverse("programs:firm_register"), typed(), follow=True)
    assert response.redirect_chain == [(reverse("programs:firm_home"), 302)]
    page = text_of(response)
    assert "企業を登録しました。" in page
    assert "株式会社八広製作所" in page
    assert "平成13年4月1日" in page
    firm = Firm.objects.get()
    assert (firm.employees, firm.capital_yen, firm.postal_code) == (12, 10_000_000, "1310041")


def test_the_postal_code_fills_the_address_and_loses_nothing_typed(newcomer):
    data = typed(address="", lookup="1", employees="たくさん")
    page = text_of(newcomer.post(reverse("programs:firm_register"), data))
    assert 'value="東京都墨田区八広"' in page
    assert 'value="たくさん"' in page
    assert "続けて、番地と建物名を入力" in page
    assert "ui-error" not in page
    assert not Firm.objects.exists()


def test_an_unknown_postal_code_says_so_and_keeps_the_address(newcomer):
    data = typed(postal_code="000-0000", address="どこか", lookup="1")
    page = text_of(newcomer.post(reverse("programs:firm_register"), data))
    assert "住所は見つかりませんでした" in page
    assert 'value="どこか"' in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"corporate_number": "5011001098993"}, "先頭は「4」"),
        ({"corporate_number": ""}, "13桁の法人番号を入力してください"),
        ({"kind": "sole"}, "個人事業主に法人番号はありません"),
        ({"kind": ""}, "「法人・個人の別」を選んでください"),
        ({"employees": "-1"}, "従業員数"),
        ({"postal_code": "131"}, "郵便番号は7桁の数字で"),
        ({"phone": "でんわ"}, "電話番号は数字とハイフンで"),
        ({"name": ""}, "「企業名（屋号）」を入力してください"),
    ],
)
def test_faults_are_told_and_what_was_typed_stays(newcomer, changes, message):
    response = newcomer.post(reverse("programs:firm_register"), typed(**changes))
    page = text_of(response)
    assert response.status_code == 200
    assert message in page
    assert 'value="東京都墨田区八広1-1-1"' in page
    assert not Firm.objects.exists()


def test_a_taken_number_leaks_nothing(newcomer):
    FirmFactory(ward=OTA, corporate_number=corporate_number(1), name="秘密製作所", phone="03-0-999")
    page = text_of(newcomer.post(reverse("programs:firm_register"), typed()))
    assert "社内で登録した方に招待を依頼" in page
    assert "秘密" not in page
    assert Firm.objects.count() == 1


def test_the_owner_changes_the_firm_and_a_second_tab_is_told(owner):
    client, firm = owner
    url = reverse("programs:firm_edit")
    data = typed(revision="1", name="株式会社新しい名前")
    assert client.post(url, data).status_code == 302
    page = text_of(client.post(url, data | {"name": "株式会社古いタブ"}))
    assert "ほかの方が企業情報を変更しました" in page
    assert "株式会社古いタブ" in page
    firm.refresh_from_db()
    assert firm.name == "株式会社新しい名前"


def test_posting_more_fields_than_the_form_has_changes_none_of_them(owner):
    client, firm = owner
    extra = {"is_active": "", "search_text": "x", "corporate_number": corporate_number(7)}
    client.post(reverse("programs:firm_edit"), typed(revision="1") | extra | {"kind": "sole"})
    firm.refresh_from_db()
    assert firm.is_active
    assert firm.kind == "corporation"
    assert firm.corporate_number != corporate_number(7)


def test_the_firms_page_and_every_form_of_it_opens(owner):
    client, firm = owner
    site = firm.sites.get()
    membership = FirmMembership.objects.get()
    for name, args in (
        ("firm_home", []),
        ("firm_edit", []),
        ("site_add", []),
        ("site_close", [site.public_id]),
        ("firm_invite", []),
        ("firm_member_remove", [membership.pk]),
        ("firm_register", []),
    ):
        response = client.get(reverse(f"programs:{name}", args=args))
        assert response.status_code == 200, name
        assert "<h1>" in text_of(response), name


def test_adding_and_closing_a_site(owner):
    client, firm = owner
    data = {
        "kind": "factory",
        "name": "糀谷工場",
        "postal_code": "144-0034",
        "address": "東京都大田区西糀谷1-1",
        "since": "",
    }
    assert "糀谷工場" in text_of(client.post(reverse("programs:site_add"), data, follow=True))
    site = firm.sites.get(name="糀谷工場")
    page = text_of(client.post(reverse("programs:site_close", args=[site.public_id]), follow=True))
    assert "事業所を閉鎖しました。" in page
    assert "糀谷工場" not in page


def test_inviting_withdrawing_and_the_last_owner(owner):
    client, _firm = owner
    data = {"email": "second@example.jp", "role": "firm_member"}
    page = text_of(client.post(reverse("programs:firm_invite"), data, follow=True))
    assert "second@example.jp に招待を送りました" in page
    assert "返事を待っている招待" in page
    url = page.split('action="/firm/people/invitations/')[1].split('"')[0]
    page = text_of(client.post(f"/firm/people/invitations/{url}", follow=True))
    assert "招待を取り消しました。" in page
    mine = FirmMembership.objects.get()
    page = text_of(client.post(reverse("programs:firm_member_remove", args=[mine.pk]), follow=True))
    assert "企業の代表者が一人もいなくなる" in page


def test_a_foreign_site_and_member_do_not_exist(owner):
    client, _firm = owner
    foreign = SiteFactory(firm=FirmFactory(ward=OTA))
    member = MembershipFactory(user=make_person("x@example.jp"))
    for name, key in (("site_close", foreign.public_id), ("firm_member_remove", member.pk)):
        assert client.get(reverse(f"programs:{name}", args=[key])).status_code == 404
    role = reverse("programs:firm_member_role", args=[member.pk])
    assert client.post(role, {"role": "firm_member"}).status_code == 404


def test_officials_find_firms_in_any_script(reviewer):
    FirmFactory(
        name="株式会社ＡＢＣテック",
        name_kana="エービーシーテック",
        search_text="株式会社abcテック エービーシーテック",
    )
    FirmFactory(name="別の製作所")
    for query in ("abc", "ＡＢＣ", "えーびーしー", "ｴｰﾋﾞｰｼｰ"):
        page = text_of(reviewer.get(reverse("programs:firm_list"), {"q": query}))
        assert "ＡＢＣテック" in page, query
        assert "別の製作所" not in page, query


def test_the_list_filters_by_size_and_industry(reviewer):
    FirmFactory(name="大きい製作所", employees=301, jsic="09")
    FirmFactory(name="小さい製作所", employees=19)
    url = reverse("programs:firm_list")
    assert "小さい製作所" not in text_of(reviewer.get(url, {"size": "over"}))
    assert "大きい製作所" not in text_of(reviewer.get(url, {"size": "D"}))
    assert "小さい製作所" not in text_of(reviewer.get(url, {"jsic": "09"}))


def test_the_list_needs_the_same_queries_for_one_and_for_thirty(reviewer):
    url = reverse("programs:firm_list")

    def count() -> int:
        reviewer.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert reviewer.get(url).status_code == 200
        return len(queries)

    SiteFactory()
    one = count()
    for _ in range(29):
        SiteFactory()
    assert count() == one


def test_the_other_wards_firms_are_not_listed_and_not_found(reviewer):
    FirmFactory(name="墨田の会社")
    foreign = FirmFactory(ward=OTA, name="大田の会社")
    page = text_of(reviewer.get(reverse("programs:firm_list")))
    assert "墨田の会社" in page
    assert "大田の会社" not in page
    response = reviewer.get(reverse("programs:firm_card", args=[foreign.public_id]))
    assert response.status_code == 404
    assert "大田の会社" not in text_of(response)


def test_looking_at_a_card_leaves_a_trace(reviewer):
    firm = SiteFactory().firm
    for name, action, shows in (
        ("firm_card", "firm.card_viewed", False),
        ("firm_profile", "firm.viewed", True),
    ):
        page = text_of(reviewer.get(reverse(f"programs:{name}", args=[firm.public_id])))
        assert (firm.phone in page) == shows
        row = AuditRow.objects.get(action=action)
        assert (row.chain, row.object_id) == (SUMIDA, str(firm.pk))
        assert firm.phone not in str(row.detail)


def test_the_ward_invites_a_first_owner_only_where_there_is_none(reviewer):
    orphan = FirmFactory()
    owned = MembershipFactory(user=make_person("owner@example.jp")).firm
    profile = reverse("programs:firm_profile", args=[orphan.public_id])
    assert "企業の代表者を招待する" in text_of(reviewer.get(profile))
    url = reverse("programs:firm_first_owner", args=[orphan.public_id])
    page = text_of(reviewer.post(url, {"email": "first@example.jp"}, follow=True))
    assert "first@example.jp に招待を送りました" in page
    closed = reverse("programs:firm_first_owner", args=[owned.public_id])
    assert reviewer.get(closed).status_code == 404


def test_an_auditor_reads_all_wards_and_writes_nothing(client):
    sign_in(client, assign(make_person("auditor@example.jp"), Role.AUDITOR))
    FirmFactory(name="墨田の会社")
    firm = FirmFactory(ward=OTA, name="大田の会社")
    page = text_of(client.get(reverse("programs:firm_list")))
    assert "墨田の会社" in page
    assert "大田の会社" in page
    only_ota = text_of(client.get(reverse("programs:firm_list"), {"ward": OTA}))
    assert "墨田の会社" not in only_ota
    assert client.get(reverse("programs:firm_card", args=[firm.public_id])).status_code == 200
    assert client.get(reverse("programs:firm_import")).status_code == 404


@pytest.mark.parametrize("role", [Role.POLICY, Role.SYSADMIN])
def test_other_staff_have_no_business_with_firms(client, role):
    sign_in(client, assign(make_person("staff@example.jp"), role))
    firm = FirmFactory()
    for name, args in (("firm_list", []), ("firm_card", [firm.public_id]), ("firm_home", [])):
        assert client.get(reverse(f"programs:{name}", args=args)).status_code == 404


def send(client: Client, content: bytes, name: str = "企業名簿.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("programs:firm_import"), {"file": file}, follow=True)


def test_import_from_upload_to_list(reviewer):
    page = text_of(send(reviewer, make_book([good_row(0), good_row(1)])))
    assert "新しく2社を登録し、0社の内容を変更します" in page
    job = ImportJob.objects.get()
    confirm = reverse("programs:firm_import_confirm", args=[job.public_id])
    page = text_of(reviewer.post(confirm, follow=True))
    assert "新しく2社を登録し、0社の内容を変更しました" in page
    assert "株式会社八広製作所1" in text_of(reviewer.get(reverse("programs:firm_list")))
    again = text_of(send(reviewer, make_book([good_row(0, D=30), good_row(1)])))
    assert "従業員数（人）：12 → 30" in again


def test_import_with_faults_shows_them_and_offers_no_confirmation(reviewer):
    page = text_of(send(reviewer, make_book([good_row(0), good_row(1, D="二十")])))
    assert "D3：従業員数は0以上の整数で入力してください（いま「二十」）" in page
    assert "この内容で取り込む" not in page
    job = ImportJob.objects.get()
    confirm = reverse("programs:firm_import_confirm", args=[job.public_id])
    assert "誤りのある行があります" in text_of(reviewer.post(confirm, follow=True))
    assert not Firm.objects.exists()


def test_import_refuses_a_hostile_file_at_the_field(reviewer):
    page = text_of(send(reviewer, b"%PDF-1.7"))
    assert "ui-error" in page
    assert not ImportJob.objects.exists()


def test_import_cancelled_from_the_screen(reviewer):
    send(reviewer, make_book([good_row(0)]))
    job = ImportJob.objects.get()
    cancel = reverse("programs:firm_import_cancel", args=[job.public_id])
    assert "取込を中止しました" in text_of(reviewer.post(cancel, follow=True))
    confirm = reverse("programs:firm_import_confirm", args=[job.public_id])
    assert "確認待ちではありません" in text_of(reviewer.post(confirm, follow=True))
    assert not Firm.objects.exists()


def test_the_template_is_a_workbook(reviewer):
    response = reviewer.get(reverse("programs:firm_import_template"))
    assert load_workbook(BytesIO(response.content)).sheetnames == ["企業名簿", "記入方法"]


def test_another_wards_import_is_not_found(client):
    sign_in(client, assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA))
    send(client, make_book([good_row(0)]))
    job = ImportJob.objects.get()
    other = Client()
    sign_in(other, assign(make_person("b@example.jp"), Role.REVIEWER, ward_id=OTA))
    url = reverse("programs:firm_import_job", args=[job.public_id])
    assert client.get(url).status_code == 200
    assert other.get(url).status_code == 404
