"""The canary firm's grant, with one of everything that hangs on a grant."""


def build_grant(firm):
    """A granted project with a submitted filing and its proposal, a draft, a request, a visit."""
    from portal.accounts.roles import Role
    from portal.kernel import clock
    from portal.kernel.database import acting
    from subsidies.grants import services
    from subsidies.grants.models import Ruling
    from tests.factories import subsidies as make

    grant = make.make_grant(firm=firm)
    owner = make.owner_of(grant)
    day = clock.today() + make.dt.timedelta(days=9)
    answers = {"why": firm.name, "state": firm.name, "purpose": "yes"}
    with acting(owner):
        sent = services.filing_begin(actor=owner, grant_id=grant.pk, kind="cancellation")
        services.filing_save(actor=owner, filing_id=sent.pk, content=answers)
        services.filing_submit(actor=owner, filing_id=sent.pk)
        draft = services.filing_begin(actor=owner, grant_id=grant.pk, kind="change")
        services.filing_save(actor=owner, filing_id=draft.pk, content=answers)
    official = make.official_actor(grant.ward_id, Role.REVIEWER)
    with acting(official):
        services.filing_propose(
            actor=official, filing_id=sent.pk, outcome="approve", reason=firm.name
        )
        asked = services.progress_request(
            actor=official, grant_id=grant.pk, question=firm.name, due_on=day
        )
        visit = services.visit_plan(
            actor=official, grant_id=grant.pk, planned_on=day, visitors="山田", purpose=firm.name
        )
    return {
        "grant": grant,
        "grant_filing": sent,
        "grant_draft": draft,
        "ruling": Ruling.objects.get(grant=grant),
        "asked": asked,
        "visit": visit,
        **_money(firm, grant, owner),
    }


def _money(firm, grant, owner):
    """A report that is being written; another grant that waits for its payment, with a hearing."""
    from portal.kernel import clock
    from portal.kernel.database import acting
    from subsidies.grants import services
    from tests.factories import subsidies as make
    from tests.subsidies.grants import money

    other = make.make_grant(firm=firm)
    money.finalised(other)
    claim = money.claimed(other)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        hearing = services.hearing_ask(
            actor=official,
            grant_id=other.pk,
            grounds=["conditions"],
            facts=firm.name,
            due_on=clock.today() + make.dt.timedelta(days=14),
        )
    return {
        "report": money.report_begun(grant, papers=False, firm=owner)[0],
        "inspected": other.filings.get(kind="completion"),
        "claim": claim,
        "claimed": other,
        "hearing": hearing,
    }


def grant_arguments(name, world):
    """Arguments of the routes `grants:…`, None where the pattern says enough."""
    grant = world["grant"]
    drafts = {"filing", "autosave", "plan", "plan_autosave", "files", "check", "drop"}
    short = name.partition(":")[2]
    if short in drafts:
        return [world["grant_draft"].public_id]
    table = {
        "grant": [grant.application.public_id],
        "begin": [grant.application.public_id, "delay"],
        "staff_grant": [grant.receipt_no],
        "ask": [grant.receipt_no],
        "visit_plan": [grant.receipt_no],
        "staff_filing": [world["grant_filing"].public_id],
        "settle": [world["grant_filing"].public_id],
        "propose": [world["grant_filing"].public_id],
        "ruling": [world["ruling"].pk],
        "recall": [world["asked"].pk],
        "visit": [world["visit"].pk],
        "download": [world["grant_file"].pk],
        "preview": [world["grant_file"].pk],
        "list": [],
        "csv": [],
        "completion": [world["report"].public_id],
        "completion_line": [world["report"].public_id, "p1"],
        "line_autosave": [world["report"].public_id, "p1"],
        "claim": [world["claim"].public_id],
        "staff_claim": [world["claim"].public_id],
        "account": [world["claim"].public_id],
        "inspection": [world["inspected"].public_id],
        "hearing": [world["hearing"].pk],
        "revocation": [world["claimed"].receipt_no],
        "recovery": [world["claimed"].receipt_no],
        "payments": [],
    }
    return table[short]
