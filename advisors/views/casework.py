"""An official's pages of one case: request with triage and team, engagement, visit."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from advisors import codes, policies, services, states, words
from advisors.forms.firm import AnswerForm, ReasonForm, RequestForm
from advisors.forms.office import ChangeForm, TeamForm
from advisors.models import Engagement, SupportRequest, Visit
from advisors.rules.team import Assessment, Proposal
from advisors.selectors.board import open_change
from advisors.selectors.cases import case_view, members
from advisors.selectors.teams import proposal
from advisors.views.common import handlers_only, looked, noted, office_or_auditor, tried
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.forms import UiForm
from portal.ui.parts import Crumb
from programs.diagnosis.policies import visible_diagnoses
from programs.diagnosis.selectors.own import start_of
from programs.models import Firm
from programs.policies import visible_firms

Act = tuple[UiForm | None, Callable[..., Any], str]


@handlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for(request: HttpRequest) -> HttpResponse:
    """企業に代わって依頼を入力する (a call, a visit at the counter)."""
    known = _firm_of(request)
    start = start_of(request.actor, known.pk) if known else None
    form = RequestForm(
        request.POST or None,
        actor=request.actor,
        wards=(),
        start=start,
        initial={"firm": known.corporate_number or known.name} if known else {},
    )
    if "diagnosis" in request.POST and not form.errors.get("firm"):
        known = form.cleaned_data["firm"]
        start = start_of(request.actor, known.pk)
        initial = {"firm": known.corporate_number or known.name, **_typed(request)}
        form = RequestForm(actor=request.actor, wards=(), start=start, initial=initial)
    elif request.method == "POST" and form.is_valid():
        with trying(request, form), noted(request, "request_send"):
            row = services.request_send(
                actor=request.actor,
                firm_id=form.cleaned_data["firm"].pk,
                ward_id=request.actor.ward_id or 0,
                wish=form.wish_given(),
            )
            return redirect("advisors:request", row.public_id)
    heading = _("企業に代わって依頼を入力する")
    context = {
        "form": form,
        "start": start,
        "known": known,
        "may_look": True,
        "action": f"?firm={known.public_id}" if known else "",
        "heading": heading,
        "lead": _("電話や窓口で聞いた内容を入力します。入力した人の名前が記録に残ります。"),
        "button": _("依頼を入力する"),
        "cancel_url": reverse("advisors:board"),
        "breadcrumb": [_board_crumb(), Crumb(heading)],
    }
    return form_page(request, "advisors/form.html", context)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was written before the diagnosis was asked for: it stays, the diagnosis fills the rest."""
    texts = {name: request.POST.get(name, "") for name in ("trouble", "wish", "times", "vendors")}
    ticks = {name: request.POST.getlist(name) for name in ("fields_", "languages")}
    return {name: value for name, value in {**texts, **ticks}.items() if value}


def _firm_of(request: HttpRequest) -> Firm | None:
    """The firm that the address names: the form then begins with what it lets the ward see."""
    try:
        return visible_firms(request.actor).filter(public_id=request.GET.get("firm", "")).first()
    except ValidationError:
        return None


@office_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, public_id: object) -> HttpResponse:
    """派遣の依頼: take it, ask back, decline; then choose the two who go."""
    row: SupportRequest = found_or_404(policies.get_request, request.actor, public_id=public_id)
    may_handle = policies.may_handle(request.actor)
    made = None
    if may_handle and row.status == states.TAKEN:
        made = proposal(request.actor, row, clock.today())
    forms = _request_forms(request, made)
    if request.method == "POST" and may_handle:
        done = _request_act(request, row, forms)
        if done is not None:
            return done
    looked(request, "advisors.request_viewed", row)
    moves = {move.name for move in states.REQUEST.allowed(row.status, request.actor.roles)}
    context = {
        "row": row,
        "diagnosis": visible_diagnoses(request.actor).filter(pk=row.diagnosis_id).first(),
        "moves": moves if may_handle else set(),
        "forms": forms,
        "sides": _sides(made, forms["team"]) if made and forms["team"] else [],
        "pair": made.pair if made else None,
        "rule_version": made.version if made else None,
        "engagement": policies.visible_engagements(request.actor).filter(request=row).first(),
        "form": next((form for form in forms.values() if form and form.errors), None),
        "breadcrumb": [_board_crumb(), Crumb(row.firm_name)],
    }
    return form_page(request, "advisors/request.html", context)


