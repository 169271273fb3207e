"""What the room's pages share: who may, the purpose of a look, one case with everything about it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.auditing import policies, recount, services
from portal.auditing.bundle.contents import contents
from portal.auditing.models import Job
from portal.auditing.selectors import lights, money, overrides, trace, violations
from portal.auditing.selectors.scope import Scope
from portal.kernel import audit_chain
from portal.kernel.actor import Hat
from portal.ui.parts import Crumb
from programs.selectors import ward_name
from subsidies import grant_states, states
from subsidies.models import Application

auditors = hat_required(Hat.AUDITOR, roles={Role.AUDITOR})
FORM = ["GET", "HEAD", "POST"]
SESSION_KEY = "auditing_purpose"
REFRESH_SECONDS = 3
# Bundles of one case shown on its page.
MOST_JOBS = 5


def stated_purpose(request: HttpRequest) -> str:
    """The purpose that the auditor has given for this session, "" before that."""
    return str(request.session.get(SESSION_KEY, ""))


def case_context(request: HttpRequest, case: Application, purpose: str) -> dict[str, Any]:
    """Everything the page of a case shows. The look is recorded first, with its purpose."""
    services.case_seen(actor=request.actor, case=case, purpose=purpose)
    row = money.of([case.pk])[0]
    scope = Scope(application_id=case.pk)
    found = violations.found(violations.rows(scope))
    figures = recount.figures(row)
    of_case = contents(case)
    kept = of_case.tables.get("retention_keptcase", ("", []))[1]
    steps = trace.steps(row)
    jobs = policies.visible_jobs(request.actor).filter(application=case).order_by("-id")
    return {
        "case": case,
        "ward": ward_name(case.ward_id),
        "state": states.APPLICATION.state(case.status),
        "grant": row.grant,
        "grant_state": grant_states.GRANT.state(row.grant.status) if row.grant else None,
        "purpose": purpose,
        "steps": steps,
        "ladder": _ladder(row),
        "lights": lights.lights(
            row,
            found,
            figures,
            audit_chain.rows_of(of_case.objects),
            disposed=any(item["disposed_at"] for item in kept),
        ),
        "figures": figures,
        "overrides": [
            (overrides.KINDS[item.kind].title, item)
            for item in overrides.found(overrides.rows(scope))
        ],
        "papers": len(of_case.papers),
        "jobs": list(jobs[:MOST_JOBS]),
        "bundle": Job.Kind.BUNDLE,
    }


def _ladder(row: money.Money) -> list[tuple[str, int, int]]:
    """(name, yen, percent of the largest): how the amount went on from step to step."""
    grant, decision = row.grant, row.decision
    found: list[tuple[str, int | None]] = [(_("申請"), row.application.requested_yen)]
    if decision is not None and decision.approved_at is not None:
        found.append((_("決定"), decision.amount_yen))
    if grant is not None:
        if decision is not None and grant.decided_yen != decision.amount_yen:
            found.append((_("変更後"), grant.decided_yen))
        found += [(_("確定"), grant.final_yen), (_("支払"), grant.paid_yen or None)]
        came = sum(item.yen for owed in row.recoveries for item in owed.payments.all())
        found.append((_("返納"), came or None))
    known = [(name, yen) for name, yen in found if yen is not None]
    most = max((yen for _name, yen in known), default=0) or 1
    return [(name, yen, 100 * yen // most) for name, yen in known]


def crumbs(*steps: tuple[str, str] | str) -> list[Crumb]:
    """Steps as (label, route) or the last one as its label."""
    return [
        Crumb(step) if isinstance(step, str) else Crumb(step[0], reverse(step[1])) for step in steps
    ]
