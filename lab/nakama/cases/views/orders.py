"""発注の決定 by the buyer, 注文, 価格協議."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.cases import policies, services, states
from lab.nakama.cases.forms.awarding import AwardForm, StepTermsForm
from lab.nakama.cases.forms.making import RatingForm, TalkForm
from lab.nakama.cases.models import (
    Award,
    Case,
    CaseParty,
    CaseStep,
    Invitation,
    Order,
    Quote,
)
from lab.nakama.cases.rules.terms import latest_payment, with_fee
from lab.nakama.cases.selectors import cases as find
from lab.nakama.cases.selectors.rating import ratable_among
from lab.nakama.cases.views.common import crumbs, firm_only, led_case, seen_case, tabs, tried
from lab.nakama.cases.views.making import given_and_got
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.files import responses
from portal.kernel.files import services as files
from portal.letters.selectors import letter_of
from portal.ui.acts import form_page, found_or_404
from portal.ui.markup import era_date, yen_text
from portal.ui.parts import Crumb, Row

Chosen = list[tuple[CaseStep, Invitation, Quote | None]]


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def award(request: HttpRequest, public_id: object) -> HttpResponse:
    """発注するかどうか: who does what for how much, and on which terms."""
    case = led_case(request, public_id)
    if case.status in states.AWARDED:
        return redirect("cases:orders", public_id)
    is_buyer = CaseParty.Part.BUYER in policies.parts(request.actor, case.pk)
    form = AwardForm(
        request.POST or None,
        initial={
            "lead_name": _("仲間まわし受注統括（%(number)s）") % {"number": case.number or ""}
        },
    )
    chosen = [
        (item.step, row, quote)
        for item in find.asking_of(case)
        for row, quote in item.rows
        if row.status == states.CHOSEN
    ]
    steps = _step_forms(request, case, chosen) if is_buyer else []
    if (
        request.method == "POST"
        and all([form.is_valid(), *(one.is_valid() for _step, one in steps)])
        and tried(
            request,
            form,
            services.case_award,
            _("発注しました。注文書を仲間に送りました。"),
            case_id=case.pk,
            deal=form.deal([(step.position, one) for step, one in steps]),
        )
    ):
        return redirect("cases:orders", public_id)
    total = sum(quote.price_yen for _step, _row, quote in chosen if quote)
    private = find.private_of(case)
    context = {
        "case": case,
        "form": next((one for _step, one in steps if one.errors), form),
        "award_form": form,
        "steps": steps,
        "chosen": chosen,
        "total": total,
        "over": max(0, total - private.budget_yen) if private and private.budget_yen else 0,
        "marks": find.marks_of(request.actor, [row.firm_id for _step, row, _quote in chosen]),
        "latest": latest_payment(case.due_on) if case.due_on else None,
        "may": is_buyer and case.status == states.OFFERED,
        "is_buyer": is_buyer,
        "example": with_fee(total, 50),
        "tabs": tabs(request, case, ""),
        "breadcrumb": crumbs(case, _("発注の決定")),
    }
    return form_page(request, "cases/award.html", context)


def _step_forms(request: HttpRequest, case: Case, chosen: Chosen) -> list[tuple[CaseStep, Any]]:
    """When what each step made is received, and material sold for it; the buyer's own step has no order."""
    latest = find.latest_ends(case)
    return [
        (
            step,
            StepTermsForm(
                request.POST or None,
                prefix=f"s{step.position}",
                initial={"receive_on": (quote and quote.ready_on) or latest.get(step.position)},
            ),
        )
        for step, row, quote in chosen
        if row.firm_id != case.firm_id
    ]


