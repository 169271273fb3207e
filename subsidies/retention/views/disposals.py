"""廃棄: proposal, the second official's decision, progress, and the record."""

from urllib.parse import quote

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import hat_required, recent_authentication_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.markup import era_date, moment_text
from portal.ui.parts import Crumb, Row
from subsidies.forms import BriefReasonForm
from subsidies.retention import papers, policies, selectors, services, states
from subsidies.retention.filters import DisposalFilter
from subsidies.retention.forms import ProposeForm
from subsidies.retention.models import Disposal, DisposalItem
from subsidies.retention.services.disposals import MOST
from subsidies.retention.views.cases import crumbs, page_of

readers = hat_required(Hat.WARD, Hat.AUDITOR)
preparers = hat_required(Hat.WARD, roles={Role.REVIEWER})
approvers = hat_required(Hat.WARD, roles={Role.APPROVER})
deciders = hat_required(Hat.WARD, roles={Role.REVIEWER, Role.APPROVER})
FORM = ["GET", "HEAD", "POST"]
REFRESH_SECONDS = 3
RECORDS = {
    "pdf": ("application/pdf", papers.record_pdf),
    "csv": ("text/csv; charset=utf-8", papers.record_csv),
}
Outcome = DisposalItem.Outcome


@preparers
@require_http_methods(FORM)
def propose(request: HttpRequest) -> HttpResponse:
    """廃棄を起案する: the cases that will go, those left out with why, and the reason."""
    today = clock.today()
    form = ProposeForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = services.disposal_propose(actor=request.actor, today=today, **form.cleaned_data)
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("廃棄を起案しました。ほかの決裁者が決裁します。"))
            return redirect("retention:disposal", made.pk)
    found = list(selectors.kept_rows(request.actor, view=selectors.DUE, today=today)[:MOST])
    rows = selectors.with_reasons(found, today)
    go = [row for row, reasons in rows if not reasons]
    context = {
        "heading": _("廃棄を起案する"),
        "text": _(
            "保存期間が満了した案件を、次の内容で決裁に回します。この時点では何も消えません。"
        ),
        "rows": [
            Row(_("廃棄する"), _counted(len(go))),
            Row(_("停止中のため除く"), _counted(len(rows) - len(go))),
        ],
        "go": go,
        "left_out": [(row, reasons) for row, reasons in rows if reasons],
        "form": form if go else None,
        "action_label": _("決裁に回す"),
        "cancel_url": reverse("retention:list"),
        "breadcrumb": crumbs(_("廃棄を起案する")),
    }
    return TemplateResponse(request, "retention/confirm.html", context, status=status)


@readers
@require_safe
def disposal_list(request: HttpRequest) -> HttpResponse:
    """Every disposal, the newest first."""
    conditions = DisposalFilter(request.GET)
    page = page_of(request, selectors.disposal_rows(request.actor, conditions.chosen_status))
    context = {
        "filter": conditions,
        "query": request.GET.urlencode(),
        "page": page,
        "rows": [(row, states.DISPOSAL.state(row.status)) for row in page],
        "breadcrumb": _crumbs(request, _("廃棄の一覧")),
    }
    return TemplateResponse(request, "retention/disposals.html", context)


@readers
@require_safe
def disposal(request: HttpRequest, disposal_id: int) -> HttpResponse:
    """One disposal: what is asked, how far it is, what became of each case."""
    found = _disposal(request, disposal_id)
    counts = found.items.aggregate(
        **{name.value: Count("pk", filter=Q(outcome=name)) for name in Outcome}
    )
    running = found.status == states.APPROVED
    own = found.prepared_by_id == request.actor.user_id
    waits = found.status == states.PROPOSED
    context = {
        "disposal": found,
        "state": states.DISPOSAL.state(found.status),
        "facts": _facts(found),
        "counts": counts,
        "total": sum(counts.values()) - counts[Outcome.EXCLUDED],
        "settled": counts[Outcome.DONE] + counts[Outcome.FAILED],
        "running": running,
        "may_approve": waits and policies.may_approve(request.actor) and not own,
        "may_return": waits
        and (policies.may_approve(request.actor) or policies.may_prepare(request.actor)),
        "own": own and waits,
        "lists": _lists(request, found),
        "breadcrumb": _crumbs(request, _("廃棄")),
    }
    response = TemplateResponse(request, "retention/disposal.html", context)
    if running:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@approvers
