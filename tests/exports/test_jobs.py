"""Small lists at once, large ones as a job: who may, what is recorded, how it ends."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import transaction

from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.exports import services, tasks, work
from portal.exports.models import ExportJob
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from tests.exports import worker_reports  # noqa: F401  # registers the report
from tests.factories.programs import OTA, SUMIDA
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

URL = "/exports/trial.csv"
LARGE = {"rows": "5001"}


@pytest.fixture
def person():
    return assign(make_person("reviewer@example.jp"), Role.REVIEWER, ward_id=SUMIDA)


@pytest.fixture
def reviewer(client, person):
    sign_in(client, person)
    return client


def order(client, query="rows=5001", file_format="csv"):
    response = client.post(f"/exports/trial.{file_format}?{query}")
    assert response.status_code == 302, response.content
    return ExportJob.objects.latest("pk")


def make(job):
    services.WORK.run(job.pk, clock.today())
    job.refresh_from_db()
    return job


def actions():
    return list(
        AuditRow.objects.filter(action__startswith="export.")
        .order_by("id")
        .values_list("action", flat=True)
    )


def test_a_small_list_is_the_answer(reviewer):
    response = reviewer.get(f"{URL}?rows=2&unknown=1")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["'=名前,番号,区", f"'=1+1,0,{SUMIDA}", f"'+1,1,{SUMIDA}"]
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    row = AuditRow.objects.get(action="export.taken")
    assert row.detail == {
        "report": "trial",
        "params": {"rows": "2"},
        "format": "csv",
        "rows": 2,
    }


def test_reading_the_address_of_a_large_list_orders_nothing(reviewer):
    response = reviewer.get(URL, LARGE)
    assert "5001件をCSVに書き出します" in response.content.decode()
    assert ExportJob.objects.count() == 0


def test_a_large_list_becomes_a_file_to_fetch(reviewer):
    job = order(reviewer, file_format="xlsx")
    page = reviewer.get(f"/exports/{job.public_id}/")
    assert page["Refresh"] == "3"
    assert "0 / 5001件" in page.content.decode()
    make(job)
    assert (job.phase, job.done) == (ExportJob.Phase.DONE, 5001)
    page = reviewer.get(f"/exports/{job.public_id}/")
    assert "Refresh" not in page
    assert "5001件を書き出しました" in page.content.decode()
    answer = reviewer.get(f"/exports/{job.public_id}/file/")
    data = b"".join(answer.streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active
    assert sum(1 for _row in sheet.iter_rows()) == 5002
    assert actions() == ["export.ordered", "export.made"]
    assert AuditRow.objects.get(action="file.downloaded").actor_id == job.created_by_id
    made = AuditRow.objects.get(action="export.made")
    assert made.detail["sha256"] == job.stored_file.sha256
    assert "試験の一覧" in reviewer.get("/exports/").content.decode()


def test_making_it_twice_makes_one_file(reviewer):
    job = make(order(reviewer))
    first = job.stored_file_id
    assert make(job).stored_file_id == first
    assert StoredFile.objects.filter(purpose="export").count() == 1


def test_a_cancelled_export_is_not_made(reviewer):
    job = order(reviewer)
    reviewer.post(f"/exports/{job.public_id}/cancel/")
    assert make(job).phase == ExportJob.Phase.CANCELLED
    assert not StoredFile.objects.filter(purpose="export").exists()
    page = reviewer.get(f"/exports/{job.public_id}/").content.decode()
    assert "同じ条件でもう一度書き出す" in page
    again = reviewer.post(f"/exports/{job.public_id}/cancel/", follow=True)
    assert "すでに終わっています" in again.content.decode()
    assert reviewer.get(f"/exports/{job.public_id}/file/").status_code == 302


def test_who_lost_the_role_gets_no_file(reviewer, person):
    job = order(reviewer)
    Assignment.objects.filter(user=person).update(valid_to=clock.today() - dt.timedelta(days=1))
    make(job)
    assert job.phase == ExportJob.Phase.FAILED
    assert "役割が終わっている" in job.problem
    assert actions() == ["export.ordered", "export.failed"]


def test_a_failure_is_told_without_what_the_error_said(reviewer):
    job = make(order(reviewer, "rows=5001&fail=1"))
    assert job.phase == ExportJob.Phase.FAILED
    page = reviewer.get(f"/exports/{job.public_id}/").content.decode()
    assert "もう一度申し込んでください" in page
    assert "somebody@example.jp" not in page


def test_a_job_that_kills_its_workers_is_given_up(reviewer):
    job = order(reviewer)
    ExportJob.objects.filter(pk=job.pk).update(attempts=work.MOST_ATTEMPTS)
    assert "何度か試しました" in make(job).problem


def test_a_lost_job_is_found_and_a_young_one_left_alone(reviewer, monkeypatch):
    job = order(reviewer)
    now = clock.database_now()
    assert services.WORK.lost(now) == []
    assert services.WORK.lost(now + dt.timedelta(minutes=2)) == [job.pk]
    sent = []
    monkeypatch.setattr(tasks.make, "apply_async", lambda args, **_options: sent.append(args))
    ExportJob.objects.filter(pk=job.pk).update(created_at=now - dt.timedelta(minutes=5))
    assert (tasks.sweep(), sent) == (1, [(job.pk,)])


def test_files_expire_and_say_so(reviewer):
    job = make(order(reviewer))
    assert services.WORK.expire(job.expires_at - dt.timedelta(seconds=1)) == 0
    assert services.WORK.expire(job.expires_at) == 1
    assert services.WORK.expire(job.expires_at) == 0
    assert "ファイルは消去しました" in reviewer.get(f"/exports/{job.public_id}/").content.decode()
    assert reviewer.get(f"/exports/{job.public_id}/file/").status_code == 302


def test_more_rows_than_excel_holds_are_refused_with_a_way_out(reviewer):
    answer = reviewer.post("/exports/trial.xlsx?rows=1048576", follow=True)
    assert "CSVを選ぶか、条件で絞り込んでください" in answer.content.decode()
    assert ExportJob.objects.count() == 0


@pytest.mark.parametrize(("role", "ward"), [(Role.REVIEWER, OTA), (Role.REVIEWER, SUMIDA)])
def test_a_colleague_sees_nothing_of_it(reviewer, client, role, ward):
    job = make(order(reviewer))
    other = assign(make_person("other@example.jp"), role, ward_id=ward)
    client.logout()
    sign_in(client, other)
    for page in ("", "file/"):
        assert client.get(f"/exports/{job.public_id}/{page}").status_code == 404
    assert client.post(f"/exports/{job.public_id}/cancel/").status_code == 404


def test_the_net_alone_hides_it_too(reviewer):
    job = order(reviewer)
    other = assign(make_person("other@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    actor = Actor(other.pk, "他", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    with transaction.atomic(), acting(actor):
        assert not ExportJob.objects.filter(pk=job.pk).exists()


def test_without_the_role_there_is_no_such_list(client):
    approver = assign(make_person("a@example.jp"), Role.APPROVER, ward_id=SUMIDA)
    sign_in(client, approver)
    assert client.get(URL).status_code == 404
    assert client.post(f"{URL}?rows=5001").status_code == 404
    for nonsense in ("/exports/trial.exe", "/exports/nothing.csv"):
        assert client.get(nonsense).status_code == 404


def test_the_queue_is_a_file_with_the_filters_of_its_address(client):
    from subsidies import states
    from tests.factories import subsidies as build

    official = build.official_actor(SUMIDA)
    call = build.make_call()
    for status in (states.SUBMITTED, states.REVIEWING):
        build.make_row(
            call=call, firm=build.make_firm(), creator_id=official.user_id, status=status
        )
    sign_in(client, User.objects.get(pk=official.user_id))
    page = client.get("/staff/queue/?status=reviewing").content.decode()
    address = "/exports/applications.csv?status=reviewing"
    assert address in page
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    assert "審査" in text


def test_an_address_with_nul_is_answered_and_can_be_written_down(reviewer):
    response = reviewer.get(f"{URL}?rows=1&marker=%00")
    assert response.status_code == 200
    assert AuditRow.objects.get(action="export.taken").detail["params"] == {"rows": "1"}
    assert order(reviewer, "rows=5001&marker=a%00b").params["marker"] == "ab"


def test_a_file_ordered_under_a_role_that_has_ended_stays_closed(reviewer, person):
    job = make(order(reviewer))
    assert reviewer.get(f"/exports/{job.public_id}/file/").status_code == 200
    assign(person, Role.WARD_ADMIN, ward_id=SUMIDA)
    ended = Assignment.objects.filter(user=person, role=Role.REVIEWER)
    ended.update(valid_to=clock.today() - dt.timedelta(days=1))
    response = reviewer.get(f"/exports/{job.public_id}/file/", follow=True)
    assert "書き出す権限がありません" in response.content.decode()
