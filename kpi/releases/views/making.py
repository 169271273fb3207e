"""List, make, check, approve, give up."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpi.releases import policies, services, states, words
from kpi.releases.forms import ApproveForm, EndForm, MakeForm
from kpi.releases.models import Release
from kpi.releases.selectors import changes, doubts
from kpi.releases.selectors.figures import columns_of
from kpi.releases.selectors.releases import Due, dues, everything, get_release, holding
from kpi.releases.subjects import subjects
from kpi.releases.views.common import EMBARGO, PUBLIC, makers, staff_only, state_of, told
from portal.accounts.access import recent_authentication_required
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.markup import era_date, moment_text
from portal.ui.parts import Crumb

PER_PAGE = 50
# Of so many years the 確報 is offered for a revision.
OFFERED_YEARS = 2


@staff_only
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """公表の一覧: what is due next, then what was made."""
    page = Paginator(everything(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, words.title(row), state_of(row)) for row in page],
        "dues": dues(clock.today()),
        "may_make": policies.may_make(request.actor),
        "kinds": Release.Kind,
    }
    return TemplateResponse(request, "releases/list.html", context)


@makers
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """公表を作る: what is due, or a 改訂 of what is public."""
    choices = _choices(clock.today(), request.GET.get("what", ""))
    initial = {"what": request.GET.get("what", ""), "reason": request.GET.get("reason", "")}
    form = MakeForm(request.POST or None, initial=initial)
    form.offer("what", choices)
    if request.method == "POST" and form.is_valid():
        with told(request, form, "make"):
            row = services.release_make(actor=request.actor, wanted=_wanted(form.cleaned_data))
            messages.success(
                request,
                _("%(title)sを作りました。値を確かめ、ほかの政策担当に承認を頼んでください。")
                % {"title": words.title(row)},
            )
            return redirect("releases:detail", row.pk)
    context = {
        "form": form,
        "has_choices": bool(choices),
        "breadcrumb": [_list_crumb(), Crumb(_("公表を作る"))],
    }
    return form_page(request, "releases/make.html", context)


@staff_only
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One release: what is doubtful, what changed, and the approval."""
    return _detail(request, found_or_404(get_release, request.actor, pk=pk))


@makers
@require_POST
@recent_authentication_required
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """承認する, with the hour from which everybody reads it."""
    row = found_or_404(get_release, request.actor, pk=pk)
    form = ApproveForm(request.POST)
    if form.is_valid():
        with told(request, form, "approve", row):
            done = services.release_approve(
                actor=request.actor, release_id=pk, public_from=form.moment()
            )
            assert done.public_from is not None
            messages.success(
                request,
                _("承認しました。%(at)sに公表されます。") % {"at": moment_text(done.public_from)}
                if form.moment()
                else _("承認しました。いま公表されました。"),
            )
            return redirect("releases:detail", pk)
    return _detail(request, row, approval=form)


@makers
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """取りやめる: before the approval, or while the embargo runs."""
    row = found_or_404(get_release, request.actor, pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        act = services.release_withdraw if row.status == states.APPROVED else services.release_drop
        with told(request, form, "end", row):
            act(actor=request.actor, release_id=pk, reason=form.cleaned_data["reason"])
            messages.success(request, _("取りやめました。同じ時点の公表を、もう一度作れます。"))
            return redirect("releases:list")
    return _detail(request, row, ending=form)


def _detail(
    request: HttpRequest,
    row: Release,
    *,
    approval: ApproveForm | None = None,
    ending: EndForm | None = None,
) -> HttpResponse:
    before = changes.predecessor(row)
    may_make = policies.may_make(request.actor)
    is_waiting = row.status == states.APPROVED and state_of(row) is EMBARGO
    context = {
        "row": row,
        "title": words.title(row),
        "state": state_of(row),
        "before": before,
        "before_title": words.title(before) if before else "",
        "doubts": doubts.doubts(request.actor, row, before),
        "lines": _lines(row, before),
        "is_whole": services.verification(row).is_whole,
        "may_approve": may_make and row.status == states.MADE,
        "own": row.made_by_id == request.actor.user_id,
        "may_end": may_make and (row.status == states.MADE or is_waiting),
        "is_waiting": is_waiting,
        "may_revise": may_make and state_of(row) is PUBLIC,
        "is_public": state_of(row) is PUBLIC,
        "approval": approval or ApproveForm(),
        "ending": ending or EndForm(),
        "confirm": states.RELEASE.transition("approve").confirm,
        "form": approval or ending,
        "breadcrumb": [_list_crumb(), Crumb(words.title(row))],
    }
    return form_page(request, "releases/detail.html", context)


def _lines(row: Release, before: Release | None) -> list[dict[str, Any]]:
    """By indicator: the newest period's total, that of the release before, wards that are not told."""
    public = {column.key: column for column in columns_of(row, public=True)}
    old = {column.key: column for column in columns_of(before, public=True)} if before else {}
    found = []
    for subject in subjects():
        periods = subject.periods(public)
        if not periods:
            continue
        period = periods[-1]
        now = subject.reading(public, period, 23)
        was = subject.reading(old, period, 23)
        gone = [subject.reading(public, period, place).is_hidden for place in range(23)]
        found.append(
            {
                "subject": subject,
                "period": words.period_text(subject.code, period),
                "now": words.value_text(subject, now),
                "was": words.value_text(subject, was),
                "is_same": now == was,
                "hidden": sum(gone),
            }
        )
    return found


def _choices(today: dt.date, wanted: str) -> list[tuple[str, str]]:
    """What is due, and what is usually revised: the newest 確報 of two years and the newest 速報.

    `wanted` is one that the page before leads to, however old.
    """
    found = [
        (f"{due.kind}:{due.as_of.isoformat()}", _due_text(due))
        for due in dues(today)
        if due.can_be_made
    ]
    known = set(Release.objects.exclude(status=states.DROPPED).values_list("revises_id", flat=True))
    rows = policies.published().select_related("revises").order_by("-as_of", "-watermark")
    open_ = [row for row in holding(rows) if row.pk not in known]
    years = [row for row in open_ if row.code.startswith("fy")][:OFFERED_YEARS]
    months = [row for row in open_ if not row.code.startswith("fy")][:1]
    asked = [row for row in open_ if wanted == f"revised:{row.pk}"]
    offered = dict.fromkeys([*asked, *months, *years])
    return found + [
        (f"revised:{row.pk}", _("%(title)sを改訂する") % {"title": words.title(row)})
        for row in offered
    ]


def _due_text(due: Due) -> str:
    values = {"kind": Release.Kind(due.kind).label, "day": era_date(due.as_of)}
    return _("%(day)s時点の%(kind)s") % values


def _wanted(data: dict[str, Any]) -> services.Wanted:
    kind, _colon, of = data["what"].partition(":")
    if kind == Release.Kind.REVISED:
        row = Release.objects.get(pk=int(of))
        return services.Wanted(kind, row.as_of, row.pk, data["reason"], data["note"])
    day = clock.month_end(dt.date.fromisoformat(of))
    return services.Wanted(kind, day, note=data["note"])


def _list_crumb() -> Crumb:
    return Crumb(_("指標の公表"), reverse("releases:list"))
