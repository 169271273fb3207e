"""The firm's pages: its surveys and reports of investments."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dojo.followup import policies, selectors, services, states
from dojo.followup.forms import AnswerForm, InvestmentForm
from dojo.followup.models import Investment
from dojo.followup.views.common import (
    denied,
    firm_only,
    is_open,
    own_crumbs,
    refused,
    seen_investment,
    seen_survey,
    survey_name,
)
from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.files import responses
from portal.kernel.files import services as files
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.markup import era_date, yen_text
from portal.ui.parts import Row


@firm_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """修了後の報告: what waits for an answer, what was reported, and one more report."""
    surveys = selectors.own_surveys(request.actor)
    reports = list(selectors.investments(request.actor))
    today = clock.today()
    context = {
        "surveys": [(row, survey_name(row), is_open(row)) for row in surveys],
        "reports": reports,
        "todo": next((row for row in surveys if row.status == states.OPEN and is_open(row)), None),
        "to_mend": next((row for row in reports if row.status == states.RETURNED), None),
        "coming": min(
            (row.due_on for row in surveys if row.status == states.PLANNED and row.due_on > today),
            default=None,
        ),
        "may_report": policies.own_graduation(request.actor) is not None,
    }
    if context["todo"]:
        context["todo_name"] = survey_name(context["todo"])
    return TemplateResponse(request, "followup/mine.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, public_id: object) -> HttpResponse:
    """One survey of the firm: the question, and the answers given so far."""
    found = seen_survey(request, public_id)
    initial = {"choice": request.GET.get("a", "") or found.choice}
    form = AnswerForm(found.question, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_own(
                actor=request.actor, survey_id=found.pk, choice=form.cleaned_data["choice"]
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request.actor, error, found, "answer")
        else:
            messages.success(request, _("回答を受け取りました。ありがとうございます。"))
            return redirect("followup:mine")
    context = {
        "survey": found,
        "name": survey_name(found),
        "form": form,
        "is_open": is_open(found),
        "replies": found.replies.all(),
        "breadcrumb": own_crumbs(survey_name(found)),
    }
    return form_page(request, "followup/survey.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """投資を報告する."""
    form = InvestmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = _send(request, form, None)
        if made is not None:
            messages.success(request, _("報告を受け取りました。区が確かめます。"))
            return redirect("followup:investment", made.public_id)
    return _form_page(request, form, _("投資を報告する"))


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, public_id: object) -> HttpResponse:
    """A returned report, mended."""
    row = seen_investment(request, public_id)
    if row.status != states.RETURNED:
        return redirect("followup:investment", public_id)
    names = ("what", "kind", "invested_on", "amount_yen", "source", "funder")
    form = InvestmentForm(
        request.POST or None,
        request.FILES or None,
        initial={name: getattr(row, name) for name in names},
        has_evidence=True,
    )
    if request.method == "POST" and form.is_valid() and _send(request, form, row) is not None:
        messages.success(request, _("直した報告を受け取りました。区が確かめます。"))
        return redirect("followup:investment", public_id)
    return _form_page(request, form, _("報告を直す"), row)


@firm_only
@require_safe
def investment(request: HttpRequest, public_id: object) -> HttpResponse:
    """One report and how it stands."""
    row = seen_investment(request, public_id)
    context = {
        "row": row,
        "rows": investment_rows(row),
        "may_withdraw": row.status in {states.REPORTED, states.RETURNED},
        "breadcrumb": own_crumbs(row.what),
    }
    return TemplateResponse(request, "followup/investment.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: object) -> HttpResponse:
    """取り下げる, after one question."""
    row = seen_investment(request, public_id)
    here = reverse("followup:investment", args=[public_id])
    if request.method == "POST":
        try:
            services.investment_withdraw(actor=request.actor, investment_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "withdraw")
        else:
            messages.success(request, _("報告を取り下げました。"))
        return redirect(here)
    context = {
        "heading": _("「%(what)s」の報告を取り下げる") % {"what": row.what},
        "text": _("取り下げた報告は、元に戻せません。同じ投資は、新しく報告できます。"),
        "action_label": _("取り下げる"),
        "cancel_url": here,
        "breadcrumb": own_crumbs(_("取り下げる")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


@hat_required(Hat.FIRM, Hat.WARD, Hat.AUDITOR)
@require_safe
def evidence(request: HttpRequest, public_id: object) -> HttpResponseBase:
    """証拠の書類, with a row in the audit trail."""
    row = seen_investment(request, public_id)
    try:
        reader = files.open_for_download(actor=request.actor, stored=row.evidence, may=True)
    except files.FileUnavailable as gone:
        raise Http404 from gone
    return responses.file_response(row.evidence, reader)


def investment_rows(row: Investment) -> list[Row]:
    """What was reported, as a summary; amounts 税抜."""
    rows = [
        Row(_("何に投資したか"), row.what),
        Row(_("投資の種類"), row.get_kind_display()),
        Row(_("発注・契約の日"), era_date(row.invested_on)),
        Row(_("金額（税抜）"), yen_text(row.amount_yen)),
        Row(_("お金の出どころ"), row.get_source_display()),
    ]
    if row.funder:
        rows.append(Row(_("補助金を出した機関と制度の名称"), row.funder))
    return [*rows, Row(_("報告した日"), era_date(clock.to_date(row.reported_at)))]


def _send(request: HttpRequest, form: InvestmentForm, row: Investment | None) -> Investment | None:
    """The report, or None with the refusal in the form."""
    given: dict[str, Any] = {
        "actor": request.actor,
        "figures": form.figures,
        "uploaded": form.cleaned_data["evidence"],
    }
    try:
        if row is None:
            return services.investment_report(**given)
        return services.investment_correct(investment_id=row.pk, **given)
    except UploadRefused as error:
        form.add_error("evidence", error.reason)
    except TransitionRefused as error:
        form.add_error(None, str(error))
        denied(request.actor, error, row, "investment_report")
    return None


def _form_page(
    request: HttpRequest, form: InvestmentForm, heading: str, row: Investment | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "row": row,
        "graduation": policies.own_graduation(request.actor),
        "breadcrumb": own_crumbs(heading),
    }
    return form_page(request, "followup/report.html", context)
