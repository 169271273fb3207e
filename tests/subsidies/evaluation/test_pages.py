"""The pages, asked for one by one: what they show, to whom, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies.evaluation import services
from subsidies.evaluation.aspects import CODES
from subsidies.evaluation.models import PlanComment, PlanEvaluation, PlanShare
from subsidies.models import Application
from tests.factories import evaluation as build
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def advisor():
    return build.advisor_actor(name="相談 花子")


@pytest.fixture
def plan():
    return build.make_plan()


@pytest.fixture
def firm(plan):
    return client_of(build.owner_of(plan))


@pytest.fixture
def row(plan, advisor):
    return build.share(plan, advisor)


@pytest.fixture
def client(advisor):
    return client_of(advisor)


def text_of(client, name, *args, status=200, **kwargs):
    response = client.get(reverse(f"evaluation:{name}", args=args), **kwargs)
    assert response.status_code == status, (name, response.status_code)
    return response.content.decode()


def typed(**changes):
    values = {f"grade-{code}": "a" for code in CODES} | {f"text-{code}": "確認" for code in CODES}
    more = {"grade": "a", "summary": "よい計画である。", "is_independent": "on", "revision": "0"}
    return {**values, **more, **changes}


def test_the_firm_shares_from_its_task_list_and_applies_after_the_evaluation(
    plan, firm, advisor, client
):
    page = reverse("evaluation:plan", args=[plan.public_id])
    tasks = firm.get(reverse("subsidies:task_list", args=[plan.public_id])).content.decode()
    assert page in tasks
    assert "まだ始められません" in tasks
    check = reverse("subsidies:check_answers", args=[plan.public_id])
    refused = firm.post(check, {"key": str(make.uuid.uuid4()), "submit-consent": "on"})
    assert refused.status_code == 422
    assert f"{page}?problems=1" in refused.content.decode()
    assert "まだ済んでいません" in refused.content.decode()
    answer = firm.post(page, {"advisor": advisor.user_id})
    assert answer.status_code == 422
    assert "チェックを入れてください" in answer.content.decode()
    answer = firm.post(page, {"advisor": advisor.user_id, "consent": "on"}, follow=True)
    assert "相談員の評価を待っています" in answer.content.decode()
    row = PlanShare.objects.get()
    assert "同意します" in row.consent
    build.evaluate(row, advisor)
    shown = firm.get(page).content.decode()
    assert "評価を読んで、申請に進んでください" in shown
    assert "無理のない計画である。" in shown
    done = firm.post(check, {"key": str(make.uuid.uuid4()), "submit-consent": "on"})
    assert done["Location"].endswith("/done/")
    status = firm.get(reverse("subsidies:status", args=[plan.public_id])).content.decode()
    assert page in status


def test_a_scheme_that_asks_for_nothing_has_no_such_page(firm, plan):
    other = make.make_draft(build.owner_of(plan), make.make_call())
    text_of(firm, "plan", other.public_id, status=404)
    tasks = firm.get(reverse("subsidies:task_list", args=[other.public_id])).content.decode()
    assert "妥当性評価" not in tasks


def test_the_firm_is_told_of_a_tie_and_the_auditors_as_well(plan, firm, advisor):
    from tests.factories.programs import MembershipFactory

    MembershipFactory(firm=plan.firm, user_id=advisor.user_id, role="firm_member")
    page = reverse("evaluation:plan", args=[plan.public_id])
    answer = firm.post(page, {"advisor": advisor.user_id, "consent": "on"})
    assert answer.status_code == 422
    assert "評価を頼めません" in answer.content.decode()
    assert AuditRow.objects.filter(action="evaluation.share_denied").exists()


def test_the_firm_reads_comments_where_it_mends_and_ends_the_share(plan, firm, advisor, row):
    with acting(advisor):
        services.comment_add(
            actor=advisor, share_id=row.pk, anchor="answers.effect", body="現状の数字も。"
        )
    shown = text_of(firm, "plan", plan.public_id)
    assert "現状の数字も。" in shown
    assert reverse("subsidies:task", args=[plan.public_id, "plan"]) + "#id_effect" in shown
    end = reverse("evaluation:end", args=[plan.public_id, row.public_id])
    assert "共有を終える" in firm.get(end).content.decode()
    after = firm.post(end, follow=True).content.decode()
    assert "共有を終えました" in after
    assert "現状の数字も。" in after
    assert "すでに終わっています" in firm.post(end, follow=True).content.decode()


def test_the_advisor_reads_comments_evaluates_and_hands_over(client, advisor, row, plan):
    home = text_of(client, "home")
    assert "計画を読んでください" in home
    assert plan.firm_name in home
    shown = text_of(client, "shared", row.public_id)
    assert make.ANSWERS["problem"] in shown
    assert make.ANSWERS["contact_phone"] not in shown
    assert "試験ソフト株式会社" in shown
    looks = AuditRow.objects.filter(action="evaluation.plan_viewed", actor_id=advisor.user_id)
    assert looks.count() == 1
    page = reverse("evaluation:shared", args=[row.public_id])
    box = "c-answers-problem-body"
    answer = client.post(page, {"anchor": "answers.problem", box: "いつの数字ですか。"})
    assert answer["Location"] == f"{page}#answers.problem"
    assert "いつの数字ですか。" in client.get(page).content.decode()
    form = reverse("evaluation:evaluate", args=[row.public_id])
    answer = client.post(form, typed(**{"text-price": "", "check": ""}), follow=True)
    assert "「経費の妥当さ」の説明を入力してください。" in answer.content.decode()
    answer = client.post(form, typed(check="", revision="1"), follow=True)
    assert "評価を渡す" in answer.content.decode()
    check = reverse("evaluation:check", args=[row.public_id])
    assert "評価を渡しました" in client.post(check, follow=True).content.decode()
    assert "渡した評価" in client.get(form, follow=True).content.decode()
    assert "評価を待っている計画はありません" in text_of(client, "home")


def test_what_was_typed_is_kept_when_it_is_refused(client, row):
    page = reverse("evaluation:shared", args=[row.public_id])
    answer = client.post(page, {"anchor": "expenses", "c-expenses-body": "長" * 2001})
    assert answer.status_code == 422
    assert "長" * 2001 in answer.content.decode()
    assert not PlanComment.objects.exists()
    form = reverse("evaluation:evaluate", args=[row.public_id])
    client.post(form, typed())
    answer = client.post(form, typed(summary="古い画面の総評"))
    assert answer.status_code == 409
    assert "古い画面の総評" in answer.content.decode()
    assert "ほかの画面でこの評価が保存されています" in answer.content.decode()
    assert PlanEvaluation.objects.get().summary == "よい計画である。"
    saved = client.post(f"{form}autosave/", typed(summary="続き", revision="1"))
    assert saved.json() == {"revision": 2}
    assert client.post(f"{form}autosave/", typed(revision="1")).status_code == 409


def test_officials_read_the_evaluation_and_who_typed_the_plan(plan, advisor, row):
    build.evaluate(row, advisor, "c")
    colleague = make.firm_actor(plan.firm)
    owner = build.owner_of(plan)
    make.submit(owner, plan)
    with acting(advisor.elevated()):
        # Written past every page, under the advisor's name.
        Application.objects.filter(pk=plan.pk).update(
            answers={**make.ANSWERS, "problem": "代わりに書いた"}
        )
    receipt = Application.objects.get(pk=plan.pk).receipt_no
    page = (
        client_of(make.official_actor())
        .get(reverse("subsidies:application", args=[receipt]))
        .content.decode()
    )
    assert "C 見直しが必要" in page
    assert "評価の後に計画が変わっています" in page
    assert "申請者の企業に属さない人の入力があります" in page
    assert "社外の人" in page
    assert owner.name in page
    assert colleague.name not in page


def test_the_list_costs_the_same_with_one_plan_and_with_many(client, advisor, row):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text_of(client, "home")
        return len(queries)

    once = cost()
    call = build.make_call()
    firm = make.make_firm()
    creator = make.firm_actor(firm)
    for _number in range(30):
        other = make.make_row(
            call=call, firm=make.make_firm(), creator_id=creator.user_id, status="draft"
        )
        PlanShare.objects.create(
            application=other, ward_id=other.ward_id, firm_id=other.firm_id,
            advisor_id=advisor.user_id, shared_by_id=creator.user_id, consent="同意",
        )  # fmt: skip
    assert cost() == once
