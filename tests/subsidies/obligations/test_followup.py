"""効果報告 with its doubts about units, 仕入控除税額報告 with its proposal to order money back."""

import datetime as dt

import pytest

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from subsidies import grant_states
from subsidies.grants import services as grants
from subsidies.grants.models import Filing, Ruling
from subsidies.models import Grant
from subsidies.obligations import handlers, states
from subsidies.obligations.models import Obligation
from subsidies.obligations.services import obligations_sync
from subsidies.services.errors import Incomplete, Refused
from tests.factories import subsidies as make
from tests.factories.watch import compare
from tests.subsidies.grants.people import begun, filed
from tests.support.people import sign_in

TODAY = clock.today()
FIGURES = {
    "sales": 80_000_000,
    "cost": 50_000_000,
    "profit": 2_000_000,
    "labour": 20_000_000,
    "wages": 13_000_000,
    "salaries": 7_000_000,
    "depreciation": 3_000_000,
    "people": 8,
    "hours": 15_000,
}


@pytest.fixture
def grant(db):
    """Paid, its first report due in ten days."""
    return paid(make.make_grant())


def paid(grant):
    with acting(make.SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(
            status=grant_states.PAID,
            final_yen=400_000,
            paid_yen=400_000,
            decided_on=TODAY - dt.timedelta(days=600),
        )
        obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
    due_soon(grant, 1)
    return Grant.objects.select_related("application__version__scheme", "call").get(pk=grant.pk)


def due_soon(grant, number):
    """That year's report may be handed in now."""
    with acting(make.SYSTEM):
        rows = Obligation.objects.filter(grant=grant, kind="effect_report", number=number)
        rows.update(due_on=TODAY + dt.timedelta(days=10))


def report(**changes):
    given_ = {
        "period_end": (TODAY - dt.timedelta(days=60)).isoformat(),
        "comment": "集計が月2時間になった。",
        **{f"before_{code}": str(value) for code, value in FIGURES.items()},
        **{f"after_{code}": str(value) for code, value in FIGURES.items()},
    }
    return {**given_, **changes}


# A year of 80,000円 of sales with the expenses of FIGURES is a loss.
SHORT = {"after_sales": "80,000", "after_profit": "△６０，０００，０００円"}


def follow():
    """The handlers of ours for the events of filings."""
    for event in OutboxEvent.objects.filter(name__startswith="grants.filing_").order_by("id"):
        with acting(make.SYSTEM):
            handlers.follow(event)


def test_a_report_settles_its_year_and_a_returned_one_owes_it_again(grant):
    filing = filed(grant, "effect_report", **report())
    row = Obligation.objects.get(grant=grant, kind="effect_report", number=1)
    record = filing.versions.get().payload["record"]
    assert (record["report_number"], record["late"]) == (1, False)
    assert record["after"]["sales"] == 80_000_000
    with acting(make.SYSTEM):
        obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
    row.refresh_from_db()
    assert row.status == states.DONE
    reviewer = make.official_actor()
    with acting(reviewer):
        grants.filing_return(actor=reviewer, filing_id=filing.pk, reason="決算期が違います。")
    follow()
    row.refresh_from_db()
    assert row.status == states.OPEN


def test_thousands_for_yen_are_asked_about_until_confirmed(grant):
    with pytest.raises(Incomplete) as refused:
        filed(grant, "effect_report", **report(after_sales="80,000"))
    assert {problem.anchor for problem in refused.value.problems} == {"answers.after_sales"}
    assert "千円" in refused.value.problems[0].text
    filing = confirmed(grant, "after_sales=80000", **SHORT)
    assert filing.status == "submitted"


def confirmed(grant, *said, **changes):
    """A report whose figures of these keys are confirmed, submitted."""
    firm = make.owner_of(grant)
    filing = begun(grant, "effect_report", firm, **report(**changes))
    with acting(firm):
        grants.filing_confirm(actor=firm, filing_id=filing.pk, said=said)
        grants.filing_submit(actor=firm, filing_id=filing.pk)
        return Filing.objects.get(pk=filing.pk)


def test_each_figure_is_confirmed_by_itself_and_another_value_is_asked_again(grant, client):
    changes = {"after_sales": "80,000", "after_labour": "200,000,000"}
    firm = make.owner_of(grant)
    filing = begun(grant, "effect_report", firm, **report())
    sign_in(client, User.objects.get(pk=firm.user_id))
    address = f"/filings/{filing.public_id}/"
    assert "数字の確認" not in client.get(address).content.decode()
    answer = client.post(address, {**report(**changes), "sure": "after_sales=80000"}, follow=True)
    page = answer.content.decode()
    assert "「労務費・人件費の合計」は 200,000,000円 で正しい" in page
    assert "after_sales=80000" not in page
    assert AuditRow.objects.get(action="grants.figures_confirmed").detail == {
        "after_sales": [80_000_000, 80_000]
    }
    # Said of one value, not of the next one.
    changes["after_sales"] = "90,000"
    page = client.post(address, report(**changes), follow=True).content.decode()
    assert "after_sales=90000" in page
    with acting(firm), pytest.raises(Incomplete) as refused:
        grants.filing_submit(actor=firm, filing_id=filing.pk)
    assert {problem.anchor for problem in refused.value.problems} == {
        "answers.after_sales",
        "answers.after_labour",
    }


def test_confirmed_figures_are_kept_and_told_to_officials(grant):
    filing = confirmed(grant, "after_sales=80000", **SHORT)
    version = filing.versions.get()
    kept = version.payload["record"]["confirmed"]
    assert {item["by"] for item in kept} == {version.submitted_by.name}
    assert [(item["code"], item["why"], item["before"], item["value"]) for item in kept] == [
        ("sales", "thousand", 80_000_000, 80_000),
        ("sales", "too_small", 80_000_000, 80_000),
    ]
    (row,) = compare(grant.application)
    assert (row.kind, row.evidence["value"], row.evidence["by"]) == (
        "unit",
        "80,000円",
        version.submitted_by.name,
    )


def test_last_years_report_counts_even_where_the_figures_before_were_typed_anew(grant):
    filing = filed(
        grant, "effect_report", **report(period_end=(TODAY - dt.timedelta(days=425)).isoformat())
    )
    reviewer = make.official_actor()
    with acting(reviewer):
        grants.filing_accept(actor=reviewer, filing_id=filing.pk)
    with acting(make.SYSTEM):
        obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
    due_soon(grant, 2)
    few = {
        f"{when}_{code}": yen
        for when in ("before", "after")
        for code, yen in (("labour", "2000000"), ("wages", "0"), ("salaries", "2000000"))
    }
    with pytest.raises(Incomplete) as refused:
        filed(grant, "effect_report", **report(**few))
    assert [problem.anchor for problem in refused.value.problems] == ["answers.after_labour"]


@pytest.mark.parametrize(
    "typed", ["△1,234,000", "▲１２３万４千", "－１２３４０００", "ー1234000円"]
)
def test_a_loss_may_be_typed_as_people_write_it(grant, typed):
    if "千" in typed:
        with pytest.raises(Incomplete) as refused:
            filed(grant, "effect_report", **report(after_profit=typed))
        (problem,) = refused.value.problems
        assert problem.anchor == "answers.after_profit"
        assert "赤字のときは、頭に「△」か「-」を付けます" in problem.text
        return
    filing = filed(grant, "effect_report", **report(after_profit=typed))
    assert filing.versions.get().payload["record"]["after"]["profit"] == -1_234_000


def test_what_does_not_add_up_is_said_at_its_field(grant, client):
    changes = {
        "before_labour": "21,000,000",
        "after_profit": "30,000,001",
    }
    # Ten times the profit of the year before is asked about first.
    firm = make.owner_of(grant)
    filing = begun(grant, "effect_report", firm, **report(**changes))
    with acting(firm):
        grants.filing_confirm(actor=firm, filing_id=filing.pk, said=["after_profit=30000001"])
        with pytest.raises(Incomplete) as refused:
            grants.filing_submit(actor=firm, filing_id=filing.pk)
    found = {problem.anchor: problem.text for problem in refused.value.problems}
    assert list(found) == ["answers.before_labour", "answers.after_profit"]
    assert "労務費と人件費を足した額（20,000,000円）と合いません" in found["answers.before_labour"]
    assert "売上高から売上原価を引いた額（30,000,000円）" in found["answers.after_profit"]
    sign_in(client, User.objects.get(pk=firm.user_id))
    page = client.get(f"/filings/{filing.public_id}/").content.decode()
    assert 'value="30,000,001"' in page
    assert "ものを作る人の分で、売上原価に入っている額です" in page


def test_who_reads_a_report_sees_value_added_by_its_letters(grant, client):
    filing = filed(grant, "effect_report", **report(after_profit="△3,000,000"))
    firm = make.owner_of(grant)
    sign_in(client, User.objects.get(pk=firm.user_id))
    page = client.get(f"/filings/{filing.public_id}/").content.decode()
    assert "導入前 25,000,000円　今期 20,000,000円" in page
    assert "導入前 2,000,000円　今期 −3,000,000円" in page


def test_figures_come_in_any_writing_and_must_be_of_a_year_that_is_over(grant):
    tomorrow = (TODAY + dt.timedelta(days=1)).isoformat()
    with pytest.raises(Incomplete) as refused:
        filed(grant, "effect_report", **report(after_sales="８，０００万円", period_end=tomorrow))
    assert [problem.code for problem in refused.value.problems] == ["period"]


def test_a_year_is_not_reported_before_its_time(grant):
    Obligation.objects.filter(kind="effect_report").update(due_on=dt.date(2099, 6, 30))
    with pytest.raises(Refused):
        begun(grant, "effect_report")


@pytest.fixture
def taxed(db):
    call = make.make_call(rules=make.rules_json(tax_mode="included"))
    return paid(make.make_grant(call=call))


def tax(**changes):
    return {
        "period_end": (TODAY - dt.timedelta(days=60)).isoformat(),
        "result": "return",
        "return_yen": "36,363円",
        **changes,
    }


def accept(filing):
    reviewer = make.official_actor()
    with acting(reviewer):
        grants.filing_accept(actor=reviewer, filing_id=filing.pk)


def test_who_was_granted_without_tax_owes_no_tax_report(grant):
    with pytest.raises(Refused):
        begun(grant, "tax_credit")


def test_an_amount_to_return_becomes_a_proposal_for_another_official(taxed):
    accept(filed(taxed, "tax_credit", **tax()))
    ruling = Ruling.objects.get(grant=taxed)
    assert (ruling.kind, ruling.amount_yen, ruling.status) == ("recovery", 36_363, "proposed")
    assert ruling.terms["cause"] == "tax_credit"
    assert ruling.terms["surcharged"] is False


@pytest.mark.parametrize("why", ["exempt", "simplified", "no_invoice"])
def test_zero_is_reported_too_with_its_reason(taxed, why):
    accept(filed(taxed, "tax_credit", **tax(result=why, return_yen="0")))
    assert not Ruling.objects.exists()
    with acting(make.SYSTEM):
        obligations_sync(actor=make.SYSTEM, grant_id=taxed.pk, on=TODAY)
    assert Obligation.objects.get(kind="tax_credit").status == states.DONE


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"return_yen": "0"}, "answers.return_yen"),
        ({"result": "exempt"}, "answers.result"),
        ({"return_yen": "400,001"}, "answers.return_yen"),
        ({"return_yen": ""}, "answers.return_yen"),
        ({"return_yen": "-5"}, "answers.return_yen"),
        ({"result": "？"}, "answers.result"),
    ],
)
def test_contradictions_are_said_at_their_field(taxed, changes, anchor):
    with pytest.raises(Incomplete) as refused:
        filed(taxed, "tax_credit", **tax(**changes))
    assert anchor in {problem.anchor for problem in refused.value.problems}


