"""Pages of an advisor: what was shared, one plan to read and comment on, its evaluation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.forms import ErrorLink
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.evaluation import policies, selectors, services, states
from subsidies.evaluation.aspects import Aspect
from subsidies.evaluation.forms import CommentForm, EvaluationForm
from subsidies.evaluation.models import PlanEvaluation, PlanShare
from subsidies.evaluation.selectors import SharedPlan
from subsidies.services.errors import Incomplete

advisor_only = hat_required(Hat.SUPPORT, roles={Role.ADVISOR})


@advisor_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """計画の評価: what waits and since when, then what is handed over."""
    rows = selectors.shared_rows(request.actor)
    context = {
        "waiting": [row for row in rows if row.waiting_since],
        "done": [row for row in rows if not row.waiting_since],
    }
    return TemplateResponse(request, "evaluation/home.html", context)


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, share_id: object) -> HttpResponse:
    """The plan, read only, with a box for a comment at each answer. Every look is audited."""
    share = _share(request, share_id)
    if request.method != "POST":
        services.plan_viewed(actor=request.actor, share=share)
        return _plan_page(request, share)
    anchor = request.POST.get("anchor", "")
    form = CommentForm(request.POST, prefix=_prefix(anchor))
    if form.is_valid():
        try:
            services.comment_add(
                actor=request.actor,
                share_id=share.pk,
                anchor=anchor,
                body=form.cleaned_data["body"],
            )
        except TransitionRefused as refused:
            form.add_error("body", str(refused))
        else:
            messages.success(request, _("助言を送りました。企業に知らせます。"))
            page = reverse("evaluation:shared", args=[share_id])
            return redirect(f"{page}#{anchor or 'whole'}")
    services.plan_viewed(actor=request.actor, share=share)
    return _plan_page(request, share, anchor=anchor, form=form, status=422)


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: HttpRequest, share_id: object) -> HttpResponse:
    """妥当性評価の作成: saved as a draft, then checked, then handed over."""
    share = _share(request, share_id)
    found = PlanEvaluation.objects.filter(share=share).first()
    if found is not None and found.status == states.SUBMITTED:
        return redirect("evaluation:check", share_id)
    if request.method == "POST":
        return _save(request, share, EvaluationForm(request.POST))
    form = EvaluationForm(initial=EvaluationForm.initial_of(found))
    links = []
    if "problems" in request.GET and found is not None:
        links = [_link(form, item.text, item.anchor) for item in services.missing(found)]
    return _form_page(request, share, form, found.revision if found else 0, links=links)


@advisor_only
@require_POST
def autosave(request: HttpRequest, share_id: object) -> HttpResponse:
    """What the form saves by itself; 409 with the reason when it could not."""
    share = _share(request, share_id)
    form = EvaluationForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": _("入力に直すところがあります。")}, status=409)
    try:
        found = services.evaluation_save(
            actor=request.actor,
            share_id=share.pk,
            entry=form.entry(),
            revision=posted_number(request.POST.get("revision", "")),
        )
    except TransitionRefused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"revision": found.revision})


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, share_id: object) -> HttpResponse:
    """評価の確認: the whole once more, then it is handed over; afterwards, what was given."""
    share = _share(request, share_id)
    found = PlanEvaluation.objects.filter(share=share).select_related("evaluator").first()
    if found is None:
        return redirect("evaluation:evaluate", share_id)
    form_url = reverse("evaluation:evaluate", args=[share_id])
    if request.method == "POST":
        try:
            services.evaluation_submit(actor=request.actor, share_id=share.pk)
        except Incomplete:
            return redirect(f"{form_url}?problems=1")
        except TransitionRefused as refused:
            messages.error(request, str(refused))
            _denied(request, share, refused)
            return redirect("evaluation:check", share_id)
        messages.success(request, _("評価を渡しました。企業に知らせます。"))
        return redirect("evaluation:home")
    application = selectors.shared_application(request.actor, share)
    is_draft = found.status == states.DRAFT
    if is_draft and services.missing(found):
        return redirect(f"{form_url}?problems=1")
    services.plan_viewed(actor=request.actor, share=share)
    context = {
        "share": share,
        "application": application,
        "evaluation": found,
        "rows": selectors.reading(found),
        "changed": selectors.is_changed(found, application),
        "is_draft": is_draft,
        "breadcrumb": _crumbs(share, _("評価の確認") if is_draft else _("渡した評価")),
    }
    return TemplateResponse(request, "evaluation/check.html", context)


def _share(request: HttpRequest, share_id: object) -> PlanShare:
    return found_or_404(policies.get_share, request.actor, public_id=share_id)


def _save(request: HttpRequest, share: PlanShare, form: EvaluationForm) -> HttpResponse:
    """Save what was typed; go on to the check only where that was asked for."""
    revision = posted_number(request.POST.get("revision", ""))
    if not form.is_valid():
        return _form_page(request, share, form, revision or 0, status=422)
    try:
        services.evaluation_save(
            actor=request.actor, share_id=share.pk, entry=form.entry(), revision=revision
        )
    except services.StaleEvaluation as stale:
        form.add_error(None, str(stale))
        return _form_page(request, share, form, stale.revision, status=409)
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
        return _form_page(request, share, form, revision or 0, status=409)
    if "check" in request.POST:
        return redirect("evaluation:check", share.public_id)
    messages.success(request, _("評価の下書きを保存しました。"))
    return redirect("evaluation:evaluate", share.public_id)


def _form_page(
    request: HttpRequest,
    share: PlanShare,
    form: EvaluationForm,
    revision: int,
    *,
    links: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    services.plan_viewed(actor=request.actor, share=share)
    shown = selectors.shared_plan(request.actor, share)
    wanted = {link.target: link.message for link in links or ()}
    context = {
        "plan": shown,
        "share": share,
        "application": shown.application,
        "expenses": shown.expenses,
        "calculation": shown.calculation,
        "form": form,
        "aspects": [
            {**item, "wanted": [wanted[key] for key in _targets(item["aspect"]) if key in wanted]}
            for item in form.aspects()
        ],
        "error_links": links,
        "wanted": wanted,
        "revision": revision,
        "breadcrumb": _crumbs(share, _("妥当性評価")),
    }
    return TemplateResponse(request, "evaluation/evaluate.html", context, status=status)


def _plan_page(
    request: HttpRequest,
    share: PlanShare,
    *,
    anchor: str = "",
    form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = selectors.shared_plan(request.actor, share)
    context = {
        "plan": shown,
        "share": share,
        "application": shown.application,
        "state": selectors.state_of(shown.evaluation, _said(shown)),
        "sections": [
            (section, [(field, _box(field.anchor, anchor, form)) for field in section.fields])
            for section in shown.sections
        ],
        "expenses": shown.expenses,
        "calculation": shown.calculation,
        "expense_box": _box(selectors.EXPENSES, anchor, form),
        "whole_box": _box("", anchor, form),
        "due_on": selectors.due_of(share, shown.application),
        "form": form,
        "breadcrumb": _crumbs(share, shown.application.title or share.advisor.name),
    }
    return TemplateResponse(request, "evaluation/shared.html", context, status=status)


def _box(anchor: str, posted: str, form: CommentForm | None) -> dict[str, Any]:
    """The comment box of one answer: the refused one as it was typed, open."""
    is_posted = form is not None and anchor == posted
    return {
        "anchor": anchor,
        "form": form if is_posted else CommentForm(prefix=_prefix(anchor)),
        "is_open": is_posted,
    }


def _prefix(anchor: str) -> str:
    """Names of the box's fields: one page has many."""
    return f"c-{anchor.replace('.', '-') or 'whole'}"


def _said(shown: SharedPlan) -> int:
    in_answers = sum(len(field.comments) for part in shown.sections for field in part.fields)
    return in_answers + len(shown.expense_comments) + len(shown.comments)


def _link(form: EvaluationForm, message: str, name: str) -> ErrorLink:
    """The id to jump to: of a set of buttons that of the first one."""
    several = name.startswith("grade")
    return ErrorLink(message, f"id_{name}_0" if several else f"id_{name}")


def _targets(aspect: Aspect) -> tuple[str, str]:
    return f"id_grade-{aspect.code}_0", f"id_text-{aspect.code}"


def _denied(request: HttpRequest, share: PlanShare, refused: TransitionRefused) -> None:
    """A tie that stood against the evaluator is what auditors look for."""
    if isinstance(refused, services.Barred):
        audit.record(
            actor=request.actor,
            action="evaluation.hand_over_denied",
            obj=share,
            reason=str(refused),
        )


def _crumbs(share: PlanShare, here: str) -> list[Crumb]:
    return [Crumb(_("計画の評価"), reverse("evaluation:home")), Crumb(here)]
