"""Letters and notices after the decision: one paper, one notice, however often the event arrives."""

import pypdf
import pytest

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import outbox
from portal.kernel.database import acting
from portal.kernel.documents import render_pdf
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import OutboxEvent
from portal.letters.models import Letter
from portal.letters.services import difference
from portal.notices.models import Notice
from subsidies.grants import letters, services
from subsidies.grants.models import Ruling
from subsidies.grants.services import recovery as recoveries
from subsidies.models import Grant
from tests.factories import subsidies as make
from tests.subsidies.grants.money import claimed, inspected, paid, reported
from tests.subsidies.grants.people import approved, filed, proposed
from tests.subsidies.grants.taking_back import ask, give_back, ordered, revoked
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")

CANCEL = {"why": "取引先の倒産。", "state": "発注前。"}
CHANGE = {
    "why": "価格の変更。",
    "purpose": "no",
    "lines": [{"category": "software", "description": "日報システム", "unit_price": "400000"}],
}
DELAY = {
    "what": "納入の遅れ。",
    "noticed_on": "2026-11-20",
    "state": "発注済み。",
    "measures": "督促する。",
}


def deliver(name, *, times=1):
    """Run every handler of the event's last occurrence, as a worker does."""
    event = OutboxEvent.objects.filter(name=name).latest("created_at")
    for _ in range(times):
        for handler in outbox.handlers_of(name):
            if handler.name.startswith("grants."):
                outbox.handle(event.pk, handler.name)


def text_of(stored):
    with storage.private().open(stored.storage_key) as stream:
        pages = pypdf.PdfReader(stream).pages
        return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def letter_of(ruling):
    deliver("grants.ruled", times=2)
    return text_of(Ruling.objects.get(pk=ruling.pk).letter)


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


def test_the_letter_of_an_approved_change(grant):
    ruling = approved(proposed(filed(grant, "change", **CHANGE)))
    found = letter_of(ruling)
    for part in (
        "変更承認通知書",
        "第5号の2様式",
        ruling.document_no,
        "499,000円",
        "300,000円",
        "やむを得ない",
        make.clock.wareki(grant.decided_on),
    ):
        assert part in found, part
    assert StoredFile.objects.filter(purpose="ruling").count() == 1


def test_the_letter_of_a_refusal_and_of_a_cancellation(grant):
    found = letter_of(approved(proposed(filed(grant, "change", **CHANGE), "reject", "目的外。")))
    assert "変更不承認通知書" in found
    assert "目的外。" in found
    assert "300,000円" not in found
    assert "中止（廃止）承認通知書" in letter_of(
        approved(proposed(filed(grant, "cancellation", **CANCEL)))
    )


def test_the_letter_of_an_instruction(grant):
    ruling = proposed(
        filed(grant, "delay", **DELAY),
        instruction="#emph[毎週報告すること。]",
        ends_on=make.YEAR_END,
    )
    found = letter_of(approved(ruling))
    assert "遅延等に係る指示書" in found
    assert make.clock.wareki(make.YEAR_END) in found
    assert "#emph[毎週報告すること。]" in found


APPEAL = "この決定に不服があるときは、3か月以内に区長に申し出てください。"


def appealing():
    """A grant of a scheme whose letters carry a 教示文."""
    return make.make_grant(call=make.make_call(rules=make.rules_json("DX1", appeal_text=APPEAL)))


def test_the_letter_of_a_revocation_and_of_the_order_to_give_back_say_how_to_appeal(stage):
    grant = stage(appealing, paid)
    ruling, _grant = revoked(grant)
    found = letter_of(ruling)
    assert "交付決定取消通知書" in found
    assert "不服申立てについて" in found
    assert APPEAL in found
    found = letter_of(ordered(grant).ruling)
    assert "返還命令書" in found
    assert APPEAL in found