def _request_forms(request: HttpRequest, made: Proposal | None) -> dict[str, Any]:
    """One form for each button; only the one that was pressed is bound."""
    post = request.POST

    def data(name: str) -> Any:
        return post if name in post else None

    return {
        "ask": ReasonForm(data("ask"), prefix="ask", label=_("企業への質問")),
        "decline": ReasonForm(data("decline"), prefix="decline", label=_("断る理由")),
        "answer": AnswerForm(data("answer_it"), prefix="answer"),
        "team": TeamForm(data("engage"), made=made, starts_on=clock.today()) if made else None,
    }


def _request_act(
    request: HttpRequest, row: SupportRequest, forms: dict[str, Any]
) -> HttpResponse | None:
    """What the pressed button does; None leaves the page with its errors."""
    here = redirect("advisors:request", row.public_id)
    post, key = request.POST, {"request_id": row.pk}
    if "take" in post:
        done = _("依頼を受け付けました。訪問する2人を選んでください。")
        tried(request, None, services.request_take, done, **key)
        return here
    if "engage" in post:
        return _engage(request, row, forms["team"])
    acts: dict[str, tuple[str, Callable[..., Any], str, str]] = {
        "ask": ("reason", services.request_ask, "question", _("企業に質問を送りました。")),
        "decline": ("reason", services.request_decline, "reason", _("依頼を断りました。")),
        "answer_it": ("answer", services.request_answer, "answer", _("答えを記録しました。")),
    }
    name = next((name for name in acts if name in post), "")
    if not name:
        raise Http404
    form = forms["answer" if name == "answer_it" else name]
    field, act, argument, done = acts[name]
    if form.is_valid() and tried(
        request, form, act, done, **key, **{argument: form.cleaned_data[field]}
    ):
        return here
    return None


def _engage(
    request: HttpRequest, row: SupportRequest, form: TeamForm | None
) -> HttpResponse | None:
    """Begin; a colleague who was quicker is told by the page itself."""
    if form is None:
        done = ""
        tried(request, None, _too_late, done)
        return redirect("advisors:request", row.public_id)
    if not form.is_valid():
        return None
    try:
        with noted(request, "team_choose", request_id=row.pk):
            made = services.team_choose(
                actor=request.actor,
                request_id=row.pk,
                choice=form.choice(),
                starts_on=form.cleaned_data["starts_on"],
            )
    except services.OverrideNeeded as needed:
        form.add_error("reason", str(needed))
        return None
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
        return None
    return redirect("advisors:engagement", made.public_id)


def _too_late(*, actor: Any) -> None:
    raise TransitionRefused(
        _("この依頼の担当は、ほかの職員がもう決めています。内容を確かめてください。")
    )


def _sides(made: Proposal, form: TeamForm) -> list[dict[str, Any]]:
    """What the page draws of each place: who can be chosen with every reason, and who cannot."""
    drawn = []
    for side, label in codes.SIDES.items():
        buttons = {str(button.data["value"]): button for button in form[side]}
        rows = made.of(side)
        drawn.append(
            {
                "label": label,
                "field": form[side],
                "rows": [
                    _row(made, row, buttons[str(row.candidate.key)])
                    for row in rows
                    if str(row.candidate.key) in buttons
                ],
                "out": [_row(made, row, None) for row in rows if row.is_absolute],
            }
        )
    return drawn


def _row(made: Proposal, row: Assessment, button: Any) -> dict[str, Any]:
    proposed = made.pair is not None and row in made.pair
    return {
        "button": button,
        "name": row.candidate.name,
        "total": row.total,
        "proposed": proposed,
        "bars": [words.bar_text(bar) for bar in row.bars],
        "points": [words.point_text(point) for point in row.points],
    }


