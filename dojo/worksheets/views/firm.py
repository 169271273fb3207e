"""The firm's pages: its worksheets, one with what is to be done, handing in and taking back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dojo.worksheets import policies, seats, selectors, services, states
from dojo.worksheets.forms import PrivacyForm, StartForm
from dojo.worksheets.rules.reading import is_begun
from dojo.worksheets.selectors import Reading, reading_of
from dojo.worksheets.sheets import SHEETS
from dojo.worksheets.views.common import (
    cohort_label,
    firm_only,
    own_crumbs,
    reading_context,
    refused,
    seen_sheet,
)
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Task, TaskState


@firm_only
@require_safe
def sheet_list(request: HttpRequest) -> HttpResponse:
    """ワークシート: what the firm has, and what it may begin."""
    rows = [(row, cohort_label(row)) for row in selectors.own_sheets(request.actor)]
    begun = {row.kind for row, _cohort in rows}
    following = next((sheet for code, sheet in SHEETS.items() if code not in begun), None)
    todo = next((row for row, _cohort in rows if row.status == states.RETURNED), None)
    open_ = (row for row, _cohort in rows if row.status == states.DRAFT and row.enrolment_id)
    start_url = reverse("worksheets:start")
    context = {
        "rows": rows,
        "kinds": list(SHEETS.values()),
        "following": following,
        "start_url": f"{start_url}?kind={following.code}" if following else "",
        "todo": todo,
        "unfinished": next(open_, None),
    }
    return TemplateResponse(request, "worksheets/list.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """新しいワークシートを作る."""
    found = list(seats.own_seats(request.actor))
    latest = str(found[0].pk) if found else ""
    initial = {
        "kind": request.GET.get("kind", ""),
        "enrolment": request.GET.get("enrolment", latest),
    }
    form = StartForm(request.POST or None, seats=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with trying(request, form):
            row = services.worksheet_start(
                actor=request.actor,
                kind=given["kind"],
                title=given["title"],
                enrolment_id=posted_number(given["enrolment"]),
            )
            first = SHEETS[row.kind].steps[0].code
            return redirect("worksheets:step", row.public_id, first)
    context = {"form": form, "breadcrumb": own_crumbs(None, _("新しいワークシート"))}
    return form_page(request, "worksheets/start.html", context)


@firm_only
@require_safe
def sheet(request: HttpRequest, public_id: object) -> HttpResponse:
    """One sheet: what is done and missing, what follows, what was said of it."""
    row = seen_sheet(request, public_id)
    reading = reading_of(row)
    may_write = policies.may_write(request.actor, row)
    todo = next((step for step in reading.sheet.steps if not reading.is_done(step.code)), None)
    context = {
        **reading_context(reading),
        "may_write": may_write,
        "tasks": [_task(reading, step.code) for step in reading.sheet.steps] if may_write else [],
        "todo": todo if may_write else None,
        "todo_url": reverse("worksheets:step", args=[public_id, todo.code]) if todo else "",
        "remarks": _remarks(request, reading),
        "versions": row.versions.all(),
        "is_handed_in": row.status == states.HANDED_IN,
        "may_reopen": row.status in {states.HANDED_IN, states.MARKED},
        "may_discard": policies.may_discard(request.actor, row),
        "may_hand_in": may_write and todo is None and row.enrolment_id is not None,
        "breadcrumb": own_crumbs(None, row.name),
    }
    return TemplateResponse(request, "worksheets/sheet.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest, public_id: object) -> HttpResponse:
    """グループワークで見せない数字."""
    row = seen_sheet(request, public_id)
    kind = SHEETS[row.kind]
    form = PrivacyForm(request.POST or None, sheet=kind, initial={"keys": row.confidential})
    if request.method == "POST" and form.is_valid():
        services.privacy_save(
            actor=request.actor, worksheet_id=row.pk, keys=form.cleaned_data["keys"]
        )
        messages.success(request, _("グループワークで見せない数字を変えました。"))
        return redirect("worksheets:sheet", public_id)
    if request.method == "POST" and not request.POST.getlist("keys"):
        # An empty POST: nothing is kept any more.
        services.privacy_save(actor=request.actor, worksheet_id=row.pk, keys=[])
        return redirect("worksheets:sheet", public_id)
    context = {
        "form": form,
        "row": row,
        "has_figures": any(True for _figure in kind.figures()),
        "breadcrumb": own_crumbs(row, _("見せない数字")),
    }
    return form_page(request, "worksheets/privacy.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, public_id: object) -> HttpResponse:
    """講師に提出する, after one look at the whole."""
    row = seen_sheet(request, public_id)
    here = reverse("worksheets:sheet", args=[public_id])
    if not policies.may_write(request.actor, row):
        return redirect(here)
    if request.method == "POST":
        try:
            services.worksheet_hand_in(
                actor=request.actor,
                worksheet_id=row.pk,
                revision=posted_number(request.POST.get("revision", "")),
            )
        except TransitionRefused as error:
            refused(request, error, row, "hand_in")
        else:
            messages.success(request, _("提出しました。講師の講評をお待ちください。"))
        return redirect(here)
    reading = reading_of(row)
    context = {
        **reading_context(reading),
        "count": len(reading.problems),
        "breadcrumb": own_crumbs(row, _("提出する")),
    }
    return TemplateResponse(request, "worksheets/hand_in.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, public_id: object) -> HttpResponse:
    """書き直す, after one question."""
    row = seen_sheet(request, public_id)
    here = reverse("worksheets:sheet", args=[public_id])
    if request.method == "POST":
        try:
            services.worksheet_reopen(actor=request.actor, worksheet_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "reopen")
        else:
            messages.success(
                request, _("書き直せるようになりました。終わったら、もう一度提出してください。")
            )
        return redirect(here)
    context = {
        "heading": _("「%(name)s」を書き直す") % {"name": row.name},
        "text": _("提出した版と講評は、そのまま残ります。直した後に、もう一度提出してください。"),
        "action_label": _("書き直す"),
        "cancel_url": here,
        "breadcrumb": own_crumbs(row, _("書き直す")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, public_id: object) -> HttpResponse:
    """下書きを消す, after one question."""
    row = seen_sheet(request, public_id)
    if request.method == "POST":
        try:
            services.worksheet_discard(actor=request.actor, worksheet_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "discard")
            return redirect("worksheets:sheet", public_id)
        messages.success(request, _("「%(name)s」を消しました。") % {"name": row.name})
        return redirect("worksheets:list")
    if not policies.may_discard(request.actor, row):
        messages.error(request, str(services.Kept()))
        return redirect("worksheets:sheet", public_id)
    context = {
        "heading": _("「%(name)s」を消しますか") % {"name": row.name},
        "text": _("入力した内容は元に戻せません。必要になったら、新しく作り始めます。"),
        "action_label": _("下書きを消す"),
        "tone": "danger",
        "cancel_url": reverse("worksheets:sheet", args=[public_id]),
        "breadcrumb": own_crumbs(row, _("下書きを消す")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


def _task(reading: Reading, code: str) -> Task:
    step = reading.sheet.step(code)
    assert step is not None
    state = TaskState.DONE
    if not reading.is_done(code):
        state = TaskState.STARTED if is_begun(reading.row.content, step) else TaskState.TODO
    return Task(
        label=str(step.title),
        state=state,
        url=reverse("worksheets:step", args=[reading.row.public_id, code]),
        hint=str(step.lead),
    )


def _remarks(request: HttpRequest, reading: Reading) -> list[tuple[Any, str]]:
    """What was said, with the step that it is about."""
    rows = policies.visible_remarks(request.actor).filter(worksheet=reading.row)
    return [
        (said, str(step.title) if (step := reading.sheet.step(said.step)) else "")
        for said in rows.select_related("version")
    ]
