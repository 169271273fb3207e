"""The pages of a review, asked for one by one: what they show, to whom, and at what cost."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts.roles import Role
from portal.kernel.files import reasons
from portal.kernel.models import AuditRow
from subsidies.committee import states
from subsidies.committee.models import Assignment, Case, ReviewRound, ScoreSheet
from tests.factories import committee as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.support import hostile
from tests.support.people import client_of

pytestmark = pytest.mark.usefixtures("as_built")

# Five of them are those of every page: person, hats, menu.
CASE_QUERIES = 12


def page(client, name, *args, **kwargs):
    response = client.get(reverse(f"committee:{name}", args=args), **kwargs)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def typed(score=4, **changes):
    values = {f"score-{code}": str(score) for code in build.CODES}
    return {**values, "overall": "具体的な計画である。", "opinion": "yes", **changes}


@pytest.fixture(scope="module")
def opened(kept_database):
    return build.make_open(cases=2, per_case=2)


@pytest.fixture
def row(opened):
    return build.rows(opened)[0]


@pytest.fixture
def client(row):
    return client_of(build.actor_of(row))


def test_a_member_declares_scores_checks_and_submits(client, row):
    home = page(client, "home")
    assert "採点してください" in home
    response = client.get(reverse("committee:case", args=[row.pk]))
    assert response["Location"] == reverse("committee:declare", args=[row.pk])
    assert make.ANSWERS["problem"] not in page(client, "declare", row.pk)
    client.post(reverse("committee:declare", args=[row.pk]), {"relation": "none"})
    assert make.ANSWERS["problem"] in page(client, "case", row.pk)
    assert AuditRow.objects.filter(
        action="committee.case_viewed", actor_id=row.user_id, object_id=str(row.case_id)
    ).exists()
    case = reverse("committee:case", args=[row.pk])
    response = client.post(case, {**typed(), "opinion": "", "check": "", "revision": "0"})
    response = client.get(response["Location"], follow=True)
    assert "総合判定を選んでください。" in response.content.decode()
    response = client.post(case, {**typed(), "check": "", "revision": "1"}, follow=True)
    assert "80" in response.content.decode()  # of 100
    client.post(reverse("committee:sheet", args=[row.pk]))
    assert Assignment.objects.get(pk=row.pk).status == states.SUBMITTED
    assert "具体的な計画である。" in page(client, "sheet", row.pk)
    response = client.get(case)
    assert response["Location"] == reverse("committee:sheet", args=[row.pk])


def test_a_conflict_without_a_word_keeps_what_was_chosen(client, row):
    address = reverse("committee:declare", args=[row.pk])
    response = client.post(address, {"relation": "vendor", "text": ""})
    assert response.status_code == 422
    assert "どのような関係か、短く書いてください。" in response.content.decode()
    assert "checked" in response.content.decode()
    client.post(address, {"relation": "vendor", "text": "代理店をしている。"})
    assert Assignment.objects.get(pk=row.pk).status == states.RECUSED
    assert client.get(reverse("committee:case", args=[row.pk])).status_code == 302


def test_a_stale_tab_keeps_what_was_typed(client, row):
    build.declare(row)
    case = reverse("committee:case", args=[row.pk])
    client.post(case, {**typed(3), "revision": "0"})
    response = client.post(case, {**typed(5, overall="別の画面の講評"), "revision": "0"})
    assert response.status_code == 409
    assert "別の画面の講評" in response.content.decode()
    assert ScoreSheet.objects.get().scores["novelty"] == 3
    saved = client.post(reverse("committee:autosave", args=[row.pk]), {**typed(5), "revision": "1"})
    assert saved.json() == {"revision": 2}
    refused = client.post(
        reverse("committee:autosave", args=[row.pk]), {**typed(2), "revision": "1"}
    )
    assert refused.status_code == 409
    assert "ほかの画面" in refused.json()["message"]


@pytest.mark.parametrize("wrong", ["6", "-1", "4.5", "x", "9" * 30])
def test_a_score_off_the_scale_is_refused_with_its_name(client, row, wrong):
    build.declare(row)
    response = client.post(
        reverse("committee:case", args=[row.pk]), typed(**{"score-market": wrong})
    )
    assert response.status_code == 422
    assert "市場性" in response.content.decode()
    assert not ScoreSheet.objects.exists()


def test_others_cases_are_not_there(client, row, opened):
    other = next(item for item in build.rows(opened) if item.user_id != row.user_id)
    stranger = client_of(build.member_actor())
    far = client_of(build.member_actor(OTA))
    for name in ("case", "declare", "sheet", "reopen"):
        address = reverse(f"committee:{name}", args=[other.pk])
        assert client.get(address).status_code == 404, name
        mine = reverse(f"committee:{name}", args=[row.pk])
        assert stranger.get(mine).status_code == 404, name
        assert far.get(mine).status_code == 404, name
    assert far.get(reverse("committee:board", args=[opened.pk])).status_code == 404
    office = client_of(make.official_actor(OTA))
    for name in ("round", "terms", "results"):
        assert office.get(reverse(f"committee:{name}", args=[opened.pk])).status_code == 404


def test_a_file_goes_out_under_its_neutral_name_and_only_after_declaring(client, row):
    from tests.support.world_papers import put_bytes

    document = row.case.documents.first()
    put_bytes(document.stored_file)
    address = reverse("committee:document", args=[row.pk, document.pk])
    assert client.get(address).status_code == 404
    build.declare(row)
    response = client.get(address)
    assert response.status_code == 200
    assert "case01-" in response["Content-Disposition"]
    assert "見積" not in response["Content-Disposition"]
    assert AuditRow.objects.filter(action="file.downloaded", actor_id=row.user_id).exists()


def test_a_blind_review_names_nobody_on_any_page():
    call = build.make_call()
    build.make_reviewing(call, firm=make.make_firm(name="株式会社かなりあ精機"))
    blind = build.make_open(call=call, cases=0, is_blind=True)
    row = build.rows(blind)[0]
    client = client_of(build.actor_of(row))
    texts = [page(client, "home"), page(client, "declare", row.pk)]
    build.declare(row)
    texts += [page(client, "case", row.pk), page(client, "board", blind.pk)]
    workbook = client.get(reverse("committee:own_workbook", args=[blind.pk])).content
    cells = load_workbook(io.BytesIO(workbook)).active.iter_rows(values_only=True)
    texts.append(str(list(cells)))
    for text in texts:
        assert "かなりあ" not in text
        assert row.case.application.receipt_no not in text


def test_the_office_prepares_opens_and_closes_a_review():
    call = build.make_call()
    build.make_reviewing(call)
    people = [build.member_actor() for _ in range(2)]
    office = client_of(make.official_actor())
    assert "審査を作る" in page(office, "reviews")
    form = {"due_on": "令和8年12月10日", "per_case": "２"}
    response = office.post(reverse("committee:create", args=[call.pk]), form)
    round_ = ReviewRound.objects.get(call=call)
    assert response["Location"] == reverse("committee:round", args=[round_.pk])
    for person in people:
        data = {
            "user": person.user_id,
            "vendors": "",
            "is_chair": "on" if person is people[0] else "",
        }
        office.post(reverse("committee:member", args=[round_.pk]), data)
    act = reverse("committee:act", args=[round_.pk])
    office.post(act, {"draw": ""})
    assert "始めると" in page(office, "round", round_.pk)
    office.post(act, {"open": ""})
    for row in build.rows(ReviewRound.objects.get(call=call)):
        build.score(row, 3 + (row.member.number == 1))
    text = page(office, "round", round_.pk)
    assert "70" in text
    assert "ならした点（参考）" in text
    office.post(act, {"close": ""})
    assert ReviewRound.objects.get(call=call).status == states.CLOSED


def test_the_office_sees_progress_but_no_score_before_the_end(opened, row):
    build.score(row, 5, overall="秘密の講評")
    office = client_of(make.official_actor())
    text = page(office, "round", opened.pk)
    assert "提出済" in text
    assert "秘密の講評" not in text
    assert "採点の結果" not in text
    assert office.get(reverse("committee:results", args=[opened.pk])).status_code == 404


def test_by_hand_with_a_reason(opened, row):
    office = client_of(make.official_actor())
    case = Case.objects.get(pk=row.case_id)
    assert "規則による割当て" in page(office, "office_case", case.pk)
    spare = opened.members.exclude(assignments__case=case).get()
    address = reverse("committee:assign", args=[case.pk])
    assert office.post(address, {"member": spare.pk, "reason": ""}).status_code == 422
    office.post(address, {"member": spare.pk, "reason": "分野が合う。"})
    assert case.assignments.get(member=spare).basis == Assignment.Basis.MANUAL
    address = reverse("committee:change", args=[row.pk, "exclude"])
    office.post(address, {"reason": "体調不良。"})
    assert Assignment.objects.get(pk=row.pk).status == states.EXCLUDED
    office.post(reverse("committee:change", args=[row.pk, "reinstate"]), {"reason": "復帰。"})
    assert Assignment.objects.get(pk=row.pk).status == states.ASSIGNED


def test_the_chair_gives_a_sheet_back(opened):
    rows = build.rows(opened)
    row = next(item for item in rows if item.member.number != 1)
    chair = client_of(build.actor_of(next(item for item in rows if item.member.number == 1)))
    build.score(row)
    assert "差し戻す" in page(chair, "board", opened.pk)
    address = reverse("committee:reopen", args=[row.pk])
    assert chair.post(address, {"reason": ""}).status_code == 422
    chair.post(address, {"reason": "取り違え。"})
    assert Assignment.objects.get(pk=row.pk).status == states.DRAFT


def test_members_read_each_other_once_all_have_submitted(opened):
    rows = build.rows(opened)
    for row in rows:
        build.score(row, overall=f"講評その{row.member.number}")
    row = rows[0]
    text = page(client_of(build.actor_of(row)), "board", opened.pk)
    partner = next(item for item in rows if item.case_id == row.case_id and item != row)
    assert f"講評その{partner.member.number}" in text
    assert partner.user.name in text


def filled(client, opened, change):
    content = client.get(reverse("committee:own_workbook", args=[opened.pk])).content
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    codes = {cell.value: cell.column for cell in sheet[1]}
    change(sheet, codes)
    stream = io.BytesIO()
    book.save(stream)
    upload = SimpleUploadedFile("s.xlsx", stream.getvalue())
    return client.post(reverse("committee:own_sheets", args=[opened.pk]), {"file": upload})


def test_scores_come_back_from_excel_as_drafts(client, opened, row):
    build.declare(row)

    def change(sheet, codes):
        for code in build.CODES:
            sheet.cell(3, codes[f"score-{code}"], "３")
        sheet.cell(3, codes["comment-novelty"], "=1+1 と書いた所見")
        sheet.cell(3, codes["comment-novelty"]).data_type = "s"
        sheet.cell(3, codes["opinion"], "条件付きで推薦する")
        sheet.cell(3, codes["overall"], "紙で採点した。")

    response = filled(client, opened, change)
    assert response.status_code == 302, response.content.decode()
    sheet = ScoreSheet.objects.get(assignment=row)
    assert set(sheet.scores.values()) == {3}
    assert (sheet.opinion, sheet.overall) == ("conditions", "紙で採点した。")
    assert sheet.comments["novelty"].startswith("=1+1")
    again = client.get(reverse("committee:own_workbook", args=[opened.pk])).content
    values = [cell for line in load_workbook(io.BytesIO(again)).active.iter_rows() for cell in line]
    assert all(cell.data_type != "f" for cell in values)


def test_a_workbook_with_a_mistake_names_the_cell_and_stores_nothing(client, opened, row):
    build.declare(row)

    def change(sheet, codes):
        sheet.cell(3, codes["score-novelty"], 4)
        sheet.cell(3, codes["score-market"], 9)
        sheet.cell(3, codes["opinion"], "たぶん")
        sheet.cell(4, codes["case"], 77)

    response = filled(client, opened, change)
    assert response.status_code == 422
    text = response.content.decode()
    for cell in ("セルG3", "セルM3", "セルA4"):
        assert cell in text, text
    assert not ScoreSheet.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 not a workbook", b"a,b\n1,2\n"])
def test_what_is_no_workbook_is_refused_in_words(client, opened, raw):
    upload = SimpleUploadedFile("s.xlsx", raw)
    response = client.post(reverse("committee:own_sheets", args=[opened.pk]), {"file": upload})
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("name", "make_bytes", "code"),
    [pytest.param(name, data, code, id=case) for case, name, data, code in hostile.FILES],
)
def test_a_hostile_file_is_no_score_sheet_and_leaves_a_trace(
    client, opened, row, name, make_bytes, code
):
    upload = SimpleUploadedFile(name, make_bytes())
    response = client.post(reverse("committee:own_sheets", args=[opened.pk]), {"file": upload})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'aria-invalid="true"' in page
    if code and name.endswith(".xlsx"):
        assert reasons.message(code) in page
        trace = AuditRow.objects.get(action="committee.sheets_refused")
        assert (trace.actor_id, trace.reason) == (row.user_id, code)
    assert not ScoreSheet.objects.exists()


def test_results_go_out_as_excel(opened):
    for row in build.rows(opened):
        build.score(row, overall="=HYPERLINK(1)")
    office = client_of(make.official_actor(make.SUMIDA, Role.APPROVER))
    response = office.get(reverse("committee:results", args=[opened.pk]))
    book = load_workbook(io.BytesIO(response.content))
    assert book["審査票"].max_row == 5
    assert book["平均"]["C2"].value == 80
    assert all(cell.data_type != "f" for line in book["審査票"].iter_rows() for cell in line)


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    # Opening the transaction and naming the actor are no reads.
    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    return sum(not query["sql"].startswith(frame) for query in captured.captured_queries)


def test_pages_cost_the_same_however_many_cases_there_are():
    office = client_of(make.official_actor())
    found = []
    for cases in (1, 4):
        opened = build.make_open(cases=cases, per_case=2)
        rows = build.rows(opened)
        for row in rows:
            build.declare(row)
        client = client_of(build.actor_of(rows[0]))
        found.append(
            [
                queries(client, reverse("committee:home")),
                queries(client, reverse("committee:case", args=[rows[0].pk])),
                queries(client, reverse("committee:board", args=[opened.pk])),
                queries(office, reverse("committee:round", args=[opened.pk])),
            ]
        )
    assert found[0] == found[1], found
    assert found[0][1] <= CASE_QUERIES
