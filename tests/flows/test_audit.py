"""An auditor draws a sample, opens a case, takes the bundle; the bundle's own script verifies it."""

import subprocess
import sys
import zipfile

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, press, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def scene(transactional_db):
    """Two grants, one of them paid, and an auditor."""
    from portal.accounts.roles import Role
    from portal.kernel.database import acting
    from tests.factories import subsidies as make
    from tests.subsidies.grants import money
    from tests.support.people import assign, make_person

    with acting(make.SYSTEM):
        paid = money.paid(make.make_grant())
        make.make_grant(call=paid.call, amount_yen=100_000)
        auditor = make_person("kansa@city.example.jp", name="監査 節子")
        return paid, assign(auditor, Role.AUDITOR)


def test_an_auditor_takes_a_case_away_and_proves_it(
    signed_in, start_celery_worker, scene, tmp_path
):
    start_celery_worker(concurrency=1)
    paid, person = scene
    look = looker("audit")
    auditor = signed_in(person, width=1280)
    auditor.goto("/auditing/samples/")
    follow(auditor.get_by_role("link", name="標本を抽出する").first)
    auditor.get_by_label("標本の名前").fill("支払 金額単位1件")
    auditor.get_by_label("監査の目的").fill("令和8年度定期監査")
    auditor.get_by_label("金額単位抽出").check(force=True)
    auditor.get_by_label("件数").fill("1")
    auditor.locator("select[name=base]").select_option("paid")
    look(auditor, "draw")
    press(auditor, "この条件で抽出する")
    expect(auditor.get_by_text("標本を抽出しました")).to_have_count(1)
    look(auditor, "sample")
    follow(auditor.get_by_role("link", name="次の案件（1番）を確かめる"))
    expect(auditor.get_by_text(paid.receipt_no).first).to_be_visible()
    expect(auditor.get_by_text("順序どおりです")).to_have_count(1)
    look(auditor, "case")
    press(auditor, "確認を始める")
    auditor.get_by_label("所見").fill("決定から支払まで、額と日付を確かめた。")
    press(auditor, "問題なしとする")
    expect(auditor.get_by_text("問題なし", exact=True)).to_have_count(1)
    press(auditor, "一式を作る")
    wait_for(auditor, auditor.get_by_role("link", name="一式を受け取る"))
    look(auditor, "bundle")
    digest = auditor.locator("dd code").first.inner_text()
    link = auditor.get_by_role("link", name="一式を受け取る")
    answer = auditor.request.get(link.get_attribute("href"))
    taken = tmp_path / "bundle.zip"
    taken.write_bytes(answer.body())
    with zipfile.ZipFile(taken) as archive:
        archive.extractall(tmp_path / "case")
    script = tmp_path / "case" / "verify.py"
    done = subprocess.run(
        [sys.executable, "-I", script, "--manifest", digest],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "OK  sum of payments" in done.stdout
    auditor.set_viewport_size({"width": 390, "height": 844})
    for name, address in {
        "violations": "/auditing/violations/",
        "overrides": "/auditing/overrides/",
        "recounts": "/auditing/recounts/",
    }.items():
        auditor.goto(address)
        look(auditor, name)
