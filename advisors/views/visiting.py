"""Pages of the advisor on a telephone: today, an engagement, a record that survives a gap."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from advisors import policies, services, states, todo, words
from advisors.forms.firm import ReasonForm
from advisors.forms.visits import GoalsForm, RecordForm, ReportForm, WhenForm
from advisors.models import Engagement, Visit
from advisors.selectors import visiting as selectors
from advisors.selectors.cases import case_view
from advisors.views.common import advisor_only, looked, noted, tried
from portal.kernel import clock
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404
from portal.ui.forms import UiForm, error_links
from portal.ui.parts import Crumb


@advisor_only
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """今日の訪問: in order, with address, telephone, homework and what is not sent yet."""
    day = clock.today()
    found = todo.todos(request.actor, day)
    context = {
        "day": selectors.day_of(request.actor, day),
        "todos": [item for item in found if not item.waits],
        "waiting": [item for item in found if item.waits],
        "past": list(selectors.past_engagements(request.actor)[: selectors.SHOWN]),
        "today": day,
    }
    return TemplateResponse(request, "advisors/today.html", context)


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, public_id: object) -> HttpResponse:
    """One engagement: phase, plans, homework, time line. POST moves the phase."""
    row = _case(request, public_id)
    form = ReasonForm(request.POST if "back" in request.POST else None)
    if request.method == "POST" and _moved(request, row, form):
        return redirect("advisors:case", public_id)
    looked(request, "advisors.case_viewed", row)
    moves = states.ENGAGEMENT.allowed(row.status, request.actor.roles)
    in_team = selectors.own_engagements(request.actor).filter(pk=row.pk).exists()
    context = {
        "view": case_view(request.actor, row),
        "row": row,
        "ask": row.request,
        "in_team": in_team,
        # Whoever was replaced reads of the tools no more, also after the end.
        "is_member": row.members.filter(user_id=request.actor.user_id, until=None).exists(),
        "onward": next((move for move in moves if in_team and not move.needs_reason), None),
        "backward": [move for move in moves if in_team and move.needs_reason],
        "form": form,
        "breadcrumb": _crumbs(row),
    }
    return form_page(request, "advisors/case.html", context)


def _moved(request: HttpRequest, row: Engagement, form: ReasonForm) -> bool:
    action = request.POST.get("onward") or request.POST.get("back") or ""
    known = {move.name for move in states.ENGAGEMENT.transitions if move.target in states.PHASES}
    if action not in known:
        raise Http404
    reason = ""
    if "back" in request.POST:
        if not form.is_valid():
            return False
        reason = form.cleaned_data["reason"]
    return tried(
        request,
        form,
        services.phase_move,
        _("段階を変えました。"),
        engagement_id=row.pk,
        action=action,
        reason=reason,
    )


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, public_id: object) -> HttpResponse:
    """訪問の予定を入れる."""
    row = _case(request, public_id)
    form = WhenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            starts_at, ends_at = form.times
            with noted(request, "visit_plan", engagement_id=row.pk):
                services.visit_plan(
                    actor=request.actor,
                    engagement_id=row.pk,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    way=form.cleaned_data["way"],
                )
        except TransitionRefused as refused:
            _take(form, refused)
        else:
            messages.success(request, _("訪問の予定を入れました。企業に知らせます。"))
            return redirect("advisors:case", public_id)
    return _form_page(request, row, form, _("訪問の予定を入れる"), _("予定を入れる"))


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, public_id: object) -> HttpResponse:
    """訪問の記録. The script sends it as fetch and gets JSON; without it, a form as any other."""
    row = _case(request, public_id)
    by_script = request.headers.get("X-Requested-With") == "fetch"
    if request.method == "POST":
        form = RecordForm(request.POST, request.FILES)
        if form.is_valid():
            made = _recorded(request, row, form)
            if made is not None:
                url = reverse("advisors:visit", args=[made.public_id])
                return JsonResponse({"url": url}) if by_script else redirect(url)
        if by_script:
            return JsonResponse(
                {"errors": [link.message for link in error_links(form)]}, status=422
            )
        return _record_page(request, row, form)
    visit = _recordable(request, row)
    form = RecordForm(initial=RecordForm.initial_of(visit, clock.today()))
    return _record_page(request, row, form, visit)


def _recorded(request: HttpRequest, row: Engagement, form: RecordForm) -> Visit | None:
    """Record, then the photos one by one: a refused photo does not undo the record."""
    try:
        planned = form.cleaned_data.get("planned")
        visit_id = None
        if planned:
            visit_id = policies.get_visit(request.actor, public_id=planned).pk
        with noted(request, "visit_record", engagement_id=row.pk):
            made = services.visit_record(
                actor=request.actor,
                engagement_id=row.pk,
                client_key=form.client_key,
                record=form.record(),
                visit_id=visit_id,
            )
    except Visit.DoesNotExist:
        form.add_error(None, _("この予定はもうありません。訪問の一覧から開き直してください。"))
        return None
    except TransitionRefused as refused:
        _take(form, refused)
        return None
    for uploaded in form.cleaned_data["photos"]:
        try:
            with noted(request, "photo_add", visit_id=made.pk):
                services.photo_add(actor=request.actor, visit_id=made.pk, uploaded=uploaded)
        except UploadRefused as refused:
            values = {"name": uploaded.name, "why": refused.reason}
            messages.warning(request, _("写真「%(name)s」は保存できませんでした。%(why)s") % values)
        except TransitionRefused as refused:
            messages.warning(request, str(refused))
    messages.success(request, _("訪問の記録を届けました。企業に確認を頼みました。"))
    return made


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, public_id: object) -> HttpResponse:
    """One visit as it was recorded; a plan may be called off."""
    row: Visit = found_or_404(policies.get_visit, request.actor, public_id=public_id)
    form = ReasonForm(request.POST or None, label=_("取りやめる理由"))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            services.visit_cancel,
            _("予定を取りやめました。"),
            visit_id=row.pk,
            reason=form.cleaned_data["reason"],
        )
    ):
        return redirect("advisors:case", row.engagement.public_id)
    looked(request, "advisors.visit_viewed", row)
    own = row.advisor_id == request.actor.user_id
    context = {
        "visit": row,
        "form": form,
        "actions": row.actions.all(),
        "photos": row.photos.all(),
        "may_record": own and row.status in states.VISIT.transition("record").sources,
        "may_cancel": own and row.status == states.PLANNED,
        "breadcrumb": _crumbs(row.engagement, _("訪問の記録")),
    }
    return form_page(request, "advisors/visit.html", context)


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def goals(request: HttpRequest, public_id: object) -> HttpResponse:
    """目標を決める."""
    row = _case(request, public_id)
    form = GoalsForm(request.POST or None, initial={"goals": row.goals})
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            services.goals_save,
            _("目標を保存しました。"),
            engagement_id=row.pk,
            **form.cleaned_data,
        )
    ):
        return redirect("advisors:case", public_id)
    return _form_page(request, row, form, _("目標を決める"), _("目標を保存する"))


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, public_id: object) -> HttpResponse:
    """終了報告を書く."""
    row = _case(request, public_id)
    names = ("result", "figures", "left_over")
    form = ReportForm(request.POST or None, initial={name: getattr(row, name) for name in names})
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            services.report_save,
            _("終了報告を区に届けました。"),
            engagement_id=row.pk,
            **form.cleaned_data,
        )
    ):
        return redirect("advisors:case", public_id)
    return _form_page(request, row, form, _("終了報告を書く"), _("報告を届ける"))


def _case(request: HttpRequest, public_id: object) -> Engagement:
    row: Engagement = found_or_404(policies.get_engagement, request.actor, public_id=public_id)
    return row


def _recordable(request: HttpRequest, row: Engagement) -> Visit | None:
    """The plan or the returned record that the address names, if it is one to write."""
    wanted = request.GET.get("visit", "")
    rows = policies.visible_visits(request.actor).filter(
        engagement=row,
        advisor_id=request.actor.user_id,
        status__in=states.VISIT.transition("record").sources,
    )
    return next((visit for visit in rows if str(visit.public_id) == wanted), None)


def _record_page(
    request: HttpRequest, row: Engagement, form: RecordForm, visit: Visit | None = None
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "visit": visit,
        "promises": form.promises(),
        "breadcrumb": _crumbs(row, _("訪問を記録する")),
    }
    return form_page(request, "advisors/record.html", context)


def _form_page(
    request: HttpRequest, row: Engagement, form: UiForm, heading: str, button: str
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "lead": row.firm_name,
        "button": button,
        "cancel_url": reverse("advisors:case", args=[row.public_id]),
        "breadcrumb": _crumbs(row, heading),
    }
    return form_page(request, "advisors/form.html", context)


def _take(form: UiForm, refused: TransitionRefused) -> None:
    """Faults go to their fields, everything else above the form."""
    if not isinstance(refused, services.VisitRefused):
        form.add_error(None, str(refused))
        return
    for fault in refused.faults:
        form.add_error(fault.field, words.fault_text(fault))


def _crumbs(row: Engagement, here: str = "") -> list[Any]:
    first = Crumb(_("訪問"), reverse("advisors:today"))
    if not here:
        return [first, Crumb(row.firm_name)]
    return [
        first,
        Crumb(row.firm_name, reverse("advisors:case", args=[row.public_id])),
        Crumb(here),
    ]
