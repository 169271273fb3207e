"""The pages as forms without JavaScript: what is refused stays typed, lists cost the same."""

import io
import uuid

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisors import services
from advisors.models import Engagement, SupportRequest, Visit
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.advisors.test_services import picture
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return make.official_actor()


@pytest.fixture
def team():
    return build.make_advisor(sides=("it",)), build.make_advisor(sides=("floor",))


@pytest.fixture
def case(office, team) -> Engagement:
    return build.engage(office, team[0][1], team[1][1], days=60)


def typed(**changes: str) -> dict[str, str]:
    day = clock.to_date(build.at(1))
    values = {
        "key": str(uuid.uuid4()),
        "day": day.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "way": "onsite",
        "note": "工程を一緒に書き出した。",
        "side1": "firm",
        "what1": "日報の項目を決める",
        "owner1": "",
        "due1": "令和9年1月15日",
    }
    return {**values, **changes}


def test_a_record_without_javascript(case, team):
    client = client_of(team[0][0])
    url = reverse("advisors:record", args=[case.public_id])
    values = typed(ends="９：００", barriers="C-1")
    page = client.post(url, values)
    assert page.status_code == 422
    text = page.content.decode()
    assert "終了は開始より後の時刻にしてください。" in text
    assert "工程を一緒に書き出した。" in text
    assert "日報の項目を決める" in text
    assert values["key"] in text  # the same key goes again
    assert not Visit.objects.exists()
    done = client.post(url, {**values, "ends": "12:00"})
    visit = Visit.objects.get()
    assert done.status_code == 302
    assert done["Location"] == reverse("advisors:visit", args=[visit.public_id])
    assert (visit.barriers, visit.actions.get().owner) == (["C-1"], "企業の側")
    again = client.post(url, {**values, "ends": "12:00"})
    assert again["Location"] == done["Location"]
    assert Visit.objects.count() == 1


