"""共同受注: the list, opening one, and one of them for the firms. The lead's page is joint_lead.py's."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.cases.selectors.rating import ratable_among
from lab.nakama.exchange import policies, services, states, words
from lab.nakama.exchange.forms.joint import JointForm, OfferForm, ProgressForm
from lab.nakama.exchange.models import JointOrder
from lab.nakama.exchange.selectors import joint as selectors
from lab.nakama.exchange.views import common, joint_lead
from portal.kernel import audit, clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.parts import Crumb
from programs.selectors import ward_names


@common.joint_readers
@require_safe
def joints(request: HttpRequest) -> HttpResponse:
    """All joint orders, the latest first; an office sees those of its ward."""
    names, today = ward_names(), clock.today()
    rows = [(one, names[one.row.ward_id]) for one in selectors.listed(request.actor)]
    turns = selectors.turns(request.actor, today) if policies.is_firm(request.actor) else []
    turns.sort(key=lambda turn: turn.until or dt.date.max)
    context = {
        "rows": rows,
        "turn": (turns[0].row, turns[0].until, *words.TURNS[turns[0].code]) if turns else None,
        "turns": len(turns),
        "may_add": policies.is_firm(request.actor),
        "may_export": not policies.is_firm(request.actor),
        "today": today,
    }  # fmt: skip
    return TemplateResponse(request, "exchange/joints.html", context)


@common.firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def joint_new(request: HttpRequest) -> HttpResponse:
    """共同受注を始める."""
    form = JointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("申出の受付を始めました。締切のあとに、分担を計算します。")
        row = common.tried(request, form, services.joint_open, done, call=form.call())
        if row is not None:
            return redirect("exchange:joint", row.public_id)
    heading = _("共同受注を始める")
    context = {"form": form, "heading": heading, "breadcrumb": [first(), Crumb(heading)]}
    return form_page(request, "exchange/joint_new.html", context)


@common.joint_readers
@require_http_methods(["GET", "HEAD", "POST"])
def joint(request: HttpRequest, public_id: object) -> HttpResponse:
    """One joint order: for the lead to run, for firms to offer, answer and make; status for others."""
    row = found_or_404(policies.get_joint, request.actor, public_id=public_id)
    if not policies.is_firm(request.actor):
        if request.method == "POST":
            raise Http404
        context = {**_about(row), "breadcrumb": [first(), Crumb(row.item)]}
        return TemplateResponse(request, "exchange/joint_status.html", context)
    if policies.leads(request.actor, row) and not _is_part(request):
        return joint_lead.page(request, row, _about(row))
    return _for_firm(request, row)


def _is_part(request: HttpRequest) -> bool:
    """The lead offers and makes like any other firm, on the same page."""
    return request.GET.get("part") == "own"


def _about(row: JointOrder) -> dict[str, Any]:
    return {
        "row": row,
        "ward": ward_names()[row.ward_id],
        "today": clock.today(),
        "process": selectors.process_name(row),
    }


def _for_firm(request: HttpRequest, row: JointOrder) -> HttpResponse:
    offer, share = selectors.own_offer(request.actor, row), selectors.own_share(request.actor, row)
    # Whoever has let it pass has no more to do with the lead.
    knows_lead = share is not None and share.status != states.DECLINED
    if knows_lead and not policies.leads(request.actor, row):  # names and numbers of the lead
        audit.record(actor=request.actor, action="exchange.contact_seen", obj=row)
    today = clock.today()
    order_id = share.order_id if share else None
    rate_until = ratable_among(request.actor, [order_id] if order_id else []).get(order_id or 0)
    initial = {name: getattr(offer, name) for name in OfferForm.base_fields} if offer else {}
    posted = request.POST if "offer" in request.POST else None
    form = OfferForm(posted, joint=row, initial=initial)
    progress = ProgressForm(
        request.POST if "progress" in request.POST else None,
        initial={"done": share.done} if share else {},
    )
    if request.method == "POST" and _acted(request, row, form, progress):
        return redirect(request.get_full_path())
    context = {
        **_about(row),
        "form": progress if progress.is_bound else form,
        "offer_form": form,
        "progress": progress,
        "offer": offer,
        "share": share,
        "knows_lead": knows_lead,
        "pay": selectors.terms_of(row),
        "rate_until": rate_until,
        "is_lead": policies.leads(request.actor, row),
        "is_open": row.status == states.OFFERING and row.closes_on >= today,
        "breadcrumb": [first(), Crumb(row.item)],
    }
    return form_page(request, "exchange/joint.html", context)


def _acted(request: HttpRequest, row: JointOrder, form: OfferForm, progress: ProgressForm) -> bool:
    given: dict[str, Any] = {"joint_id": row.pk}
    if "offer" in request.POST:
        if not form.is_valid():
            return False
        done = _("申し出ました。締切まで、何度でも変えられます。")
        act = services.offer_save
        return common.tried(request, form, act, done, able=form.able(), **given) is not None
    if "progress" in request.POST:
        if not progress.is_valid():
            return False
        done = _("できた数を記録しました。")
        act = services.joint_progress
        count = progress.cleaned_data["done"]
        return common.tried(request, progress, act, done, made=count, **given) is not None
    _tapped(request, row, given)
    return True


def _tapped(request: HttpRequest, row: JointOrder, given: dict[str, Any]) -> None:
    """What needs nothing but a button."""
    if "withdraw" in request.POST and selectors.own_offer(request.actor, row):
        done = _("申出を取り下げました。")
        common.tried(request, None, services.offer_withdraw, done, **given)
        return
    if selectors.own_share(request.actor, row) is None:
        raise Http404
    if "accept" in request.POST:
        done = _("この分担で参加すると返事をしました。")
        common.tried(request, None, services.joint_answer, done, accepted=True, **given)
    elif "decline" in request.POST:
        done = _("今回は見送ると返事をしました。")
        common.tried(request, None, services.joint_answer, done, accepted=False, **given)
    elif "hand" in request.POST:
        done = _("納品を記録しました。")
        common.tried(request, None, services.joint_hand, done, **given)


def first() -> Crumb:
    """To the list."""
    return Crumb(_("共同受注"), reverse("exchange:joints"))
