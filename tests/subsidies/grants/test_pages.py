"""The pages after the decision, as people use them: nothing lost, everything said, four eyes."""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.files import reasons
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from subsidies.grants import services, states
from subsidies.grants.models import Filing, Ruling, SiteVisit
from subsidies.models import Grant
from tests.factories import subsidies as make
from tests.kernel.files import corpus
from tests.subsidies.grants.people import begun, filed, proposed
from tests.support import hostile
from tests.support.people import client_of

pytestmark = pytest.mark.usefixtures("staged")

CANCEL = {"why": "取引先の倒産。", "state": "発注前。"}


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


@pytest.fixture
def firm(grant):
    actor = make.owner_of(grant)
    return client_of(actor), actor


@pytest.fixture
def reviewer(grant):
    actor = make.official_actor(grant.ward_id)
    return client_of(actor), actor


def url(name, *args):
    return reverse(f"grants:{name}", args=args)


def text_of(answer):
    return answer.content.decode()


def pdf():
    stream = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(stream)
    return SimpleUploadedFile("見積書.pdf", stream.getvalue(), "application/pdf")


def test_a_firm_reads_a_form_and_what_is_missing_in_its_language(grant, firm):
    client, actor = firm
    User.objects.filter(pk=actor.user_id).update(language="en")
    begun_at = client.post(url("begin", grant.application.public_id, "change"))["Location"]
    page = text_of(client.get(begun_at))
    for english in ("Reason for the change", "New end of the project", "we buy one fewer"):
        assert english in page
    assert "変更する理由" not in page
    page = text_of(client.get(client.post(begun_at, {"why": "高騰", "revision": "0"})["Location"]))
    assert "Does the purpose of the project, or the main thing you introduce, change?”" in page
    filing = Filing.objects.get(grant=grant, kind="change")
    page = text_of(client.get(url("files", filing.public_id)))
    assert "Quotes after the change" in page
    assert "変更後の見積書" not in page


def test_who_cannot_propose_reads_why_and_who_can(grant):
    filing = filed(grant, "cancellation", **CANCEL)
    approver = client_of(make.official_actor(grant.ward_id, Role.APPROVER))
    page = text_of(approver.get(url("propose", filing.public_id), follow=True))
    assert "この操作ができるのは「担当」です" in page
    reviewer = client_of(make.official_actor(grant.ward_id))
    reviewer.post(url("settle", filing.public_id), {"return": "1", "reason": "理由を詳しく。"})
    page = text_of(reviewer.get(url("propose", filing.public_id), follow=True))
    assert "この手続はいま「差戻し」です" in page


def test_a_firm_files_a_change_page_by_page(grant, firm):
    client, _actor = firm
    home = url("grant", grant.application.public_id)
    assert "計画の変更" in text_of(client.get(home))
    begun_at = client.post(url("begin", grant.application.public_id, "change"))["Location"]
    filing = Filing.objects.get(grant=grant, kind="change")
    assert begun_at == url("filing", filing.public_id)
    # Something is missing: what was typed is kept, what is missing is said.
    answer = client.post(begun_at, {"why": "価格の変更。", "revision": "0"})
    page = text_of(client.get(answer["Location"]))
    assert "価格の変更。" in page
    assert "導入する主なものが変わりますか」を入力してください" in page
    answer = client.post(begun_at, {"why": "価格の変更。", "purpose": "no", "revision": "1"})
    assert answer["Location"] == url("plan", filing.public_id)
    lines = {
        "lines": "1",
        "revision": "2",
        "0-category": "software",
        "0-description": "日報システム",
        "0-quantity": "1",
        "0-tax_percent": "10",
    }
    saved = client.post(url("plan_autosave", filing.public_id), {**lines, "0-unit_price": "四"})
    assert saved.json() == {"revision": 3}
    assert 'value="四"' in text_of(client.get(url("plan", filing.public_id)))
    lines["revision"] = "3"
    answer = client.post(url("plan", filing.public_id), {**lines, "0-unit_price": "四十万"})
    page = text_of(client.get(answer["Location"]))
    assert "四十万" in page
    assert "金額を円の単位で" in page
    answer = client.post(
        url("plan", filing.public_id),
        {**lines, "revision": "4", "0-unit_price": "４００，０００円", "calculate": ""},
    )
    page = text_of(client.get(answer["Location"]))
    assert "区の承認が必要な変更です" in page
    assert "300,000円" in page
    answer = client.post(
        url("plan", filing.public_id),
        {**lines, "revision": "5", "0-unit_price": "400000"},
    )
    assert answer["Location"] == url("files", filing.public_id)
    client.post(answer["Location"], {"requirement": "quotes", "file": pdf()})
    page = text_of(client.get(url("check", filing.public_id)))
    assert "見積書.pdf" in page
    answer = client.post(url("check", filing.public_id))
    assert answer["Location"] == url("filing", filing.public_id)
    again = client.post(url("check", filing.public_id))
    assert again["Location"] == url("filing", filing.public_id)
    page = text_of(client.get(answer["Location"]))
    assert "区が内容を審査し" in page
    assert Filing.objects.get(pk=filing.pk).versions.count() == 1


