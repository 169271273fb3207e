"""気になる点: the list, one finding with its evidence, vendors, one vendor's cases."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import Transition, TransitionRefused
from portal.ui import markup
from portal.ui.acts import found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab
from programs.selectors import ward_name
from subsidies import states as application_states
from subsidies.policies import CASE_ROLES
from subsidies.watch import drawing, policies, selectors, services, states
from subsidies.watch.filters import FindingFilter
from subsidies.watch.forms import SettleForm
from subsidies.watch.models import Finding
from subsidies.watch.rules import likeness
from subsidies.watch.rules.limits import thawed
from subsidies.watch.selectors import Cluster
from subsidies.watch.words import explanation, summary, threshold, version_text

readers = hat_required(Hat.WARD, Hat.AUDITOR)
ward_only = hat_required(Hat.WARD, roles=CASE_ROLES)
# Firms of the picture of a vendor; the table has all.
MOST_DRAWN = 14


@readers
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list, the newest first, with how many of each kind are unsettled."""
    conditions = FindingFilter(request.GET)
    wanted = conditions.wanted
    page = selectors.finding_page(
        request.actor, wanted, number=posted_number(request.GET.get("page", "")) or 1
    )
    context = {
        "filter": conditions,
        "page": page,
        "rows": [_line(row) for row in page],
        "tabs": _tabs(request, wanted.kind),
        "query": request.GET.urlencode(),
        "is_auditor": request.actor.hat == Hat.AUDITOR,
    }
    return TemplateResponse(request, "watch/list.html", context)


@readers
@require_safe
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding: why it is shown, the evidence, what might be asked. Looking is recorded."""
    row = _finding_or_404(request.actor, finding_id)
    if row.tells_of_elsewhere:
        audit.record(
            actor=request.actor,
            action="watch.cross_ward_viewed",
            obj=row,
            detail={"kind": row.kind, "other_ward": row.other_ward_id},
        )
    else:
        audit.record(actor=request.actor, action="watch.finding_viewed", obj=row)
    return _page(request, row)


@ward_only
@require_POST
def settle(request: HttpRequest, finding_id: int, action: str) -> HttpResponse:
    """One step of the finding, with its reason."""
    row = _finding_or_404(request.actor, finding_id)
    if action not in {move.name for move in _moves(request.actor, row)}:
        messages.error(request, _("この操作はできません。画面を開き直して確かめてください。"))
        return redirect("watch:finding", row.pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, row, failed=form, action=action, status=422)
    try:
        services.finding_settle(
            actor=request.actor,
            finding_id=row.pk,
            action=action,
            reason=form.cleaned_data["reason"],
        )
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
        row = _finding_or_404(request.actor, finding_id)
        return _page(request, row, failed=form, action=action, status=409)
    messages.success(request, _("記録しました。"))
    return redirect("watch:finding", row.pk)


@readers
@require_safe
def vendors(request: HttpRequest) -> HttpResponse:
    """発注先: who is named by how many of the year's applicants."""
    years = selectors.years(request.actor)
    year = selectors.year_of(years, posted_number(request.GET.get("year", "")))
    lines = selectors.vendor_lines(request.actor, year) if year is not None else []
    context = {
        "year": year,
        "tabs": [
            Tab(markup.fiscal_year_text(each), f"?year={each}", None, each == year)
            for each in years
        ],
        "lines": [(line, likeness.percent(line.share)) for line in lines],
        "of": lines[0].of if lines else 0,
        "query": f"year={year}",
        "breadcrumb": _crumbs(_("発注先の一覧")),
    }
    return TemplateResponse(request, "watch/vendors.html", context)


@readers
@require_safe
def vendor(request: HttpRequest, key: str) -> HttpResponse:
    """One vendor: its cases and a picture of who orders from whom. Looking is recorded."""
    found = selectors.cluster(request.actor, key)
    if found is None:
        raise Http404
    audit.record(
        actor=request.actor,
        action="watch.vendor_viewed",
        ward_id=request.actor.ward_id,
        label=found.name,
        detail={"key": key, "cases": len(found.cases)},
    )
    context = {
        "cluster": found,
        "query": f"key={key}",
        "picture": _picture(found),
        # Said only where so many of one call name it that officials were told.
        "explanation": explanation(Finding.Kind.VENDOR, found.told) if found.told else None,
        "cases": [
            (
                case,
                application_states.APPLICATION.state(case.application.status),
                _("、").join(case.companions),
            )
            for case in found.cases
        ],
        "is_auditor": request.actor.hat == Hat.AUDITOR,
        "breadcrumb": [
            Crumb(_("気になる点"), reverse("watch:list")),
            Crumb(_("発注先の一覧"), reverse("watch:vendors")),
            Crumb(found.name),
        ],
    }
    return TemplateResponse(request, "watch/vendor.html", context)