@office_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def engagement(request: HttpRequest, public_id: object) -> HttpResponse:
    """One engagement: team, time line, its end, changes and their approval."""
    row: Engagement = found_or_404(policies.get_engagement, request.actor, public_id=public_id)
    actor = request.actor
    post = request.POST
    forms: dict[str, Any] = {
        "end": ReasonForm(
            post if "end" in post else None, prefix="end", label=_("途中で終える理由")
        ),
        "reject": ReasonForm(
            post if "reject" in post else None, prefix="reject", label=_("差戻しの理由")
        ),
        "change": ChangeForm(
            post if "change" in post else None,
            prefix="change",
            advisors=list(policies.visible_advisors(actor)),
        ),
    }
    change = open_change(actor, row)
    if request.method == "POST" and _engagement_act(request, row, change, forms):
        return redirect("advisors:engagement", public_id)
    looked(request, "advisors.case_viewed", row)
    is_open = policies.is_open(row)
    context = {
        "row": row,
        "view": case_view(actor, row),
        "members": members(row),
        "change": change,
        "changes": policies.visible_changes(actor)
        .filter(engagement=row)
        .exclude(status=states.PROPOSED)
        .select_related("proposed_by", "decided_by", "advisor__user"),
        "forms": forms,
        "form": next((form for form in forms.values() if form.errors), None),
        "may_handle": policies.may_handle(actor) and is_open,
        "may_finish": policies.may_handle(actor) and row.status == states.MEASURE,
        "may_approve": policies.may_approve(actor)
        and change is not None
        and change.proposed_by_id != actor.user_id,
        "breadcrumb": [_board_crumb(), Crumb(row.firm_name)],
    }
    return form_page(request, "advisors/engagement.html", context)


def _engagement_act(
    request: HttpRequest, row: Engagement, change: Any, forms: dict[str, Any]
) -> bool:
    """What the pressed button does. False leaves the page with its errors."""
    post, key = request.POST, {"engagement_id": row.pk}
    if "finish" in post:
        tried(request, None, services.engagement_finish, _("支援を終えました。"), **key)
        return True
    if "approve" in post and change is not None:
        done = _("変更を承認しました。")
        tried(request, None, services.change_approve, done, change_id=change.pk)
        return True
    if "change" in post:
        form = forms["change"]
        done = _("変更を起案しました。決裁者に知らせます。")
        return form.is_valid() and tried(
            request, form, services.change_propose, done, **key, **form.cleaned_data
        )
    if "end" in post:
        form, act, more = forms["end"], services.engagement_end, key
        done = _("支援を途中で終えました。")
    elif "reject" in post and change is not None:
        form, act, more = forms["reject"], services.change_reject, {"change_id": change.pk}
        done = _("変更を差し戻しました。")
    else:
        raise Http404
    return form.is_valid() and tried(
        request, form, act, done, **more, reason=form.cleaned_data["reason"]
    )


@office_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, public_id: object) -> HttpResponse:
    """One visit: accept it, or give it back."""
    row: Visit = found_or_404(policies.get_visit, request.actor, public_id=public_id)
    form = ReasonForm(request.POST if {"return", "unconfirmed"} & request.POST.keys() else None)
    if request.method == "POST" and _visit_act(request, row, form):
        return redirect("advisors:board")
    looked(request, "advisors.visit_viewed", row)
    moves = {move.name for move in states.VISIT.allowed(row.status, request.actor.roles)}
    context = {
        "visit": row,
        "fees": row.fee_table or services.fees_on(row.ward_id, clock.to_date(row.starts_at)),
        "actions": row.actions.all(),
        "photos": row.photos.all(),
        "form": form,
        "moves": moves if policies.may_handle(request.actor) else set(),
        "breadcrumb": [
            _board_crumb(),
            Crumb(
                row.engagement.firm_name,
                reverse("advisors:engagement", args=[row.engagement.public_id]),
            ),
            Crumb(_("訪問の記録")),
        ],
    }
    return form_page(request, "advisors/visit_case.html", context)


def _visit_act(request: HttpRequest, row: Visit, form: ReasonForm) -> bool:
    key = {"visit_id": row.pk}
    if "accept" in request.POST:
        return tried(request, None, services.visit_accept, _("訪問を受理しました。"), **key)
    if not form.is_bound:
        raise Http404
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    if "return" in request.POST:
        done = _("相談員に差し戻しました。")
        return tried(request, form, services.visit_return, done, **key, reason=reason)
    done = _("訪問を受理しました。")
    return tried(request, form, services.visit_accept, done, **key, reason=reason)


def _board_crumb() -> Crumb:
    return Crumb(_("派遣の依頼と支援"), reverse("advisors:board"))
