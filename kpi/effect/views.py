"""効果検証: the newest verdict of each question, one evaluation, its CSV, a bundle for researchers."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpi.effect import numbers, page, plots, policies, selectors, services
from kpi.effect.forms import BundleForm, StartForm
from kpi.effect.models import Evaluation, Question
from portal.accounts.access import hat_required, recent_authentication_to_post
from portal.exports import sheets
from portal.exports.reports import Column
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui import pictures
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.parts import Crumb, Tab

readers = hat_required(*policies.READERS)
policy_only = hat_required(Hat.POLICY)
REFRESH_SECONDS = 3
LISTED = 10


@readers
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The newest evaluation of the question, or how to have the first one made."""
    asked = request.GET.get("question", "")
    question = asked if asked in Question.values else Question.GRANT
    return _page(request, selectors.newest(question), question)


@readers
@require_safe
def evaluation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One evaluation: its result, or how far it is."""
    row = _found(request, public_id)
    return _page(request, row, row.question)


@policy_only
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Have a worker evaluate a question."""
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("問いと計算式を選んでください。"))
        return redirect("effect:current")
    with _told(request, None, "start"):
        row = services.evaluation_start(
            actor=request.actor,
            question=form.cleaned_data["question"],
            letter=form.cleaned_data["letter"] or Evaluation.Letter.A,
        )
        return redirect("effect:evaluation", row.public_id)
    return redirect("effect:current")


@policy_only
@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop it."""
    row = _found(request, public_id)
    with _told(request, None, "cancel", row):
        services.evaluation_cancel(actor=request.actor, public_id=public_id)
        messages.success(request, _("検証を中止しました。"))
    return redirect("effect:evaluation", row.public_id)


@readers
@require_safe
def download(request: HttpRequest, public_id: uuid.UUID, form: str) -> HttpResponse:
    """Every number of the page as CSV or XLSX; small counts withheld as there."""
    row = _found(request, public_id)
    return sheets.response(
        [
            Column(_("種類")),
            Column(_("区分")),
            Column(_("推定値（ポイント）"), "number"),
            Column(_("標準誤差（対数または割合）"), "number"),
            Column(_("下限"), "number"),
            Column(_("上限"), "number"),
            Column(_("企業数"), "number"),
            Column(_("出典")),
        ],
        ((*line, plots.source(row)) for line in numbers.table(row)) if _done(row) else (),
        title=_("効果検証"),
        name=f"kpi-effect-{row.question}-{row.pk}",
        form=form,
    )


@readers
@require_safe
def picture(request: HttpRequest, public_id: uuid.UUID, kind: str, form: str) -> HttpResponse:
    """A drawing or table of the evaluation as PNG or SVG."""
    row = _found(request, public_id)
    shown = page.pictured(row, kind) if _done(row) else None
    return pictures.response(shown, name=f"kpi-effect-{row.pk}-{kind}", form=form)


@policy_only
@require_http_methods(["GET", "HEAD", "POST"])
@recent_authentication_to_post
def bundle(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say who gets the data for what, and take the ZIP."""
    row = _found(request, public_id)
    form = BundleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with _told(request, form, "bundle", row):
            made, packed = services.bundle_make(
                actor=request.actor, public_id=public_id, reason=form.cleaned_data["reason"]
            )
            response = HttpResponse(packed, content_type="application/zip")
            name = f"machikoba-effect-{made.pk}.zip"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            response["Cache-Control"] = "private, no-store"
            return response
    made_before = policies.visible_bundles(request.actor).filter(evaluation=row)
    context = {
        "row": row,
        "form": form,
        "bundles": made_before,
        "breadcrumb": [
            Crumb(_("効果検証"), reverse("effect:evaluation", args=[row.public_id])),
            Crumb(_("研究用データ")),
        ],
    }
    return form_page(request, "effect/bundle.html", context)


@contextmanager
def _told(
    request: HttpRequest, form: BundleForm | None, act: str, row: Evaluation | None = None
) -> Iterator[None]:
    """`acts.trying` with an audit row of the refusal."""
    with trying(request, form):
        try:
            yield
        except TransitionRefused as refused:
            audit.record(
                actor=request.actor,
                action="effect.refused",
                obj=row,
                reason=str(refused)[:200],
                detail={"act": act},
            )
            raise


def _done(row: Evaluation) -> bool:
    return row.phase == Evaluation.Phase.DONE


def _found(request: HttpRequest, public_id: uuid.UUID) -> Evaluation:
    return found_or_404(policies.get_evaluation, request.actor, public_id=public_id)


def _page(request: HttpRequest, row: Evaluation | None, question: str) -> HttpResponse:
    working = row is not None and row.phase == Evaluation.Phase.WORKING
    done = row is not None and _done(row)
    listed = policies.visible_evaluations(request.actor).filter(question=question)
    may_order = policies.may_order(request.actor)
    context: dict[str, Any] = {
        "row": row,
        "question": Question(question),
        "tabs": [
            Tab(
                str(one.label),
                f"{reverse('effect:current')}?question={one}",
                current=one == question,
            )
            for one in Question
        ],
        "page": page.page(row) if row and done else None,
        "flow_links": plots.links(row, "flow") if row and done else (),
        "working": working,
        "step": services.step_of(row) if row and working else 0,
        "steps": services.STEPS,
        "listed": list(listed.defer("result")[:LISTED]),
        "may_order": may_order,
        "form": StartForm(initial={"question": question}) if may_order else None,
        "bundles": policies.visible_bundles(request.actor).filter(evaluation=row).count()
        if row
        else 0,
    }
    response = TemplateResponse(request, "effect/evaluation.html", context)
    if working:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response
