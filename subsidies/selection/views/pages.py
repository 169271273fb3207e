"""Pages to read: the calls with a ranking, the ranking with what-if, a firm's own result."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import State
from portal.letters.selectors import letter_of
from portal.ui.acts import found_or_404
from portal.ui.markup import era_date
from portal.ui.parts import Crumb
from subsidies.models import Call
from subsidies.policies import CASE_ROLES
from subsidies.progress import NextStep
from subsidies.rules import snapshot
from subsidies.rules.ranking import Outcome, decimal
from subsidies.selection import policies, selectors, states
from subsidies.selection.filters import SelectionFilter
from subsidies.selection.forms import WhatIfForm
from subsidies.selection.models import Choice, Minutes, Selection
from subsidies.selection.selectors import Line, Ranking
from subsidies.selection.selectors import calls as listing
from subsidies.selection.services.runs import frozen
from subsidies.services.case_letters import key_of

ward_only = hat_required(Hat.WARD, roles=CASE_ROLES)
readers = hat_required(Hat.WARD, Hat.AUDITOR)
firm_only = hat_required(Hat.FIRM)
SHOWN = 500
# Before everybody has scored there is no outcome to show.
_AWAITED = State("awaited", gettext_lazy("採点待ち"))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside the same application under other terms."""

    line: Line
    state: State
    scores: list[str]
    total: str
    average: str
    spread: str
    other: Line | None = None
    other_state: State | None = None
    is_changed: bool = False


@readers
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """採択: the calls that are reviewed by a committee, the newest first."""
    conditions = SelectionFilter(request.GET, years=listing.years(request.actor))
    rows = listing.call_rows(request.actor, conditions.chosen_year)
    promised = selectors.promised_yen([call for call, _state, _run in rows])
    context = {
        "filter": conditions,
        "query": request.GET.urlencode(),
        "rows": [(call, state, promised.get(call.pk, 0)) for call, state, _run in rows],
    }
    return TemplateResponse(request, "selection/calls.html", context)


@readers
@require_safe
def ranking(request: HttpRequest, call_id: int) -> HttpResponse:
    """順位と採択の案, beside what other terms would give. Looking leaves an audit row."""
    call = call_or_404(request, call_id)
    real = selectors.ranking(call, actor=request.actor)
    form = WhatIfForm(request.GET if _asked(request) else None)
    wish = form.chosen()
    other = None if wish.is_real else selectors.ranking(call, actor=request.actor, what_if=wish)
    runs = list(policies.visible_selections(request.actor).filter(call=call))
    run = next((row for row in runs if row.status != states.RETURNED), None)
    approved = run if run and run.status == states.APPROVED else None
    audit.record(
        actor=request.actor, action="selection.ranking_viewed", obj=call, ward_id=call.ward_id
    )
    choices = _choices(request, call) if approved else []
    promised = selectors.promised_yen([call]).get(call.pk, 0)
    context = {
        "call": call,
        "real": _summary(real),
        "other": _summary(other) if other else None,
        "criteria": real.terms.scoring.criteria,
        "is_scored": real.is_scored,
        "rows": [] if approved else _rows(real, other)[:SHOWN],
        "total": len(real.lines),
        "form": form,
        "run": run,
        "run_state": states.SELECTION.state(run.status) if run else None,
        "returned": [row for row in runs if row.status == states.RETURNED],
        "choices": choices,
        "promised_yen": promised,
        "free_yen": call.left_yen - promised,
        "has_waiting": any(choice.status == states.WAITING for choice, _state in choices),
        "frozen_lines": run.result["lines"] if run and not approved else [],
        "next_step": _next(request, call, real, run),
        "may_prepare": policies.may_prepare(request.actor),
        "minutes": Minutes.objects.filter(call=call).first(),
        "breadcrumb": [*crumbs(call)[:-1], Crumb(call.version.scheme.display_name)],
    }
    return TemplateResponse(request, "selection/ranking.html", context)


@firm_only
@require_safe
def own_result(request: HttpRequest, public_id: object) -> HttpResponse:
    """審査の結果 as the firm reads it, once it is approved."""
    choice = (
        policies.visible_choices(request.actor)
        .filter(application__public_id=public_id)
        .select_related("application")
        .first()
    )
    if choice is None:
        raise Http404
    context = {
        "choice": choice,
        "application": choice.application,
        "state": states.CHOICE.state(choice.status),
        "letter": letter_of(key_of(choice.status, choice.pk)),
        "breadcrumb": [
            Crumb(_("マイページ"), reverse("desk:my")),
            Crumb(
                choice.application.receipt_no or "",
                reverse("subsidies:status", args=[choice.application.public_id]),
            ),
            Crumb(_("審査の結果")),
        ],
    }
    return TemplateResponse(request, "selection/own_result.html", context)


