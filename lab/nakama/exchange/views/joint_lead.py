"""共同受注 for the firm that leads it: offers, the split with its reasons, the parts, the end."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lab.nakama.cases.models import Award
from lab.nakama.cases.selectors.rating import ratable_among
from lab.nakama.exchange import policies, services, states
from lab.nakama.exchange.forms.joint import AdjustForm, ProposeForm, ReasonForm
from lab.nakama.exchange.models import JointOrder, Run
from lab.nakama.exchange.selectors import joint as selectors
from lab.nakama.exchange.selectors.runs import open_of
from lab.nakama.exchange.views import common
from portal.ui.acts import form_page, found_or_404
from portal.ui.parts import Crumb

STOPPABLE = (states.OFFERING, states.SPLIT, states.ASKING, states.CONTRACTED)


def page(request: HttpRequest, row: JointOrder, about: dict[str, Any]) -> HttpResponse:
    """The lead's page."""
    off_form = ReasonForm(request.POST if "call_off" in request.POST else None)
    if request.method == "POST":
        if "split" in request.POST:
            return common.counted(request, Run.Kind.JOINT_SPLIT, row)
        if _acted(request, row, off_form):
            return redirect("exchange:joint", row.public_id)
    shares = selectors.shares_of(request.actor, row)
    offers = selectors.offers_of(row)
    is_closed = row.closes_on < about["today"]
    context = {
        **about,
        "form": off_form,
        "run": open_of(request.actor, "joint", row.pk),
        "offers": offers,
        "able": sum(offer.most for offer in offers),
        "shares": shares,
        "to_rate": ratable_among(request.actor, [one.order_id for one in shares if one.order_id]),
        "received": sum(one.quantity for one in shares if one.status == states.RECEIVED),
        "declined": sum(one.status == states.DECLINED for one in shares),
        "waiting": sum(one.status == states.ASKED for one in shares),
        "own": next((one for one in shares if one.firm_id == row.firm_id), None),
        "may_offer": row.form == Award.Form.JOINT
        and row.status == states.OFFERING
        and not is_closed,
        "is_closed": is_closed,
        "pay": selectors.terms_of(row),
        "private": selectors.private_of(row),
        "may_stop": row.status in STOPPABLE
        and not any(one.status in {states.HANDED, states.RECEIVED} for one in shares),
        "breadcrumb": [_first(), Crumb(row.item)],
    }
    return form_page(request, "exchange/joint_lead.html", context)


def _acted(request: HttpRequest, row: JointOrder, form: ReasonForm) -> bool:
    given: dict[str, Any] = {"joint_id": row.pk}
    if "call_off" in request.POST:
        if not form.is_valid():
            return False
        done = _("取りやめを記録し、申出のあった企業に知らせました。")
        reason = form.cleaned_data["reason"]
        act = services.joint_call_off
        return common.tried(request, form, act, done, reason=reason, **given) is not None
    if share_id := request.POST.get("receive"):
        share = _share(request, row, share_id)
        done = _("受け取ったことを記録しました。")
        common.tried(request, None, services.joint_receive, done, share_id=share, **given)
    elif share_id := request.POST.get("send_back"):
        share = _share(request, row, share_id)
        done = _("不適合として返し、理由を知らせました。")
        reason = request.POST.get("reason", "")
        act = services.joint_send_back
        common.tried(request, None, act, done, share_id=share, reason=reason, **given)
    return True


def _share(request: HttpRequest, row: JointOrder, given: str) -> Any:
    """The key of one of its parts. Raises Http404."""
    for share in selectors.shares_of(request.actor, row):
        if str(share.public_id) == given:
            return share.public_id
    raise Http404


@common.firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def joint_split(request: HttpRequest, public_id: object) -> HttpResponse:
    """分担の案: who makes how many, what it costs and why; mended with a reason, put to the firms."""
    row = found_or_404(policies.get_joint, request.actor, public_id=public_id)
    split = selectors.split_of(row) if policies.leads(request.actor, row) else None
    if split is None:
        raise Http404
    offers = [line.offer for line in split.lines]
    form = AdjustForm(
        request.POST if "adjust" in request.POST else None,
        offers=offers,
        initial={f"q{line.offer.firm_id}": line.lot for line in split.lines},
    )
    propose = ProposeForm(request.POST if "propose" in request.POST else None)
    if request.method == "POST" and (url := _decided(request, row, form, propose)):
        return redirect(url)
    heading = _("分担の案")
    context = {
        "row": row,
        "form": form,
        "propose": propose,
        "split": split,
        "heading": heading,
        "may_decide": row.status == states.SPLIT,
        "breadcrumb": [
            _first(),
            Crumb(row.item, reverse("exchange:joint", args=[row.public_id])),
            Crumb(heading),
        ],
    }
    return form_page(request, "exchange/joint_split.html", context)


def _decided(request: HttpRequest, row: JointOrder, form: AdjustForm, propose: ProposeForm) -> str:
    """Where to go on; "" where something was refused."""
    given: dict[str, Any] = {"joint_id": row.pk}
    if "adjust" in request.POST and form.is_valid():
        done = _("分担を手直ししました。")
        lots, reason = form.lots(), form.cleaned_data["reason"]
        act = services.joint_adjust
        if common.tried(request, form, act, done, lots=lots, reason=reason, **given):
            return reverse("exchange:joint_split", args=[row.public_id])
    if "propose" in request.POST and propose.is_valid():
        done = _("分担する企業に、参加をたずねました。")
        act = services.joint_propose
        if common.tried(request, None, act, done, **propose.cleaned_data, **given):
            return reverse("exchange:joint", args=[row.public_id])
    return ""


def _first() -> Crumb:
    return Crumb(_("共同受注"), reverse("exchange:joints"))
