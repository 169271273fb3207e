"""実績報告 → 検査 → 額の確定: what is refused, what moves, who may not."""

import dataclasses
import datetime as dt

import pytest

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, RoleMissing, StaleState
from subsidies import grant_states
from subsidies.grants import services, states
from subsidies.grants.models import Inspection
from subsidies.grants.quoted import quoted_of
from subsidies.grants.services import completion
from subsidies.models import BudgetEntry, Grant
from subsidies.obligations.models import Asset
from subsidies.obligations.selectors.returns import share_of
from subsidies.obligations.services import assets_enter
from subsidies.services.errors import Incomplete, Refused
from tests.factories import subsidies as make
from tests.factories.programs import MembershipFactory
from tests.subsidies.grants.money import (
    finalised,
    inspected,
    report_begun,
    reported,
    spending,
)
from tests.subsidies.grants.people import approved, columns, filed, proposed

pytestmark = pytest.mark.usefixtures("staged")

FEWER = [{"category": "software", "description": "日報システム", "unit_price": "400000"}]


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


def test_a_report_freezes_its_chains_and_moves_the_grant(stage):
    filing = stage(make.make_grant, reported)
    grant = filing.grant
    record = filing.versions.get().payload["record"]
    assert (record["expected_yen"], record["late"]) == (499_000, False)
    assert record["balance"] == {
        "spent_yen": 732_598,
        "subsidy_yen": 499_000,
        "other_yen": 0,
        "own_yen": 233_598,
    }
    assert [link["tone"] for link in record["lines"][0]["links"]] == ["ok"] * 6
    assert [asset["unit_yen"] for asset in record["assets"]] == [665_999]
    grant.refresh_from_db()
    assert (grant.status, grant.completed_on) == (grant_states.REPORTED, clock.today())


def test_a_line_takes_no_quote_of_another_line_of_its_name():
    line = {**make.LINES[0], "unit_price": 200_000}
    names = ("日報システム", "日報システム", "在庫システム")
    lines = [
        {**line, "description": name, "vendor": f"試験{place}社"}
        for place, name in enumerate(names)
    ]
    found = quoted_of(make.make_grant(lines=lines))
    assert {key: item.vendor for key, item in found.items()} == {
        ("software", "在庫システム"): "試験2社"
    }


@pytest.mark.parametrize(
    ("typed", "anchor", "words"),
    [
        ({"payment_on": ""}, "spent.p1.payment_on", "支払の日付"),
        ({"net_yen": "六十万"}, "p1.net_yen", "円の単位"),
        ({"quote_on": "2030-01-01"}, "spent.p1.quote_on", "今日より後"),
        ({"issuer": "別の商事"}, "spent.p1.invoice_on", "発注先"),
        ({"paid_yen": "1"}, "spent.p1.payment_on", "請求書の額"),
        ({"method": "gold"}, "p1.method", "選択肢"),
        ({"used_from": "2026-12-01"}, "p1.used_to", "両方"),
        ({"order_on": "2020-01-01", "quote_on": "2019-12-01"}, "spent", "0円"),
        ({"method": "cash"}, "spent", "0円"),
        ({"bought": "no"}, "spent", "0円"),
    ],
)
def test_what_breaks_is_said_before_the_submission(grant, typed, anchor, words):
    filing, firm = report_begun(grant, **typed)
    with acting(firm), pytest.raises(Incomplete) as refused:
        services.filing_submit(actor=firm, filing_id=filing.pk)
    assert anchor in {problem.anchor for problem in refused.value.problems}
    assert any(words in problem.text for problem in refused.value.problems)
    grant.refresh_from_db()
    assert grant.status == grant_states.IN_PROGRESS


def test_every_paper_is_wanted(grant):
    filing, firm = report_begun(grant, papers=False)
    with acting(firm), pytest.raises(Incomplete) as refused:
        services.filing_submit(actor=firm, filing_id=filing.pk)
    assert len(refused.value.problems) == 1  # the photos, asked of every report
    assert "写真" in refused.value.problems[0].text


def test_a_line_saved_in_another_tab_is_stale(grant):
    filing, firm = report_begun(grant)
    with acting(firm), pytest.raises(StaleState):
        services.completion_line_save(
            actor=firm, filing_id=filing.pk, key="p1", typed=spending(), revision=0
        )
    with acting(firm), pytest.raises(Refused):
        services.completion_line_save(actor=firm, filing_id=filing.pk, key="p9", typed=spending())


