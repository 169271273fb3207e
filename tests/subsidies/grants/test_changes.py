"""変更: small ones are noted, the others ruled; the money that is no longer needed goes back."""

import datetime as dt

import pytest

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.transitions import GuardFailed, StaleState
from subsidies.grants import services, states
from subsidies.grants.plan import plan_of
from subsidies.models import BudgetEntry, Grant
from subsidies.services.errors import Incomplete, Refused
from tests.factories import subsidies as make
from tests.subsidies.grants.people import approved, begun, columns, filed, proposed
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")
NEXT_YEAR = make.YEAR_END + dt.timedelta(days=1)


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


def line(yen, category="software", **more):
    return {"category": category, "description": "日報システム", "unit_price": str(yen), **more}


def change(**content):
    return {"why": "機器の価格が変わったため。", "purpose": "no", **content}


def test_the_draft_begins_with_the_plan_that_stands(grant):
    filing = begun(grant, "change")
    assert [entry["unit_price"] for entry in filing.content["lines"]] == [665_999]


def test_a_small_change_is_noted_and_becomes_the_plan(grant):
    filing = filed(grant, "change", **change(lines=[line(700_000)]))
    record = filing.versions.get().payload["record"]
    assert (record["causes"], record["amount_yen"]) == ([], 499_000)
    reviewer = make.official_actor()
    with acting(reviewer):
        with pytest.raises(Refused):
            services.filing_propose(
                actor=reviewer, filing_id=filing.pk, outcome="approve", reason="不要"
            )
        services.filing_accept(actor=reviewer, filing_id=filing.pk)
    assert [item.unit_price for item in plan_of(grant)] == [700_000]
    assert columns(grant) == (499_000, 499_000, 0, 0)


def test_less_is_ruled_and_frees_the_difference(grant):
    filing = filed(
        grant, "change", **change(lines=[line(400_000)], ends_on=make.YEAR_END.isoformat())
    )
    reviewer = make.official_actor()
    with acting(reviewer), pytest.raises(GuardFailed):
        services.filing_accept(actor=reviewer, filing_id=filing.pk)
    ruling = proposed(filing)
    assert ruling.amount_yen == 300_000
    approved(ruling)
    grant.refresh_from_db()
    filing.refresh_from_db()
    assert filing.status == states.APPROVED
    assert (grant.decided_yen, grant.project_ends_on) == (300_000, make.YEAR_END)
    assert grant.report_due_on == make.YEAR_END
    assert columns(grant) == (300_000, 300_000, 0, 0)
    entry = BudgetEntry.objects.get(application=grant.application, kind="change")
    assert (entry.column, entry.amount_yen) == ("decided", -199_000)
    assert [item.unit_price for item in plan_of(grant)] == [400_000]


def test_more_never_raises_the_decision(grant):
    filing = filed(grant, "change", **change(lines=[line(5_000_000)]))
    approved(proposed(filing))
    grant.refresh_from_db()
    assert grant.decided_yen == 499_000
    assert columns(grant) == (499_000, 499_000, 0, 0)


def test_a_rejected_change_leaves_plan_and_money(grant):
    filing = filed(grant, "change", **change(lines=[line(400_000)]))
    approved(proposed(filing, "reject", "目的を達成できない。"))
    grant.refresh_from_db()
    filing.refresh_from_db()
    assert (filing.status, grant.decided_yen) == (states.REJECTED, 499_000)
    assert [item.unit_price for item in plan_of(grant)] == [665_999]


