"""The officials' pages of the selection, and what a firm reads."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from subsidies import services as decide
from subsidies.models import Application, Call
from subsidies.selection import services
from subsidies.selection.models import Choice, Mark, Selection
from tests.factories import committee as review
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("as_built")


@pytest.fixture
def official(client: Client):
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


@pytest.fixture(scope="module")
def scored(kept_database):
    return build.make_scored().call.pk


@pytest.fixture
def call(scored):
    return Call.objects.get(pk=scored)


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_ranking_names_places_points_facts_and_where_the_money_ends(client, official, call):
    application = Application.objects.filter(call=call).order_by("submitted_at").first()
    build.graduate(application.firm)
    Call.objects.filter(pk=call.pk).update(budget_yen=application.requested_yen * 2)
    page = client.get(f"/staff/selections/{call.pk}/")
    shown = text_of(page)
    assert "加点 5: DX道場 第3期 修了 2026-09-12" in shown
    assert "ここで予算が尽きる" in shown
    assert "105" in shown
    assert AuditRow.objects.filter(action="selection.ranking_viewed").count() == 1


def test_the_file_of_the_order_waits_for_all_scores_as_the_page_does(client, official):
    round_ = review.make_open(call=build.make_call(), cases=2, per_case=2)
    *first, last = review.rows(round_)
    for row in first:
        review.score(row, 4)
    address = f"{reverse('exports:file', args=['ranking', 'csv'])}?call={round_.call_id}"
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer["Location"]) == (302, reverse("exports:list"))
    assert "採点が終わるまで、順位は書き出せません。" in text_of(
        client.get(reverse("exports:list"))
    )
    assert AuditRow.objects.filter(action="export.refused").count() == 2
    assert not AuditRow.objects.filter(action="export.taken").exists()
    review.score(last, 4)
    assert len(b"".join(client.get(address).streaming_content).splitlines()) == 1 + 2


def test_other_terms_stand_beside_the_real_ones_and_in_the_address(client, official, call):
    page = client.get(f"/staff/selections/{call.pk}/?budget=１&minimum=10")
    assert "変えた条件" in text_of(page)
    assert page.context["other"]["selected"] == 0
    assert page.context["real"]["selected"] == 3
    broken = client.get(f"/staff/selections/{call.pk}/?budget=abc&bonus=7")
    assert broken.context["other"] is None
    assert broken.context["form"].errors.keys() == {"budget", "bonus"}


def test_proposal_and_approval_through_the_pages(client, official, call):
    address = f"/staff/selections/{call.pk}/"
    assert client.post(f"{address}propose/", {"reason": ""}).status_code == 422
    typed = {"reason": "審査会のとおり", "is_separate": "yes"}
    # Nothing is proposed or approved that nobody says they have read.
    assert client.post(f"{address}propose/", typed).status_code == 422
    typed["seen"] = client.get(f"{address}propose/").context["seen"]
    assert client.post(f"{address}propose/", typed).status_code == 302
    run = Selection.objects.get()
    second = Client()
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    sign_in(second, User.objects.get(pk=approver.user_id))
    approval = f"/staff/selections/runs/{run.pk}/approve/"
    assert run.sha256 in second.get(approval).content.decode()
    second.post(approval)
    assert not Choice.objects.exists()
    assert second.post(approval, {"seen": run.sha256}).status_code == 302
    assert Choice.objects.filter(status="selected").count() == 3
    page = client.get(f"{address}quotes/")
    chosen = [row.pk for row in page.context["todo"]]
    client.post(f"{address}quotes/", {"pk": chosen})
    again = client.get(f"{address}quotes/")
    assert not again.context["todo"]
    assert "すでに確認済みです" in text_of(again)
    assert "見積の確認" in text_of(client.get(address))


def test_a_firm_reads_its_own_result_and_no_other(client, official, call):
    build.approve(build.propose(call))
    application = Application.objects.filter(call=call).order_by("submitted_at").first()
    other = Application.objects.filter(call=call).order_by("submitted_at").last()
    firm = make.firm_actor(application.firm)
    sign_in(client, User.objects.get(pk=firm.user_id))
    assert "採択されました" in text_of(client.get(f"/apply/{application.public_id}/result/"))
    Application.objects.filter(pk=application.pk).update(status="granted")
    page = text_of(client.get(f"/apply/{application.public_id}/result/"))
    assert "交付も決定しています" in page
    assert "交付決定をお待ちください" not in page
    assert client.get(f"/apply/{other.public_id}/result/").status_code == 404


def test_a_mark_on_a_first_come_case_is_read_wherever_it_is_decided(client, official):
    application = make.make_submitted()
    case = f"/staff/applications/{application.receipt_no}/"
    put = f"/staff/selections/marks/{application.receipt_no}/?back=case"
    assert put in client.get(case).content.decode()
    page = client.get(put)
    assert "is_held" not in page.context["form"].fields
    assert client.post(put, {"kind": "suspect", "reason": ""}).status_code == 422
    answer = client.post(put, {"kind": "suspect", "reason": "見積の日付が同じ筆跡で直してある"})
    assert answer["Location"] == f"{case}#marks"
    make.check_all(official, application)
    assert "同じ筆跡" in text_of(client.get(case))
    assert "同じ筆跡" in text_of(client.get(f"{case}propose/"))
    with acting(official):
        decide.decision_propose(
            actor=official, application_id=application.pk, outcome="grant", reason="要件を満たす。"
        )
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    sign_in(client, User.objects.get(pk=approver.user_id))
    page = text_of(client.get(f"{case}approve/"))
    assert "同じ筆跡" in page
    # Whoever only approves reads the mark, and neither puts nor lifts one.
    assert "注意を付ける" not in page
    mark = Mark.objects.get()
    assert client.get(f"/staff/selections/marks/{mark.pk}/lift/").status_code in {403, 404}
    sign_in(client, User.objects.get(pk=official.user_id))
    lift = f"/staff/selections/marks/{mark.pk}/lift/?back=case"
    assert client.post(lift, {"reason": "本人に確かめた"})["Location"] == f"{case}#marks"
    assert "同じ筆跡" not in text_of(client.get(case))


def test_whoever_proposes_and_approves_sees_the_bonus_with_its_fact(client, official, call):
    application = Application.objects.filter(call=call).order_by("submitted_at").first()
    build.graduate(application.firm, expires_on=dt.date(2029, 9, 11))
    build.approve(build.propose(call, is_separate=False))
    case = f"/staff/applications/{application.receipt_no}/"
    cited = "加点 5: DX道場 第3期 修了 2026-09-12（2029-09-11まで有効）"
    assert cited in text_of(client.get(case))
    assert cited in text_of(client.get(f"{case}propose/"))
    with acting(official):
        decide.decision_propose(
            actor=official, application_id=application.pk, outcome="grant", reason="順位のとおり。"
        )
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    sign_in(client, User.objects.get(pk=approver.user_id))
    assert cited in text_of(client.get(f"{case}approve/"))


def test_a_mark_put_from_the_ranking_leads_back_to_it(client, official, call):
    application = Application.objects.filter(call=call).order_by("submitted_at").first()
    put = f"/staff/selections/marks/{application.receipt_no}/"
    answer = client.post(put, {"kind": "linked", "reason": "代表者が同じ", "is_held": "on"})
    assert answer["Location"] == f"/staff/selections/{call.pk}/"
    assert Mark.objects.get().is_held


def waiting(call) -> list[Choice]:
    """An approved selection with one selected and the others on the waiting list."""
    first = Application.objects.filter(call=call).order_by("submitted_at").first()
    Call.objects.filter(pk=call.pk).update(budget_yen=first.requested_yen)
    build.approve(build.propose(call))
    return list(Choice.objects.filter(selection__call=call, status="waiting").order_by("rank"))


def test_who_waits_reads_its_amount_and_what_of_the_budget_is_free(client, official, call):
    first = waiting(call)[0]
    Call.objects.filter(pk=call.pk).update(budget_yen=first.wanted_yen + 123_000)
    page = client.get(f"/staff/selections/{call.pk}/")
    assert f"繰り上がると {first.wanted_yen:,}円" in text_of(page)
    assert (page.context["promised_yen"], page.context["free_yen"]) == (first.wanted_yen, 123_000)
    listed = text_of(client.get("/staff/selections/"))
    assert f"交付決定を待つ額 {first.wanted_yen:,}円" in listed


def test_waiting_is_ended_for_one_with_a_reason_that_the_firm_reads(client, official, call):
    first, *others = waiting(call)
    ranking = client.get(f"/staff/selections/{call.pk}/").content.decode()
    address = f"/staff/selections/{call.pk}/waiting/?pk={first.pk}"
    assert address in ranking
    assert [row.pk for row in client.get(address).context["todo"]] == [first.pk]
    assert client.post(address, {"pk": [first.pk], "reason": ""}).status_code == 422
    missing = client.post(address, {"reason": "年度末"})
    assert "1件以上選んでください" in text_of(missing)
    assert "年度末" in missing.content.decode()
    answer = client.post(address, {"pk": [first.pk], "reason": "年度の予算が終わった"})
    assert answer.status_code == 302
    first.refresh_from_db()
    assert (first.status, first.reason) == ("not_selected", "年度の予算が終わった")
    assert {row.status for row in Choice.objects.filter(pk__in=[o.pk for o in others])} == {
        "waiting"
    }
    firm = make.firm_actor(first.firm)
    sign_in(client, User.objects.get(pk=firm.user_id))
    page = text_of(client.get(f"/apply/{first.application.public_id}/result/"))
    assert "年度の予算が終わった" in page


def test_all_waiting_are_ended_at_once_and_the_others_are_named(client, official, call):
    rows = waiting(call)
    chosen = Choice.objects.get(selection__call=call, status="selected")
    address = f"/staff/selections/{call.pk}/waiting/"
    assert address in client.get(f"/staff/selections/{call.pk}/").content.decode()
    pks = [chosen.pk, *(row.pk for row in rows)]
    page = client.post(address, {"pk": pks, "reason": "年度の終わり"}, follow=True)
    assert f"{len(rows)}件の補欠を終えました" in text_of(page)
    assert "すでに繰り上がり、採択されています" in text_of(page)
    assert not Choice.objects.filter(status="waiting").exists()
    assert AuditRow.objects.filter(action="selection.choice.end_waiting").count() == len(rows)
    assert address not in client.get(f"/staff/selections/{call.pk}/").content.decode()


def test_only_a_reviewer_ends_the_waiting(client, call):
    rows = waiting(call)
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(approver), pytest.raises(RoleMissing):
        services.waiting_end(
            actor=approver, call_id=call.pk, choice_ids=[rows[0].pk], reason="終わり"
        )


def test_the_status_page_leads_to_the_result_and_the_story_tells_it(client, call):
    application = Application.objects.filter(call=call).order_by("submitted_at").first()
    Call.objects.filter(pk=call.pk).update(budget_yen=application.requested_yen)
    firm = make.firm_actor(application.firm)
    sign_in(client, User.objects.get(pk=firm.user_id))
    status = f"/apply/{application.public_id}/status/"
    assert "審査の結果" not in text_of(client.get(status))
    build.approve(build.propose(call))
    page = client.get(status)
    assert f"/apply/{application.public_id}/result/" in page.content.decode()
    assert "審査の結果が決まりました：採択" in text_of(page)


def test_the_story_tells_that_the_waiting_list_moved_up(client, call):
    first, second = Application.objects.filter(call=call).order_by("submitted_at")[:2]
    Call.objects.filter(pk=call.pk).update(budget_yen=first.requested_yen)
    build.approve(build.propose(call))
    Call.objects.filter(pk=call.pk).update(budget_yen=first.requested_yen * 2)
    with acting(make.SYSTEM):
        services.waiting_advance(actor=make.SYSTEM, call_id=call.pk)
    firm = make.firm_actor(second.firm)
    sign_in(client, User.objects.get(pk=firm.user_id))
    page = text_of(client.get(f"/apply/{second.public_id}/status/"))
    assert "審査の結果が決まりました：補欠" in page
    assert "補欠から繰り上がり、採択されました" in page


def test_a_refused_return_and_a_refused_lift_keep_the_reason_that_was_typed(client, official, call):
    run = build.propose(call, actor=official)
    build.approve(run)
    typed = {"reason": "順位を見直すため。"}
    answer = client.post(f"/staff/selections/runs/{run.pk}/return/", typed)
    assert answer.status_code == 422
    assert typed["reason"] in answer.content.decode()
    application = make.make_submitted()
    with acting(official):
        mark = services.mark_put(
            actor=official, application_id=application.pk, kind="linked", reason="代表者が同じ"
        )
        services.mark_lift(actor=official, mark_id=mark.pk, reason="確かめた。")
    answer = client.post(f"/staff/selections/marks/{mark.pk}/lift/", typed)
    assert answer.status_code == 422
    for part in (typed["reason"], "すでに解かれています"):
        assert part in answer.content.decode()