def test_a_late_report_is_taken_and_marked(grant):
    Grant.objects.filter(pk=grant.pk).update(
        project_ends_on=clock.today() - dt.timedelta(days=40),
        decided_on=clock.today() - dt.timedelta(days=90),
    )
    grant.refresh_from_db()
    before = (clock.today() - dt.timedelta(days=50)).isoformat()
    steps = ("order", "delivery", "acceptance", "invoice", "payment")
    filing, firm = report_begun(
        grant,
        quote_on=(clock.today() - dt.timedelta(days=60)).isoformat(),
        **{f"{step}_on": before for step in steps},
    )
    with acting(firm):
        services.filing_save(actor=firm, filing_id=filing.pk, content={"completed_on": before})
        services.filing_submit(actor=firm, filing_id=filing.pk)
    record = filing.versions.get().payload["record"]
    assert record["late"]
    assert record["due_on"] == (clock.today() - dt.timedelta(days=20)).isoformat()


def test_a_returned_report_runs_again_and_comes_back(stage):
    filing = stage(make.make_grant, reported)
    grant = filing.grant
    reviewer = make.official_actor()
    with acting(reviewer):
        services.filing_return(actor=reviewer, filing_id=filing.pk, reason="請求書が読めない。")
    grant.refresh_from_db()
    assert grant.status == grant_states.IN_PROGRESS
    row = AuditRow.objects.get(action="subsidies.grant.return_report")
    assert row.reason == "請求書が読めない。"
    firm = make.owner_of(grant)
    with acting(firm):
        services.filing_submit(actor=firm, filing_id=filing.pk)
    assert filing.versions.count() == 2


def test_no_final_amount_before_the_inspection(stage):
    filing = stage(make.make_grant, reported)
    with pytest.raises(Refused, match="検査"):
        proposed(filing)
    inspected(filing, verdicts={"content": {"verdict": "ok"}})
    with pytest.raises(Refused, match="検査"):
        proposed(filing)


def test_the_inspection_of_an_earlier_version_does_not_count(stage):
    filing = stage(make.make_grant, reported)
    grant = filing.grant
    inspected(filing)
    reviewer = make.official_actor()
    with acting(reviewer):
        services.filing_return(actor=reviewer, filing_id=filing.pk, reason="額が違う。")
    firm = make.owner_of(grant)
    with acting(firm):
        services.filing_submit(actor=firm, filing_id=filing.pk)
    with pytest.raises(Refused, match="検査"):
        proposed(filing)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "phone"}, "方法"),
        ({"inspected_on": dt.date(2020, 1, 1)}, "検査日"),
        ({"cuts": {"p1": {"net_yen": 700_000, "tax_yen": 0, "reason": "対象外"}}}, "減額は"),
        ({"cuts": {"p1": {"net_yen": 1, "tax_yen": 0, "reason": ""}}}, "理由"),
    ],
)
def test_a_bad_inspection_is_refused(grant, changes, words):
    with pytest.raises(Refused, match=words):
        inspected(reported(grant), **changes)
    assert not Inspection.objects.exists()


def test_an_approver_does_not_inspect(grant):
    from portal.accounts.roles import Role

    with pytest.raises(RoleMissing):
        inspected(reported(grant), official=make.official_actor(grant.ward_id, Role.APPROVER))


def test_the_final_amount_moves_on_and_the_rest_goes_back(grant):
    grant = finalised(grant, net=600_000)
    assert (grant.status, grant.decided_yen, grant.final_yen) == ("finalised", 499_000, 450_000)
    assert columns(grant) == (450_000, 0, 450_000, 0)
    rows = BudgetEntry.objects.filter(application=grant.application, kind="final")
    found = sorted(rows.values_list("column", "amount_yen"))
    assert found == [("decided", -450_000), ("decided", -49_000), ("final", 450_000)]
    assert grant.filings.get().status == states.APPROVED


def test_more_than_planned_stops_at_the_decision(grant):
    grant = finalised(grant, net=900_000)
    assert grant.final_yen == 499_000
    assert columns(grant) == (499_000, 0, 499_000, 0)


def test_a_cut_lowers_the_amount_and_stands_in_the_ruling(grant):
    cut = {"net_yen": 65_999, "tax_yen": 6_599, "reason": "保守料は対象外。"}
    grant = finalised(grant, cuts={"p1": cut})
    terms = grant.rulings.get().terms
    assert grant.final_yen == 450_000
    assert "保守料は対象外" in terms["steps"][0]["formula"]
    assert terms["inspection"]["cuts"] == {"p1": cut}


def test_nothing_eligible_is_no_final_amount(stage):
    filing = stage(make.make_grant, reported)
    inspected(filing, {"p1": {"net_yen": 665_999, "tax_yen": 66_599, "reason": "架空の請求。"}})
    with pytest.raises(Refused, match="0円"):
        proposed(filing)


