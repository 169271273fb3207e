"""取下げ and 廃止: filed by the firm, settled by the ward, the money free again."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import GuardFailed, StaleState
from portal.ui.markup import era_date
from programs.models import Ward
from subsidies import grant_states, progress
from subsidies.contents import rules_for
from subsidies.grants import kinds, services, states
from subsidies.grants.kinds.ending import withdrawal_ends_on
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.progress import steps
from subsidies.letters import decision_letter
from subsidies.models import BudgetEntry, Call, Decision, Grant
from subsidies.services.errors import Incomplete, Refused
from tests.factories import subsidies as make
from tests.subsidies.grants.people import begun
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


def filed(grant, kind, **content):
    firm = make.owner_of(grant)
    with acting(firm):
        filing = services.filing_begin(actor=firm, grant_id=grant.pk, kind=kind)
        services.filing_save(actor=firm, filing_id=filing.pk, content=content)
    with acting(firm):
        return services.filing_submit(actor=firm, filing_id=filing.pk)


def columns(grant):
    call = Call.objects.get(pk=grant.call_id)
    return call.committed_yen, call.decided_yen, call.final_yen, call.paid_yen


def test_a_decision_begins_a_grant_and_its_column(grant):
    assert grant.status == grant_states.IN_PROGRESS
    assert grant.decided_yen == 499_000
    assert columns(grant) == (499_000, 499_000, 0, 0)
    assert grant.report_due_on <= make.YEAR_END


def test_an_accepted_withdrawal_frees_the_money(grant):
    filing = filed(grant, "withdrawal", why="機器が生産終了になったため。")
    reviewer = make.official_actor()
    with acting(reviewer):
        services.filing_accept(actor=reviewer, filing_id=filing.pk)
        with pytest.raises(StaleState):
            services.filing_accept(actor=reviewer, filing_id=filing.pk)
    grant.refresh_from_db()
    assert grant.status == grant_states.WITHDRAWN
    assert columns(grant) == (0, 0, 0, 0)
    entries = BudgetEntry.objects.filter(application=grant.application)
    assert sorted(entries.values_list("kind", "amount_yen")) == [
        ("grant", 499_000),
        ("release", -499_000),
    ]
    assert OutboxEvent.objects.filter(name="subsidies.grant_withdrawn").count() == 1
    assert AuditRow.objects.filter(action="subsidies.grant.withdraw").count() == 1


def test_the_letter_prints_the_dates_that_the_pages_keep_to(grant):
    decision = Decision.objects.get(application=grant.application)
    version = grant.application.versions.latest("number")
    said = dict(
        decision_letter(
            decision, version, rules=rules_for(version), ward=Ward.objects.get(pk=13107)
        )["rows"]
    )
    assert said["取下げの期限"] == clock.wareki(withdrawal_ends_on(grant))
    assert clock.wareki(grant.report_due_on) in said["実績報告の期限"]
    assert "30日以内" in said["実績報告の期限"]
    assert any("「実績報告の期限」までに" in text for text in decision.conditions["conditions"])


def test_a_withdrawal_after_its_last_day_is_refused_in_words_and_not_offered(grant):
    filing = begun(grant, "withdrawal", why="やめたい。")
    assert "withdrawal" in {kind.code for kind in kinds.fileable(grant)}
    Grant.objects.filter(pk=grant.pk).update(decided_on=dt.date(2026, 4, 1))
    firm = make.owner_of(grant)
    with acting(firm), pytest.raises(Incomplete) as refused:
        services.filing_submit(actor=firm, filing_id=filing.pk)
    assert "中止・廃止" in refused.value.problems[0].text
    grant.refresh_from_db()
    assert "withdrawal" not in {kind.code for kind in kinds.fileable(grant)}


def test_once_the_projects_last_day_is_over_the_report_is_the_current_step(grant):
    assert [step.label for step in steps(grant) if step.state == "current"] == ["発注"]
    grant.project_ends_on = clock.today() - dt.timedelta(days=1)
    assert [step.label for step in steps(grant) if step.state == "current"] == ["実績報告"]


def test_the_page_of_the_application_keeps_to_the_grants_own_last_day(grant, client):
    """A change may have moved it; the call's day is that of projects yet to be decided."""
    sign_in(client, User.objects.get(pk=make.owner_of(grant).user_id))
    address = reverse("subsidies:status", args=[grant.application.public_id])
    last = clock.today() + dt.timedelta(days=3)
    Grant.objects.filter(pk=grant.pk).update(project_ends_on=last)
    page = client.get(address).content.decode()
    assert f"{era_date(last)}までに事業を終えてください" in page
    assert era_date(grant.call.project_ends_on) not in page
    last = clock.today() - dt.timedelta(days=1)
    Grant.objects.filter(pk=grant.pk).update(project_ends_on=last)
    page = client.get(address).content.decode()
    assert "事業の期限が過ぎました" in page
    assert f"事業の期限（{era_date(last)}）を過ぎています" in page


