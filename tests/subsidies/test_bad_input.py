"""Bad input through the pages of an application: each refusal names the field and the way to mend
it, and nothing that was typed is lost. Races of many at once are in test_races.py."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel.files import reasons
from portal.kernel.files.models import StoredFile
from subsidies import states
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.support import hostile
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(client: Client):
    firm = make.firm_actor(make.make_firm())
    sign_in(client, User.objects.get(pk=firm.user_id))
    return firm


@pytest.fixture
def draft(actor):
    return make.make_draft(actor, make.make_call())


def budget_of(draft) -> str:
    return reverse("subsidies:budget", args=[draft.public_id])


def typed(price: str, **fields: str) -> dict[str, str]:
    line = {
        "category": "software",
        "description": "日報システム",
        "vendor": "試験ソフト",
        "quantity": "1",
        "unit_price": price,
        "tax_percent": "10",
    }
    return {"lines": "1", **{f"0-{name}": value for name, value in line.items()}, **fields}


@pytest.mark.parametrize(
    "price", ["-665999", "△665,999", "ー１", "665999.5", "665999.0円", "1e9", "0x10", "十万", "NaN"]
)
def test_what_is_not_whole_yen_is_kept_as_typed_and_named(client, draft, price):
    client.post(budget_of(draft), typed(price))
    page = client.get(f"{budget_of(draft)}?problems=1").content.decode()
    assert "経費1行目：金額を円の単位で、数字で入力してください。例：1200000" in page
    assert f'value="{price}"' in page
    draft.refresh_from_db()
    assert draft.expense_input[0]["unit_price"] == price


def test_the_line_of_an_expense_is_named_once_in_english_as_well(client, draft):
    client.post(budget_of(draft), typed("abc"))
    User.objects.update(language="en")
    way = reverse("subsidies:check_answers", args=[draft.public_id])
    page = client.get(way).content.decode()
    assert "Expense line 1:" in page
    assert "Line 1: Expense" not in page


@pytest.mark.parametrize("price", ["665999", "６６５，９９９円", "￥665,999", " 665999 "])
def test_full_width_figures_and_signs_are_the_same_yen(client, draft, price):
    client.post(budget_of(draft), typed(price))
    page = client.get(f"{budget_of(draft)}?problems=1").content.decode()
    assert "経費1行目" not in page
    assert "499,000円" in page


def test_a_billion_is_reckoned_exactly_and_capped(client, draft):
    client.post(budget_of(draft), typed("1,000,000,000"))
    page = client.get(budget_of(draft)).content.decode()
    assert "1,000,000,000円" in page
    assert "750,000,000円は上限500,000円を超えるため、上限額" in page


def test_more_than_the_column_holds_is_refused_with_the_limit(client, draft):
    client.post(budget_of(draft), typed("10,000,000,001"))
    page = client.get(f"{budget_of(draft)}?problems=1").content.decode()
    assert "単価は1円以上100億円以下で入力してください" in page


def test_a_stale_tab_is_told_and_keeps_what_was_typed(client, draft):
    stale = draft.revision
    client.post(budget_of(draft), typed("300000", revision=str(stale)))
    answer = client.post(budget_of(draft), typed("400000", revision=str(stale)))
    assert answer.status_code == 409
    assert 'value="400000"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.expense_input[0]["unit_price"] == "300000"


def upload(client, draft, name: str, data: bytes):
    url = reverse("subsidies:files", args=[draft.public_id])
    file = SimpleUploadedFile(name, data, content_type="application/pdf")
    return client.post(url, {"requirement": "quotes", "file": file})


@pytest.mark.parametrize(
    ("name", "make_bytes", "code"),
    [pytest.param(name, data, code, id=case) for case, name, data, code in hostile.FILES],
)
def test_a_file_that_is_refused_says_how_to_mend_it(client, draft, name, make_bytes, code):
    before = draft.documents.count()
    answer = upload(client, draft, name, make_bytes())
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert 'aria-invalid="true"' in page
    if code:
        assert reasons.message(code) in page
    assert draft.documents.count() == before
    kept = StoredFile.objects.filter(firm_id=draft.firm_id, state=StoredFile.State.CLEAN)
    assert not kept.filter(original_name__startswith="見積.").exclude(size=1234).exists()


def test_an_expired_session_submits_nothing_and_leads_back(client, draft):
    url = reverse("subsidies:check_answers", args=[draft.public_id])
    client.cookies.clear()
    answer = client.post(url, {"key": str(uuid.uuid4()), "submit-consent": "on"})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert draft.public_id.hex in answer["Location"].replace("-", "")
    assert Application.objects.get(pk=draft.pk).status == states.DRAFT


def test_submitting_twice_is_submitting_once(client, draft):
    url = reverse("subsidies:check_answers", args=[draft.public_id])
    posted = {"key": str(uuid.uuid4()), "submit-consent": "on"}
    first, second = client.post(url, posted), client.post(url, posted)
    assert first.status_code == second.status_code == 302
    draft.refresh_from_db()
    assert draft.status == states.SUBMITTED
    assert draft.versions.count() == 1
    page = client.get(first["Location"]).content.decode()
    assert draft.receipt_no in page
