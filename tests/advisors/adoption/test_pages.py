"""The pages as forms without JavaScript: what is refused stays typed, lists cost the same, no names leak."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisors.adoption.models import Review, Tool, WeekFigures
from advisors.adoption.rules import weeks as rules
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.models import AuditRow
from portal.ui.markup import due_html
from tests.factories import adoption as build
from tests.factories import advisors
from tests.factories import subsidies as make
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"adoption:{name}", args=args)


def text_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_first_tool_to_the_review(owner, case):
    client = client_of(owner)
    assert "最初のツールを記録する" in text_of(client, at("mine"))
    first = build.started(13)
    typed = {
        "name": "工場クラウド",
        "work": "日報",
        "started_on": f"{first.year}年{first.month}月{first.day}日",
        "people": "１０人",
        "key_users": "日勤の班長\n夜勤の班長",
        "prepared": ["visible"],
    }
    refused = client.post(at("start", case.public_id), typed)
    assert refused.status_code == 422
    assert "日勤の班長" in refused.content.decode()
    made = client.post(at("start", case.public_id), {**typed, "people": "１０"})
    tool = Tool.objects.get()
    assert made["Location"] == at("tool", tool.public_id)
    page = text_of(client, made["Location"])
    assert "記録のない週が13週あります" in page
    last = rules.last_week(clock.today())
    week = {"week": last.isoformat(), "logged_in": "7", "entered": "60", "expected": "50"}
    refused = client.post(at("week", tool.public_id), week)
    assert refused.status_code == 422
    assert "取り違えていないか" in refused.content.decode()
    client.post(at("week", tool.public_id), {**week, "expected": "80", "errors_": "３"})
    row = WeekFigures.objects.get()
    assert (row.week, row.entered, row.errors) == (last, 60, 3)
    assert "3か月の振り返りをする" not in text_of(client, at("tool", tool.public_id))
    table = build.lines(build.FLASH[:12], first=first)
    client.post(at("table", tool.public_id), {"pasted": table})
    page = text_of(client, at("tool", tool.public_id))
    assert "一過性型の疑いがあります" in page
    assert "直近4週の利用率は" in page
    assert "3か月の振り返りをする" in page
    given = {"held_on": clock.today().isoformat(), "voices": "夜勤は遠い", "decisions": ""}
    url = at("review", tool.public_id, 3)
    assert "夜勤は遠い" in client.post(url, given).content.decode()
    soon = (clock.today() + dt.timedelta(days=90)).isoformat()
    client.post(url, {**given, "decisions": "端末を置く", "next_on": soon})
    assert Review.objects.get().decisions == "端末を置く"
    assert "端末を置く" in text_of(client, at("tool", tool.public_id))


def test_the_advisors_first_page_lists_reviews_whose_time_has_come(advisor, owner, case):
    address = reverse("advisors:today")
    build.make_tool(owner, case, weeks=2)
    assert "振り返りを記録する" not in text_of(client_of(advisor), address)
    late = build.make_tool(owner, case, weeks=20)
    early = build.make_tool(owner, case, weeks=30)
    page = text_of(client_of(advisor), address)
    first, second = (
        page.index(f"3か月の振り返りを記録する（{tool.name}）") for tool in (early, late)
    )
    assert first < second
    assert at("review", early.public_id, 3) in page
    assert due_html(rules.months_on(early.started_on, 3), today=clock.today()) in page


def test_a_recorded_week_is_replaced_only_with_a_tick_and_may_be_taken_back(advisor, tool):
    build.fill(advisor, tool, (30, 40))
    client = client_of(advisor)
    week = rules.monday(tool.started_on).isoformat()
    url = at("week", tool.public_id)
    page = text_of(client, f"{url}?week={week}")
    assert "この週の数字を消す" in page
    assert AuditRow.objects.filter(action="adoption.viewed", actor_id=advisor.user_id).exists()
    answer = client.post(url, {"week": week, "logged_in": "9"})
    assert answer.status_code == 422
    assert "もう記録されています" in answer.content.decode()
    assert AuditRow.objects.get(action="advisors.refused").detail["act"] == "week_save"
    assert client.post(url, {"week": week, "logged_in": "9", "replace": "on"}).status_code == 302
    assert WeekFigures.objects.get(week=week).logged_in == 9
    client.post(url, {"remove": week})
    assert WeekFigures.objects.count() == 1
    assert client.post(url, {"remove": "2020-01-06"}).status_code == 404


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_file_of_any_spreadsheet_is_read_and_a_refused_one_comes_back_as_text(
    encoding, owner, tool
):
    client = client_of(owner)
    url = at("table", tool.public_id)
    text = build.lines((30, 40), first=rules.monday(tool.started_on))

    def send(content: str):
        file = SimpleUploadedFile("週.csv", content.encode(encoding), content_type="text/csv")
        return client.post(url, {"file": file})

    answer = send(text.replace(",4,", ",四,"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "「四」は0以上の整数" in page
    assert "3行目" in page
    assert ",四,40,100,5" in page  # in the field, to be mended
    assert not WeekFigures.objects.exists()
    assert send(text).status_code == 302
    assert WeekFigures.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "CSVとして読めません"),
        (b"x" * 70_000, "大きすぎます"),
        (b"", "空"),
    ],
)
def test_what_is_no_table(content, told, owner, tool):
    file = SimpleUploadedFile("週.csv", content)
    answer = client_of(owner).post(at("table", tool.public_id), {"file": file})
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_the_own_file_goes_back_in_unchanged(owner, tool):
    build.fill(owner, tool, build.GOOD[:5])
    client = client_of(owner)
    text = client.get(at("weeks_csv", tool.public_id)).content.decode()
    assert len(text.splitlines()) == 15
    client.post(at("table", tool.public_id), {"pasted": text})
    assert AuditRow.objects.filter(action="adoption.weeks_imported").order_by("-pk")[0].detail == {
        "new": 0,
        "replaced": 0,
        "same": 5,
    }


def test_a_stale_tab_is_told_and_keeps_its_text(owner, tool):
    client = client_of(owner)
    url = at("edit", tool.public_id)
    typed = {
        "name": "新しい名前",
        "work": "日報",
        "started_on": tool.started_on.isoformat(),
        "people": "10",
        "revision": "0",
    }
    answer = client.post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ほかの画面で" in page
    assert "新しい名前" in page
    assert 'value="1"' in page  # the next save is one with open eyes
    assert client.post(url, {**typed, "revision": "1"}).status_code == 302


def test_the_ward_reads_with_an_audit_row_and_writes_nothing(office, owner, tool, case):
    build.fill(owner, tool, build.FLASH)
    client = client_of(office)
    page = text_of(client, at("tool", tool.public_id))
    assert "週の数字を記録する" not in page
    assert AuditRow.objects.filter(action="adoption.viewed", actor_id=office.user_id).exists()
    assert client.get(at("week", tool.public_id)).status_code == 404
    assert "手当てが要る" in text_of(client, at("case", case.public_id))
    board = text_of(client, f"{at('list')}?view=red")
    assert tool.name in board
    assert tool.name not in text_of(client, f"{at('list')}?view=green")
    lines = (
        b"".join(
            client.get(reverse("exports:file", args=["adoption-tools", "csv"])).streaming_content
        )
        .decode()
        .splitlines()
    )
    assert len(lines) == 2
    assert "一過性型" in lines[1]


def test_a_gap_is_told_and_a_long_one_is_asked_for_no_more(owner, case):
    client = client_of(owner)
    old = build.make_tool(owner, case, weeks=30)
    build.fill(owner, old, build.GOOD)
    page = text_of(client, at("mine"))
    assert "2か月以上、記録なし" in page
    assert "数字を記録する" not in page
    late = build.make_tool(owner, case, weeks=3)
    build.fill(owner, late, (30, 40))
    page = text_of(client, at("mine"))
    assert "先週の記録なし" in page
    assert f"「{late.name}」の週の数字を記録する" in page


def test_a_due_review_comes_next_and_then_the_day_of_the_next_week(owner, case):
    client = client_of(owner)
    row = build.make_tool(owner, case, weeks=13)
    build.fill(owner, row, build.GOOD[:13])
    page = text_of(client, at("mine"))
    assert f"「{row.name}」の3か月の振り返りをする" in page
    mine = client.get(reverse("desk:my")).context["todos"]
    due = {todo.what: todo.until for todo in mine}["3か月の振り返りをする"]
    assert due is not None
    assert due <= clock.today()
    assert mine[0].until == due
    build.review(owner, row)
    page = text_of(client, at("mine"))
    assert "いま記録するものはありません" in page
    assert "3か月の振り返りをする" not in text_of(client, reverse("desk:my"))


def test_links_lead_to_the_tools_for_those_who_read_them(office, owner, advisor, pair, case):
    case.members.filter(user_id=pair[1][0].user_id).update(until=clock.today())
    address = at("case", case.public_id)
    for actor, page, shown in (
        (owner, "support", True),
        (office, "engagement", True),
        (advisor, "case", True),
        (pair[1][0], "case", False),
    ):
        client = client_of(actor)
        text = text_of(client, reverse(f"advisors:{page}", args=[case.public_id]))
        assert (address in text) == shown
        assert client.get(address).status_code == (200 if shown else 404)


def test_policy_staff_see_shares_and_a_median_but_no_firm(office, pair, client):
    policy = client_of(assign(make_person("policy@example.jp"), Role.POLICY).pk)
    firms = []
    for _number in range(3):
        case = advisors.engage(office, pair[0][1], pair[1][1])
        firms.append(case.firm_name)
        owner = make.firm_actor(case.firm)
        tool = build.make_tool(owner, case, weeks=14)
        build.fill(owner, tool, build.GOOD)
        # All began in this fiscal year, whatever today is.
        start = Tool.objects.get(pk=tool.pk).started_on
        if len(firms) == 2:
            page = text_of(policy, f"{at('wards')}?year={clock.fiscal_year(start)}")
            assert "非公表" in page
            assert "割合を示せる数のツールがまだありません" in page
    url = f"{at('wards')}?year={clock.fiscal_year(start)}&ward=13107"
    page = text_of(policy, url)
    assert "100%が目標（利用率70%）に届いています" in page
    assert not any(name in page for name in firms)
    lines = policy.get(at("wards_csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 23 + 1
    assert policy.get(at("list")).status_code == 404
    assert policy.get(at("tool", Tool.objects.first().public_id)).status_code == 404


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_lists_cost_the_same_with_many_rows(owner, advisor, office, tool, case):
    build.fill(owner, tool, build.GOOD[:5])
    pages = [
        (client_of(owner), at("mine")),
        (client_of(owner), at("case", case.public_id)),
        (client_of(owner), at("tool", tool.public_id)),
        (client_of(advisor), at("mine")),
        (client_of(advisor), reverse("advisors:today")),
        (client_of(office), at("list")),
        (client_of(office), at("wards")),
    ]
    before = [queries(client, url) for client, url in pages]
    for _number in range(6):
        other = build.make_tool(owner, case)
        build.fill(owner, other, build.GOOD)
    build.fill(owner, tool, build.GOOD)
    build.review(owner, tool)
    assert [queries(client, url) for client, url in pages] == before
