"""取得財産等管理台帳: the ledger, one asset, its useful life, a disposal without approval."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.money import format_yen
from portal.kernel.transitions import TransitionRefused
from portal.ui.markup import era_date
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row
from subsidies.obligations import policies, services, states
from subsidies.obligations.filters import AssetFilter
from subsidies.obligations.forms import DisposalForm, LifeForm
from subsidies.obligations.models import Asset
from subsidies.obligations.selectors.listing import PAGE_SIZE, asset_rows
from subsidies.obligations.views.staff import ward_only


@ward_only
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """One page of the ward's ledger, the nearest end of a restriction first."""
    conditions = AssetFilter(request.GET)
    rows = asset_rows(request.actor, **conditions.wanted)
    page = Paginator(rows, PAGE_SIZE).get_page(posted_number(request.GET.get("page", "")) or 1)
    context = {
        "filter": conditions,
        "page": page,
        "rows": [(row, states.ASSET.state(row.status)) for row in page],
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "obligations/assets.html", context)


@ward_only
@require_safe
def asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    """One asset. Looking at it leaves an audit row."""
    row = _asset_or_404(request.actor, asset_id)
    audit.record(actor=request.actor, action="obligations.asset_viewed", obj=row)
    return _page(request, row)


@ward_only
@require_POST
def confirm(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Useful life and place, as the official has found them."""
    row = _asset_or_404(request.actor, asset_id)
    form = LifeForm(request.POST)
    if not form.is_valid():
        return _page(request, row, life=form, status=422)
    try:
        services.asset_life_confirm(
            actor=request.actor,
            asset_id=row.pk,
            life=form.cleaned_data["life"],
            place=form.cleaned_data["place"],
            today=clock.today(),
        )
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return _page(request, row, life=form, status=409)
    messages.success(request, _("記録しました。"))
    return redirect("obligations:asset", row.pk)


@ward_only
@require_POST
def disposal(request: HttpRequest, asset_id: int) -> HttpResponse:
    """A disposal that nobody had approved."""
    row = _asset_or_404(request.actor, asset_id)
    form = DisposalForm(request.POST)
    if not form.is_valid():
        return _page(request, row, note=form, status=422)
    try:
        services.asset_disposal_note(
            actor=request.actor,
            asset_id=row.pk,
            disposed_on=form.cleaned_data["disposed_on"],
            price_yen=form.cleaned_data["price_yen"],
            reason=form.cleaned_data["reason"],
        )
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return _page(request, row, note=form, status=409)
    messages.success(request, _("記録しました。返還を命じるときは、補助事業のページで起案します。"))
    return redirect("obligations:asset", row.pk)


def _page(
    request: HttpRequest,
    row: Asset,
    *,
    life: LifeForm | None = None,
    note: DisposalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reviews = request.actor.has_role(*states.REVIEWER) and row.status == states.IN_USE
    given = {"life": row.life, "place": row.place}
    context = {
        "asset": row,
        "state": states.ASSET.state(row.status),
        "facts": _facts(row),
        "life": (life or LifeForm(initial=given, auto_id="life_%s")) if reviews else None,
        "note": (note or DisposalForm(auto_id="note_%s")) if reviews else None,
        "form": life or note,
        "grant_url": reverse("grants:staff_grant", args=[row.receipt_no]),
        "breadcrumb": [
            Crumb(_("財産台帳"), reverse("obligations:assets")),
            Crumb(row.description),
        ],
    }
    return TemplateResponse(request, "obligations/asset.html", context, status=status)


def _facts(row: Asset) -> list[Row]:
    confirmed = _("確認済み") if row.life_confirmed else _("推定（確認してください）")
    rows = [
        Row(_("補助事業者"), row.firm_name),
        Row(_("取得日"), era_date(row.acquired_on)),
        Row(_("取得価格（税抜）"), format_yen(row.net_yen)),
        Row(
            _("耐用年数"),
            _("%(name)s：%(years)d年（%(how)s）")
            % {"name": row.get_life_display(), "years": row.life_years, "how": confirmed},
        ),
        Row(_("処分制限の終わり"), era_date(row.restricted_until)),
        Row(_("保管場所"), row.place or _("未記入")),
    ]
    if row.disposed_on:
        rows += [
            Row(_("処分日"), era_date(row.disposed_on)),
            Row(_("返還する額"), format_yen(row.returned_yen)),
        ]
    return rows


def _asset_or_404(actor: Actor, asset_id: int) -> Asset:
    row = policies.visible_assets(actor).filter(pk=asset_id).first()
    if row is None:
        raise Http404
    return row
