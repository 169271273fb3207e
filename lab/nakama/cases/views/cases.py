"""The firm's list, the request, the case's own page, hubs, the end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.cases import policies, services, states
from lab.nakama.cases.forms.asking import CaseForm, HubForm, ReasonForm
from lab.nakama.cases.models import Case, CaseParty
from lab.nakama.cases.selectors import cases as find
from lab.nakama.cases.services import Incomplete
from lab.nakama.cases.views.common import (
    crumbs,
    firm_only,
    led_case,
    name_of,
    noted,
    public_rows,
    seen_case,
    tabs,
    tried,
)
from portal.kernel import audit
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.markup import yen_text
from portal.ui.parts import Row


@firm_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """仲間まわしの案件: what to answer, own cases, work taken on."""
    context = {"mine": find.mine(request.actor)}
    return TemplateResponse(request, "cases/list.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """案件を書く: kept as a draft whatever it lacks."""
    form = CaseForm(request.POST or None, materials=find.materials())
    if request.method == "POST" and form.is_valid():
        try:
            with noted(request, "draft_start"):
                case = services.draft_start(actor=request.actor, wanted=form.wanted())
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _saved(request, case, form)
    return _form(request, form, None)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """The draft, with what keeps it from being opened beside the fields."""
    case = led_case(request, public_id)
    is_buyer = CaseParty.Part.BUYER in policies.parts(request.actor, case.pk)
    if case.status != states.DRAFT or not is_buyer:
        return redirect("cases:case", public_id)
    form = CaseForm(request.POST or None, initial=_initial(case), materials=find.materials())
    if request.method == "POST" and form.is_valid():
        done = tried(request, form, services.draft_save, "", case_id=case.pk, wanted=form.wanted())
        if done:
            case.refresh_from_db()
            return _saved(request, case, form)
    return _form(request, form, case)


def _saved(request: HttpRequest, case: Case, form: CaseForm) -> HttpResponse:
    """On to the page, opened where that was asked for; what is lacking comes back to the form."""
    if "publish" not in request.POST:
        messages.success(request, _("下書きを保存しました。"))
        return redirect("cases:edit", case.public_id)
    try:
        with noted(request, "case_publish"):
            services.case_publish(actor=request.actor, case_id=case.pk)
    except Incomplete as lacking:
        for field, texts in lacking.faults.items():
            name = {"material": "material_code", "steps": None}.get(field, field)
            for text in texts:
                form.add_error(name, text)
        messages.info(request, _("下書きは保存しました。"))
        return _form(request, form, case)
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
        return _form(request, form, case)
    messages.success(request, _("案件を出しました。次は工程に分けます。"))
    return redirect("cases:steps", case.public_id)


def _form(request: HttpRequest, form: CaseForm, case: Case | None) -> HttpResponse:
    heading = _("案件を書く") if case is None else _("案件の下書き")
    action = reverse("cases:edit", args=[case.public_id]) if case else reverse("cases:new")
    context = {
        "form": form,
        "case": case,
        "heading": heading,
        "action": action,
        "breadcrumb": crumbs(case, heading),
    }
    return form_page(request, "cases/form.html", context)


def _initial(case: Case) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(case, name) for name in CaseForm.PUBLIC if "certificates" not in name
    }
    values |= CaseForm.certificates_of(case.certificates)
    private = find.private_of(case)
    if private is not None:
        values |= {name: getattr(private, name) for name in CaseForm.PRIVATE}
    return values


_DONE = {
    "deliver": lambda: _("納品を記録しました。発注元が検収します。"),
    "accept": lambda: _("検収しました。一緒に仕事をした企業を評価してください。"),
    "ask_lab": lambda: _("ラボに相談しました。ラボ職員から連絡します。"),
}
_SERVICES = {
    "deliver": services.case_deliver,
    "accept": services.case_accept,
    "ask_lab": services.ask_lab,
}


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, public_id: object) -> HttpResponse:
    """One case: what it is, where it stands, what comes next for this firm."""
    row = seen_case(request, public_id)
    act = next((name for name in _SERVICES if name in request.POST), "")
    if request.method == "POST":
        if (
            act
            and tried(request, None, _SERVICES[act], _DONE[act](), case_id=row.pk)
            and act == "accept"
        ):
            return redirect("cases:ratings", public_id)
        return redirect("cases:case", public_id)
    held = policies.parts(request.actor, row.pk)
    leads = bool(held & policies.LEADS)
    is_buyer = CaseParty.Part.BUYER in held
    may_know = is_buyer or (leads and policies.has_promised(request.actor, row.pk))
    if may_know and not is_buyer:  # the customer, and who to speak to
        audit.record(actor=request.actor, action="cases.private_seen", obj=row, ward_id=0)
    moves = {move.name for move in states.CASE.allowed(row.status, request.actor.roles)}
    context = {
        "case": row,
        "heading": name_of(row),
        "next": find.next_of(row, held),
        "rows": public_rows(row, exact=leads),
        "private_rows": _private_rows(row) if may_know else [],
        "must_promise": leads and not may_know,
        "steps": find.steps_of(row),
        "hubs": find.hub_names(request.actor, row),
        "leads": leads,
        "is_hub": bool(held & policies.HUBS),
        "invitation": policies.own_invitations(request.actor).filter(case=row).first(),
        "may_end": leads and bool(moves & {"withdraw", "give_up"}),
        "may_name_hub": leads and row.status in {states.DRAFT, states.OPEN, states.INVITING},
        "tabs": tabs(request, row, "case"),
        "breadcrumb": crumbs(row),
    }
    return TemplateResponse(request, "cases/case.html", context)


def _private_rows(row: Case) -> list[Row]:
    private = find.private_of(row)
    if private is None:
        return []
    return [
        Row(_("発注元"), private.buyer_name),
        Row(_("最終のお客様"), private.customer or "—"),
        Row(_("連絡先の担当者"), private.contact or "—"),
        Row(_("納品先の住所"), private.delivery_address or "—"),
        Row(_("予算（税抜）"), yen_text(private.budget_yen) if private.budget_yen else "—"),
        Row(_("ハブ企業への連絡"), private.note or "—"),
    ]


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def hubs(request: HttpRequest, public_id: object) -> HttpResponse:
    """ハブ企業と副ハブ企業."""
    row = led_case(request, public_id)
    form = HubForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if tried(
            request,
            form,
            services.hub_name,
            _("ハブ企業を変えました。"),
            case_id=row.pk,
            part=data["part"],
            corporate_number=data["corporate_number"],
            reason=data["reason"],
        ):
            # A hub that has handed the part over leads the case no more.
            still = policies.led_cases(request.actor).filter(pk=row.pk).exists()
            return redirect("cases:hubs", public_id) if still else redirect("cases:list")
    context = {
        "form": form,
        "heading": _("ハブ企業を決める"),
        "lead": _(
            "ハブ企業は、工程を分け、仲間に声をかけ、納品までをまとめます。休みのときに代わる"
            "副ハブ企業も決めておくと安心です。"
        ),
        "rows": [
            Row({"hub": _("ハブ企業"), "delegate": _("副ハブ企業")}[part], name)
            for part, name in sorted(find.hub_names(request.actor, row).items(), reverse=True)
        ],
        "button": _("この企業に決める"),
        "cancel_url": reverse("cases:case", args=[public_id]),
        "breadcrumb": crumbs(row, _("ハブ企業")),
    }
    return form_page(request, "cases/ask.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, public_id: object) -> HttpResponse:
    """取り下げる, or (by the hub of another's case) 不成立にする."""
    row = led_case(request, public_id)
    is_buyer = "buyer" in policies.parts(request.actor, row.pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = services.case_withdraw if is_buyer else services.case_give_up
        done = _("案件を取り下げました。") if is_buyer else _("案件を不成立にしました。")
        if tried(request, form, act, done, case_id=row.pk, reason=form.cleaned_data["reason"]):
            return redirect("cases:case", public_id)
    context = {
        "form": form,
        "heading": _("案件を取り下げる") if is_buyer else _("案件を不成立にする"),
        "lead": _("返事をくれた仲間に見送りを伝え、図面は見られなくなります。元には戻せません。"),
        "button": _("取り下げる") if is_buyer else _("不成立にする"),
        "tone": "danger",
        "cancel_url": reverse("cases:case", args=[public_id]),
        "breadcrumb": crumbs(row, _("終わりにする")),
    }
    return form_page(request, "cases/ask.html", context)
