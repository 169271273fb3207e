"""The firm's page of a plan's evaluation: share, read comments and evaluation, end the share."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kernel import audit, clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404, trying
from portal.ui.parts import Crumb
from subsidies import policies as core
from subsidies import states as application_states
from subsidies.contents import rules_of
from subsidies.evaluation import policies, selectors, services
from subsidies.evaluation.forms import CONSENT, ShareForm
from subsidies.evaluation.models import PlanShare
from subsidies.models import Application
from subsidies.progress import NextStep
from subsidies.rules.scheme import PLAN_EVALUATION, SchemeRules
from subsidies.views.common import firm_application, firm_only
from subsidies.views.draft import task_url


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, public_id: object) -> HttpResponse:
    """計画の妥当性評価: who reads the plan, what was said of it, and the evaluation.

    404 where the scheme asks for none.
    """
    application = firm_application(request, public_id)
    rules = rules_of(application.version)
    if not any(need.source == PLAN_EVALUATION for need in rules.portal_prerequisites):
        raise Http404
    form = ShareForm(request.POST or None, choices=_choices(request, application))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_share(
                actor=request.actor,
                application_id=application.pk,
                advisor_id=int(form.cleaned_data["advisor"]),
                consent=form.cleaned_data["consent"],
                text=str(CONSENT),
            )
        except TransitionRefused as refused:
            form.add_error("advisor", str(refused))
            _denied(request, application, refused)
        else:
            messages.success(request, _("計画を共有しました。相談員にお知らせが届きます。"))
            return redirect("evaluation:plan", public_id)
    context = _context(request, application, rules, form)
    return TemplateResponse(request, "evaluation/plan.html", context, status=status)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, public_id: object, share_id: object) -> HttpResponse:
    """共有を終える, after one question."""
    application = firm_application(request, public_id)
    share = found_or_404(
        policies.get_share, request.actor, public_id=share_id, application=application
    )
    back = reverse("evaluation:plan", args=[public_id])
    if request.method == "POST":
        with trying(request):
            services.plan_share_end(actor=request.actor, share_id=share.pk)
            messages.success(request, _("共有を終えました。"))
        return redirect(back)
    context = {
        "heading": _("%(name)sさんへの共有を終える") % {"name": share.advisor.name},
        "text": _(
            "相談員は、この計画を見られなくなります。受け取った助言と評価は、そのまま残ります。"
        ),
        "action_label": _("共有を終える"),
        "cancel_url": back,
        "breadcrumb": [Crumb(_("計画の妥当性評価"), back), Crumb(_("共有を終える"))],
    }
    return TemplateResponse(request, "ui/confirm.html", context)


def _choices(request: HttpRequest, application: Application) -> list[tuple[int, str]]:
    """The ward's advisors, without those who read the plan already and need not evaluate it anew."""
    outdated = [share.pk for share in selectors.outdated_shares(application)]
    sharing = policies.visible_shares(request.actor).filter(application=application, ended_at=None)
    sharing = sharing.exclude(pk__in=outdated)
    rows = services.advisors_of(application.ward_id, clock.today())
    return [(row.pk, row.name) for row in rows.exclude(pk__in=sharing.values("advisor_id"))]


def _denied(request: HttpRequest, application: Application, refused: TransitionRefused) -> None:
    """A tie that stood against somebody is what auditors look for."""
    if isinstance(refused, services.Barred):
        audit.record(
            actor=request.actor,
            action="evaluation.share_denied",
            obj=application,
            ward_id=application.ward_id,
            reason=str(refused),
        )


def _context(
    request: HttpRequest, application: Application, rules: SchemeRules, form: ShareForm
) -> dict[str, Any]:
    actor = request.actor
    shares = selectors.firm_shares(actor, application)
    open_shares = [share for share in shares if share.ended_at is None]
    evaluations = selectors.evaluations(actor, application)
    may_share = application.status in services.SHAREABLE and core.may_apply(actor)
    return {
        "application": application,
        "form": form,
        "shares": shares,
        "evaluations": evaluations,
        "comments": [
            (anchor, label, said, _mend_url(actor, application, rules, anchor))
            for anchor, label, said in selectors.firm_comments(actor, application, rules)
        ],
        "may_share": may_share,
        "next_step": _next_step(application, open_shares, evaluations, may_share),
        "breadcrumb": [_above(application), Crumb(_("計画の妥当性評価"))],
    }


def _next_step(
    application: Application,
    shares: list[PlanShare],
    evaluations: list[selectors.EvaluationRead],
    may_share: bool,
) -> NextStep | None:
    """The one thing that comes next. A draft that changed since is evaluated once more."""
    is_draft = application.status == application_states.DRAFT
    done = {item.evaluation.share_id for item in evaluations}
    sharing = [share for share in shares if share.pk not in done]
    is_evaluated = any(not (is_draft and item.changed) for item in evaluations)
    if is_evaluated and is_draft:
        return NextStep(
            what=_("評価を読んで、申請に進んでください"),
            text=_("計画を直したときは、申請の前にもう一度評価を受けます。"),
            until=application.call.closes_at,
            until_label=_("受付終了"),
            url=reverse("subsidies:check_answers", args=[application.public_id]),
            button=_("内容を確認して申請する"),
            tone="success",
        )
    if sharing and not is_evaluated:
        names = _("、").join(share.advisor.name for share in sharing)
        return NextStep(
            what=_("相談員の評価を待っています"),
            text=_(
                "%(names)sさんが計画を読んでいます。助言や評価が届くと、お知らせとメールで連絡します。"
            )
            % {"names": names},
            until=min(selectors.due_of(share, application) for share in sharing),
            until_label=_("評価の期限"),
        )
    if may_share and evaluations and not is_evaluated:
        return NextStep(
            what=_("変えた計画の評価を、もう一度受けてください"),
            text=_("評価の後に計画が変わりました。相談員を選んで、いまの計画を共有してください。"),
            until=application.call.closes_at,
            until_label=_("受付終了"),
            url="#share",
            button=_("相談員を選ぶ"),
        )
    if may_share and not is_evaluated:
        return NextStep(
            what=_("相談員を選んで、計画を共有してください"),
            text=_("評価には日数がかかります。早めに頼んでください。"),
            until=application.call.closes_at if is_draft else None,
            until_label=_("受付終了"),
            url="#share",
            button=_("相談員を選ぶ"),
        )
    return None


def _above(application: Application) -> Crumb:
    if application.status == application_states.DRAFT:
        url = reverse("subsidies:task_list", args=[application.public_id])
        return Crumb(_("申請の準備"), url)
    url = reverse("subsidies:status", args=[application.public_id])
    return Crumb(application.receipt_no or "", url)


def _mend_url(actor: Any, application: Application, rules: SchemeRules, anchor: str) -> str:
    """Where the firm changes what a comment is about; "" where it cannot now."""
    if not core.may(actor, "edit", application) or application.status != application_states.DRAFT:
        return ""
    if anchor == selectors.EXPENSES:
        return reverse("subsidies:budget", args=[application.public_id])
    question = rules.question(anchor.partition(".")[2])
    return f"{task_url(application, question.task)}#id_{question.code}" if question else ""
