"""決裁資料: of one decision and of a run, complete, checkable and the same each time."""

import hashlib
import io
import json
import zipfile

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies.bulk import papers, services
from subsidies.models import Decision
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.bulk.test_pages import client_of
from tests.subsidies.bulk.test_runs import prepared, worked

pytestmark = pytest.mark.django_db

PAPERS = [
    "01_起案文.pdf",
    "02_算定.xlsx",
    "03_書類点検.xlsx",
    "04_支出負担行為.csv",
    "manifest.json",
]


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(pdf):
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def test_the_package_of_a_proposal_says_what_is_to_be_decided_and_why():
    application = make.make_proposed(amount_yen=400_000)
    official = make.official_actor()
    client = client_of(official)
    address = reverse("bulk:package", args=[application.receipt_no])
    assert address in client.get(f"/staff/applications/{application.receipt_no}/").content.decode()
    answer = client.get(address)
    found = opened(answer.content)
    assert list(found) == PAPERS
    decision = Decision.objects.select_related("prepared_by").get(application=application)
    shown = text_of(found["01_起案文.pdf"])
    for part in (application.receipt_no, "400,000円", decision.prepared_by.name, "決裁前"):
        assert part in shown, part
    sheet = openpyxl.load_workbook(io.BytesIO(found["02_算定.xlsx"])).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[4] for row in rows][-2:] == [499_000, 400_000]
    checks = openpyxl.load_workbook(io.BytesIO(found["03_書類点検.xlsx"])).active
    assert {row[3] for row in checks.iter_rows(min_row=2, values_only=True)} == {"適"}
    assert "400000" in found["04_支出負担行為.csv"].decode("utf-8-sig")
    manifest = json.loads(found["manifest.json"])
    assert {item["name"]: item["sha256"] for item in manifest["files"]} == {
        name: hashlib.sha256(found[name]).hexdigest() for name in PAPERS[:-1]
    }
    assert client.get(address).content == answer.content
    taken = AuditRow.objects.filter(action="bulk.package_taken")
    assert {row.detail["sha256"] for row in taken} == {hashlib.sha256(answer.content).hexdigest()}


def test_others_and_cases_without_a_proposal_have_no_package():
    early, proposed = make.make_submitted(), make.make_proposed()
    client = client_of(make.official_actor())
    assert client.get(reverse("bulk:package", args=[early.receipt_no])).status_code == 404
    assert client.get(reverse("bulk:package", args=["%00"])).status_code == 404
    other = client_of(make.official_actor(OTA))
    assert other.get(reverse("bulk:package", args=[proposed.receipt_no])).status_code == 404


def test_a_run_keeps_the_package_of_what_it_decided():
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    call = make.make_call()
    granted = make.make_proposed(call=call)
    refused = make.make_proposed(call=call, outcome="refuse")
    run = worked(approver, prepared(approver))
    with acting(approver):
        _stored, reader = services.open_file(actor=approver, public_id=run.public_id, which="zip")
        content = reader.read()
        again = papers.package_zip(papers.decisions_of(approver, [granted.pk, refused.pk]))
    assert content == again
    shown = text_of(opened(content)["01_起案文.pdf"])
    for application in (granted, refused):
        assert Decision.objects.get(application=application).document_no in shown
    spending = opened(content)["04_支出負担行為.csv"].decode("utf-8-sig")
    assert granted.receipt_no in spending
    assert refused.receipt_no not in spending
    page = client_of(approver).get(reverse("bulk:run", args=[run.public_id])).content.decode()
    assert "決裁資料（ZIP）を受け取る" in page
