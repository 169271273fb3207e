"""予約する: choosing, price and conditions, the answer; and what happens where somebody was quicker."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lab.booking import drawing, states
from lab.booking.codes import Purpose
from lab.booking.forms.firm import BookForm
from lab.booking.models import Lab, Machine
from lab.booking.selectors import free, own
from lab.booking.services import reserve, turns
from lab.booking.services.errors import NotAgreed, Taken
from lab.booking.views.common import (
    denied,
    fee_rows,
    firm_only,
    machine_key,
    refused,
)
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Crumb, Row


@firm_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """予約する: what and when, then price and conditions, then done. What was typed stays."""
    data = request.POST if request.method == "POST" else request.GET
    if not data.get("machine"):
        return redirect("booking:labs")
    machine = _machine(data.get("machine", ""))
    others = own.companions(machine)
    form = BookForm(
        request.POST or None,
        slot=machine.slot_minutes,
        most=machine.most_minutes,
        others=others,
        initial=_initial(request, machine),
    )
    if request.method != "POST" or request.POST.get("step") == "edit" or not form.is_valid():
        return _form(request, machine, form)
    ask = _ask(machine, form)
    if request.POST.get("step") == "wait":
        return _wait(request, machine, form, ask)
    if request.POST.get("step") == "book":
        return _book(request, machine, form, ask)
    return _confirm(request, machine, form, ask, others)


def _form(
    request: HttpRequest, machine: Machine, form: BookForm, status: int = 200
) -> HttpResponse:
    context = {
        "machine": machine,
        "sign": drawing.sign(machine),
        "form": form,
        "breadcrumb": _crumbs(machine, _("予約する")),
    }
    if status == 200:
        return form_page(request, "booking/book.html", context)
    return TemplateResponse(request, "booking/book.html", context, status=status)


def _confirm(
    request: HttpRequest,
    machine: Machine,
    form: BookForm,
    ask: reserve.Ask,
    others: Sequence[Machine],
) -> HttpResponse:
    try:
        seen = reserve.preview(actor=request.actor, ask=ask)
    except TransitionRefused as error:
        form.add_error(None, str(error))
        denied(request, error, machine, "preview")
        return _form(request, machine, form)
    names = [machine.name, *(item.name for item in others if item.pk in ask.machine_ids)]
    rows = [
        Row(_("設備"), _("、").join(names)),
        Row(_("日時"), drawing.span_text(ask.span)),
        Row(_("目的"), Purpose(ask.purpose).label),
    ]
    weeks = form.cleaned_data["weeks"]
    if weeks > 1:
        rows.append(
            Row(_("くり返し"), ngettext("毎週 %(n)d回", "毎週 %(n)d回", weeks) % {"n": weeks})
        )
    context = {
        "machine": machine,
        "seen": seen,
        "rows": rows,
        "fee": fee_rows(seen.fee.as_dict()),
        "hidden": _hidden(request),
        "training": _training_url(machine, ask),
        "agreement": _agreement_url(machine.lab, ask, request),
        "breadcrumb": _crumbs(machine, _("内容の確認")),
    }
    return TemplateResponse(request, "booking/confirm.html", context)


def _book(request: HttpRequest, machine: Machine, form: BookForm, ask: reserve.Ask) -> HttpResponse:
    weeks = form.cleaned_data["weeks"]
    try:
        if weeks > 1:
            made = reserve.reserve_weekly(actor=request.actor, ask=ask, weeks=weeks)
            _say_series(request, made)
            return redirect("booking:reservation", made.bookings[0].public_id)
        row = reserve.reserve(actor=request.actor, ask=ask)
    except Taken as error:
        denied(request, error, machine, "book")
        return _taken(request, machine, ask, str(error))
    except NotAgreed as error:
        refused(request, error, machine, "book")
        return redirect(_agreement_url(machine.lab, ask, request))
    except TransitionRefused as error:
        form.add_error(None, str(error))
        denied(request, error, machine, "book")
        return _form(request, machine, form)
    if row.status == states.APPROVED:
        messages.success(
            request, _("予約しました。当日は入室番号を入力するか、QRコードを読み取ってください。")
        )
    else:
        messages.success(request, _("予約を申し込みました。職員が承認すると、お知らせします。"))
    return redirect("booking:reservation", row.public_id)


def _taken(request: HttpRequest, machine: Machine, ask: reserve.Ask, message: str) -> HttpResponse:
    """Somebody was quicker: the next free times, or the waiting list."""
    machines = list(Machine.objects.filter(pk__in=ask.machine_ids).select_related("lab"))
    offers = free.next_free(
        machines, minutes=ask.span.minutes, after=ask.span.start, now=clock.now()
    )
    hidden = _hidden(request)
    context = {
        "machine": machine,
        "message": message,
        "when": drawing.span_text(ask.span),
        "offers": [(drawing.span_text(span), span.start) for span in offers],
        "hidden": hidden,
        "others": [pair for pair in hidden if pair[0] not in {"day", "begin"}],
        "breadcrumb": _crumbs(machine, _("ほかの時間を選ぶ")),
    }
    return TemplateResponse(request, "booking/taken.html", context, status=409)


def _wait(request: HttpRequest, machine: Machine, form: BookForm, ask: reserve.Ask) -> HttpResponse:
    try:
        turns.join(actor=request.actor, ask=ask)
    except NotAgreed as error:
        refused(request, error, machine, "wait")
        return redirect(_agreement_url(machine.lab, ask, request))
    except TransitionRefused as error:
        form.add_error(None, str(error))
        denied(request, error, machine, "wait")
        return _form(request, machine, form)
    messages.success(request, _("空き待ちに入りました。空くと、順番にお知らせします。"))
    return redirect("booking:mine")


def _say_series(request: HttpRequest, made: reserve.Made) -> None:
    count = len(made.bookings)
    text = ngettext("毎週の予約を%(n)d件入れました。", "毎週の予約を%(n)d件入れました。", count)
    messages.success(request, text % {"n": count})
    for span, reason in made.refused:
        messages.warning(request, f"{drawing.span_text(span)}　{reason}")


def _machine(text: str) -> Machine:
    rows = Machine.objects.select_related("lab__ward").filter(is_accessory=False)
    return get_object_or_404(rows, public_id__in=machine_key(text))


def _initial(request: HttpRequest, machine: Machine) -> dict[str, Any]:
    """What the button in the grid says."""
    found: dict[str, Any] = {"minutes": str(machine.slot_minutes), "weeks": "1"}
    try:
        at = dt.datetime.strptime(request.GET.get("at", ""), "%Y-%m-%dT%H:%M")  # noqa: DTZ007
        found |= {"day": at.date(), "begin": at.time()}
    except ValueError:
        pass
    for name in ("minutes", "purpose"):
        if request.GET.get(name):
            found[name] = request.GET[name][:20]
    return found


def _ask(machine: Machine, form: BookForm) -> reserve.Ask:
    given = form.cleaned_data
    return reserve.Ask(
        (machine.pk, *given.get("others", ())), form.span, given["purpose"], given["note"]
    )


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, to be posted again."""
    names = ("machine", "day", "begin", "minutes", "others", "purpose", "note", "weeks")
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _training_url(machine: Machine, ask: reserve.Ask) -> str:
    at = ask.span.start.astimezone(clock.TOKYO)
    return (
        f"{reverse('booking:book')}?machine={machine.public_id}"
        f"&at={at:%Y-%m-%dT%H:%M}&purpose={Purpose.TRAINING}"
    )


def _agreement_url(lab: Lab, ask: reserve.Ask, request: HttpRequest) -> str:
    at = ask.span.start.astimezone(clock.TOKYO)
    machine = machine_key(request.POST.get("machine", ""))
    return (
        f"{reverse('booking:agree', args=[lab.public_id])}?day={at:%Y-%m-%d}"
        f"&at={at:%Y-%m-%dT%H:%M}&machine={machine[0] if machine else ''}"
    )


def _crumbs(machine: Machine, here: str) -> list[Crumb]:
    return [
        Crumb(_("ラボを使う"), reverse("booking:labs")),
        Crumb(machine.name, reverse("booking:machine", args=[machine.public_id])),
        Crumb(here),
    ]