def call_or_404(request: HttpRequest, call_id: int) -> Call:
    """The call, where the actor may see its ranking."""
    return found_or_404(policies.get_call, request.actor, pk=call_id)


def crumbs(call: Call, *here: str) -> list[Crumb]:
    """採択 › the call › here."""
    above = [
        Crumb(_("採択"), reverse("selection:calls")),
        Crumb(call.version.scheme.display_name, reverse("selection:ranking", args=[call.pk])),
    ]
    return [*above, *map(Crumb, here)]


def digest_now(request: HttpRequest, call: Call) -> tuple[str, Ranking]:
    """The digest of the ranking as it would be frozen now."""
    content, found = frozen(call, request.actor)
    return snapshot.digest(content), found


def _asked(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in ("budget", "bonus", "minimum"))


def _rows(real: Ranking, other: Ranking | None) -> list[Row]:
    beside = {line.place.id: line for line in other.lines} if other else {}
    codes = [item.code for item in real.terms.scoring.criteria]
    rows = []
    for line in real.lines:
        compared, average = beside.get(line.place.id), line.average
        rows.append(
            Row(
                line=line,
                state=states.CHOICE.state(line.place.outcome) if real.is_scored else _AWAITED,
                scores=[decimal(average.by_criterion[code]) if average else "—" for code in codes],
                total=decimal(line.place.points),
                average=decimal(average.total) if average else "—",
                spread=decimal(average.spread) if average else "—",
                other=compared,
                other_state=states.CHOICE.state(compared.place.outcome) if compared else None,
                is_changed=compared is not None and compared.place.outcome != line.place.outcome,
            )
        )
    return rows


def _summary(found: Ranking) -> dict[str, Any]:
    least = found.terms.scoring.minimum_total
    return {
        "selected": found.count(Outcome.SELECTED),
        "waiting": found.count(Outcome.WAITING),
        "not_selected": found.count(Outcome.NOT_SELECTED),
        "budget_yen": found.terms.budget_yen,
        "spent_yen": found.spent_yen,
        "minimum": decimal(least) if least is not None else "—",
    }


def _choices(request: HttpRequest, call: Call) -> list[tuple[Choice, State]]:
    rows = (
        policies.visible_choices(request.actor)
        .filter(selection__call=call)
        .select_related("application", "quotes_checked_by")
        .order_by("rank", "id")[:SHOWN]
    )
    return [(row, states.CHOICE.state(row.status)) for row in rows]


def _next(request: HttpRequest, call: Call, real: Ranking, run: Selection | None) -> NextStep:
    """What this official can do now; otherwise who has to do something."""
    actor = request.actor
    if run is None and not real.is_scored:
        return NextStep(
            what=_("採点が終わるのを待っています"),
            text=_("全員が提出すると、ここに順位が出ます。"),
            until=call.review.due_on,
        )
    if run is None:
        may = policies.may_prepare(actor)
        return NextStep(
            what=_("順位を確かめて、採択を起案してください")
            if may
            else _("担当者の起案を待っています"),
            text=_("起案した時点の順位と金額が、そのまま決裁されます。"),
            url=reverse("selection:propose", args=[call.pk]) if may else "",
            button=_("採択を起案する") if may else "",
        )
    if run.status == states.PROPOSED:
        may = policies.may_approve(actor) and run.prepared_by_id != actor.user_id
        return NextStep(
            what=_("採択の案を確かめて、決裁してください") if may else _("決裁を待っています"),
            text=_("起案した人は決裁できません。"),
            url=reverse("selection:approve", args=[run.pk]) if may else "",
            button=_("決裁に進む") if may else "",
        )
    unchecked = selectors.selected(call, actor=actor).filter(quotes_checked_at=None)
    if run.is_separate and policies.may_prepare(actor) and unchecked.exists():
        return NextStep(
            what=_("採択した申請の見積を確認してください"),
            text=_("確認した申請から、交付決定を起案できます。"),
            url=reverse("selection:quotes", args=[call.pk]),
            button=_("見積の確認を記録する"),
        )
    rows = policies.visible_choices(actor).filter(selection=run, status=states.WAITING)
    if call.is_over(clock.today()) and rows.exists():
        may = policies.may_prepare(actor)
        text = _("事業の期限（%(day)s）を過ぎたため、予算が空いても繰り上がりません。")
        return NextStep(
            what=_("補欠を終えて、企業に知らせてください") if may else _("補欠は繰り上がりません"),
            text=text % {"day": era_date(call.project_ends_on)},
            url=reverse("selection:end_waiting", args=[call.pk]) if may else "",
            button=_("補欠をまとめて終える") if may else "",
        )
    return NextStep(
        what=_("採択は決定しています"), text=_("申請ごとに、交付決定の起案と決裁に進みます。")
    )