@firm_only
@require_safe
def orders(request: HttpRequest, public_id: object) -> HttpResponse:
    """The orders of which the firm is a side."""
    case = seen_case(request, public_id)
    context = {
        "case": case,
        "award": Award.objects.filter(case=case).first(),
        "orders": policies.visible_orders(request.actor).filter(case=case),
        "firm_id": request.actor.firm_id,
        "tabs": tabs(request, case, "orders"),
        "breadcrumb": crumbs(case, _("注文")),
    }
    return TemplateResponse(request, "cases/orders.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, public_id: object) -> HttpResponse:
    """One order with its statement and the talks about its price."""
    row = found_or_404(policies.get_order, request.actor, public_id=public_id)
    form = TalkForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            services.talk_add,
            _("協議を記録しました。相手も読めます。"),
            order_id=row.pk,
            **form.cleaned_data,
        )
    ):
        return redirect("cases:order", public_id)
    context = {
        "order": row,
        "about": row.case.title if row.case else row.goods,
        "form": form,
        "rows": order_rows(row),
        "talks": row.talks.all(),
        "rate_until": ratable_among(request.actor, [row.pk]).get(row.pk),
        "today": clock.today(),
        "breadcrumb": _order_crumbs(row),
    }
    return form_page(request, "cases/order.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def order_ratings(request: HttpRequest, public_id: object) -> HttpResponse:
    """評価 between the two sides of an order without a case. Of a case's order: the case's page."""
    row = found_or_404(policies.get_order, request.actor, public_id=public_id)
    if row.case is not None:
        return redirect("cases:ratings", row.case.public_id)
    until = ratable_among(request.actor, [row.pk]).get(row.pk)
    firms = [services.other_side(request.actor, row)] if until else []
    form = RatingForm(request.POST or None, firms=firms, initial={"firm": firms and firms[0][0]})
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            services.order_rate,
            _("評価を受け取りました。相手の評価は、双方がそろうまで見えません。"),
            order_id=row.pk,
            marks=form.marks(),
        )
    ):
        return redirect("cases:order_ratings", public_id)
    context = {
        **given_and_got(request, order=row),
        "about": f"{row.goods}　{row.number}",
        "form": form,
        "firms": firms,
        "until": until,
        "is_early": row.received_on is None,
        "breadcrumb": [
            *_order_crumbs(row)[:-1],
            Crumb(_("注文 %(number)s") % {"number": row.number},
                  reverse("cases:order", args=[row.public_id])),
            Crumb(_("評価")),
        ],
    }  # fmt: skip
    return form_page(request, "cases/ratings.html", context)


def _order_crumbs(row: Order) -> list[Crumb]:
    """From its case; an order of a joint order stands alone."""
    if row.case is None:
        return [Crumb(_("注文 %(number)s") % {"number": row.number})]
    return [
        *crumbs(row.case, _("注文"))[:-1],
        Crumb(_("注文"), reverse("cases:orders", args=[row.case.public_id])),
        Crumb(row.number),
    ]


def order_rows(row: Order) -> list[Row]:
    """What 取適法4条 asks to be stated."""
    return [
        Row(_("注文した企業（委託事業者）"), row.orderer_name),
        Row(_("受けた企業（中小受託事業者）"), row.contractor_name),
        Row(_("委託した日"), era_date(row.ordered_on)),
        Row(_("給付の内容"), row.goods),
        Row(_("数量"), _("%(n)s個") % {"n": f"{row.quantity:,}"}),
        Row(_("代金の額（税抜）"), yen_text(row.price_yen)),
        Row(_("消費税"), yen_text(row.tax_yen)),
        Row(_("給付を受領する期日"), era_date(row.deliver_on)),
        Row(_("受領する場所"), row.deliver_to),
        Row(_("検査を終える期日"), era_date(row.inspect_by)),
        Row(_("支払期日"), era_date(row.pay_on)),
        *(
            [Row(_("受領の日から数えた支払期日（60日以内）"), era_date(row.pay_by))]
            if row.pay_by < row.pay_on
            else []
        ),
        Row(_("支払の方法"), row.get_method_display()),
        *_supply_rows(row),
        Row(_("取り決め"), row.terms or "—"),
        Row(_("受領した日"), era_date(row.received_on) if row.received_on else "—"),
        *([Row(_("注文を取り消した日"), era_date(row.cancelled_on))] if row.cancelled_on else []),
    ]


def _supply_rows(row: Order) -> list[Row]:
    """有償支給材, where there is some."""
    if row.supply_yen is None or row.supply_on is None or row.supply_settle_on is None:
        return [Row(_("有償で支給する材料"), _("なし"))]
    return [
        Row(_("有償支給材の品名・数量"), f"{row.supply_goods}　{row.supply_quantity}"),
        Row(_("有償支給材の対価（税抜）"), yen_text(row.supply_yen)),
        Row(_("有償支給材を引き渡す期日"), era_date(row.supply_on)),
        Row(_("有償支給材の決済の期日"), era_date(row.supply_settle_on)),
        Row(_("有償支給材の決済の方法"), row.get_supply_method_display()),
    ]


@firm_only
@require_safe
def order_pdf(request: HttpRequest, public_id: object) -> HttpResponseBase:
    """注文書 as it was sent, to its two sides. Audited."""
    row = found_or_404(policies.get_order, request.actor, public_id=public_id)
    with acting(request.actor.elevated()):
        letter = letter_of(services.letter_key(row))
        if letter is None:
            raise Http404
        try:
            reader = files.open_for_download(
                actor=request.actor, stored=letter.stored_file, may=True
            )
        except files.FileUnavailable as gone:
            raise Http404 from gone
    return responses.file_response(letter.stored_file, reader)
