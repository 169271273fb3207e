"""The pages of report, inspection, claim, payment, revocation and recovery, without a browser."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.models import AuditRow
from subsidies.grants import money_states
from subsidies.grants.models import ClaimAccount, Filing, Hearing, Inspection, Recovery, Ruling
from subsidies.grants.rules.inspection import ITEMS
from subsidies.models import Grant
from tests.factories import subsidies as make
from tests.subsidies.grants.money import (
    ACCOUNT,
    claim_begun,
    claimed,
    finalised,
    inspected,
    paid,
    report_begun,
    reported,
    spending,
)
from tests.subsidies.grants.people import approved, begun, proposed
from tests.subsidies.grants.test_pages import pdf, text_of, url
from tests.support.people import client_of

pytestmark = pytest.mark.usefixtures("staged")

TODAY = clock.today().isoformat()


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


@pytest.fixture
def owner(grant):
    return make.owner_of(grant)


@pytest.fixture
def firm(owner):
    return client_of(owner)


@pytest.fixture
def reviewer(grant):
    return client_of(make.official_actor(grant.ward_id))


def test_a_line_keeps_what_was_typed_and_says_what_breaks(grant, owner, firm):
    filing = begun(grant, "completion", owner)
    line = url("completion_line", filing.public_id, "p1")
    typed = spending(order_on="2020-01-01", quote_on="見積の日")
    answer = firm.post(line, {**typed, "revision": filing.revision + 1, "save": ""})
    assert answer.status_code == 409
    assert "見積の日" in text_of(answer)
    answer = firm.post(line, {**typed, "save": "", "file-quote": pdf()}, follow=True)
    text = text_of(answer)
    assert "交付決定の前に発注した経費は対象になりません" in text
    assert "見積の日" in text
    filing.refresh_from_db()
    assert filing.documents.get().item == "p1"
    hub = text_of(firm.get(url("completion", filing.public_id)))
    assert "つながらないところがあります" in hub


def test_the_report_and_each_of_its_lines_save_by_themselves(grant, owner, firm):
    filing = begun(grant, "completion", owner)
    hub, line = url("autosave", filing.public_id), url("line_autosave", filing.public_id, "p1")
    assert hub in text_of(firm.get(url("completion", filing.public_id)))
    assert line in text_of(firm.get(url("completion_line", filing.public_id, "p1")))
    saved = firm.post(hub, {"results": "電子化", "revision": filing.revision}).json()
    answer = firm.post(line, {"order_on": "注文の日", **saved})
    assert answer.status_code == 200
    filing.refresh_from_db()
    assert (filing.content["results"], filing.content["spent"][0]["order_on"]) == (
        "電子化",
        "注文の日",
    )
    stale = firm.post(line, {"order_on": "別の日", **saved})
    assert (stale.status_code, bool(stale.json()["message"])) == (409, True)
    assert firm.post(url("line_autosave", filing.public_id, "p9"), {}).status_code == 409


def test_what_no_text_can_hold_is_left_out_of_what_was_typed(grant, owner, firm):
    filing = begun(grant, "completion", owner)
    saved = firm.post(url("autosave", filing.public_id), {"results": "電\x00子化\r\n終"})
    line = url("line_autosave", filing.public_id, "p1")
    again = firm.post(line, {"order_on": "注文\x00の日", **saved.json()})
    assert (saved.status_code, again.status_code) == (200, 200)
    filing.refresh_from_db()
    assert filing.content["results"] == "電子化\n終"
    assert filing.content["spent"][0]["order_on"] == "注文の日"


def test_a_refused_file_keeps_the_rest(grant, owner, firm):
    filing = begun(grant, "completion", owner)
    line = url("completion_line", filing.public_id, "p1")
    fields = {
        bound.name: getattr(bound.field, "is_needed", False)
        for group in firm.get(line).context["groups"]
        for bound in group.fields
    }
    assert fields["payment_on"]
    assert fields["net_yen"]
    assert not fields["tax_yen"]
    bad = SimpleUploadedFile("run.exe", b"MZ", "application/octet-stream")
    answer = firm.post(line, {**spending(), "next": "", "file-order": bad}, follow=True)
    assert "受け取れませんでした" in text_of(answer)
    filing.refresh_from_db()
    assert filing.content["spent"][0]["net_yen"] == "665999"
    assert not filing.documents.exists()


def test_an_incomplete_report_lists_everything_at_once(grant, owner, firm):
    filing, _owner = report_begun(grant, papers=False, firm=owner)
    answer = firm.post(
        url("completion", filing.public_id), {"completed_on": "", "results": "", "submit": ""}
    )
    text = text_of(answer)
    assert answer.status_code == 422
    for words in ("事業を終えた日", "見積の書類を添付", "支払の書類を添付", "写真"):
        assert words in text
    assert text.count('role="alert"') == 1
    assert Grant.objects.get(pk=grant.pk).status == "in_progress"


def test_a_report_is_submitted_and_read(grant, owner, firm):
    filing, _owner = report_begun(grant, firm=owner)
    given = {"completed_on": TODAY, "results": "電子化した。", "other_yen": "０円", "submit": ""}
    answer = firm.post(url("completion", filing.public_id), given, follow=True)
    text = text_of(answer)
    assert "区の検査をお待ちください" in text
    assert "すべてつながっています" in text
    assert firm.get(url("completion_line", filing.public_id, "p1")).status_code == 302


def test_an_inspection_is_read_in_english_and_frozen_in_japanese(grant):
    official = make.official_actor(grant.ward_id)
    User.objects.filter(pk=official.user_id).update(language="en")
    filing = reported(grant)
    page = text_of(client_of(official).get(url("inspection", filing.public_id)))
    amount = page[page.index('id="amount"') :]
    assert "Software ¥" in amount
    assert "ソフトウェア費" not in amount
    assert "Invoice" in page
    inspected(filing)
    with override("en"):
        ruling = proposed(filing, reason="実績が計画に沿っている。")
    assert "ソフトウェア費" in json.dumps(ruling.terms, ensure_ascii=False)


def test_the_inspection_leads_to_the_proposal(grant, reviewer):
    filing = reported(grant)
    page = url("inspection", filing.public_id)
    verdicts = {f"verdict-{item.code}": "ok" for item in ITEMS}
    given = {"method": "papers", "inspected_on": TODAY, "findings": "問題なし。", **verdicts}
    bad = reviewer.post(page, {**given, "net-p1": "65,999", "save": ""})
    assert bad.status_code == 422
    assert "減額する理由" in text_of(bad)
    assert not Inspection.objects.exists()
    cut = {"net-p1": "６５，９９９", "tax-p1": "6599", "reason-p1": "保守料は対象外。"}
    answer = reviewer.post(page, {**given, **cut, "save": ""}, follow=True)
    assert "450,000円" in text_of(answer)
    answer = reviewer.post(page, {"propose": "", "reason": ""})
    assert answer.status_code == 422
    reviewer.post(page, {"propose": "", "reason": "実績が計画に沿っている。"})
    ruling = Ruling.objects.get()
    assert (ruling.kind, ruling.amount_yen) == ("final_amount", 450_000)
    assert "決裁を待っています" in text_of(reviewer.get(page))


def test_the_next_step_begins_the_claim_and_then_goes_on_with_it(grant, firm):
    finalised(grant)
    begin = url("begin", grant.application.public_id, "claim")

    def first_section():
        page = text_of(firm.get(url("grant", grant.application.public_id)))
        return page.partition('id="procedures"')[0]

    assert f'action="{begin}"' in first_section()
    opened = firm.post(begin)["Location"]
    assert opened == url("claim", Filing.objects.get(kind="claim").public_id)
    assert f'href="{opened}">続きを入力する' in first_section()


def test_a_claim_says_what_is_wrong_at_its_field_and_hides_the_number(grant, owner, firm):
    finalised(grant)
    filing = begun(grant, "claim", owner)
    page = url("claim", filing.public_id)
    answer = firm.post(page, {**ACCOUNT, "number": "12345678", "bank_name": "墨田", "submit": ""})
    assert answer.status_code == 422
    assert "口座番号：7桁の数字" in text_of(answer)
    assert "墨田" in text_of(answer)
    answer = firm.post(page, {**ACCOUNT, "later": ""}, follow=True)
    text = text_of(firm.get(page))
    assert "4567" in text
    assert "1234567" not in text
    answer = firm.post(page, {**ACCOUNT, "number": "", "submit": ""}, follow=True)
    assert "入金をお待ちください" in text_of(answer)
    assert ClaimAccount.objects.get().number == "1234567"


def test_claims_are_paid_together_and_taken_away_as_lists(grant, reviewer):
    finalised(grant)
    claimed(grant)
    page = url("payments")
    assert "***4567" in text_of(reviewer.get(page))
    assert "支払ったものを1件以上" in text_of(reviewer.post(page, {"paid_on": TODAY}, follow=True))
    assert reviewer.post(page, {"paid_on": "昨日", "pk": grant.pk}).status_code == 422
    too_early = (clock.today() - dt.timedelta(days=1)).isoformat()
    answer = reviewer.post(page, {"paid_on": too_early, "pk": grant.pk})
    assert answer.status_code == 422
    assert "請求を受けた日から今日までの日" in text_of(answer)
    assert f'value="{grant.pk}" checked' in answer.content.decode(), "what was chosen stays chosen"
    assert too_early in answer.content.decode()
    for kind in ("csv", "xlsx"):
        answer = reviewer.get(f"/exports/payable.{kind}")
        assert answer.status_code == 200
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert kind == "xlsx" or "1234567" in body.decode("utf-8-sig")
    answer = reviewer.post(page, {"paid_on": TODAY, "pk": grant.pk}, follow=True)
    assert "1件の支払を記録しました" in text_of(answer)
    assert grant.receipt_no in text_of(reviewer.get(page, {"tab": "done"}))


def test_the_payments_cost_the_same_however_many(grant, reviewer, django_assert_max_num_queries):
    for _number in range(2):
        other = make.make_grant()
        finalised(other)
        claimed(other)
    with django_assert_max_num_queries(20):
        reviewer.get(url("payments"))


def test_a_claim_is_looked_at_and_its_account_shown_with_a_row(grant, reviewer):
    finalised(grant)
    filing = claimed(grant)
    text = text_of(reviewer.get(url("staff_claim", filing.public_id)))
    assert "***4567" in text
    assert "1234567" not in text
    assert not AuditRow.objects.filter(action="grants.account_viewed").exists()
    answer = reviewer.post(url("account", filing.public_id))
    assert "1234567" in text_of(answer)
    assert "no-store" in answer["Cache-Control"]
    assert AuditRow.objects.filter(action="grants.account_viewed").count() == 1
    answer = reviewer.post(url("settle", filing.public_id), {"accept": ""}, follow=True)
    assert "支払を記録すると" in text_of(answer)


def test_a_revocation_from_the_hearing_to_the_last_yen(grant, owner, firm, reviewer):
    paid(grant)
    page = url("revocation", grant.receipt_no)
    soon = (clock.today() + dt.timedelta(days=14)).isoformat()
    asked = {"grounds": ["purpose"], "facts": "他社で使用。", "due_on": soon, "ask": ""}
    bad = reviewer.post(page, {**asked, "due_on": TODAY})
    assert bad.status_code == 422
    assert "他社で使用。" in text_of(bad)
    reviewer.post(page, asked)
    assert "企業の弁明を待っています" in text_of(reviewer.get(page))
    hearing = Hearing.objects.get()
    mine = url("grant", grant.application.public_id)
    assert "弁明を提出できます" in text_of(firm.get(mine))
    own = url("hearing", hearing.pk)
    assert firm.post(own, {"statement": " "}).status_code == 422
    assert "弁明を提出しました" in text_of(
        firm.post(own, {"statement": "修理の間だけ貸した。"}, follow=True)
    )
    assert "修理の間だけ貸した。" in text_of(reviewer.get(page))
    reviewer.post(page, {"kept_yen": "0", "reason": "目的外使用。", "propose": ""})
    approved(Ruling.objects.get(kind="revocation"))
    assert Grant.objects.get(pk=grant.pk).status == "revoked"
    recovery = url("recovery", grant.receipt_no)
    reviewer.post(
        recovery, {"principal_yen": "499,000", "surcharged": "on", "reason": "取消による。"}
    )
    approved(Ruling.objects.get(kind="recovery"))
    owed = Recovery.objects.get()
    assert "499,149円" in text_of(reviewer.get(recovery))
    text = text_of(firm.get(mine))
    assert "補助金を返還してください" in text
    assert "499,149円" in text
    bad = reviewer.post(recovery, {"recovery": owed.pk, "yen": "500000", "paid_on": TODAY})
    assert bad.status_code == 422
    typed = {"recovery": owed.pk, "yen": "499149", "paid_on": TODAY}
    assert "画面を開いた後に" in reviewer.post(recovery, typed).content.decode()
    reviewer.post(recovery, {**typed, "seen": "0"})
    owed.refresh_from_db()
    assert owed.status == money_states.RETURNED


def test_a_hearing_without_an_answer_is_closed_after_its_day(grant, reviewer):
    page = url("revocation", grant.receipt_no)
    soon = (clock.today() + dt.timedelta(days=14)).isoformat()
    reviewer.post(page, {"grounds": ["silent"], "facts": "無回答。", "due_on": soon, "ask": ""})
    Hearing.objects.update(due_on=clock.today() - dt.timedelta(days=1))
    assert "弁明なしとして記録" in text_of(reviewer.get(page))
    reviewer.post(page, {"close": "", "reason": "期日までに届かない。"})
    assert "取消を起案してください" in text_of(reviewer.get(page))


def test_an_approver_reads_but_finds_no_buttons(stage):
    filing = stage(make.make_grant, reported)
    grant = filing.grant
    approver = client_of(make.official_actor(grant.ward_id, Role.APPROVER))
    text = text_of(approver.get(url("inspection", filing.public_id)))
    assert "検査の結果を保存する" not in text
    approver.post(url("inspection", filing.public_id), {"save": ""})
    assert not Inspection.objects.exists()


def test_a_foreign_ward_and_a_foreign_firm_find_nothing(grant):
    finalised(grant)
    filing = claimed(grant)
    report = Filing.objects.get(grant=grant, kind="completion")
    stranger = client_of(make.official_actor(13111))
    for name, argument in (
        ("inspection", report.public_id),
        ("staff_claim", filing.public_id),
        ("revocation", grant.receipt_no),
        ("recovery", grant.receipt_no),
    ):
        assert stranger.get(url(name, argument)).status_code == 404
    assert stranger.post(url("account", filing.public_id)).status_code == 404
    rival = client_of(make.firm_actor(make.make_firm()))
    assert rival.get(url("completion", report.public_id)).status_code == 404
    assert rival.get(url("claim", filing.public_id)).status_code == 404


def test_pages_speak_english(grant, owner, firm):
    filing, _owner = claim_begun(finalised(grant), firm=owner)
    answer = firm.get(url("claim", filing.public_id), headers={"accept-language": "en"})
    assert answer.status_code == 200
