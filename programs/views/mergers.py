"""合併・統合: recorded by an official after a second look, and taken back by the ward that recorded it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.access import hat_required
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.ui.markup import era_date
from portal.ui.parts import Crumb, Row
from programs.merger_forms import MergerForm, TakeBackForm
from programs.mergers import Effect
from programs.models import Firm, FirmMerger
from programs.policies import MERGER_ROLES, may_take_back, visible_firms, visible_mergers
from programs.services.errors import Refused
from programs.services.mergers import Plan, merger_plan, merger_record, merger_take_back

# Which button of the second page was pressed.
RECORD, BACK = "record", "back"


@hat_required(Hat.WARD, roles=MERGER_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Of the firm that is no more: which goes on; then what that means; then it is recorded."""
    firm = get_object_or_404(visible_firms(request.actor), public_id=public_id)
    step = request.POST.get("step", "")
    if step == BACK:
        form = MergerForm(initial=request.POST.dict(), actor=request.actor, firm=firm)
        return _form(request, firm, form)
    form = MergerForm(request.POST or None, actor=request.actor, firm=firm)
    if request.method != "POST" or not form.is_valid() or form.into is None:
        return _form(request, firm, form)
    given = {
        "actor": request.actor,
        "gone_id": firm.pk,
        "into_id": form.into.pk,
        "merged_on": form.cleaned_data["merged_on"],
        "reason": form.cleaned_data["reason"],
    }
    try:
        if step != RECORD:
            return _confirm(request, merger_plan(**given), form)
        made = merger_record(**given)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        _denied(request, firm, refused)
        return _form(request, firm, form)
    messages.success(request, _("合併・統合を記録しました。実績には、数分のうちに反映されます。"))
    return redirect("programs:firm_merger", made.public_id)


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def merger(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One record, and its taking back."""
    rows = visible_mergers(request.actor).select_related("ward", "recorded_by")
    found = get_object_or_404(rows, public_id=public_id)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            merger_take_back(actor=request.actor, merger_id=found.pk, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            _denied(request, found, refused)
        else:
            messages.success(request, _("取り消しました。2社は、これから別々に数えます。"))
            return redirect("programs:firm_merger", found.public_id)
    context = {
        "merger": found,
        "rows": _rows(found),
        "cards": _cards(request.actor, found),
        "form": form,
        "may_take_back": may_take_back(request.actor, found),
        "breadcrumb": [Crumb(_("企業"), reverse("programs:firm_list")), Crumb(_("合併・統合"))],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "programs/merger.html", context, status=status)


def _form(request: HttpRequest, firm: Firm, form: MergerForm) -> HttpResponse:
    home = reverse("programs:firm_card", args=[firm.public_id])
    context = {"form": form, "firm": firm, "home": home, "breadcrumb": _crumbs(firm)}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "programs/merger_form.html", context, status=status)


def _denied(request: HttpRequest, obj: Firm | FirmMerger, refused: Refused) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor, action="firm.merger_refused", obj=obj, reason=str(refused.message)
    )


def _confirm(request: HttpRequest, plan: Plan, form: MergerForm) -> HttpResponse:
    context = {
        "rows": [
            Row(_("統合されてなくなる企業"), _named(plan.gone)),
            Row(_("存続する企業"), _named(plan.into)),
            Row(_("合併・統合の日"), era_date(plan.merged_on)),
            Row(_("理由と根拠"), plan.reason),
        ],
        "counted": [stake for stake in plan.stakes if stake.effect == Effect.COUNTED],
        "stays": [stake for stake in plan.stakes if stake.effect == Effect.STAYS],
        "typed": form.typed(),
        "breadcrumb": _crumbs(plan.gone),
    }
    return TemplateResponse(request, "programs/merger_confirm.html", context)


def _crumbs(firm: Firm) -> list[Crumb]:
    return [
        Crumb(_("企業"), reverse("programs:firm_list")),
        Crumb(firm.name, reverse("programs:firm_card", args=[firm.public_id])),
        Crumb(_("合併・統合を記録する")),
    ]


def _named(firm: Firm) -> str:
    return "　".join(part for part in (firm.name, firm.corporate_number, firm.address) if part)


def _cards(actor: Actor, found: FirmMerger) -> list[tuple[str, uuid.UUID]]:
    """(name, public id) of those of the two whose card the actor may open; the one that goes on first."""
    sides = [(found.into_id, found.into_name), (found.gone_id, found.gone_name)]
    seen = visible_firms(actor).filter(pk__in=[pk for pk, _name in sides])
    known = dict(seen.values_list("pk", "public_id"))
    return [(name, known[pk]) for pk, name in sides if pk in known]


def _rows(found: FirmMerger) -> list[Row]:
    rows = [
        Row(_("統合されてなくなる企業"), found.gone_name),
        Row(_("存続する企業"), found.into_name),
        Row(_("合併・統合の日"), era_date(found.merged_on)),
        Row(_("理由と根拠"), found.reason),
        Row(
            _("記録した区と人"),
            _("%(ward)s　%(name)s")
            % {"ward": found.ward.display_name, "name": found.recorded_by.name},
        ),
    ]
    if found.taken_back_on:
        rows += [
            Row(_("取り消した日"), era_date(found.taken_back_on)),
            Row(_("取り消した理由"), found.taken_back_reason),
        ]
    return rows
