"""The papers of a selection: what they hold, that they are tagged, and that they can be checked."""

import csv
import hashlib
import io
import json
import zipfile

import openpyxl
import pypdf
import pytest
from django.test import Client

from portal.accounts.models import User
from portal.kernel import outbox
from portal.kernel.files import storage
from portal.kernel.models import AuditRow, OutboxEvent
from portal.letters.models import Letter
from portal.letters.services import difference
from subsidies.models import Application, Call
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def official(client: Client):
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


@pytest.fixture
def call(official):
    call = build.make_scored((5, 4, 1)).call
    first = Application.objects.filter(call=call).order_by("submitted_at").first()
    build.graduate(first.firm)
    Application.objects.filter(pk=first.pk).update(firm_name="=HYPERLINK(1)")
    build.keep_minutes(call, actor=official)
    build.approve(build.propose(call, actor=official))
    return call


def fetch(client, call, name):
    return client.get(f"/staff/selections/{call.pk}/papers/{name}")


def words(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_the_list_of_results_as_a_workbook_is_neutral(client, call):
    answer = fetch(client, call, "results.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0][:5] == ("順位", "受付番号", "申請者", "事業名", "結果")
    assert rows[1][2] == "'=HYPERLINK(1)"
    assert [row[4] for row in rows[1:]] == ["採択", "採択", "不採択"]
    assert rows[1][9] == "加点 5: DX道場 第3期 修了 2026-09-12"
    assert AuditRow.objects.filter(action="selection.results_exported").count() == 1


def test_the_pdfs_are_tagged_and_say_who_was_there(client, call):
    for name, expected in (("results.pdf", "審査結果一覧"), ("minutes.pdf", "定足数")):
        content = fetch(client, call, name).content
        assert expected in words(content)
        root = pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
    assert "委員長" in words(fetch(client, call, "minutes.pdf").content)


def test_the_package_can_be_checked_against_its_manifest_and_is_made_the_same_again(client, call):
    answer = fetch(client, call, "package.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    listed = json.loads(archive.read("manifest.json"))
    assert {item["name"] for item in listed["files"]} == set(archive.namelist()) - {"manifest.json"}
    for item in listed["files"]:
        assert hashlib.sha256(archive.read(item["name"])).hexdigest() == item["sha256"]
    rows = list(
        csv.DictReader(io.StringIO(archive.read("05_支出負担行為.csv").decode("utf-8-sig")))
    )
    assert len(rows) == 2
    assert len(rows[0]["法人番号"]) == 13
    assert rows[0]["金額（円）"].isdigit()
    assert fetch(client, call, "package.zip").content == answer.content
    assert AuditRow.objects.filter(action="selection.package_taken").count() == 2


def test_what_is_not_there_is_not_found(client, official):
    call = build.make_scored((5,)).call
    assert fetch(client, call, "results.pdf").status_code == 404
    build.propose(call, actor=official)
    assert fetch(client, call, "minutes.pdf").status_code == 404
    assert fetch(client, call, "other.pdf").status_code == 404


def test_each_firm_has_its_result_in_a_letter_of_its_own_made_once(client):
    rules = {"appeal_text": "不服があるときは、窓口へ申し出てください。"}
    call = build.make_scored((5, 4, 1), rules=rules).call
    wanted = Application.objects.filter(call=call).first().requested_yen
    Call.objects.filter(pk=call.pk).update(budget_yen=wanted + 1)
    build.approve(build.propose(call))
    event = OutboxEvent.objects.get(name="selection.approved")
    for _ in range(2):
        outbox.handle(event.pk, "selection.notice_approved")
    letters = {letter.kind: letter for letter in Letter.objects.exclude(kind="receipt")}
    assert letters.keys() == {"selected", "waiting", "not_selected"}
    assert len({letter.document_no for letter in letters.values()} - {""}) == 3
    said = {kind: text_of(letter) for kind, letter in letters.items()}
    assert "採択通知書" in said["selected"]
    assert f"{wanted:,}円" in said["selected"]
    assert "この通知は交付の決定ではありません" in said["selected"]
    assert "補欠の順位2" in said["waiting"]
    assert "最低合計点60点" in said["not_selected"]
    assert [kind for kind, text in said.items() if "不服がある" in text] == ["not_selected"]
    for letter in letters.values():
        assert difference(letter) is None
    application = Application.objects.get(receipt_no=letters["selected"].case_no)
    sign_in(client, User.objects.get(pk=make.firm_actor(application.firm).user_id))
    page = client.get(f"/apply/{application.public_id}/result/").content.decode()
    assert f"/files/{letters['selected'].stored_file_id}/" in page
    assert letters["selected"].document_no in page


def test_a_ward_may_send_a_result_without_a_number():
    forms = {"selected": {"number": "別記1", "title": "採択のお知らせ", "numbered": False}}
    call = build.make_scored((5,), rules={"forms": forms}).call
    build.approve(build.propose(call))
    event = OutboxEvent.objects.get(name="selection.approved")
    outbox.handle(event.pk, "selection.notice_approved")
    letter = Letter.objects.get(kind="selected")
    assert letter.document_no == ""
    assert "採択のお知らせ" in text_of(letter)


def text_of(letter):
    with storage.private().open(letter.stored_file.storage_key) as stream:
        return words(stream.read()).replace("\n", "").replace(" ", "")