def test_the_hearing_is_offered_in_a_numbered_letter(stage, client):
    grant = stage(make.make_grant)
    hearing = ask(grant)
    deliver("grants.hearing_asked", times=2)
    letter = Letter.objects.get(kind="hearing")
    found = text_of(letter.stored_file)
    assert letter.document_no
    for part in (
        "弁明の機会の付与通知書",
        letter.document_no,
        "補助金を他の用途に使用した",
        "機器が別の会社で使われていた。",
        make.clock.wareki(hearing.due_on),
    ):
        assert part in found, part
    owner = make.owner_of(grant)
    sign_in(client, User.objects.get(pk=owner.user_id))
    page = client.get(f"/grants/{grant.application.public_id}/").content.decode()
    assert letter.document_no in page
    assert client.get(f"/files/{letter.stored_file_id}/").status_code == 200
    stranger = make.firm_actor(make.make_firm())
    sign_in(client, User.objects.get(pk=stranger.user_id))
    assert client.get(f"/files/{letter.stored_file_id}/").status_code == 404


def test_what_is_charged_in_the_end_is_told_once_the_principal_is_back(stage):
    grant = stage(appealing, paid)
    revoked(grant)
    recovery = ordered(grant)
    give_back(recovery, 400_000)
    assert not OutboxEvent.objects.filter(name="grants.recovery_charged").exists()
    give_back(recovery, 99_000)
    deliver("grants.recovery_charged", times=2)
    account = recoveries.account_of(recovery, make.clock.today())
    assert account.surcharge.yen > 0
    letter = Letter.objects.get(kind="charges")
    found = text_of(letter.stored_file)
    for part in (
        "違約加算金・延滞金確定通知書",
        recovery.ruling.document_no,
        f"{account.surcharge.yen:,}円",
        "年10.95パーセント",
        f"これから納付する額{account.left_yen:,}円",
        APPEAL,
    ):
        assert part in found, part


def test_a_report_and_a_claim_have_a_receipt_with_the_digest_of_every_file(stage, client):
    grant = stage(make.make_grant)
    filing = reported(grant)
    deliver("grants.filing_submitted", times=2)
    version = filing.versions.get()
    letter = Letter.objects.get(kind="filing_receipt")
    assert letter.key == f"filing_receipt:{version.pk}"
    found = text_of(letter.stored_file)
    for part in (
        "実績報告書受付証",
        "第9号様式実績報告書",
        grant.receipt_no,
        version.sha256,
        version.payload["documents"][0]["sha256"],
        "日報を端末で入力するようにした。",
        "665,999円",
        "499,000円",
    ):
        assert part in found, part
    assert difference(letter) is None
    owner = make.owner_of(grant)
    sign_in(client, User.objects.get(pk=owner.user_id))
    page = client.get(f"/filings/{filing.public_id}/report/").content.decode()
    assert f"/files/{letter.stored_file_id}/" in page
    assert "第9号様式 実績報告書" in page
    assert client.get(f"/files/{letter.stored_file_id}/").status_code == 200
    inspected(filing)
    approved(proposed(filing, reason="計画のとおり。"))
    claim = claimed(grant)
    deliver("grants.filing_submitted")
    letter = Letter.objects.get(key=f"filing_receipt:{claim.versions.get().pk}")
    found = text_of(letter.stored_file)
    for part in ("交付請求書受付証", "請求額499,000円", "***4567"):
        assert part in found, part
    assert (
        f"/files/{letter.stored_file_id}/"
        in client.get(f"/filings/{claim.public_id}/claim/").content.decode()
    )


def test_a_refused_change_says_how_to_appeal_an_instruction_does_not(stage):
    grant = stage(appealing)
    assert APPEAL in letter_of(approved(proposed(filed(grant, "change", **CHANGE), "reject")))
    instructed = proposed(filed(grant, "delay", **DELAY), instruction="毎週報告すること。")
    assert "不服申立て" not in letter_of(approved(instructed))


def test_a_letter_says_nothing_of_appeals_where_the_ward_wants_none(grant):
    ruling = approved(proposed(filed(grant, "cancellation", **CANCEL)))
    assert "不服申立て" not in letter_of(ruling)
    # A proposal from before the letters carried the text.
    del ruling.terms["letter"]["appeal_text"]
    assert letters.ruling_letter(ruling)["appeal"] == ""


