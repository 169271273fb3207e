"""Taking figures in: upload, look, say why odd figures are right, confirm."""

import uuid
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpi.series import tasks, words
from kpi.series.forms import HoldForm, IntakeForm
from kpi.series.models import Intake, IntakeRow
from kpi.series.policies import may_hand_in, visible_intakes
from kpi.series.reading import books
from kpi.series.selectors import template_rows
from kpi.series.services import Refused, intakes
from kpi.series.views.common import crumbs, hand_in_only, staff_only
from portal.kernel import audit
from portal.kernel.files.services import UploadRefused
from portal.ui.acts import form_page
from portal.ui.exports import csv_response
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab
from programs.selectors import ward_names

ROWS_PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH_SECONDS = 3
Phase = Intake.Phase
Outcome = IntakeRow.Outcome
_ORDER = (Outcome.ERROR, Outcome.HELD, Outcome.NEW, Outcome.CHANGED, Outcome.SAME)


@hand_in_only
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file in and begin to read it."""
    _check_kind(request, kind)
    form = IntakeForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            intake = intakes.intake_upload(
                actor=request.actor, uploaded=form.cleaned_data["file"], kind=kind
            )
        except UploadRefused as refusal:
            form.add_error("file", refusal.reason)
        except Refused as refusal:
            _denied(request, None, refusal, "upload")
            form.add_error("file", str(refusal))
        else:
            _read(request, intake)
            return redirect("series:intake", intake.public_id)
    label = Intake.Kind(kind).label
    context = {"form": form, "kind": kind, "label": label, "breadcrumb": crumbs(Crumb(label))}
    return form_page(request, "series/intake_start.html", context)


@hand_in_only
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The workbook to fill in; of firms' accounts with the ward's firms and what is known of them."""
    _check_kind(request, kind)
    rows = template_rows(request.actor) if kind == Intake.Kind.ACCOUNTS else ()
    content = books.template(intakes.FORMS[kind], {}, rows)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return response


