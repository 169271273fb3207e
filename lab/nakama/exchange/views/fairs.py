"""商談会: the list, one of them for firm and staff, wishes, the sheets to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.exchange import policies, services, states
from lab.nakama.exchange.forms.fairs import CallOffForm, EntryForm, FairForm, WishForm
from lab.nakama.exchange.models import Fair, Run
from lab.nakama.exchange.selectors import fairs as selectors
from lab.nakama.exchange.selectors.runs import open_of
from lab.nakama.exchange.views import common
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.parts import Crumb
from programs.selectors import ward_names

SHOWN = 50
# Buttons whose work a worker does.
COUNTED = {"plan": Run.Kind.FAIR_PLAN, "replan": Run.Kind.FAIR_REPLAN}


@common.readers
@require_safe
def fairs(request: HttpRequest) -> HttpResponse:
    """All 商談会, the next one first."""
    today = clock.today()
    rows = list(policies.visible_fairs(request.actor)[:SHOWN])
    names = ward_names()
    coming = [row for row in reversed(rows) if row.day >= today and row.state.terminal is False]
    context = {
        "coming": [(row, names[row.ward_id]) for row in coming],
        "past": [(row, names[row.ward_id]) for row in rows if row not in coming],
        "may_add": policies.is_staff(request.actor),
        "may_export": policies.reads_desk(request.actor),
        "today": today,
    }
    return TemplateResponse(request, "exchange/fairs.html", context)


@common.staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def fair_new(request: HttpRequest) -> HttpResponse:
    """商談会を開く."""
    form = FairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("参加の受付を始めました。")
        row = common.tried(request, form, services.fair_add, done, plan=form.plan())
        if row is not None:
            return redirect("exchange:fair", row.public_id)
    heading = _("商談会を開く")
    context = {"form": form, "heading": heading, "breadcrumb": [_first(), Crumb(heading)]}
    return form_page(request, "exchange/fair_new.html", context)


@common.readers
@require_http_methods(["GET", "HEAD", "POST"])
def fair(request: HttpRequest, public_id: object) -> HttpResponse:
    """One 商談会: for a firm to join and read its timetable, for the staff to run."""
    row = found_or_404(policies.get_fair, request.actor, public_id=public_id)
    if policies.is_firm(request.actor):
        return _for_firm(request, row)
    return _for_staff(request, row)


def _for_firm(request: HttpRequest, row: Fair) -> HttpResponse:
    form = EntryForm(request.POST if "join" in request.POST else None)
    if request.method == "POST" and _firm_acted(request, row, form):
        return redirect("exchange:fair", row.public_id)
    mine = policies.own_entry(request.actor, row)
    today = clock.today()
    context = {
        "row": row,
        "form": form,
        "mine": mine,
        "wished": len(selectors.wished_by(mine)) if mine else 0,
        "is_collecting": row.status == states.COLLECTING and row.closes_on >= today,
        "entries": selectors.entries_of(row) if mine else [],
        "sheet": next(selectors.sheets_of(request.actor, row), None),
        "host": ward_names()[row.ward_id],
        "today": today,
        "breadcrumb": [_first(), Crumb(row.name)],
    }
    return form_page(request, "exchange/fair.html", context)


def _firm_acted(request: HttpRequest, row: Fair, form: EntryForm) -> bool:
    if "withdraw" in request.POST:
        done = _("参加を取りやめました。")
        common.tried(request, None, services.entry_withdraw, done, fair_id=row.pk)
        return True
    if not form.is_valid():
        return "join" not in request.POST
    done = _("申し込みました。次は、会いたい企業を選びます。")
    given = {"fair_id": row.pk, **form.cleaned_data}
    return common.tried(request, form, services.entry_add, done, **given) is not None


def _for_staff(request: HttpRequest, row: Fair) -> HttpResponse:
    form = CallOffForm(request.POST if "call_off" in request.POST else None)
    may_run = policies.may_run(request.actor, row)
    if request.method == "POST":
        if not may_run:
            raise Http404
        if kind := next((kind for name, kind in COUNTED.items() if name in request.POST), None):
            return common.counted(request, kind, row)
        if _staff_acted(request, row, form):
            return redirect("exchange:fair", row.public_id)
    context = {
        "row": row,
        "form": form,
        "may_run": may_run,
        "run": open_of(request.actor, "fair", row.pk),
        "numbers": selectors.numbers_of(request.actor, row),
        "sheets": list(selectors.sheets_of(request.actor, row)),
        "host": ward_names()[row.ward_id],
        "today": clock.today(),
        "breadcrumb": [_first(), Crumb(row.name)],
    }
    return form_page(request, "exchange/fair_staff.html", context)


def _staff_acted(request: HttpRequest, row: Fair, form: CallOffForm) -> bool:
    given = {"fair_id": row.pk}
    if "call_off" in request.POST:
        if not form.is_valid():
            return False
        reason = form.cleaned_data["reason"]
        done = _("中止を記録し、参加企業に知らせました。")
        act = services.fair_call_off
        return common.tried(request, form, act, done, reason=reason, **given) is not None
    if "hold" in request.POST:
        done = _("開催を記録しました。")
        common.tried(request, None, services.fair_hold, done, **given)
    return True


@common.firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, public_id: object) -> HttpResponse:
    """会いたい企業を選ぶ."""
    row = found_or_404(policies.get_fair, request.actor, public_id=public_id)
    mine = policies.own_entry(request.actor, row)
    if mine is None:
        raise Http404
    others = [one for one in selectors.entries_of(row) if one.side != mine.side]
    initial = {"others": selectors.wished_by(mine)}
    form = WishForm(
        request.POST if request.method == "POST" else None, others=others, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["others"]
        done = ngettext(
            "%(n)d社を希望しました。締切まで、何度でも変えられます。",
            "%(n)d社を希望しました。締切まで、何度でも変えられます。",
            len(chosen),
        ) % {"n": len(chosen)}
        given = {"fair_id": row.pk, "others": chosen}
        if common.tried(request, form, services.wishes_save, done, **given) is not None:
            return redirect("exchange:fair", row.public_id)
    heading = _("会いたい企業を選ぶ")
    here = Crumb(row.name, reverse("exchange:fair", args=[row.public_id]))
    context = {
        "row": row,
        "form": form,
        "others": others,
        "heading": heading,
        "breadcrumb": [_first(), here, Crumb(heading)],
    }
    return form_page(request, "exchange/wishes.html", context)


@common.readers
@require_safe
def sheets(request: HttpRequest, public_id: object) -> HttpResponse:
    """Sheets to print, one A4 page each: all for the staff, the own one for a firm."""
    row = found_or_404(policies.get_fair, request.actor, public_id=public_id)
    found = list(selectors.sheets_of(request.actor, row))
    if row.status not in {states.PLANNED, states.HELD} or not found:
        raise Http404
    heading = _("印刷用の時間割")
    here = Crumb(row.name, reverse("exchange:fair", args=[row.public_id]))
    context = {"row": row, "sheets": found, "breadcrumb": [_first(), here, Crumb(heading)]}
    return TemplateResponse(request, "exchange/sheets.html", context)


def _first() -> Crumb:
    return Crumb(_("商談会"), reverse("exchange:fairs"))