@pytest.mark.parametrize(
    ("name", "make_bytes", "code"),
    [pytest.param(name, data, code, id=case) for case, name, data, code in hostile.FILES],
)
def test_a_file_that_is_refused_says_how_to_mend_it(grant, firm, name, make_bytes, code):
    client, actor = firm
    filing = begun(grant, "change", actor)
    file = SimpleUploadedFile(name, make_bytes(), "application/pdf")
    answer = client.post(url("files", filing.public_id), {"requirement": "quotes", "file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    if code:
        assert reasons.message(code) in page
    assert not filing.documents.exists()


def test_a_refused_file_of_a_filing_leaves_its_row_and_its_audit_row(grant, firm):
    client, actor = firm
    filing = begun(grant, "change", actor)
    file = SimpleUploadedFile("見積.xlsx", corpus.macro_workbook())
    client.post(url("files", filing.public_id), {"requirement": "quotes", "file": file})
    stored = StoredFile.objects.get(firm_id=grant.firm_id, purpose="filing")
    assert (stored.state, stored.reason_code) == (StoredFile.State.REFUSED, "office_macro")
    row = AuditRow.objects.get(action="file.refused", object_id=str(stored.pk))
    assert (row.actor_id, row.reason) == (actor.user_id, "office_macro")


def test_a_stale_tab_keeps_what_was_typed_and_shows_the_other(grant, firm):
    client, actor = firm
    filing = begun(grant, "cancellation", actor, why="別の画面の理由", state="発注前。")
    answer = client.post(
        url("filing", filing.public_id),
        {"why": "この画面の理由", "state": "発注前。", "revision": "0"},
    )
    assert answer.status_code == 409
    page = text_of(answer)
    assert "この画面の理由" in page
    assert "「別の画面の理由」と保存されています" in page
    saved = client.post(url("autosave", filing.public_id), {"why": "自動", "revision": "0"})
    assert saved.status_code == 409
    assert Filing.objects.get(pk=filing.pk).content["why"] == "別の画面の理由"


def test_an_incomplete_filing_is_not_submitted_and_says_where_to_mend_it(grant, firm):
    client, actor = firm
    filing = begun(grant, "cancellation", actor, why="倒産。")
    answer = client.post(url("check", filing.public_id))
    assert answer.status_code == 422
    assert f"{url('filing', filing.public_id)}?problems=1#id_state" in text_of(answer)


def test_a_returned_filing_shows_why(grant, firm, reviewer):
    client, actor = firm
    filing = filed(grant, "cancellation", actor, **CANCEL)
    staff, _official = reviewer
    answer = staff.post(url("settle", filing.public_id), {"return": "", "reason": ""})
    assert answer.status_code == 422
    staff.post(url("settle", filing.public_id), {"return": "", "reason": "状況を詳しく。"})
    home = text_of(client.get(url("grant", grant.application.public_id)))
    assert "直して、提出し直してください" in home
    assert "状況を詳しく。" in text_of(client.get(url("filing", filing.public_id)))


def test_four_eyes_on_the_pages(grant):
    filing = filed(grant, "cancellation", **CANCEL)
    both = make.official_actor(grant.ward_id, Role.REVIEWER, Role.APPROVER)
    client = client_of(both)
    page = text_of(client.get(url("staff_filing", filing.public_id)))
    assert "起案してください" in page
    assert 'name="accept"' not in page
    answer = client.post(url("propose", filing.public_id), {"outcome": "approve", "reason": ""})
    assert answer.status_code == 422
    answer = client.post(
        url("propose", filing.public_id), {"outcome": "approve", "reason": "やむを得ない。"}
    )
    ruling = Ruling.objects.get(filing=filing)
    assert answer["Location"] == url("ruling", ruling.pk)
    assert "決裁できません" in text_of(client.get(answer["Location"]))
    client.post(url("ruling", ruling.pk), {"decide": "", "seen": ruling.prepared_at.isoformat()})
    assert AuditRow.objects.filter(action="grants.ruling_denied").count() == 1
    other = client_of(make.official_actor(grant.ward_id, Role.APPROVER))
    other.post(url("ruling", ruling.pk), {"decide": "", "seen": "2020-01-01"})
    assert Ruling.objects.get(pk=ruling.pk).status == states.PROPOSED
    other.post(url("ruling", ruling.pk), {"decide": "", "seen": ruling.prepared_at.isoformat()})
    assert Grant.objects.get(pk=grant.pk).status == "cancelled"


def test_a_proposal_is_sent_back_with_a_reason(grant):
    ruling = proposed(filed(grant, "cancellation", **CANCEL))
    client = client_of(make.official_actor(grant.ward_id, Role.APPROVER))
    seen = ruling.prepared_at.isoformat()
    answer = client.post(url("ruling", ruling.pk), {"return": "", "reason": " ", "seen": seen})
    assert answer.status_code == 422
    client.post(url("ruling", ruling.pk), {"return": "", "reason": "根拠が弱い。", "seen": seen})
    assert Ruling.objects.get(pk=ruling.pk).status == states.SENT_BACK
    assert Filing.objects.get(pk=ruling.filing_id).status == states.SUBMITTED


def test_looking_leaves_a_row(grant, reviewer):
    client, official = reviewer
    filing = filed(grant, "cancellation", **CANCEL)
    client.get(url("staff_grant", grant.receipt_no))
    client.get(url("staff_filing", filing.public_id))
    rows = AuditRow.objects.filter(actor_id=official.user_id).values_list("action", flat=True)
    assert {"grants.grant_viewed", "grants.filing_viewed"} <= set(rows)


def test_the_list_filters_by_address_and_exports_the_same(grant, reviewer):
    client, _official = reviewer
    filing = filed(grant, "cancellation", **CANCEL)
    for query, count in (
        ("", 1),
        ("?status=paid", 0),
        ("?status=any", 1),
        ("?due=overdue", 0),
        ("?filing=cancellation", 1),
        ("?filing=change", 0),
        ("?filing=any", 1),
        ("?filing=proposals", 0),
        (f"?q={grant.receipt_no}", 1),
        ("?q=ない会社", 0),
        # What is not understood hides nothing.
        ("?q=%00", 1),
        ("?status=nonsense&page=-1", 1),
    ):
        assert len(client.get(url("list") + query).context["rows"]) == count, query
    proposed(filing)
    assert len(client.get(url("list") + "?filing=proposals").context["rows"]) == 1
    page = text_of(client.get(url("list") + "?filing=proposals"))
    assert "/exports/grants.csv?filing=proposals" in page
    answer = client.get("/exports/grants.csv?filing=proposals")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 2
    assert grant.receipt_no in lines[1]
    assert AuditRow.objects.get(action="export.taken").detail["rows"] == 1


def test_the_list_costs_the_same_however_long_it_is(reviewer, django_assert_max_num_queries):
    client, _official = reviewer
    call = make.make_call(budget_yen=50_000_000)
    for _number in range(3):
        filed(make.make_grant(call=call), "cancellation", **CANCEL)
    client.get(url("list"))
    with django_assert_max_num_queries(16) as few:
        client.get(url("list"))
    for _number in range(3):
        filed(make.make_grant(call=call), "cancellation", **CANCEL)
    with django_assert_max_num_queries(len(few)):
        client.get(url("list"))


def test_a_visit_from_plan_to_follow_up(grant, reviewer, firm):
    client, _official = reviewer
    answer = client.post(
        url("visit_plan", grant.receipt_no),
        {"planned_on": "2020-01-01", "visitors": "山田", "purpose": "設置の確認"},
    )
    assert answer.status_code == 422
    assert "今日以降" in text_of(answer)
    day = make.clock.today() + make.dt.timedelta(days=3)
    answer = client.post(
        url("visit_plan", grant.receipt_no),
        {"planned_on": day.isoformat(), "visitors": "山田", "purpose": "設置の確認"},
    )
    visit = SiteVisit.objects.get(grant=grant)
    assert answer["Location"] == url("visit", visit.pk)
    given = {
        "record": "",
        "visited_on": make.clock.today().isoformat(),
        "findings": "区の内部の所見",
        "instruction": "台帳に番号を書くこと。",
    }
    assert client.post(url("visit", visit.pk), given).status_code == 422
    client.post(url("visit", visit.pk), {**given, "follow_up_on": day.isoformat()})
    home = text_of(firm[0].get(url("grant", grant.application.public_id)))
    assert "台帳に番号を書くこと。" in home
    assert "区の内部の所見" not in home
    client.post(url("visit", visit.pk), {"settle": "", "outcome": "確認した。"})
    assert SiteVisit.objects.get(pk=visit.pk).status == states.CONCLUDED


def test_a_request_is_answered_from_the_firms_page(grant, reviewer, firm):
    staff, _official = reviewer
    day = make.clock.today() + make.dt.timedelta(days=5)
    staff.post(url("ask", grant.receipt_no), {"question": "進み具合", "due_on": day.isoformat()})
    client, actor = firm
    home = text_of(client.get(url("grant", grant.application.public_id)))
    assert "区に遂行状況を報告してください" in home
    filing = filed(grant, "progress", actor, done="発注した。", ahead="納品。", paid_yen="0")
    with acting(actor):
        assert (
            services.filing_begin(actor=actor, grant_id=grant.pk, kind="progress").pk == filing.pk
        )
    assert "発注した。" in text_of(staff.get(url("staff_filing", filing.public_id)))
    staff.post(url("settle", filing.public_id), {"accept": ""})
    assert Filing.objects.get(pk=filing.pk).status == states.ACCEPTED


def test_pages_speak_english(grant, firm):
    client, actor = firm
    client.cookies["django_language"] = "en"
    filed(grant, "cancellation", actor, **CANCEL)
    page = text_of(client.get(url("grant", grant.application.public_id), HTTP_ACCEPT_LANGUAGE="en"))
    assert "いまできる手続" not in page


def test_my_page_says_what_comes_next_with_its_date(grant, reviewer, firm):
    client, _actor = firm
    page = text_of(client.get(reverse("desk:my")))
    assert "発注・納品・支払を、事業の期限までに終えてください" in page
    staff, _official = reviewer
    day = make.clock.today() + make.dt.timedelta(days=5)
    staff.post(url("ask", grant.receipt_no), {"question": "進み具合", "due_on": day.isoformat()})
    page = text_of(client.get(reverse("desk:my")))
    assert "区に遂行状況を報告してください" in page
    assert "（あと5日）" in page


def test_a_notice_on_my_page_opens(grant, firm):
    client, actor = firm
    notice = Notice.objects.create(
        recipient_id=actor.user_id, subject="補正のお願い", body="", url="/submissions/"
    )
    way = reverse("notices:open", args=[notice.pk])
    assert f'action="{way}"' in text_of(client.get(reverse("desk:my")))
    assert client.post(way).headers["Location"] == f"/submissions/?notice={notice.pk}"