@staff_only
@require_safe
def intake(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where it stands: progress, preview, result."""
    return _page(request, _found(request, public_id), HoldForm())


@staff_only
@require_safe
def rows_csv(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rows of the page as a file: what to mend, what to make sure of, what would change."""
    found = _found(request, public_id)
    rows = found.lines.order_by("number")
    outcome = request.GET.get("outcome", "")
    if outcome in Outcome.values:
        rows = rows.filter(outcome=outcome)
    if found.kind == Intake.Kind.ACCOUNTS:
        audit.record(actor=request.actor, action="series.accounts_listed", obj=found)
    return csv_response(
        filename="rows.csv",
        header=[
            _("行"),
            _("区分"),
            _("対象"),
            _("内容"),
            _("直すところ・確かめるところ"),
            _("正しいとした理由"),
        ],
        rows=(
            (
                row.number,
                str(row.get_outcome_display()),
                row.label,
                "　".join(words.lines_of(row.values, row.changes)),
                "　".join([*row.errors, *words.held_lines(row.held)]),
                row.reason,
            )
            for row in rows.iterator(chunk_size=ROWS_PER_PAGE * 10)
        ),
    )


@hand_in_only
@require_POST
def hold(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that held figures are right, and why. What was ticked and typed stays when it is refused."""
    found = _found(request, public_id)
    form = HoldForm(request.POST)
    numbers = {number for text in request.POST.getlist("row") if (number := posted_number(text))}
    if form.is_valid():
        try:
            count = intakes.held_confirm(
                actor=request.actor,
                intake_id=found.pk,
                numbers=numbers,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            _denied(request, found, refusal, "hold")
            form.add_error(None, str(refusal))
        else:
            done = ngettext(
                "%(count)d行の数字を確認しました。", "%(count)d行の数字を確認しました。", count
            )
            messages.success(request, done % {"count": count})
            return redirect("series:intake", found.public_id)
    return _page(request, found, form, ticked=numbers)


@hand_in_only
@require_POST
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take over exactly what was shown."""
    found = _found(request, public_id)
    try:
        intakes.intake_confirm(actor=request.actor, intake_id=found.pk)
        _take(request, found)
    except Refused as refusal:
        _denied(request, found, refusal, "confirm")
        messages.error(request, str(refusal))
    return redirect("series:intake", found.public_id)


@hand_in_only
@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop: before taking over nothing has changed, in the middle of it nothing remains."""
    found = _found(request, public_id)
    try:
        intakes.intake_cancel(actor=request.actor, intake_id=found.pk)
        messages.success(request, _("取込を中止しました。登録済みの数字は変わっていません。"))
    except Refused as refusal:
        _denied(request, found, refusal, "cancel")
        messages.error(request, str(refusal))
    return redirect("series:intake", found.public_id)


def _denied(request: HttpRequest, intake: Intake | None, refusal: Refused, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor,
        action="series.refused",
        obj=intake,
        reason=str(refusal)[:200],
        detail={"act": act},
    )


def _check_kind(request: HttpRequest, kind: str) -> None:
    if kind not in Intake.Kind.values or not may_hand_in(request.actor, kind):
        raise Http404


def _found(request: HttpRequest, public_id: uuid.UUID) -> Intake:
    found = visible_intakes(request.actor).filter(public_id=public_id).first()
    if found is None or (request.method == "POST" and not may_hand_in(request.actor, found.kind)):
        raise Http404
    return found


def _read(request: HttpRequest, intake: Intake) -> None:
    """Read a small file now, have a large one read by a worker."""
    actor = request.actor
    if intakes.may_read_at_once(actor, intake):
        work = partial(intakes.intake_read, actor=actor, intake_id=intake.pk)
        intakes.settle(work, actor=actor, intake_id=intake.pk)
    else:
        transaction.on_commit(lambda: tasks.intake_read.apply_async((intake.pk,), actor=actor))


def _take(request: HttpRequest, intake: Intake) -> None:
    """Take a small file over now, have a large one taken over by a worker."""
    actor = request.actor
    if intakes.is_small(intake):
        work = partial(intakes.intake_take, actor=actor, intake_id=intake.pk)
        intakes.settle(work, actor=actor, intake_id=intake.pk)
    else:
        transaction.on_commit(lambda: tasks.intake_take.apply_async((intake.pk,), actor=actor))


def _page(
    request: HttpRequest,
    found: Intake,
    form: HoldForm,
    *,
    ticked: frozenset[int] | set[int] = frozenset(),
) -> HttpResponse:
    running = found.phase in {Phase.READING, Phase.TAKING}
    may = may_hand_in(request.actor, found.kind)
    context = {
        "intake": found,
        "running": running,
        "done": intakes.progress(found) if running else 0,
        "may": may,
        "form": form,
        "breadcrumb": crumbs(Crumb(found.file_name)),
        "ward": ward_names().get(found.ward_id or 0, ""),
    }
    if found.read_at:
        context |= _preview(request, found, ticked)
    status = 422 if form.errors else 200
    response = TemplateResponse(request, "series/intake.html", context, status=status)
    if running:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _preview(
    request: HttpRequest, found: Intake, ticked: frozenset[int] | set[int]
) -> dict[str, object]:
    """The rows of one outcome, the wrong ones first, then those that wait."""
    counts = found.counts
    present = [outcome for outcome in _ORDER if counts.get(outcome)]
    wanted = request.GET.get("outcome")
    shown = wanted if wanted in present else (present[0] if present else Outcome.SAME)
    tabs = [
        Tab(
            label=str(outcome.label),
            url=f"{reverse('series:intake', args=[found.public_id])}?outcome={outcome.value}",
            count=counts[outcome],
            current=outcome == shown,
        )
        for outcome in present
    ]
    page = Paginator(found.lines.filter(outcome=shown), ROWS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    for row in page:
        row.asked = [words.asked_again(item) for item in row.held]
        row.described = words.lines_of(row.values, row.changes)
        row.is_ticked = row.number in ticked
    return {
        "tabs": tabs,
        "outcome": shown,
        "page": page,
        "errors": counts.get(Outcome.ERROR, 0),
        "held": counts.get(Outcome.HELD, 0),
        "new": counts.get(Outcome.NEW, 0),
        "changed": counts.get(Outcome.CHANGED, 0),
    }