def test_a_letter_is_the_same_bytes_however_much_changed_since(grant):
    ruling = approved(proposed(filed(grant, "change", **CHANGE)))
    before = letters.ruling_letter(Ruling.objects.get(pk=ruling.pk))
    Grant.objects.filter(pk=grant.pk).update(firm_name="別の名前", title="別の事業")
    again = Ruling.objects.get(pk=ruling.pk)
    after = letters.ruling_letter(again)
    papers = [render_pdf("ruling", data, made_at=again.approved_at) for data in (before, after)]
    assert papers[0] == papers[1]


def test_the_firm_and_the_ward_hear_of_a_filing_once(grant):
    filing = filed(grant, "cancellation", **CANCEL)
    reviewer = make.official_actor(grant.ward_id)
    Notice.objects.all().delete()
    deliver("grants.filing_submitted", times=3)
    told = Notice.objects.all()
    assert {notice.url for notice in told} == {
        f"/filings/{filing.public_id}/",
        f"/staff/filings/{filing.public_id}/",
    }
    assert told.filter(recipient_id=reviewer.user_id).count() == 1


@pytest.mark.parametrize(("act", "words"), [("return", "直してください"), ("accept", "受理")])
def test_the_firm_hears_what_became_of_it(grant, act, words):
    filing = filed(grant, "withdrawal", why="生産終了。")
    reviewer = make.official_actor(grant.ward_id)
    with acting(reviewer):
        if act == "return":
            services.filing_return(actor=reviewer, filing_id=filing.pk, reason="詳しく。")
        else:
            services.filing_accept(actor=reviewer, filing_id=filing.pk)
    Notice.objects.all().delete()
    deliver("grants.filing_returned" if act == "return" else "grants.filing_accepted")
    assert words in Notice.objects.first().subject


def test_approvers_hear_of_a_proposal_the_preparer_of_the_outcome(grant):
    both = make.official_actor(grant.ward_id, Role.REVIEWER, Role.APPROVER)
    other = make.official_actor(grant.ward_id, Role.APPROVER)
    filing = filed(grant, "cancellation", **CANCEL)
    with acting(both):
        ruling = services.filing_propose(
            actor=both, filing_id=filing.pk, outcome="approve", reason="やむを得ない。"
        )
    Notice.objects.all().delete()
    deliver("grants.ruling_proposed")
    told = set(Notice.objects.values_list("recipient_id", flat=True))
    assert other.user_id in told
    assert both.user_id not in told
    with acting(other):
        services.ruling_send_back(actor=other, ruling_id=ruling.pk, reason="弱い。")
    Notice.objects.all().delete()
    deliver("grants.ruling_sent_back")
    assert set(Notice.objects.values_list("recipient_id", flat=True)) == {both.user_id}


def test_the_firm_hears_of_requests_and_visits(grant):
    official = make.official_actor(grant.ward_id)
    day = make.clock.today() + make.dt.timedelta(days=3)
    Notice.objects.all().delete()
    with acting(official):
        request = services.progress_request(
            actor=official, grant_id=grant.pk, question="写真がほしい。", due_on=day
        )
        services.progress_request_recall(actor=official, request_id=request.pk, reason="来庁。")
        visit = services.visit_plan(
            actor=official, grant_id=grant.pk, planned_on=day, visitors="山田", purpose="設置"
        )
        services.visit_record(
            actor=official,
            visit_id=visit.pk,
            visited_on=make.clock.today(),
            findings="未設置。",
            instruction="設置すること。",
            follow_up_on=day,
        )
        second = services.visit_plan(
            actor=official, grant_id=grant.pk, planned_on=day, visitors="山田", purpose="再確認"
        )
        services.visit_call_off(actor=official, visit_id=second.pk, reason="荒天。")
    for name in (
        "grants.progress_requested",
        "grants.progress_request_recalled",
        "grants.visit_planned",
        "grants.visit_instructed",
        "grants.visit_called_off",
    ):
        deliver(name)
    bodies = "\n".join(Notice.objects.values_list("body", flat=True))
    for part in (
        "写真がほしい。",
        "取りやめました",
        "山田が伺います",
        "設置すること。",
        "予定でした",
    ):
        assert part in bodies, part
    assert "未設置。" not in bodies
