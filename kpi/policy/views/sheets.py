"""事務事業評価シート: the list, one sheet, writing it, its acts, its files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpi.policy import papers, policies, services, states, words, workbook
from kpi.policy.forms import ReasonForm, SheetForm
from kpi.policy.models import Sheet
from kpi.policy.selectors.sheets import figures_of
from kpi.policy.views.common import (
    asked_year,
    confirmers,
    crumbs,
    denied,
    file_response,
    refused,
    seen_sheet,
    staff,
    writers,
    years,
)
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from programs.selectors import ward_names


@staff
@require_safe
def sheet_list(request: HttpRequest) -> HttpResponse:
    """The newest version of each: of the own ward for officials, of all wards for the others."""
    actor, year = request.actor, asked_year(request)
    rows = policies.visible_sheets(actor).filter(fiscal_year=year).order_by("number")
    newest = {(row.ward_id, row.package): row for row in rows}
    names = ward_names()
    wards = [actor.ward_id] if actor.hat == Hat.WARD else list(names)
    packages = list(Sheet.Package)
    table = [
        (names[ward], [(package, newest.get((ward, package.value))) for package in packages])
        for ward in wards
    ]
    waiting = [
        row
        for row in newest.values()
        if row.status == states.WAITING
        and policies.may_confirm(actor, row)
        and row.written_by_id != actor.user_id
    ]
    missing = [package.value for _, cells in table for package, row in cells if row is None]
    context = {
        "table": table,
        "packages": packages,
        "year": year,
        "years": years(),
        "is_ward": actor.hat == Hat.WARD,
        "may_write": policies.may_write(actor),
        "confirmed": sum(row.status == states.CONFIRMED for row in newest.values()),
        "all": len(wards) * len(packages),
        "waiting": waiting,
        # The page's one main act: what waits for this person, else the first that is missing.
        "begin": missing[0] if missing and not waiting else None,
    }
    return TemplateResponse(request, "policy/sheets.html", context)


@writers
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin a sheet, or the next version of one."""
    year = posted_number(request.POST.get("year", "")) or 0
    package = posted_number(request.POST.get("package", "")) or 0
    try:
        found = services.sheet_start(actor=request.actor, fiscal_year=year, package=package)
    except TransitionRefused as error:
        refused(request, error, None, "start")
        return redirect("policy:sheets")
    return redirect("policy:edit", found.public_id)


@staff
@require_safe
def sheet(request: HttpRequest, public_id: object) -> HttpResponse:
    """One sheet as it stands, what to do next, its versions and files."""
    row, actor = seen_sheet(request, public_id), request.actor
    versions = policies.visible_sheets(actor).filter(
        ward_id=row.ward_id, fiscal_year=row.fiscal_year, package=row.package
    )
    context = {
        **shown(request, row),
        "versions": list(versions.order_by("-number")),
        "may_write": policies.may_write(actor, row),
        "may_confirm": policies.may_confirm(actor, row) and row.written_by_id != actor.user_id,
        "missing": _("、").join(services.missing(row)),
        "is_newest": not versions.filter(number__gt=row.number).exists(),
        "breadcrumb": crumbs(None, row.get_package_display()),
    }
    return TemplateResponse(request, "policy/sheet.html", context)


def shown(request: HttpRequest, row: Sheet) -> dict[str, Any]:
    """The sheet with its figures in words: those that were frozen, or of now."""
    today = clock.today()
    figures = row.figures if row.is_frozen else figures_of(request.actor, row, today)
    done, came = words.lines(figures["lines"])
    return {
        "sheet": row,
        "place": ward_names()[row.ward_id],
        "as_of": row.as_of if row.is_frozen else today,
        "done": done,
        "came": came,
        "costs": words.costs(figures["costs"]),
        "unknown": words.unknown(figures["costs"]),
        "ratings": words.ratings(row),
    }


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """Write a draft; the figures stand beside it."""
    row = seen_sheet(request, public_id)
    if row.status != states.DRAFT:
        messages.error(request, _("このシートは、いまは書き直せません。"))
        return redirect("policy:sheet", row.public_id)
    typed = {name: getattr(row, name) for name in services.TYPED}
    form = SheetForm(request.POST or None, initial={**typed, "revision": row.revision})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        revision = values.pop("revision")
        try:
            services.sheet_save(
                actor=request.actor,
                sheet_id=row.pk,
                revision=-1 if revision is None else revision,
                values=values,
            )
        except TransitionRefused as error:
            denied(request, error, row, "save")
            form = _once_more(request, row)
            form.add_error(None, str(error))
        else:
            messages.success(request, _("下書きを保存しました。"))
            return redirect("policy:sheet", row.public_id)
    context = {
        **shown(request, row),
        "form": form,
        "breadcrumb": crumbs(row, _("シートを書く")),
    }
    return form_page(request, "policy/edit.html", context)


def _once_more(request: HttpRequest, row: Sheet) -> SheetForm:
    """What was typed, on top of what is stored now."""
    row.refresh_from_db(fields=["revision"])
    given = request.POST.copy()
    given["revision"] = str(row.revision)
    return SheetForm(given)


_ACTS = {"submit": services.sheet_submit, "confirm": services.sheet_confirm}
_DONE = {
    "submit": lambda: _("確認に回しました。別の職員が確かめて確定します。"),
    "confirm": lambda: _("シートを確定しました。"),
}


@writers
@require_POST
def act(request: HttpRequest, public_id: object) -> HttpResponse:
    """Hand it over, confirm it."""
    row, name = seen_sheet(request, public_id), request.POST.get("act", "")
    if name not in _ACTS:
        return redirect("policy:sheet", row.public_id)
    try:
        _ACTS[name](actor=request.actor, sheet_id=row.pk)
    except TransitionRefused as error:
        refused(request, error, row, name)
    else:
        messages.success(request, _DONE[name]())
    return redirect("policy:sheet", row.public_id)


@confirmers
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, public_id: object) -> HttpResponse:
    """書き直してもらう, with the reason."""
    row = seen_sheet(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.sheet_return(
                actor=request.actor, sheet_id=row.pk, reason=form.cleaned_data["reason"]
            )
        except TransitionRefused as error:
            refused(request, error, row, "return")
        else:
            messages.success(request, _("下書きに戻しました。"))
        return redirect("policy:sheet", row.public_id)
    context = {"form": form, "sheet": row, "breadcrumb": crumbs(row, _("書き直してもらう"))}
    return form_page(request, "policy/return.html", context)


@staff
@require_safe
def sheet_file(request: HttpRequest, public_id: object, form: str) -> HttpResponse:
    """The sheet as XLSX or PDF; one that is not confirmed says so."""
    row = seen_sheet(request, public_id)
    data = papers.sheet_data(shown(request, row))
    name = f"sheet-{row.fiscal_year}-{row.ward_id}-{row.package}-{row.number}.{form}"
    if form == "xlsx":
        return file_response(workbook.book(data), workbook.CONTENT_TYPE, name)
    if form != "pdf":
        raise Http404
    made_at = row.confirmed_at or clock.now()
    return file_response(papers.sheet_paper(data, made_at=made_at), "application/pdf", name)
