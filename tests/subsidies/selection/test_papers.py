"""The papers of a selection: what they hold, that they are tagged, and that they can be checked."""

import csv
import hashlib
import io
import json
import zipfile

import openpyxl
import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import outbox
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import GuardFailed
from portal.letters.models import Letter
from portal.letters.services import difference
from programs.models import Firm
from subsidies.bulk import services as bulk
from subsidies.bulk.letters import LetterFilters
from subsidies.committee.models import RoundMember
from subsidies.models import Application, ApprovalLimit, Call
from subsidies.selection import services
from subsidies.selection.models import Selection
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


def test_an_approved_selections_papers_are_numbered_kept_and_come_out_the_same(client, call):
    run = Selection.objects.get(call=call)
    numbers = run.document_numbers
    assert set(numbers) == {"results", "list", "minutes"}
    assert len(set(numbers.values())) == 3
    event = OutboxEvent.objects.get(name="selection.approved")
    for _ in range(2):
        outbox.handle(event.pk, "selection.keep_papers")
    kept = {letter.kind: letter for letter in Letter.objects.filter(kind__startswith="selection_")}
    assert {kind: letter.document_no for kind, letter in kept.items()} == {
        "selection_results": numbers["results"],
        "selection_results_xlsx": numbers["results"],
        "selection_list": numbers["list"],
        "selection_minutes": numbers["minutes"],
    }
    for letter in kept.values():
        assert difference(letter) is None
        assert letter.firm_id is None
    # Whatever changes later, what is taken is what was approved.
    Firm.objects.all().update(name="別の名前")
    RoundMember.objects.update(is_chair=False)
    for name, kind in (
        ("results.pdf", "selection_results"),
        ("results.xlsx", "selection_results_xlsx"),
        ("list.pdf", "selection_list"),
        ("minutes.pdf", "selection_minutes"),
    ):
        content = fetch(client, call, name).content
        assert hashlib.sha256(content).hexdigest() == kept[kind].sha256, name
        if name.endswith(".pdf"):
            assert numbers[kind.removeprefix("selection_")] in words(content).replace("\n", "")
    rows = list(
        openpyxl.load_workbook(io.BytesIO(fetch(client, call, "results.xlsx").content)).active
    )
    assert {row[-1].value for row in rows[1:]} == {numbers["results"]}
    package = zipfile.ZipFile(io.BytesIO(fetch(client, call, "package.zip").content))
    listed = hashlib.sha256(package.read("07_採択者一覧.pdf")).hexdigest()
    assert listed == kept["selection_list"].sha256
    assert numbers["list"] in words(package.read("01_起案文.pdf")).replace("\n", "")
    page = client.get(f"/staff/selections/{call.pk}/").content.decode()
    assert all(number in page for number in numbers.values())
    letters = client.get("/staff/letters/?kind=selection_list").content.decode()
    assert "採択者一覧" in letters
    with pytest.raises(IntegrityError), transaction.atomic(), acting(make.SYSTEM):
        Selection.objects.filter(pk=run.pk).update(document_numbers={})


def test_a_workbook_among_the_letters_is_left_out_of_the_print_with_its_reason(official, call):
    services.papers_make(actor=make.SYSTEM, selection_id=Selection.objects.get(call=call).pk)
    with acting(official):
        run = bulk.letters_prepare(actor=official, filters=LetterFilters())
        left_out = run.items.get(outcome="excluded")
    assert left_out.letter.kind == "selection_results_xlsx"
    assert "Excel" in left_out.reason


def test_a_proposals_papers_have_no_number_and_keep_nothing(client, official):
    call = build.make_scored((5,)).call
    run = build.propose(call, actor=official)
    assert run.document_numbers == {}
    assert "採択者一覧" in words(fetch(client, call, "list.pdf").content)
    assert not Letter.objects.filter(kind__startswith="selection_").exists()


def test_above_the_limit_the_list_is_not_approved_and_the_refusal_says_who_may(client, official):
    call = build.make_scored((5, 4)).call
    run = build.propose(call, actor=official)
    low = make.official_actor(make.SUMIDA, Role.APPROVER)
    head = make.official_actor(make.SUMIDA, Role.APPROVER)
    names = dict(User.objects.values_list("pk", "name"))
    one = run.result["lines"][0]["amount_yen"]
    ApprovalLimit.objects.create(ward_id=make.SUMIDA, user_id=low.user_id, limit_yen=one)
    assert run.amount_yen > one
    sign_in(client, User.objects.get(pk=low.user_id))
    address = f"/staff/selections/runs/{run.pk}/approve/"
    page = client.get(address).content.decode()
    assert "この額は決裁できません" in page
    assert names[head.user_id] in page
    client.post(address, {"seen": run.sha256})
    run.refresh_from_db()
    assert (run.status, run.document_numbers) == ("proposed", {})
    denied = AuditRow.objects.get(action="selection.denied")
    assert f"専決の限度額（{one:,}円）" in denied.reason
    assert f"決裁できるのは、{names[head.user_id]}です" in denied.reason
    ApprovalLimit.objects.create(ward_id=make.SUMIDA, user_id=head.user_id, limit_yen=0)
    with pytest.raises(GuardFailed, match="決裁できる人が、ほかにいません"):
        build.approve(run, actor=low)
    ApprovalLimit.objects.filter(user_id=head.user_id).update(limit_yen=run.amount_yen)
    assert build.approve(run, actor=head).status == "approved"


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