def _page(
    request: HttpRequest,
    row: Finding,
    *,
    failed: SettleForm | None = None,
    action: str = "",
    status: int = 200,
) -> HttpResponse:
    facts, limits = row.evidence, thawed(row.evidence)
    other = facts.get("other")
    moves = [
        (move, failed if failed and move.name == action else SettleForm(auto_id=f"{move.name}_%s"))
        for move in _moves(request.actor, row)
    ]
    context = {
        "row": row,
        "application": row.application,
        "state": states.FINDING.state(row.status),
        "facts": facts,
        "other": other,
        # Not `facts.items` on the page: a dictionary has a method of that name.
        "own_items": facts.get("items", ()),
        "other_day": dt.date.fromisoformat(other["submitted_on"])
        if other and other["submitted_on"]
        else None,
        "other_ward": ward_name(other["ward"]) if other else "",
        "ring": [_member(item) for item in facts.get("firms", ())]
        if row.kind == Finding.Kind.RING
        else [],
        "at": clock.to_date(dt.datetime.fromisoformat(facts["at"])) if "at" in facts else None,
        "day_lines": [
            {
                "name": line["line"],
                "on": dt.date.fromisoformat(line["on"]) if line["on"] else None,
                "vendors": line["vendors"],
            }
            for line in facts.get("lines", ())
        ],
        "pair_counts": list(zip(facts["vendors"], facts["of"], strict=True))
        if row.kind == Finding.Kind.TOGETHER
        else [],
        "dots": _dots(row),
        "explanation": explanation(row.kind, limits),
        "threshold": threshold(row.kind, limits),
        "threshold_version": version_text(limits),
        "moves": moves,
        "form": failed,
        "may_mark": policies.may_settle(request.actor)
        and row.application.status in application_states.OPEN,
        "twin": row.twin_id if request.actor.hat == Hat.AUDITOR else None,
        "breadcrumb": _crumbs(f"{row.get_kind_display()} {row.application.receipt_no}"),
    }
    return TemplateResponse(request, "watch/finding.html", context, status=status)


def _member(item: dict[str, Any]) -> str:
    """One of a ring: its name in the own ward, else the ward; a case may have been disposed of."""
    if "ward" in item:
        return ward_name(item["ward"])
    return item["firm"] or _("廃棄済み")


def _dots(row: Finding) -> drawing.Dots | None:
    if row.kind != Finding.Kind.PRICE:
        return None
    facts = row.evidence
    return drawing.dot_strip(
        facts["own_ward_yen"],
        own=facts["price_yen"],
        median=facts["median_yen"],
        bound=facts["bound_yen"],
    )


def _picture(found: Cluster) -> drawing.Links:
    """Firms on one side, the vendor and those named beside it on the other."""
    orders: dict[str, list[str]] = {}
    for case in found.cases:
        if case.application.firm_name in orders or len(orders) < MOST_DRAWN:
            named = orders.setdefault(case.application.firm_name, [])
            named += [found.name, *case.companions]
    beside = [name for _key, name, _firms in found.companions]
    return drawing.links(orders, [found.name, *beside])


def _line(row: Finding) -> dict[str, Any]:
    return {
        "row": row,
        "url": reverse("watch:finding", args=[row.pk]),
        "summary": summary(row),
        "state": states.FINDING.state(row.status),
        "ward": ward_name(row.ward_id),
    }


def _moves(actor: Actor, row: Finding) -> list[Transition]:
    return states.FINDING.allowed(row.status, actor.roles) if policies.may_settle(actor) else []


def _tabs(request: HttpRequest, kind: str) -> list[Tab]:
    """All kinds with unsettled findings, each with its number; the address keeps the rest."""
    numbers = selectors.counts(request.actor)

    def address(code: str) -> str:
        given = request.GET.copy()
        for name in ("page", "kind"):
            given.pop(name, None)
        if code:
            given["kind"] = code
        return f"?{given.urlencode()}"

    return [
        Tab(_("すべて"), address(""), sum(numbers.values()), not kind),
        *(
            Tab(str(label), address(code), numbers.get(code, 0), kind == code)
            for code, label in Finding.Kind.choices
            if numbers.get(code) or kind == code
        ),
    ]


def _finding_or_404(actor: Actor, finding_id: int) -> Finding:
    return found_or_404(policies.get_finding, actor, pk=finding_id)


def _crumbs(here: str) -> list[Crumb]:
    return [Crumb(_("気になる点"), reverse("watch:list")), Crumb(here)]
