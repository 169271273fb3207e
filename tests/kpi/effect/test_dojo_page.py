"""The question on the Dojo: numbers that a spreadsheet can add, one name for one group, what is drawn."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from kpi.effect.rules.beside import may_tell_shares
from kpi.effect.rules.study import Follower
from kpi.effect.services import results
from portal.accounts.roles import Role
from tests.support.people import assign, make_person, sign_in
from tests.support.world_effect import make_evaluation

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    sign_in(client, assign(make_person("policy@example.jp", name="政策 花子"), Role.POLICY))
    return client


def firms(n, first, is_user, before, after):
    return [Follower(first + at, is_user, "5", at < before, at < after) for at in range(n)]


@pytest.fixture
def row():
    """Applications fell among the users (44 of 116 to 30) and rose among the others (8 of 32 to 16)."""

    rows = firms(116, 0, True, 44, 30) + firms(32, 200, False, 8, 16)
    return make_evaluation(
        question="dojo", result=results.followed(results.Question.DOJO, rows).result
    )


def lines(reader, row):
    answer = reader.get(reverse("effect:file", args=[row.public_id, "csv"]))
    return [line[:7] for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))][1:]


def test_numbers_of_the_file_are_numbers(reader, row):
    found = lines(reader, row)
    (estimate,) = [line for line in found if line[0] == "推定"]
    assert estimate[1] == "本推計"
    assert float(estimate[2]) == pytest.approx(row.result["points"]["value"], abs=0.005)
    assert float(estimate[2]) < 0
    assert not any(cell.startswith(("'", "−")) for line in found for cell in line)
    book = reader.get(reverse("effect:file", args=[row.public_id, "xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    (cells,) = [cells for cells in sheet.iter_rows() if cells[0].value == "推定"]
    assert {cell.data_type for cell in cells[2:7]} == {"n"}
    assert cells[2].value < 0


def test_the_file_has_the_table_of_applications_and_no_line_that_says_nothing(reader, row):
    row.result["verdict"] |= {"more": 33}
    row.save()
    found = lines(reader, row)
    counts = {line[1]: line[6] for line in found if line[0] == "申請した企業の数"}
    assert counts == {
        "利用企業 比べた企業": "116",
        "利用企業 前の1年に申請した企業": "44",
        "利用企業 後の1年に申請した企業": "30",
        "希望したが受けなかった企業 比べた企業": "32",
        "希望したが受けなかった企業 前の1年に申請した企業": "8",
        "希望したが受けなかった企業 後の1年に申請した企業": "16",
    }
    assert [line[6] for line in found if line[0].startswith("判定するのに")] == ["33"]
    kinds = {line[0] for line in found}
    assert not kinds & {"開始年", "利用からの年数", "目標を見つけるのに要る企業"}


def test_the_page_gives_a_group_one_name_and_calls_a_fall_no_rise(reader, row):
    answer = reader.get(reverse("effect:evaluation", args=[row.public_id]))
    text = answer.content.decode()
    assert "希望したが受けなかった企業" in dict(answer.context["page"].flow)
    for other in ("まだ利用していない企業", "支援を受けた企業", "ほかの企業", "高まった分"):
        assert other not in text
    caption = answer.context["page"].forest.caption
    assert caption.title.startswith("受けた企業と受けなかった企業の変化の差は−")
    assert "破線" not in caption.note


def test_a_difference_that_is_not_to_be_believed_has_raised_nothing(reader):
    rows = firms(60, 0, True, 20, 24) + firms(60, 200, False, 34, 24)
    row = make_evaluation(
        question="lab", result=results.followed(results.Question.LAB, rows).result
    )
    answer = reader.get(reverse("effect:evaluation", args=[row.public_id]))
    assert answer.context["page"].forest.caption.title.startswith(
        "受けた企業と受けなかった企業の変化の差は+"
    )
    assert "高まった分" not in answer.content.decode()


def test_one_or_two_firms_are_told_by_no_count_beside_theirs(reader):
    rows = firms(40, 0, True, 2, 20) + firms(40, 200, False, 6, 10)
    row = make_evaluation(
        question="lab", result=results.followed(results.Question.LAB, rows).result
    )
    counts = {line[1]: line[6] for line in lines(reader, row) if line[0] == "申請した企業の数"}
    assert [counts[name] for name in counts if "比べた企業" not in name] == ["非公表"] * 4
    answer = reader.get(reverse("effect:evaluation", args=[row.public_id]))
    assert [share[1:] for share in answer.context["page"].shares] == [
        ("40", "非公表", "非公表")
    ] * 2
    assert "before" not in {line["name"] for line in row.result["balance"]}
    # All but one tell on the one.
    assert not may_tell_shares([{"n": 40, "before": 39, "after": 20}])
    assert may_tell_shares([{"n": 40, "before": 0, "after": 40}])


def test_a_question_with_a_target_explains_its_line(reader):
    caption = (
        reader.get(reverse("effect:evaluation", args=[make_evaluation().public_id]))
        .context["page"]
        .forest.caption
    )
    assert "破線は目標" in caption.note
    assert caption.title.startswith("支援で高まった分は+")
