"""Pages that write: marks, minutes, proposal, approval, the check of quotes. All by the services."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.accounts.access import hat_required, recent_authentication_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.markup import yen_text
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row
from subsidies.forms import BriefReasonForm
from subsidies.models import Application
from subsidies.policies import get_application
from subsidies.rules.ranking import Outcome
from subsidies.selection import policies, services, states
from subsidies.selection.forms import (
    EndWaitingForm,
    MarkForm,
    MinutesForm,
    ProposeForm,
)
from subsidies.selection.models import Mark, Minutes, Selection
from subsidies.selection.services.choices import unchecked_why_not
from subsidies.selection.views.pages import call_or_404, crumbs, digest_now
from subsidies.services.ward_rules import over_limit

preparers = hat_required(Hat.WARD, roles={Role.REVIEWER})
approvers = hat_required(Hat.WARD, roles={Role.APPROVER})
deciders = hat_required(Hat.WARD, roles={Role.REVIEWER, Role.APPROVER})
FORM = ["GET", "HEAD", "POST"]


@preparers
@require_http_methods(FORM)
def propose(request: HttpRequest, call_id: int) -> HttpResponse:
    """採択を起案する: what will be frozen, and why."""
    call = call_or_404(request, call_id)
    seen, found = digest_now(request, call)
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.selection_propose(
                actor=request.actor,
                call_id=call.pk,
                seen=request.POST.get("seen", ""),
                **form.cleaned_data,
            )
            messages.success(request, _("採択を起案しました。決裁者に知らせます。"))
            return redirect("selection:ranking", call.pk)
    context = {
        "heading": _("採択を起案する"),
        "text": _("いまの順位と金額を、この内容で固定して決裁に回します。"),
        "rows": [
            Row(_("採択"), _counted(found.count(Outcome.SELECTED))),
            Row(_("補欠"), _counted(found.count(Outcome.WAITING))),
            Row(_("不採択"), _counted(found.count(Outcome.NOT_SELECTED))),
            Row(_("採択額の合計"), yen_text(found.spent_yen)),
            Row(_("予算の残額"), yen_text(found.terms.budget_yen)),
        ],
        "form": form,
        "seen": seen,
        "action_label": _("決裁に回す"),
        "cancel_url": reverse("selection:ranking", args=[call.pk]),
        "breadcrumb": crumbs(call, _("採択を起案する")),
    }
    return form_page(request, "selection/confirm.html", context)


@approvers
@recent_authentication_required
@require_http_methods(FORM)
def approve(request: HttpRequest, selection_id: int) -> HttpResponse:
    """決裁: the frozen proposal, and the button of the second official."""
    run = _run(request, selection_id)
    if run.status != states.PROPOSED:
        messages.info(request, _("この採択の案は、すでに処理されています。"))
        return redirect("selection:ranking", run.call_id)
    if request.method == "POST":
        try:
            services.selection_approve(
                actor=request.actor,
                selection_id=run.pk,
                seen=request.POST.get("seen", ""),
            )
        except TransitionRefused as refused:
            messages.error(request, str(refused))
            # Who tried to decide an own proposal or above the limit is what auditors look for.
            audit.record(
                actor=request.actor, action="selection.denied", obj=run, reason=str(refused)
            )
        else:
            messages.success(
                request,
                _("採択を決定しました。書類に文書番号が付き、申請者に結果を知らせます。"),
            )
        return redirect("selection:ranking", run.call_id)
    lines = run.result["lines"]
    counts = {code: sum(line["outcome"] == code for line in lines) for code in Outcome}
    context = {
        "heading": _("採択を決定する"),
        "text": run.reason,
        "rows": [
            Row(_("起案"), run.prepared_by.name),
            Row(_("採択"), _counted(counts[Outcome.SELECTED])),
            Row(_("補欠"), _counted(counts[Outcome.WAITING])),
            Row(_("不採択"), _counted(counts[Outcome.NOT_SELECTED])),
            Row(_("採択額の合計"), yen_text(run.amount_yen)),
            Row(_("予算の残額"), yen_text(run.budget_yen)),
            Row(_("照合値（SHA-256）"), run.sha256),
        ],
        "lines": lines,
        "over": over_limit(
            run.ward_id, request.actor, run.amount_yen, lock=False, but={run.prepared_by_id}
        ),
        "seen": run.sha256,
        "action_label": _("採択を決定する"),
        "return_url": reverse("selection:return", args=[run.pk]),
        "cancel_url": reverse("selection:ranking", args=[run.call_id]),
        "breadcrumb": crumbs(run.call, _("採択を決定する")),
    }
    return TemplateResponse(request, "selection/confirm.html", context)


@deciders
@require_http_methods(FORM)
def give_back(request: HttpRequest, selection_id: int) -> HttpResponse:
    """差し戻す, with a reason."""
    run = _run(request, selection_id)
    form = BriefReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.selection_return(
                actor=request.actor, selection_id=run.pk, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("採択の案を差し戻しました。作り直して起案できます。"))
            return redirect("selection:ranking", run.call_id)
    context = {
        "heading": _("採択の案を差し戻す"),
        "text": _("差し戻した案は記録に残ります。新しい案を起案できるようになります。"),
        "form": form,
        "action_label": _("差し戻す"),
        "cancel_url": reverse("selection:ranking", args=[run.call_id]),
        "breadcrumb": crumbs(run.call, _("採択の案を差し戻す")),
    }
    return form_page(request, "selection/confirm.html", context)


@preparers
@require_http_methods(FORM)
def quotes(request: HttpRequest, call_id: int) -> HttpResponse:
    """見積の確認 for all that match, not for one page: who is left out is named before."""
    call = call_or_404(request, call_id)
    asked = _numbers(request.GET)
    rows = policies.visible_choices(request.actor).filter(
        selection__call=call, status=states.SELECTED
    )
    rows = (rows.filter(pk__in=asked) if asked else rows).select_related("application")
    found = [(row, unchecked_why_not(row)) for row in rows.order_by("rank", "id")]
    todo = [row for row, why in found if not why]
    if request.method == "POST":
        try:
            done, left_out = services.quotes_check(
                actor=request.actor, call_id=call.pk, choice_ids=_numbers(request.POST)
            )
        except TransitionRefused as refused:
            messages.error(request, str(refused))
        else:
            text = ngettext(
                "%(count)d件の見積を確認済みにしました。",
                "%(count)d件の見積を確認済みにしました。",
                done,
            )
            _say_done(request, text % {"count": done}, left_out)
        return redirect("selection:ranking", call.pk)
    context = {
        "heading": _("採択した申請の見積を確認済みにする"),
        "text": _("見積の日付・宛先・内容が申請と合うことを確かめた申請に、印を付けます。"),
        "todo": todo,
        "left_out": [(row, why) for row, why in found if why],
        "action_label": _("チェックした申請を確認済みにする"),
        "cancel_url": reverse("selection:ranking", args=[call.pk]),
        "breadcrumb": crumbs(call, _("見積の確認")),
    }
    return TemplateResponse(request, "selection/confirm.html", context)


@preparers
@require_http_methods(FORM)
def end_waiting(request: HttpRequest, call_id: int) -> HttpResponse:
    """補欠を終える, one or all of them, with a reason that the firms read."""
    call = call_or_404(request, call_id)
    asked, chosen = _numbers(request.GET), _numbers(request.POST)
    rows = policies.visible_choices(request.actor).filter(
        selection__call=call, status=states.WAITING
    )
    rows = (rows.filter(pk__in=asked) if asked else rows).select_related("application")
    form = EndWaitingForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not chosen:
        form.add_error(None, _("補欠を終える申請を、1件以上選んでください。"))
    elif request.method == "POST" and form.is_valid():
        try:
            done, left_out = services.waiting_end(
                actor=request.actor,
                call_id=call.pk,
                choice_ids=chosen,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            _say_done(
                request,
                ngettext(
                    "%(count)d件の補欠を終えました。申請者に知らせます。",
                    "%(count)d件の補欠を終えました。申請者に知らせます。",
                    done,
                )
                % {"count": done},
                left_out,
            )
            return redirect("selection:ranking", call.pk)
    context = {
        "heading": _("補欠を終える"),
        "text": _("終えた申請は不採択になり、予算が戻っても繰り上がりません。元に戻せません。"),
        "form": form,
        "todo": rows.order_by("rank", "id"),
        "chosen": chosen if request.method == "POST" else None,
        "action_label": _("チェックした申請の補欠を終える"),
        "cancel_url": reverse("selection:ranking", args=[call.pk]),
        "breadcrumb": crumbs(call, _("補欠を終える")),
    }
    return form_page(request, "selection/confirm.html", context)


@preparers
@require_http_methods(FORM)
def minutes(request: HttpRequest, call_id: int) -> HttpResponse:
    """審査会の議事録."""
    call = call_or_404(request, call_id)
    kept = Minutes.objects.filter(call=call).first()
    initial: dict[str, Any] = {"votes_against": 0, "votes_abstained": 0}
    if kept:
        initial = {name: getattr(kept, name) for name in MinutesForm.base_fields}
    form = MinutesForm(
        request.POST or None,
        initial=initial,
        members=list(call.review.members.select_related("user")),
        today=clock.today(),
    )
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.minutes_keep(actor=request.actor, call_id=call.pk, **form.cleaned_data)
            messages.success(request, _("議事録を保存しました。"))
            return redirect("selection:ranking", call.pk)
    context = {
        "heading": _("審査会の議事録"),
        "text": _(
            "採択が決定するまで直せます。委員の半数以上の出席が必要です。"
            "出席した委員の過半数で決し、可否同数のときは委員長が決めます。"
        ),
        "form": form,
        "action_label": _("議事録を保存する"),
        "cancel_url": reverse("selection:ranking", args=[call.pk]),
        "breadcrumb": crumbs(call, _("議事録")),
    }
    return form_page(request, "selection/confirm.html", context)


@preparers
@require_http_methods(FORM)
def mark(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """注意を付ける, and what was marked before."""
    application = found_or_404(get_application, request.actor, receipt_no=receipt_no)
    form = MarkForm(request.POST or None, ranked=_is_ranked(request, application))
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.mark_put(
                actor=request.actor, application_id=application.pk, **form.cleaned_data
            )
            messages.success(request, _("注意を付けました。"))
            return redirect(_back(request, application))
    marks = policies.visible_marks(request.actor).filter(application=application)
    context = {
        "heading": _("%(firm)sの申請に注意を付ける") % {"firm": application.firm_name},
        "text": _("注意だけでは何も決まりません。起案する人と決裁する人が、理由を読みます。"),
        "marks": marks.select_related("made_by"),
        "form": form,
        "action_label": _("注意を付ける"),
        "cancel_url": _back(request, application),
        "breadcrumb": _case_crumbs(application, _("注意")),
    }
    return form_page(request, "selection/confirm.html", context)


@preparers
@require_http_methods(FORM)
def lift(request: HttpRequest, mark_id: int) -> HttpResponse:
    """注意を解く, with a reason."""
    found = policies.visible_marks(request.actor).select_related("application").filter(pk=mark_id)
    row: Mark | None = found.first()
    if row is None:
        raise Http404
    form = BriefReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.mark_lift(
                actor=request.actor, mark_id=row.pk, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("注意を解きました。"))
            return redirect(_back(request, row.application))
    context = {
        "heading": _("注意を解く"),
        "text": row.reason,
        "form": form,
        "action_label": _("解く"),
        "cancel_url": _back(request, row.application),
        "breadcrumb": _case_crumbs(row.application, _("注意を解く")),
    }
    return form_page(request, "selection/confirm.html", context)


def _numbers(given: QueryDict) -> list[int]:
    """The rows that were ticked or asked for."""
    return [number for raw in given.getlist("pk") if (number := posted_number(raw))]


def _say_done(request: HttpRequest, text: str, left_out: list[tuple[str, str]]) -> None:
    """What was done, and who was left out and why."""
    messages.success(request, text)
    for number, why in left_out[:10]:
        messages.warning(request, _("%(number)s：%(why)s") % {"number": number, "why": why})


def _back(request: HttpRequest, application: Application) -> str:
    """The ranking that a mark was put from; the case where it was, or where nothing is ranked."""
    if request.GET.get("back") == "case" or not _is_ranked(request, application):
        return f"{_case_url(application)}#marks"
    return reverse("selection:ranking", args=[application.call_id])


def _is_ranked(request: HttpRequest, application: Application) -> bool:
    return policies.visible_calls(request.actor).filter(pk=application.call_id).exists()


def _case_url(application: Application) -> str:
    return reverse("subsidies:application", args=[application.receipt_no])


def _case_crumbs(application: Application, here: str) -> list[Crumb]:
    return [Crumb(application.receipt_no or "", _case_url(application)), Crumb(here)]


def _counted(number: int) -> str:
    return ngettext("%(count)d件", "%(count)d件", number) % {"count": number}


def _run(request: HttpRequest, selection_id: int) -> Selection:
    return found_or_404(policies.get_selection, request.actor, pk=selection_id)
