"""進み具合, 写真, 評価."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.cases import policies, services, states
from lab.nakama.cases.forms.asking import ReasonForm
from lab.nakama.cases.forms.making import RatingForm, RecordForm, RulingForm
from lab.nakama.cases.models import Case, CaseStep, Order, Rating, StepRecord
from lab.nakama.cases.rules.terms import RATED_FOR
from lab.nakama.cases.selectors import cases as find
from lab.nakama.cases.views.common import crumbs, firm_only, seen_case, tabs, tried
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from portal.kernel.files import responses
from portal.kernel.files.services import FileUnavailable, UploadRefused, stored_derivative
from portal.ui.acts import form_page, found_or_404
from portal.ui.numbers import posted_number

raters = hat_required(
    Hat.FIRM, Hat.SUPPORT, roles={Role.FIRM_OWNER, Role.FIRM_MEMBER, Role.LAB_STAFF}
)
KINDS = ("start", "inspect", "accept", "reject")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest, public_id: object) -> HttpResponse:
    """Every step with its records, and what this firm may record now."""
    case = _partner(request, public_id)
    steps = find.steps_of(case)
    bound = _bound(request, steps)
    if request.method == "POST" and bound and _recorded(request, case, *bound):
        return redirect("cases:board", public_id)
    records = find.records_of(case)
    rows = [
        {
            "step": step,
            "records": records.get(step.pk, []),
            "forms": _forms(request, case, step, steps, bound),
        }
        for step in steps
    ]
    done = sum(step.status == states.HANDED for step in steps)
    held = policies.parts(request.actor, case.pk)
    context = {
        "case": case,
        "form": bound[2] if bound else None,
        "rows": rows,
        "done": done,
        "total": len(steps),
        "may_deliver": case.status == states.RUNNING
        and done == len(steps)
        and bool(held & policies.HUBS),
        "tabs": tabs(request, case, "board"),
        "breadcrumb": crumbs(case, _("進み具合")),
    }
    return form_page(request, "cases/board.html", context)


def _partner(request: HttpRequest, public_id: object) -> Case:
    """A case in which the firm takes part: being asked is not enough."""
    case = seen_case(request, public_id)
    if not policies.parts(request.actor, case.pk):
        raise Http404
    return case


Bound = tuple[CaseStep, str, RecordForm]


def _bound(request: HttpRequest, steps: list[CaseStep]) -> Bound | None:
    """What was sent: step, kind and form."""
    kind = request.POST.get("kind", "")
    position = posted_number(request.POST.get("step", ""))
    step = next((one for one in steps if one.position == position), None)
    if request.method != "POST" or step is None or kind not in KINDS:
        return None
    form = RecordForm(
        request.POST,
        request.FILES,
        kind=kind,
        prefix=f"{kind}{step.position}",
        steps=[(one.position, str(one)) for one in steps],
    )
    return step, kind, form


def _recorded(
    request: HttpRequest, case: Case, step: CaseStep, kind: str, form: RecordForm
) -> bool:
    if not form.is_valid():
        return False
    try:
        return tried(
            request,
            form,
            services.step_record,
            _("記録しました。"),
            case_id=case.pk,
            position=step.position,
            kind=kind,
            seen=form.seen(),
            photo=form.cleaned_data["photo"],
        )
    except UploadRefused as refused:
        form.add_error("photo", refused.reason)
        return False


def _forms(
    request: HttpRequest, case: Case, step: CaseStep, steps: list[CaseStep], bound: Bound | None
) -> list[dict[str, Any]]:
    """The records that this firm may write for the step now."""
    if case.status != states.RUNNING:
        return []
    found = []
    for move in states.STEP.allowed(step.status, request.actor.roles):
        if states.STEP.refusal(step, move.name, request.actor):
            continue
        is_bound = bound is not None and bound[0].pk == step.pk and bound[1] == move.name
        form = (
            bound[2]
            if is_bound and bound is not None
            else RecordForm(
                kind=move.name,
                prefix=f"{move.name}{step.position}",
                steps=[(one.position, str(one)) for one in steps],
            )
        )
        found.append({"move": move, "form": form, "open": is_bound})
    return found


@firm_only
@require_safe
def photo(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """The small image of a record's photo, to those who take part. Audited."""
    try:
        row, stored = services.photo_of(actor=request.actor, record_id=record_id)
        if not policies.parts(request.actor, row.case_id):
            raise Http404
        with acting(request.actor.elevated()):
            content = stored_derivative(actor=request.actor, stored=stored, may=True)
    except (StepRecord.DoesNotExist, Case.DoesNotExist, FileUnavailable) as missing:
        raise Http404 from missing
    return responses.preview_response(stored, content)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def ratings(request: HttpRequest, public_id: object) -> HttpResponse:
    """評価: whom to rate, what was given, what came once both sides have rated."""
    case = _partner(request, public_id)
    with acting(request.actor.elevated()):
        firms = services.to_rate(request.actor, case) if case.status == states.CLOSED else []
    form = RatingForm(request.POST or None, firms=firms)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            services.rating_give,
            _("評価を受け取りました。相手の評価は、双方がそろうまで見えません。"),
            case_id=case.pk,
            to_firm=form.cleaned_data["firm"],
            marks=form.marks(),
        )
    ):
        return redirect("cases:ratings", public_id)
    context = {
        **given_and_got(request, case=case),
        "about": f"{case.title}　{case.number}",
        "form": form,
        "firms": firms,
        "until": clock.to_date(case.ended_at) + RATED_FOR if case.ended_at else None,
        "tabs": tabs(request, case, "ratings"),
        "breadcrumb": crumbs(case, _("評価")),
    }
    return form_page(request, "cases/ratings.html", context)


def given_and_got(request: HttpRequest, **about: Case | Order) -> dict[str, Any]:
    """What the firm said and what was said of it, of a case or an order; its own average."""
    own = policies.own_firm(request.actor)
    rows = list(policies.visible_ratings(request.actor).filter(**about))
    return {
        "given": [row for row in rows if row.from_firm_id == own],
        "got": [row for row in rows if row.to_firm_id == own],
        "marks": find.marks_of(request.actor, [own]).get(own),
        "today": clock.today(),
    }


@raters
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, public_id: object) -> HttpResponse:
    """異議: by the rated firm; answered by a coordinator."""
    row: Rating = found_or_404(policies.get_rating, request.actor, public_id=public_id)
    is_lab = policies.is_lab(request.actor)
    if not is_lab and row.to_firm_id != request.actor.firm_id:
        raise Http404
    form = RulingForm(request.POST or None) if is_lab else ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act, done, extra = services.rating_appeal, _("異議を受け付けました。"), {}
        if is_lab:
            act, done = services.appeal_rule, _("異議に答えました。")
            extra = {"action": form.cleaned_data["action"]}
        if tried(
            request, form, act, done, rating_id=row.pk, reason=form.cleaned_data["reason"], **extra
        ):
            return redirect("cases:appeal", public_id)
    may = row.status == (states.APPEALED if is_lab else states.NONE)
    context = {
        "row": row,
        "form": form if may else None,
        "is_lab": is_lab,
        "breadcrumb": crumbs(row.case, _("評価への異議")) if row.case and not is_lab else [],
    }
    if not may:
        return TemplateResponse(request, "cases/appeal.html", context)
    return form_page(request, "cases/appeal.html", context)
