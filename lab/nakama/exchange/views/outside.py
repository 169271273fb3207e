"""取引の成立の申告: the list, declaring one, one of them with its confirmation."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.exchange import policies, services, states
from lab.nakama.exchange.forms.joint import ReasonForm
from lab.nakama.exchange.forms.outside import ClaimForm, EvidenceForm, PickForm
from lab.nakama.exchange.models import OutsideMatch
from lab.nakama.exchange.selectors import outside as selectors
from lab.nakama.exchange.views import common
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.markup import era_date
from portal.ui.parts import Crumb, Row
from programs.models import Firm


@common.joint_readers
@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """The latest, what waits for the firm first."""
    is_firm = policies.is_firm(request.actor)
    rows = selectors.listed(request.actor)
    own = request.actor.firm_id if is_firm else None
    first = rows[0] if rows else None
    context = {
        "rows": rows,
        "turn": first if first and first.status == states.CLAIMED and first.asked == own else None,
        "families": selectors.families(),
        "own": own,
        "is_firm": is_firm,
        "may_add": is_firm or policies.may_keep_matches(request.actor),
        "today": clock.today(),
    }
    return TemplateResponse(request, "exchange/matches.html", context)


@common.declarers
@require_http_methods(["GET", "HEAD", "POST"])
def match_new(request: HttpRequest) -> HttpResponse:
    """Who it is about is looked for first, one after the other; then what was agreed."""
    firm = _firm(request)
    if firm is None:
        return _pick(request, None)
    partner = selectors.firm_named(request.actor, request.GET.get("partner"))
    if partner is None or partner.pk == firm.pk:
        return _pick(request, firm)
    form = ClaimForm(
        request.POST or None,
        firm=firm.name,
        partner=partner.name,
        families=selectors.families(),
    )
    if request.method == "POST" and form.is_valid():
        done = _("申告を受け付け、相手の企業に確認をお願いしました。")
        given = {"firm_id": firm.public_id, "partner_id": partner.public_id}
        row = common.tried(request, form, services.match_declare, done, claim=form.claim(), **given)
        if row is not None:
            return redirect("exchange:match", row.public_id)
    context = {**_heading(), "form": form, "firm": firm, "partner": partner}
    return form_page(request, "exchange/match_new.html", context)


def _firm(request: HttpRequest) -> Firm | None:
    """The firm for which is declared: the own one; staff choose one that they may."""
    if policies.is_firm(request.actor):
        return selectors.own_firm(request.actor)
    firm = selectors.firm_named(request.actor, request.GET.get("firm"))
    return firm if firm is not None and policies.may_declare(request.actor, firm.pk) else None


def _pick(request: HttpRequest, firm: Firm | None) -> HttpResponse:
    """A search, and the firms that it finds as links onwards."""
    form = PickForm(request.GET if "q" in request.GET else None)
    given = {"firm": str(firm.public_id)} if firm and not policies.is_firm(request.actor) else {}
    rows = []
    if form.is_valid():
        text = form.cleaned_data["q"]
        found = (
            selectors.partners_for(request.actor, text, firm.pk)
            if firm
            else selectors.firms_for(request.actor, text)
        )
        name = "partner" if firm else "firm"
        rows = [(one, urlencode({**given, name: str(one.key)})) for one in found]
    context = {
        **_heading(),
        "form": form,
        "firm": firm,
        "rows": rows,
        "searched": form.is_bound and form.is_valid(),
        "given": given,
        "is_firm": policies.is_firm(request.actor),
    }
    return form_page(request, "exchange/match_pick.html", context)


def _heading() -> dict[str, Any]:
    heading = _("取引の成立を申告する")
    return {"heading": heading, "breadcrumb": [_first(), Crumb(heading)]}


@common.joint_readers
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, public_id: object) -> HttpResponse:
    """One declaration: confirmed with one tap by the other side, by paper, denied, taken back."""
    row: OutsideMatch = found_or_404(policies.get_match, request.actor, public_id=public_id)
    evidence = EvidenceForm(request.POST if "verify" in request.POST else None)
    deny = ReasonForm(request.POST if "deny" in request.POST else None, prefix="no")
    back = ReasonForm(request.POST if "withdraw" in request.POST else None, prefix="back")
    if request.method == "POST" and _acted(request, row, evidence, deny, back):
        return redirect("exchange:match", public_id)
    own = request.actor.firm_id if policies.is_firm(request.actor) else None
    is_claimed, keeps = row.status == states.CLAIMED, policies.may_keep_matches(request.actor)
    context = {
        "row": row,
        "rows": _rows(row),
        "form": next((one for one in (evidence, deny, back) if one.is_bound), evidence),
        "evidence": evidence,
        "deny": deny,
        "back": back,
        "is_turn": is_claimed and own == row.asked,
        "is_waiting": is_claimed and own != row.asked,
        "may_verify": is_claimed and keeps and row.declared_by_id != request.actor.user_id,
        "may_withdraw": row.status in {states.CLAIMED, states.CONCLUDED}
        and (own == row.claimed_by_id or keeps),
        "today": clock.today(),
        "breadcrumb": [_first(), Crumb(str(row))],
    }
    return form_page(request, "exchange/match.html", context)


def _acted(
    request: HttpRequest,
    row: OutsideMatch,
    evidence: EvidenceForm,
    deny: ReasonForm,
    back: ReasonForm,
) -> bool:
    """Whether to go on to the page anew."""
    given: dict[str, Any] = {"match_id": row.pk}
    if "confirm" in request.POST:
        done = _("成立を確認しました。ありがとうございました。")
        common.tried(request, None, services.match_confirm, done, **given)
        return True
    if evidence.is_bound:
        if not evidence.is_valid():
            return False
        done = _("書類で確かめたことを記録しました。")
        act, told = services.match_verify, {"evidence": evidence.cleaned_data["evidence"]}
        return common.tried(request, evidence, act, done, **told, **given) is not None
    for form, act, done in (
        (deny, services.match_deny, _("相手に知らせました。件数には入りません。")),
        (back, services.match_withdraw, _("申告を取り下げました。件数には入りません。")),
    ):
        if form.is_bound:
            if not form.is_valid():
                return False
            reason = form.cleaned_data["reason"]
            return common.tried(request, form, act, done, reason=reason, **given) is not None
    raise Http404


def _rows(row: OutsideMatch) -> list[Row]:
    families = selectors.families()
    return [
        Row(_("発注した企業"), row.buyer_name),
        Row(_("受注した企業"), row.supplier_name),
        Row(_("仕事の種類"), families.get(row.family, row.family)),
        Row(_("成立した日"), era_date(row.matched_on)),
        Row(_("金額の範囲（税抜）"), row.get_band_display()),
        Row(_("きっかけ"), row.get_trigger_display()),
        *([Row(_("いきさつ"), row.story)] if row.story else []),
        Row(_("申告した企業"), row.claimed_name),
        Row(_("申告日"), era_date(clock.to_date(row.declared_at))),
        *([Row(_("確かめた書類"), row.evidence)] if row.evidence else []),
        *([Row(_("理由"), row.reason)] if row.reason else []),
    ]


def _first() -> Crumb:
    return Crumb(_("取引の成立"), reverse("exchange:matches"))