@pytest.mark.parametrize(
    ("content", "anchor", "words"),
    [
        ({}, "expenses", "変わったところがありません"),
        ({"lines": []}, "expenses", "1行以上"),
        ({"lines": [line(10)]}, "expenses", "中止・廃止"),
        ({"lines": [line("四十万")]}, "expenses.0.unit_price", "円の単位"),
        ({"ends_on": NEXT_YEAR.isoformat()}, "answers.ends_on", clock.wareki(make.YEAR_END)),
        ({"ends_on": "2020-04-01"}, "answers.ends_on", "交付決定日"),
        ({"ends_on": "来月"}, "answers.ends_on", "年・月・日"),
        ({"purpose": ""}, "answers.purpose", "変わりますか"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(grant, content, anchor, words):
    with pytest.raises(Incomplete) as refused:
        filed(grant, "change", **change(**content))
    problem = refused.value.problems[0]
    assert problem.anchor == anchor
    assert words in problem.text


def test_a_ruling_worked_out_from_another_amount_is_stale(grant):
    filing = filed(grant, "change", **change(lines=[line(400_000)]))
    ruling = proposed(filing)
    Grant.objects.filter(pk=grant.pk).update(decided_yen=480_000)
    with pytest.raises(StaleState):
        approved(ruling)
    assert columns(grant)[0] == 499_000


def test_an_approver_who_read_something_else_is_told(grant):
    filing = filed(grant, "change", **change(lines=[line(400_000)]))
    ruling = proposed(filing)
    ruling.prepared_at += dt.timedelta(seconds=1)
    with pytest.raises(StaleState):
        approved(ruling)


def test_after_the_report_a_change_can_no_longer_be_approved(grant):
    filing = filed(grant, "change", **change(lines=[line(400_000)]))
    ruling = proposed(filing)
    firm = make.owner_of(grant)
    with acting(firm):
        from subsidies.services.grants import grant_move

        grant_move(actor=firm, grant=Grant.objects.get(pk=grant.pk), action="report")
    with pytest.raises(Refused):
        approved(ruling)


def test_a_second_change_starts_from_the_first(grant):
    approved(proposed(filed(grant, "change", **change(lines=[line(400_000)]))))
    filing = filed(grant, "change", **change(lines=[line(410_000)]))
    record = filing.versions.get().payload["record"]
    assert (record["decided_yen"], record["amount_yen"]) == (300_000, 300_000)
    assert record["before_yen"] == 400_000


def test_small_changes_do_not_add_up_unseen(grant, client):
    """12 % and then 12 % more of what was approved: the second one is for the ward."""
    noted = filed(grant, "change", **change(lines=[line(745_000)]))
    reviewer = make.official_actor()
    with acting(reviewer):
        services.filing_accept(actor=reviewer, filing_id=noted.pk)
    second = filed(grant, "change", **change(lines=[line(825_000)]))
    record = second.versions.get().payload["record"]
    assert (record["before_yen"], record["moved_yen"]) == (745_000, 825_000 - 665_999)
    assert record["causes"] == ["shift"]
    # What it was measured by stands in the record, whatever is approved later.
    assert record["approved_yen"] == 665_999
    assert [line["unit_price"] for line in record["approved"]] == [665_999]
    sign_in(client, User.objects.get(pk=reviewer.user_id))
    page = client.get(f"/staff/filings/{second.public_id}/").content.decode()
    assert "159,001円" in page
    assert "区が最後に承認した計画（補助対象経費 665,999円）からの額です" in page
    approved(proposed(second))
    third = filed(grant, "change", **change(lines=[line(900_000)]))
    assert third.versions.get().payload["record"]["causes"] == []


def test_the_page_has_the_sums_and_tells_officials_what_holds_for_the_firm(grant, client):
    """Less in one category moves nothing to another: the page calls it what it is."""
    filing = filed(grant, "change", **change(lines=[line(400_000)]))
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    page = client.get(f"/staff/filings/{filing.public_id}/").content.decode()
    foot = page[page.index("<tfoot>") : page.index("</tfoot>")]
    assert [f"{yen:,}円" in foot for yen in (665_999, 400_000)] == [True, True]
    assert "経費区分の増減の額" in page
    assert "経費区分の間で動く額" not in page
    assert "企業は、承認の通知が届くまで" in page
    assert "発注しないでください" not in page