def test_two_years_do_not_report_the_same_business_year(grant):
    earlier = (TODAY - dt.timedelta(days=425)).isoformat()
    first = filed(grant, "effect_report", **report(period_end=earlier))
    follow()
    reviewer = make.official_actor()
    with acting(reviewer):
        grants.filing_accept(actor=reviewer, filing_id=first.pk)
    with acting(make.SYSTEM):
        obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
    due_soon(grant, 2)
    with pytest.raises(Incomplete) as refused:
        filed(grant, "effect_report", **report(period_end=earlier))
    (problem,) = refused.value.problems
    assert (problem.code, problem.anchor) == ("period_twice", "answers.period_end")
    assert filed(grant, "effect_report", **report()).status == "submitted"


def test_a_business_year_that_was_mended_after_a_return_was_not_told(grant):
    """The firm typed another year at first; only what it handed in last counts."""
    earlier = (TODAY - dt.timedelta(days=425)).isoformat()
    first = filed(grant, "effect_report", **report())
    reviewer, firm = make.official_actor(), make.owner_of(grant)
    with acting(reviewer):
        grants.filing_return(actor=reviewer, filing_id=first.pk, reason="決算期が違います。")
    follow()
    due_soon(grant, 1)
    with acting(firm):
        grants.filing_save(actor=firm, filing_id=first.pk, content={"period_end": earlier})
        grants.filing_submit(actor=firm, filing_id=first.pk)
    accept(first)
    with acting(make.SYSTEM):
        obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
    due_soon(grant, 2)
    assert filed(grant, "effect_report", **report()).status == "submitted"
