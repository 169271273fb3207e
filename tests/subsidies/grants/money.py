"""From the completion report to the money: what the stories share. All dates are today or before."""

import datetime as dt

from portal.kernel import clock
from portal.kernel.database import acting
from subsidies.grants import services
from subsidies.grants.models import Filing, FilingDocument
from subsidies.grants.rules.inspection import ITEMS
from subsidies.grants.services import completion
from subsidies.models import Grant
from tests.factories import subsidies as make
from tests.subsidies.grants.people import approved, begun, proposed

STEPS = ("quote", "order", "delivery", "invoice", "payment")
ACCOUNT = {
    "bank_code": "0001",
    "bank_name": "墨田銀行",
    "branch_code": "123",
    "branch_name": "両国支店",
    "kind": "1",
    "number": "１２３４５６７",
    "holder": "カ）シケン",
    "explanation": "通称の口座。",
}


def days(**changes):
    """Dates of all steps: the quote a month ago, everything else today."""
    today = clock.today().isoformat()
    found = {f"{step}_on": today for step in (*STEPS, "acceptance")}
    return {**found, "quote_on": (clock.today() - dt.timedelta(days=30)).isoformat(), **changes}


def spending(net=665_999, tax=None, **changes):
    """What was typed for a line: bought as planned, unless changed."""
    tax = net // 10 if tax is None else tax
    gross = str(net + tax)
    yen = {"net_yen": str(net), "tax_yen": str(tax), "invoice_yen": gross, "paid_yen": gross}
    return {**yen, **days(), **changes}


def report_begun(grant, *, papers=True, firm=None, **typed):
    """A complete draft of the completion report."""
    firm = firm or make.owner_of(grant)
    filing = begun(
        grant,
        "completion",
        firm,
        completed_on=clock.today().isoformat(),
        results="日報を端末で入力するようにした。",
        other_yen="0",
    )
    with acting(firm):
        for line in filing.content["spent"]:
            completion.completion_line_save(
                actor=firm,
                filing_id=filing.pk,
                key=line["key"],
                typed=spending(**{"net": line["planned_yen"], **typed}),
            )
        if papers:
            _attach(filing, firm)
        return Filing.objects.get(pk=filing.pk), firm


def _attach(filing, firm):
    wanted = [(step, line["key"]) for line in filing.content["spent"] for step in STEPS]
    with acting(make.SYSTEM):
        for requirement, item in [*wanted, ("photos", "")]:
            FilingDocument.objects.create(
                filing=filing,
                requirement=requirement,
                item=item,
                stored_file=make.make_file(firm_id=firm.firm_id),
            )


def reported(grant, *, firm=None, **typed):
    """A submitted completion report."""
    filing, firm = report_begun(grant, firm=firm, **typed)
    with acting(firm):
        services.filing_submit(actor=firm, filing_id=filing.pk)
        return Filing.objects.get(pk=filing.pk)


def inspected(filing, cuts=None, official=None, **changes):
    """The inspection of a report by an official of its own."""
    official = official or make.official_actor(filing.ward_id)
    given = {
        "method": "papers",
        "inspected_on": clock.today(),
        "verdicts": {item.code: {"verdict": "ok"} for item in ITEMS},
        "cuts": cuts or {},
        **changes,
    }
    with acting(official):
        return completion.inspection_save(actor=official, filing_id=filing.pk, **given)


def finalised(grant, cuts=None, **typed):
    """A grant whose amount is settled."""
    filing = reported(grant, **typed)
    inspected(filing, cuts)
    approved(proposed(filing, reason="実績が計画に沿っている。"))
    return Grant.objects.get(pk=grant.pk)


def claim_begun(grant, kind="claim", firm=None, account=None, **content):
    """A claim with its account, not submitted."""
    firm = firm or make.owner_of(grant)
    filing = begun(grant, kind, firm, **content)
    with acting(firm):
        services.claim_account_save(actor=firm, filing_id=filing.pk, **(account or ACCOUNT))
    return filing, firm


def claimed(grant, kind="claim", firm=None, **content):
    """A submitted claim."""
    filing, firm = claim_begun(grant, kind, firm, **content)
    with acting(firm):
        services.filing_submit(actor=firm, filing_id=filing.pk)
        return Filing.objects.get(pk=filing.pk)


def paid(grant):
    """A grant from its decision to its payment."""
    finalised(grant)
    claimed(grant)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        services.payment_record(actor=official, grant_id=grant.pk, paid_on=clock.today())
    return Grant.objects.get(pk=grant.pk)


def advancing():
    """A grant of a scheme that pays half before the end."""
    rules = make.rules_json("DX1", advance_payment=True, advance_percent=50)
    return make.make_grant(call=make.make_call(rules=rules))


def advanced(grant, yen="200000"):
    """The same with an advance that was claimed, approved and paid."""
    approved(proposed(claimed(grant, "advance", wanted_yen=yen, why="前払いのため。")))
    official = make.official_actor(grant.ward_id)
    with acting(official):
        services.advance_record(actor=official, grant_id=grant.pk, paid_on=clock.today())
    return Grant.objects.get(pk=grant.pk)
