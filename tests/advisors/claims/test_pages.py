"""The pages as forms without JavaScript, the files, and what lists cost."""

import hashlib
import io
from typing import Any

import openpyxl
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisors.claims import months, services, states
from advisors.claims.models import Claim, ClaimLine, Correction, Payee, PayTerms
from advisors.claims.selectors import yearly
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.letters import services as letters
from portal.letters.models import Letter
from portal.ui.markup import era_date
from programs.models import Ward
from tests.factories import advisors as build
from tests.factories import claims as make
from tests.factories import subsidies
from tests.factories.programs import SUMIDA
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
WORDS = {"done": "日報を3項目に。", "findings": "夜勤が抜ける。", "next_month": "もう1台。"}


def month_url() -> str:
    return reverse("claims:month", args=[SUMIDA, months.slug(make.last_month())])


def body(response: Any) -> str:
    return response.content.decode()


def test_an_advisor_writes_a_month_and_sends_it(advisor, visit):
    client = client_of(advisor)
    today = body(client.get(reverse("advisors:today")))
    assert "の報告と請求を出す（" in today
    begin = era_date(months.next_month(make.last_month()))
    assert f"受理された訪問 1回。{begin}から出せます。" in today
    assert "報告を書いて出す" in body(client.get(reverse("claims:mine")))
    page = body(client.get(month_url()))
    assert "18,640円" in page
    assert "源泉徴収しない設定" in page
    refused = client.post(month_url(), {**WORDS, "next_month": "", "revision": 0, "submit": ""})
    assert refused.status_code == 422
    assert "日報を3項目に。" in body(refused)
    assert "来月することを入力してください" in body(refused)
    saved = client.post(month_url(), {**WORDS, "next_month": "", "revision": 0, "save": ""})
    assert saved.status_code == 302
    late = client.post(month_url(), {**WORDS, "revision": 0, "submit": ""})
    assert late.status_code == 422
    assert "ほかの画面で" in body(late)
    assert 'name="revision" value="1"' in body(late)  # told once, they may press again
    client.post(month_url(), {**WORDS, "revision": 1, "submit": ""})
    claim = Claim.objects.get()
    assert (claim.status, claim.next_month) == (states.SUBMITTED, "もう1台。")
    today = body(client.get(reverse("advisors:today")))
    assert "の報告と請求を出す（" not in today
    assert "区の確認を待っているもの" in today
    assert f"{era_date(clock.today())}に出しました" in today
    text = body(client.get(month_url()))
    assert claim.number in text
    assert 'name="submit"' not in text
    for address in ("2026-13", "2099-01", "x"):
        url = reverse("claims:month", args=[SUMIDA, address])
        assert client.get(url).status_code == 404


def test_officials_check_approve_pay_and_correct(advisor, visit, office):
    claim = make.submitted(advisor)
    url = reverse("claims:claim", args=[claim.public_id])
    decide = reverse("claims:decide", args=[claim.public_id])
    reviewer, chief = client_of(office), client_of(make.official(Role.APPROVER))
    assert advisor.name in body(reviewer.get(reverse("claims:board")))
    assert "確認して決裁に回す" in body(reviewer.get(url))
    empty = reviewer.post(url, {"return": "", "reason": ""})
    assert empty.status_code == 422
    assert "確認して決裁に回す" not in body(chief.get(url))
    reviewer.post(url, {"check": ""})
    assert "確認した人とは別の決裁者" in body(reviewer.get(url))
    chief.post(decide, {"approve": ""})
    claim.refresh_from_db()
    assert claim.status == states.APPROVED
    wrong = reviewer.post(decide, {"pay": "", "paid_on": "2099/1/1"})
    assert wrong.status_code == 422
    assert "2099/1/1" in body(wrong)
    reviewer.post(decide, {"pay": "", "paid_on": clock.today().isoformat()})
    claim.refresh_from_db()
    assert claim.status == states.PAID
    line = claim.lines.get()
    fix = reverse("claims:correct", args=[line.pk])
    assert fix in body(reviewer.get(url))
    same = reviewer.post(fix, {"fee_yen": "18,000円", "travel_yen": "640", "reason": "二重"})
    assert same.status_code == 422
    done = reviewer.post(fix, {"fee_yen": "18,000円", "travel_yen": "320", "reason": "二重"})
    assert done["Location"] == url
    assert Correction.objects.get().travel_yen == -320
    seen = AuditRow.objects.filter(action="claims.claim_viewed", actor_id=office.user_id)
    before = seen.count()
    assert reviewer.get(fix).status_code == 200
    assert seen.count() == before + 1 >= 2
    reviewer.get(reverse("claims:terms"))
    assert AuditRow.objects.filter(action="claims.payees_viewed").exists()


