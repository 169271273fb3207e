"""A large register goes through a real worker, and the official sees it in a real browser."""

import time

import pytest
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm, FirmWard, ImportJob
from programs.services.imports import ROWS_AT_ONCE
from tests.factories.programs import SUMIDA
from tests.flows.story import follow, press
from tests.programs.books import good_row, make_book
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.slow

ROWS = ROWS_AT_ONCE + 20
SYSTEM = Actor.system("test")


@pytest.fixture
def reviewer_page(new_page, live_app, client):
    """A browser page in which a reviewer of 墨田区 is signed in."""
    with acting(SYSTEM):
        user = assign(make_person("reviewer@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
        sign_in(client, user)
    page = new_page()
    cookie = client.cookies["session"]
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": live_app.url}])
    return page


def wait_for(page, text: str) -> None:
    """Look again until the worker is done; the page refreshes by itself as well."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if page.get_by_text(text).count():
            return
        time.sleep(0.5)
        page.reload()
    raise AssertionError(page.inner_text("main"))


@pytest.mark.timeout(180)
def test_a_large_import_by_a_worker(reviewer_page, celery_worker_process, tmp_path):
    file = tmp_path / "企業名簿.xlsx"
    file.write_bytes(make_book([good_row(n) for n in range(ROWS)]))
    page = reviewer_page
    page.goto("/staff/firms/import/")
    page.set_input_files("#id_file", str(file))
    press(page, "読み込んで確かめる")
    wait_for(page, f"新しく{ROWS}社を登録し")
    press(page, "この内容で取り込む")
    wait_for(page, "取り込みました")
    with acting(SYSTEM):
        job = ImportJob.objects.get()
        assert job.phase == ImportJob.Phase.DONE
        assert Firm.objects.count() == FirmWard.objects.filter(ward_id=SUMIDA).count() == ROWS
    follow(page.get_by_role("link", name="企業の一覧を見る"))
    expect(page.get_by_text(f"{ROWS}社が見つかりました")).to_have_count(1)