def test_the_script_is_told_in_words_what_to_mend(case, team):
    client = client_of(team[0][0])
    url = reverse("advisors:record", args=[case.public_id])
    answer = client.post(url, typed(note="", due1=""), headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert any("見たこと・話したこと" in text for text in errors)
    assert any("次の約束1の期日" in text for text in errors)
    answer = client.post(url, typed(), headers={"X-Requested-With": "fetch"})
    assert answer.json()["url"] == reverse("advisors:visit", args=[Visit.objects.get().public_id])


def test_the_request_page_shows_every_reason_and_keeps_the_choice(office, team):
    tied = build.make_advisor(name="山本 利害", sides=("it",), vendors=("工場クラウド",))[1]
    other = build.make_advisor(name="佐々木 次", sides=("it",), qualifications=(), fields=())[1]
    row = build.make_taken(build.make_firm(), office, vendors=("工場クラウド",))
    client = client_of(office)
    url = reverse("advisors:request", args=[row.public_id])
    text = client.get(url).content.decode()
    assert "利害関係：企業が検討している" in text
    assert f'value="{tied.pk}"' not in text
    assert "得意な分野：生産計画・工程の進み具合（+3点）" in text
    values = {
        "engage": "",
        "starts_on": clock.today().isoformat(),
        "it": other.pk,
        "floor": team[1][1].pk,
        "reason": "",
    }
    page = client.post(url, values)
    assert page.status_code == 422
    assert "その理由を入力してください" in page.content.decode()
    done = client.post(url, {**values, "reason": "前に支援した人を企業が望んだため。"})
    made = Engagement.objects.get()
    assert done["Location"] == reverse("advisors:engagement", args=[made.public_id])
    late = client.post(url, values)
    assert late.status_code == 302
    assert "ほかの職員がもう決めています" in client.get(url).content.decode()


def test_an_official_asks_for_a_firm(office):
    firm = build.make_firm(name="株式会社電話依頼")
    client = client_of(office)
    url = reverse("advisors:ask_for")
    values = {"trouble": "紙の日報", "wish": "早く集計", "times": "火曜", "languages": ["ja"]}
    page = client.post(url, {**values, "firm": "ない会社"})
    assert page.status_code == 422
    assert "区の名簿にありません" in page.content.decode()
    client.post(url, {**values, "firm": firm.corporate_number})
    row = SupportRequest.objects.get()
    assert (row.firm, row.by_office, row.sent_by_id) == (firm, True, office.user_id)


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_lists_cost_the_same_with_many_rows(case, team, office):
    build.visit(team[0][0], case, days_ago=30)
    extra = build.make_firm()
    build.ask(extra)
    owner = make.firm_actor(case.firm)
    pages = [
        (client_of(office), reverse("advisors:board")),
        (client_of(office), f"{reverse('advisors:board')}?tab=running"),
        (client_of(office), f"{reverse('advisors:board')}?tab=visits"),
        (client_of(office), reverse("advisors:registry")),
        (client_of(office), reverse("advisors:barriers")),
        (client_of(office), reverse("exports:file", args=["engagements", "csv"])),
        (client_of(team[0][0]), reverse("advisors:today")),
        (client_of(team[0][0]), reverse("advisors:case", args=[case.public_id])),
        (client_of(owner), reverse("advisors:support", args=[case.public_id])),
    ]
    before = [queries(client, url) for client, url in pages]
    for number in range(6):
        build.ask(build.make_firm())
        build.visit(team[0][0], case, days_ago=number + 1)
        build.engage(office, team[0][1], team[1][1])
        with acting(team[0][0]):
            services.visit_plan(
                actor=team[0][0],
                engagement_id=case.pk,
                starts_at=build.at(-1 - number, 10),
                ends_at=build.at(-1 - number, 12),
            )
    assert [queries(client, url) for client, url in pages] == before


def test_a_photo_is_open_to_firm_team_and_ward_alone(case, team, office):
    row = build.visit(team[0][0], case)
    with acting(team[0][0]):
        photo = services.photo_add(actor=team[0][0], visit_id=row.pk, uploaded=picture("red"))
    stranger, _entry = build.make_advisor()
    addresses = [
        reverse(f"advisors:photo_{what}", args=[photo.pk]) for what in ("download", "preview")
    ]
    for actor in (team[0][0], team[1][0], make.firm_actor(case.firm), office):
        kinds = [client_of(actor).get(url)["Content-Type"] for url in addresses]
        assert kinds == ["image/png", "image/jpeg"]
    rival = make.firm_actor(build.make_firm())
    for actor in (stranger, rival):
        assert {client_of(actor).get(url).status_code for url in addresses} == {404}


def test_looks_at_visits_and_at_the_registry_are_on_record(case, team, office):
    row = build.visit(team[0][0], case)
    entry = team[0][1]
    for actor, name, arguments in (
        (team[1][0], "visit", [row.public_id]),
        (office, "registry", []),
        (office, "registry_entry", [entry.public_id]),
    ):
        page = client_of(actor).get(reverse(f"advisors:{name}", args=arguments))
        assert page.status_code == 200
    told = AuditRow.objects.filter(action__startswith="advisors.", action__endswith="_viewed")
    assert list(told.order_by("id").values_list("action", "object_id", "actor_id")) == [
        ("advisors.visit_viewed", str(row.pk), team[1][0].user_id),
        ("advisors.registry_viewed", "", office.user_id),
        ("advisors.entry_viewed", str(entry.pk), office.user_id),
    ]


def test_policy_staff_see_counts_and_no_firm(case, team, client):
    build.visit(team[0][0], case, days_ago=1, barriers=("C-1",))
    policy = client_of(assign(make_person("policy@example.jp"), Role.POLICY).pk)
    page = policy.get(reverse("advisors:barriers"))
    text = page.content.decode()
    assert "非公表" in text
    assert case.firm_name not in text
    lines = taken(policy, "barriers").splitlines()
    assert lines[0].startswith("区・規模,企業数,A-1")
    assert len(lines) == 1 + 23 + 5 + 1
    assert "非公表" in "".join(lines)
    assert policy.get(reverse("advisors:board")).status_code == 404
    assert policy.get(reverse("exports:file", args=["engagements", "csv"])).status_code == 404
    assert AuditRow.objects.get(action="export.taken").detail["report"] == "barriers"


def test_the_file_is_what_an_official_reads(case, team, office):
    build.visit(team[0][0], case, days_ago=1)
    Engagement.objects.filter(pk=case.pk).update(firm_name="=1+1")
    client = client_of(office)
    rows = [line.split(",") for line in taken(client, "engagements").splitlines()]
    assert rows[0][:4] == ["区", "企業", "段階", "チーム"]
    assert rows[1][1:3] == ["'=1+1", "現状把握"]
    assert rows[1][6:8] == ["1", "0"]
    book = client.get(reverse("exports:file", args=["engagements", "xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [cell.value for cell in sheet[2]][1:3] == ["'=1+1", "現状把握"]
    assert sheet.cell(2, 5).value.date() == case.starts_on
    told = AuditRow.objects.filter(action="export.taken", detail__report="engagements")
    assert sorted(row.detail["format"] for row in told) == ["csv", "xlsx"]


def taken(client, report: str) -> str:
    page = client.get(reverse("exports:file", args=[report, "csv"]))
    return b"".join(page.streaming_content).decode("utf-8-sig")