def test_an_acceptance_is_taken_back_on_a_page(advisor, visit, office):
    client = client_of(office)
    url = reverse("claims:take_back", args=[visit.public_id])
    assert url in body(client.get(reverse("advisors:visit_case", args=[visit.public_id])))
    claim = make.submitted(advisor)
    kept = client.post(url, {"reason": "違っていた。"})
    assert kept.status_code == 422
    assert "請求に入っています" in body(kept)
    back = reverse("claims:claim", args=[claim.public_id])
    client.post(back, {"return": "", "reason": "時間を確かめてください。"})
    assert client.post(url, {"reason": "違っていた。"}).status_code == 302
    visit.refresh_from_db()
    assert visit.accepted_at is None
    text = body(client_of(advisor).get(month_url()))
    assert "時間を確かめてください。" in text
    assert client.get(url).status_code == 302


def test_papers_and_files_say_what_the_page_says(advisor, visit, office):
    make.terms()
    claim = make.submitted(advisor)
    for reader in (advisor, office):
        client = client_of(reader)
        first = client.get(reverse("claims:pdf", args=[claim.public_id]))
        text = pypdf.PdfReader(io.BytesIO(first.content)).pages[0].extract_text()
        for words in ("謝金請求書", claim.number, "16,737円", "10.21%"):
            assert words in text
        assert client.get(reverse("claims:pdf", args=[claim.public_id])).content == first.content
        report = client.get(reverse("claims:report_pdf", args=[claim.public_id]))
        text = pypdf.PdfReader(io.BytesIO(report.content)).pages[0].extract_text()
        for words in ("月次活動報告書", "夜勤の入力が抜ける。", "2時間"):
            assert words in text
        url = reverse("exports:file", args=["fee-claim-lines", "xlsx"])
        book = client.get(f"{url}?claim={claim.public_id}")
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
        assert [cell.value for cell in sheet[2]][9:12] == [18_000, 640, 18_640]
        listed = client.get(reverse("exports:file", args=["fee-claims", "csv"]))
        lines = b"".join(listed.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[1].split(",")[8:14] == ["18000", "640", "18640", "1694", "1903", "16737"]
    stranger, _entry = build.make_advisor()
    for name in ("pdf", "report_pdf"):
        url = reverse(f"claims:{name}", args=[claim.public_id])
        assert client_of(stranger).get(url).status_code == 404
    assert AuditRow.objects.filter(action="claims.paper_taken").count() == 6


def test_papers_of_an_approved_claim_are_kept_and_not_made_again(advisor, visit, office):
    make.terms()
    claim = make.submitted(advisor)
    client = client_of(office)
    urls = [reverse(f"claims:{name}", args=[claim.public_id]) for name in ("pdf", "report_pdf")]
    before = [client.get(url).content for url in urls]
    assert not Letter.objects.exists()
    make.approved(claim)
    with acting(Actor.system("test")):
        outbox.drain()
        outbox.drain()
    kept = list(Letter.objects.order_by("kind").select_related("stored_file"))
    assert [(row.kind, row.document_no) for row in kept] == [
        ("fee_claim", claim.number),
        ("fee_report", claim.number),
    ]
    assert [letters.difference(row) for row in kept] == [None, None]
    # Whatever is called otherwise since, the papers are what was approved.
    Ward.objects.filter(pk=SUMIDA).update(office="新しい課")
    for reader in (advisor, office):
        found = [client_of(reader).get(url) for url in urls]
        assert [page.content for page in found] == before
        assert "private" in found[0]["Cache-Control"]
    assert [hashlib.sha256(content).hexdigest() for content in before] == [
        row.sha256 for row in kept
    ]
    assert Letter.objects.count() == 2
    downloads = AuditRow.objects.filter(action="file.downloaded")
    assert downloads.filter(actor_id=advisor.user_id).count() == 2
    # They came in; the ward's list of what it has sent does not name them.
    assert claim.number not in body(client.get(reverse("bulk:letters")))


def test_a_payees_year_as_list_file_and_paper(advisor, visit, office):
    make.terms()
    claim = make.approved(make.submitted(advisor))
    with acting(office):
        services.claim_pay(actor=office, claim_id=claim.pk, paid_on=clock.today())
    year = clock.today().year
    Claim.objects.filter(pk=claim.pk).update(fee_yen=54_000, withheld_yen=5_578)
    chief = make.official(Role.APPROVER)
    client = client_of(chief)
    page = body(client.get(reverse("claims:statements"), {"year": year}))
    for words in (
        advisor.name,
        "54,640円",
        "5,578円",
        "提出する",
        "個人番号（マイナンバー）は保存していない",
    ):
        assert words in page
    url = reverse("claims:statement", args=[claim.public_id])
    assert url in page
    text = pypdf.PdfReader(io.BytesIO(client.get(url).content)).pages[0].extract_text()
    for words in (
        "報酬、料金、契約金及び賞金の支払調書",
        "個人番号（手書きで記入）",
        advisor.name,
        "54,640円",
        "5,578円",
    ):
        assert words in text
    book = client.get(reverse("exports:file", args=["payment-statements", "xlsx"]), {"year": year})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [cell.value for cell in sheet[2]][7:13] == [1, 54_640, 5_578, 4_967, 0, "提出する"]
    empty = body(client.get(reverse("claims:statements"), {"year": year - 1}))
    assert "この年に支払った謝金はありません" in empty
    told = AuditRow.objects.filter(actor_id=chief.user_id).exclude(action__startswith="accounts.")
    assert list(told.order_by("id").values_list("action", flat=True)) == [
        "claims.statements_viewed",
        "claims.statement_taken",
        "export.taken",
        "claims.statements_viewed",
    ]
    for reader in (office, advisor):
        closed = client_of(reader)
        assert closed.get(reverse("claims:statements")).status_code == 404
        assert closed.get(url).status_code == 404


def test_a_company_that_got_its_number_during_the_year_is_one_payee(advisor, office):
    """Two parts of 30,000円 would each be too little to be filed."""
    first = dict.fromkeys(("submitted_at", "approved_at"), clock.database_now())
    for number, registration in enumerate(("", "T1234567890123")):
        Claim.objects.create(
            ward_id=SUMIDA,
            advisor_id=advisor.user_id,
            advisor_name=advisor.name,
            month=make.last_month().replace(year=2019 + number),
            number=f"x{number}",
            status=states.PAID,
            paid_on=clock.today(),
            payee_kind=Payee.Kind.COMPANY,
            payee_name="合同会社現場",
            registration_no=registration,
            fee_yen=30_000,
            terms=make.terms() if not number else PayTerms.objects.get(),
            **first,
        )
    chief = make.official(Role.APPROVER)
    with acting(chief):
        (row,) = yearly.statements(chief, clock.today().year)
        assert yearly.statement_of(chief, Claim.objects.get(number="x1")) == row
    assert (row.statement.amount_yen, row.statement.verdict) == (60_000, "due")
    assert row.registration_no == "T1234567890123"


def test_terms_need_two_people_and_payees_a_true_number(advisor, visit, office):
    client, url = client_of(office), reverse("claims:terms")
    day = clock.today().isoformat()
    wrong = client.post(url, {"draft": "", "valid_from": "いつか", "basis": "要綱第12条"})
    assert wrong.status_code == 422
    assert "要綱第12条" in body(wrong)
    client.post(url, {"draft": "", "valid_from": day, "basis": "要綱第12条", "withholds": "on"})
    number = str(PayTerms.objects.get().number)
    chief = client_of(make.official(Role.APPROVER))
    client.post(url, {"publish": number})
    assert PayTerms.objects.get().published_at is None
    chief.post(url, {"publish": number})
    assert PayTerms.objects.get().published_at is not None
    payee = {
        "payee": "",
        "payee-user_id": advisor.user_id,
        "payee-kind": "company",
        "payee-name": "合同会社現場",
        "payee-registration_no": "T1234567890123",
    }
    refused = client.post(url, payee)
    assert refused.status_code == 422
    assert "合同会社現場" in body(refused)
    client.post(url, {**payee, "payee-kind": "person"})
    assert Payee.objects.get().registration_no == "T1234567890123"


def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_lists_cost_the_same_with_many_rows(advisor, visit, office, case):
    make.submitted(advisor)
    first = Claim.objects.get()
    line = ClaimLine.objects.get()
    owner = subsidies.firm_actor(case.firm)
    make.accepted_last_month(advisor, case, owner, office, number=3)
    pages = [
        (client_of(office), reverse("claims:board")),
        (client_of(office), reverse("claims:claim", args=[first.public_id])),
        (client_of(office), reverse("exports:file", args=["fee-claims", "csv"])),
        (client_of(advisor), reverse("claims:mine")),
        (client_of(advisor), month_url()),
    ]
    before = [queries(client, url) for client, url in pages]
    for number in range(30):
        Claim.objects.create(
            ward_id=SUMIDA,
            advisor_id=advisor.user_id,
            advisor_name=advisor.name,
            month=make.last_month().replace(year=1990 + number),
            number=f"x{number}",
            submitted_at=clock.database_now(),
            status=states.SUBMITTED,
        )
        fix = Correction.objects.create(
            ward_id=SUMIDA, firm_id=line.firm_id, advisor_id=advisor.user_id, line=line,
            fee_yen=1, travel_yen=0, reason="端数", made_by_id=office.user_id,
        )  # fmt: skip
        line.pk, line.visit_id, line.correction, line.position = None, None, fix, number + 2
        line.save(force_insert=True)
        line = ClaimLine.objects.get(visit=visit)
    assert [queries(client, url) for client, url in pages] == before