@recent_authentication_required
@require_http_methods(["POST"])
def approve(request: HttpRequest, disposal_id: int) -> HttpResponse:
    """決裁; a worker then carries it out."""
    found = _disposal(request, disposal_id)
    with trying(request):
        services.disposal_approve(actor=request.actor, disposal_id=found.pk)
        messages.success(request, _("廃棄を決裁しました。1件ずつ消去します。"))
    return redirect("retention:disposal", found.pk)


@deciders
@require_http_methods(FORM)
def give_back(request: HttpRequest, disposal_id: int) -> HttpResponse:
    """差し戻す, with a reason."""
    found = _disposal(request, disposal_id)
    form = BriefReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.disposal_return(
                actor=request.actor, disposal_id=found.pk, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("廃棄の案を差し戻しました。何も消えていません。"))
            return redirect("retention:disposal", found.pk)
    context = {
        "heading": _("廃棄の案を差し戻す"),
        "text": _("何も消さずに案を終えます。必要なら、もう一度起案できます。"),
        "form": form,
        "action_label": _("差し戻す"),
        "cancel_url": reverse("retention:disposal", args=[found.pk]),
        "breadcrumb": crumbs(_("廃棄の案を差し戻す")),
    }
    return form_page(request, "retention/confirm.html", context)


@readers
@require_safe
def record(request: HttpRequest, disposal_id: int, kind: str) -> HttpResponse:
    """廃棄記録 as PDF or CSV."""
    if kind not in RECORDS:
        raise Http404
    found = _disposal(request, disposal_id)
    content_type, made = RECORDS[kind]
    with override("ja"):
        content = made(found)
    audit.record(
        actor=request.actor, action="retention.record_taken", obj=found, detail={"kind": kind}
    )
    response = HttpResponse(content, content_type=content_type)
    name = quote(papers.file_name(found, kind))
    response["Content-Disposition"] = (
        f"attachment; filename=\"disposal_{found.pk}.{kind}\"; filename*=UTF-8''{name}"
    )
    return response


def _disposal(request: HttpRequest, disposal_id: int) -> Disposal:
    return found_or_404(policies.get_disposal, request.actor, pk=disposal_id)


def _facts(found: Disposal) -> list[Row]:
    rows = [
        Row(
            _("廃棄の範囲"),
            _("%(day)sまでに保存期間が満了した案件") % {"day": era_date(found.ended_by)},
        ),
        Row(_("起案"), f"{found.prepared_by.name}　{moment_text(found.prepared_at)}"),
        Row(_("起案の理由"), found.reason),
    ]
    if found.approved_by and found.approved_at:
        rows.append(Row(_("決裁"), f"{found.approved_by.name}　{moment_text(found.approved_at)}"))
    if found.finished_at:
        rows.append(Row(_("廃棄を終えた日時"), moment_text(found.finished_at)))
    return rows


def _lists(request: HttpRequest, found: Disposal) -> list[dict[str, object]]:
    """What is left out or did not go first, each with its reason."""
    titles = {
        Outcome.FAILED: _("廃棄しなかった案件"),
        Outcome.EXCLUDED: _("除いた案件"),
        Outcome.WAITING: _("廃棄する案件"),
        Outcome.DONE: _("廃棄した案件"),
    }
    lists = []
    for outcome, title in titles.items():
        rows = found.items.filter(outcome=outcome).select_related("kept__application")
        parameter = f"{outcome.value}-page"
        page = page_of(request, rows.order_by("position"), parameter)
        if page.paginator.count:
            lists.append(
                {
                    "id": outcome.value,
                    "title": title,
                    "page": page,
                    "parameter": parameter,
                    "with_reason": outcome in {Outcome.FAILED, Outcome.EXCLUDED},
                }
            )
    return lists


def _counted(number: int) -> str:
    return ngettext("%(n)d件", "%(n)d件", number) % {"n": number}


def _crumbs(request: HttpRequest, last: str) -> list[Crumb]:
    return crumbs(last) if request.actor.hat == Hat.WARD else [Crumb(last)]