@pytest.mark.parametrize(
    ("status", "heading", "step"),
    [
        ("reported", "発注の期間は終わりました", "交付決定後の手続で"),
        ("paid", "発注の期間は終わりました", "補助金は支払われました"),
        ("closed", "発注の期間は終わりました", "補助金は支払われました"),
        ("revoked", "この申請では発注できません", "この補助事業は終わりました（取消）"),
        ("cancelled", "この申請では発注できません", "この補助事業は終わりました（廃止）"),
    ],
)
def test_nobody_is_told_to_order_for_a_project_that_is_reported_or_over(
    grant, status, heading, step
):
    grant.project_ends_on, grant.status = clock.today() + dt.timedelta(days=9), status
    decision = Decision.objects.get(application=grant.application)
    order = progress.may_order(grant.application, decision, grant)
    assert (order.allowed, order.heading) == (False, heading)
    assert progress.next_step(grant.application, grant).what.startswith(step)


def test_an_empty_filing_says_what_is_missing_and_keeps_what_was_typed(grant):
    with pytest.raises(Incomplete) as refused:
        filed(grant, "cancellation", why="取引先の倒産。")
    assert [problem.anchor for problem in refused.value.problems] == ["answers.state"]
    assert Filing.objects.get(grant=grant).content["why"] == "取引先の倒産。"


def test_a_cancellation_needs_two_officials(grant):
    filing = filed(grant, "cancellation", why="取引先の倒産。", state="発注前。")
    both = make.official_actor(grant.ward_id, Role.REVIEWER, Role.APPROVER)
    with acting(both):
        with pytest.raises(GuardFailed):
            services.filing_accept(actor=both, filing_id=filing.pk)
        ruling = services.ruling_propose(
            actor=both,
            grant_id=grant.pk,
            kind="cancellation",
            reason="発注前であり、やむを得ない。",
            filing=filing,
        )
        with pytest.raises(Refused):
            services.ruling_propose(
                actor=both, grant_id=grant.pk, kind="cancellation", reason="二つ目", filing=filing
            )
        with pytest.raises(GuardFailed):
            services.ruling_approve(actor=both, ruling_id=ruling.pk)
    approver = make.official_actor(grant.ward_id, Role.APPROVER)
    with acting(approver):
        services.ruling_approve(actor=approver, ruling_id=ruling.pk)
    grant.refresh_from_db()
    filing.refresh_from_db()
    ruling = Ruling.objects.get(pk=ruling.pk)
    assert (grant.status, filing.status) == (grant_states.CANCELLED, states.APPROVED)
    assert ruling.document_no
    assert columns(grant) == (0, 0, 0, 0)


def test_a_rejected_cancellation_leaves_the_grant_as_it_is(grant):
    filing = filed(grant, "cancellation", why="気が変わった。", state="支払済み。")
    reviewer, approver = make.official_actor(), make.official_actor(grant.ward_id, Role.APPROVER)
    with acting(reviewer):
        ruling = services.ruling_propose(
            actor=reviewer,
            grant_id=grant.pk,
            kind="cancellation",
            outcome="reject",
            reason="事業は完了しており、実績報告が必要である。",
            filing=filing,
        )
    with acting(approver):
        services.ruling_approve(actor=approver, ruling_id=ruling.pk)
    grant.refresh_from_db()
    filing.refresh_from_db()
    assert (grant.status, filing.status) == (grant_states.IN_PROGRESS, states.REJECTED)
    assert columns(grant)[0] == 499_000


def test_a_returned_filing_is_mended_and_keeps_both_versions(grant):
    filing = filed(grant, "cancellation", why="取引先の倒産。", state="？")
    reviewer, firm = make.official_actor(), make.owner_of(grant)
    with acting(reviewer):
        services.filing_return(actor=reviewer, filing_id=filing.pk, reason="状況を詳しく。")
    with acting(firm):
        services.filing_save(actor=firm, filing_id=filing.pk, content={"state": "発注前。"})
        services.filing_submit(actor=firm, filing_id=filing.pk)
    versions = Filing.objects.get(pk=filing.pk).versions.all()
    assert [version.payload["answers"]["state"] for version in versions] == ["？", "発注前。"]


def test_a_made_ruling_and_a_submitted_version_are_frozen_in_the_database(grant):
    filing = filed(grant, "cancellation", why="取引先の倒産。", state="発注前。")
    version = filing.versions.get()
    version.sha256 = "0" * 64
    with pytest.raises(Exception, match="refused"):
        version.save()


def test_the_firm_sees_the_state_of_its_grant_beside_the_decision(client, grant):
    Grant.objects.filter(pk=grant.pk).update(status=grant_states.PAID)
    sign_in(client, User.objects.get(pk=make.owner_of(grant).user_id))
    page = client.get(reverse("subsidies:status", args=[grant.application.public_id]))
    assert str(page.context["grant_state"].label) == "支払済"
    assert "支払済</span>" in page.content.decode()
    ((_item, shown, _url),) = client.get(reverse("desk:my")).context["rows"]
    assert [str(state.label) for state in shown] == ["交付決定", "支払済"]
