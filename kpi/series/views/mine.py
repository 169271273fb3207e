"""決算の登録: the firm's own accounting years, what it says of their use, one more year."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpi.series import selectors, services
from kpi.series.forms import AccountsForm
from kpi.series.models import Accounts
from kpi.series.policies import visible_accounts
from kpi.series.rules import COMPONENTS
from kpi.series.services import Held, Misfit
from kpi.series.views.common import firm_only
from kpi.series.words import Asked
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.markup import era_date
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb


@firm_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The years that are there, from wherever they came; the next one to tell; the consent."""
    rows = selectors.years_of(request.actor)
    context = {
        "rows": [(row, selectors.heads_of(row)) for row in rows],
        "next_year": selectors.next_year(rows, clock.today()),
        "said": selectors.own_consent(request.actor),
    }
    return TemplateResponse(request, "series/mine.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """One more accounting year. A year that is there already is corrected on its own page."""
    rows = selectors.years_of(request.actor)
    upcoming = selectors.next_year(rows, clock.today())
    form = AccountsForm(request.POST or None, initial={"period_end": upcoming, "months": 12})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["period_end"]
        if any(row.period_end == day for row in rows):
            text = _("%(day)sの決算は、すでに登録されています。訂正のページで直してください。")
            form.add_error("period_end", text % {"day": era_date(day)})
            return _page(request, form, [], None)
        return _save(request, form, day, None)
    return _page(request, form, [], None)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, day: str) -> HttpResponse:
    """Complete or correct a year: prefilled with what is known, whoever told it."""
    row = _row(request, day)
    known = {item.code: getattr(row, item.code) for item in COMPONENTS}
    form = AccountsForm(
        request.POST or None, initial={**known, "months": row.months}, fixed_day=True
    )
    if request.method == "POST" and form.is_valid():
        return _save(request, form, row.period_end, row)
    return _page(request, form, [], row)


@firm_only
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Say whether the accounts may serve evaluations."""
    agreed = request.POST.get("agreed") == "yes"
    try:
        services.consent_say(actor=request.actor, agreed=agreed, text=consent_text())
    except TransitionRefused as refused:
        messages.error(request, str(refused))
    else:
        done = (
            _("評価への利用に同意しました。") if agreed else _("評価には使わないことにしました。")
        )
        messages.success(request, done)
    return redirect("series:mine")


def consent_text() -> str:
    """The sentence that is agreed to."""
    return _(
        "登録した決算を、区の支援策に効果があったかを調べるために使います。"
        "企業の名前を出さず、ほかの企業と合わせて集計します。いつでも取り消せます。"
    )


def _row(request: HttpRequest, day: str) -> Accounts:
    try:
        ends = dt.date.fromisoformat(day)
    except ValueError as unreadable:
        raise Http404 from unreadable
    rows = visible_accounts(request.actor).filter(period_end=ends).order_by("-number")
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _save(
    request: HttpRequest, form: AccountsForm, day: dt.date, row: Accounts | None
) -> HttpResponse:
    asked: list[Asked] = []
    try:
        services.accounts_save(
            actor=request.actor,
            period_end=day,
            months=form.cleaned_data["months"],
            figures=form.figures,
            sure=request.POST.getlist("sure"),
            why=request.POST.get("why", "")[:200],
            reason=form.cleaned_data.get("reason", ""),
            seen=posted_number(request.POST.get("seen", "")) or 0,
            today=clock.today(),
        )
    except Held as held:
        asked = list(held.asked)
        form.add_error(None, str(held))
    except Misfit as wrong:
        for code, text in wrong.problems:
            form.add_error(code if code in form.fields else None, text)
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
    else:
        messages.success(request, _("%(day)sの決算を保存しました。") % {"day": era_date(day)})
        return redirect("series:mine")
    return _page(request, form, asked, row)


def _page(
    request: HttpRequest, form: AccountsForm, asked: list[Asked], row: Accounts | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "sure": request.POST.getlist("sure"),
        "why": request.POST.get("why", ""),
        "row": row,
        "seen": row.number if row else 0,
        "breadcrumb": [
            Crumb(_("決算"), reverse("series:mine")),
            Crumb(era_date(row.period_end) if row else _("決算の登録")),
        ],
    }
    return form_page(request, "series/record.html", context)
