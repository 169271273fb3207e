"""Pages of a firm: asking for advisors, the time line of the support, confirming a visit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from advisors import policies, services, states
from advisors.forms.firm import AnswerForm, ReasonForm, RequestForm
from advisors.models import Visit
from advisors.selectors import firm as selectors
from advisors.selectors.cases import case_view
from advisors.views.common import firm_only, noted, tried
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.forms import UiForm
from portal.ui.parts import Crumb
from programs.diagnosis.policies import visible_diagnoses
from programs.diagnosis.selectors.own import start_of
from programs.models import Firm
from programs.selectors import ward_names

SHOWN = 50


@firm_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """アドバイザー: what to do next, the supports, the requests."""
    actor = request.actor
    engagements = list(policies.visible_engagements(actor)[:SHOWN])
    context = {
        "engagements": engagements,
        "requests": list(policies.visible_requests(actor)[:SHOWN]),
        "to_confirm": list(selectors.to_confirm(actor)[:SHOWN]),
        "asked": next(iter(selectors.open_questions(actor)[:1]), None),
        "running": [row for row in engagements if policies.is_open(row)],
    }
    return TemplateResponse(request, "advisors/home.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """派遣を依頼する."""
    actor = request.actor
    mine = Firm.objects.get(pk=actor.firm_id)
    names = ward_names()
    wards = [(code, names[code]) for code in services.wards_of(actor, mine)]
    start = start_of(actor, mine.pk)
    form = RequestForm(request.POST or None, actor=actor, wards=wards, start=start)
    if request.method == "POST" and form.is_valid():
        with trying(request, form), noted(request, "request_send"):
            row = services.request_send(
                actor=actor,
                firm_id=mine.pk,
                ward_id=form.cleaned_data["ward"],
                wish=form.wish_given(),
            )
            return redirect("advisors:ask_status", row.public_id)
    context = {
        "form": form,
        "start": start,
        "may_diagnose": start is None,
        "heading": _("アドバイザーの派遣を依頼する"),
        "lead": _("IT担当と現場担当の2人が、6か月のあいだ訪問します。企業の負担はありません。"),
        "button": _("依頼を送る"),
        "cancel_url": reverse("advisors:home"),
        "breadcrumb": [Crumb(_("アドバイザー"), reverse("advisors:home")), Crumb(_("依頼"))],
    }
    return form_page(request, "advisors/form.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask_status(request: HttpRequest, public_id: object) -> HttpResponse:
    """依頼の状態: a question to answer, or what comes next."""
    row = found_or_404(policies.get_request, request.actor, public_id=public_id)
    form = AnswerForm(request.POST if "answer_it" in request.POST else None)
    if request.method == "POST":
        here = redirect("advisors:ask_status", public_id)
        if "withdraw" in request.POST:
            done = _("依頼を取り下げました。")
            tried(request, None, services.request_withdraw, done, request_id=row.pk)
            return here
        if form.is_valid() and tried(
            request,
            form,
            services.request_answer,
            _("答えを送りました。"),
            request_id=row.pk,
            answer=form.cleaned_data["answer"],
        ):
            return here
    moves = {move.name for move in states.REQUEST.allowed(row.status, request.actor.roles)}
    context = {
        "row": row,
        "diagnosis": visible_diagnoses(request.actor).filter(pk=row.diagnosis_id).first(),
        "form": form,
        "may_answer": "answer" in moves,
        "may_withdraw": "withdraw" in moves,
        "engagement": policies.visible_engagements(request.actor).filter(request=row).first(),
        "breadcrumb": [
            Crumb(_("アドバイザー"), reverse("advisors:home")),
            Crumb(_("依頼の状態")),
        ],
    }
    return form_page(request, "advisors/ask_status.html", context)


@firm_only
@require_safe
def support(request: HttpRequest, public_id: object) -> HttpResponse:
    """伴走支援 of the firm: phase, next visit, homework, time line."""
    row = found_or_404(policies.get_engagement, request.actor, public_id=public_id)
    view = case_view(request.actor, row)
    waiting = [visit for visit in view.visits if visit.status == states.RECORDED]
    context = {
        "view": view,
        "row": row,
        "to_confirm": waiting[-1] if waiting else None,
        "breadcrumb": [
            Crumb(_("アドバイザー"), reverse("advisors:home")),
            Crumb(_("伴走支援")),
        ],
    }
    return TemplateResponse(request, "advisors/support.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, public_id: object) -> HttpResponse:
    """訪問の確認: it was like that, or not, with the reason."""
    row: Visit = found_or_404(policies.get_visit, request.actor, public_id=public_id)
    form = ReasonForm(
        request.POST if "object" in request.POST else None, label=_("どこが違いますか")
    )
    if request.method == "POST" and _answered(request, row, form):
        return redirect("advisors:support", row.engagement.public_id)
    context = {
        "visit": row,
        "form": form,
        "actions": row.actions.all(),
        "photos": row.photos.all(),
        "may_confirm": row.status == states.RECORDED,
        "breadcrumb": [
            Crumb(_("伴走支援"), reverse("advisors:support", args=[row.engagement.public_id])),
            Crumb(_("訪問の記録")),
        ],
    }
    return form_page(request, "advisors/visit_firm.html", context)


def _answered(request: HttpRequest, row: Visit, form: UiForm) -> bool:
    if "confirm" in request.POST:
        done = _("訪問の記録を確認しました。ありがとうございます。")
        return tried(request, None, services.visit_confirm, done, visit_id=row.pk)
    return form.is_valid() and tried(
        request,
        form,
        services.visit_object,
        _("異議を伝えました。相談員が記録を直します。"),
        visit_id=row.pk,
        reason=form.cleaned_data["reason"],
    )