def test_who_inspected_does_not_approve(stage):
    from portal.accounts.roles import Role

    filing = stage(make.make_grant, reported)
    grant = filing.grant
    both = make.official_actor(grant.ward_id, Role.REVIEWER, Role.APPROVER)
    inspected(filing, official=both)
    ruling = proposed(filing)
    deputy = make.official_actor(grant.ward_id, Role.APPROVER)
    deputy = dataclasses.replace(deputy, on_behalf_of=((both.user_id, both.name),))
    for actor in (both, deputy):
        with acting(actor), pytest.raises(GuardFailed, match="検査をした人"):
            services.ruling_approve(actor=actor, ruling_id=ruling.pk)
    approved(ruling)


def test_a_report_is_not_rejected(stage):
    filing = stage(make.make_grant, reported)
    inspected(filing)
    with pytest.raises(Refused):
        proposed(filing, outcome="reject")


def test_nobody_inspects_a_firm_they_belong_to(stage):
    grant = stage(make.make_grant)
    filing = reported(grant)
    official = make.official_actor(grant.ward_id)
    MembershipFactory(firm=grant.firm, user=User.objects.get(pk=official.user_id))
    with pytest.raises(GuardFailed, match="企業に属する人"):
        inspected(filing, official=official)
    assert not Inspection.objects.exists()


def test_what_the_subsidy_has_no_part_in_is_no_asset_of_the_ledger():
    """Paid in cash, or taken out by the inspection in whole: the firm's own to dispose of."""
    lines = [
        {"category": "equipment", "description": name, "unit_price": 700_000}
        for name in ("検査機", "旋盤", "現金の機械")
    ]
    grant = make.make_grant(lines=lines)
    filing, firm = report_begun(grant)
    last = filing.content["spent"][-1]["key"]
    with acting(firm):
        completion.completion_line_save(
            actor=firm, filing_id=filing.pk, key=last, typed={"method": "cash"}
        )
        services.filing_submit(actor=firm, filing_id=filing.pk)
    filing.refresh_from_db()
    listed = filing.versions.get().payload["record"]["assets"]
    assert [item["description"] for item in listed] == ["検査機", "旋盤"]
    cut = {"net_yen": 700_000, "tax_yen": 70_000, "reason": "設置されていない。"}
    inspected(filing, {listed[1]["key"]: cut})
    approved(proposed(filing, reason="実績が計画に沿っている。"))
    with acting(make.SYSTEM):
        assets_enter(actor=make.SYSTEM, grant_id=grant.pk)
    assert [asset.description for asset in Asset.objects.all()] == ["検査機"]


def test_an_asset_gives_back_what_the_subsidy_paid_of_it_and_no_more():
    """Half of one machine was taken out by the inspection: all shares together are the subsidy."""
    lines = [
        {"category": "equipment", "description": name, "unit_price": 700_000}
        for name in ("検査機", "旋盤")
    ]
    grant = make.make_grant(lines=lines)
    filing = reported(grant)
    listed = filing.versions.get().payload["record"]["assets"]
    cut = {"net_yen": 350_000, "tax_yen": 35_000, "reason": "半分は事業に使っていない。"}
    inspected(filing, {listed[0]["key"]: cut})
    approved(proposed(filing, reason="実績が計画に沿っている。"))
    with acting(make.SYSTEM):
        assets_enter(actor=make.SYSTEM, grant_id=grant.pk)
    half, whole = Asset.objects.order_by("key")
    assert (half.description, half.net_yen, whole.net_yen) == ("検査機", 700_000, 700_000)
    assert share_of(whole) == 2 * share_of(half)
    final = Grant.objects.get(pk=grant.pk).final_yen
    assert 0 < final == (share_of(half) + share_of(whole)) * 700_000


def test_a_change_is_decided_returned_or_dropped_before_the_report(grant):
    change = filed(grant, "change", why="台数を減らすため。", purpose="no", lines=FEWER)
    with pytest.raises(Incomplete) as refused:
        reported(grant)
    assert {problem.code for problem in refused.value.problems} == {"still_open"}
    assert "計画の変更" in refused.value.problems[0].text
    reviewer = make.official_actor(grant.ward_id)
    with acting(reviewer):
        services.filing_return(actor=reviewer, filing_id=change.pk, reason="見積書がありません。")
    reported(grant)
    change.refresh_from_db()
    assert change.status == states.DROPPED
    with acting(make.SYSTEM):
        row = AuditRow.objects.filter(action="grants.filing.drop").latest("pk")
        assert row.reason == "実績報告を提出したため"
