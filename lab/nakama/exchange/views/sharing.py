"""資材融通: the firm's board, one listing, one pairing; the coordinator's desk; counts by ward."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.nakama.exchange import policies, services, states, words
from lab.nakama.exchange.forms.sharing import FailForm, ListingForm
from lab.nakama.exchange.models import Listing, Pairing
from lab.nakama.exchange.selectors import board as selectors
from lab.nakama.exchange.services.listings import wards_of
from lab.nakama.exchange.views import common
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Tab
from programs.models import Firm
from programs.selectors import ward_names

PER_PAGE = 50


@common.firm_only
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """資材融通: what to answer, own pairings and listings, what others have."""
    found = selectors.own_board(request.actor, clock.today())
    names = ward_names()
    context = {
        "found": found,
        "pairings": [
            (row, selectors.is_turn(row, request.actor.firm_id)) for row in found.pairings
        ],
        "others": [(row, names[row.ward_id]) for row in found.others],
        "today": clock.today(),
    }
    return TemplateResponse(request, "exchange/board.html", context)


@common.firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def listing_new(request: HttpRequest, kind: str) -> HttpResponse:
    """余っている資材を出す, or 欲しい資材を出す."""
    if kind not in Listing.Kind.values:
        raise Http404
    firm = Firm.objects.get(pk=request.actor.firm_id)
    names = ward_names()
    wards = [(ward, names[ward]) for ward in wards_of(firm.pk)]
    initial = {"contact_name": request.actor.name, "contact_phone": firm.phone}
    form = ListingForm(request.POST or None, kind=kind, wards=wards, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = _("掲載しました。合う相手が見つかると、お知らせが届きます。")
        row = common.tried(request, form, services.listing_add, done, given=form.given())
        if row is not None:
            return redirect("exchange:listing", row.public_id)
    is_surplus = kind == Listing.Kind.SURPLUS
    heading = _("余っている資材を出す") if is_surplus else _("欲しい資材を出す")
    context = {
        "form": form,
        "heading": heading,
        "breadcrumb": common.crumbs(request, heading),
    }
    return form_page(request, "exchange/listing_new.html", context)


@common.readers
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, public_id: object) -> HttpResponse:
    """One listing: its pairings, or what stands in the way of one; POST takes it off the board."""
    row = found_or_404(policies.get_listing, request.actor, public_id=public_id)
    if request.method == "POST":
        done = _("掲載を取り下げました。")
        common.tried(request, None, services.listing_withdraw, done, listing_id=row.pk)
        return redirect("exchange:listing", public_id)
    column = "surplus" if row.is_surplus else "need"
    pairings = list(policies.visible_pairings(request.actor).filter(**{column: row}))
    is_waiting = row.status == states.OPEN and not any(
        one.status == states.PROPOSED for one in pairings
    )
    near = selectors.near_misses(request.actor, row, clock.today()) if is_waiting else {}
    moves = states.LISTING.allowed(row.status, request.actor.roles)
    context = {
        "row": row,
        "ward_name": ward_names()[row.ward_id],
        "pairings": pairings,
        "is_waiting": is_waiting,
        "near": list(words.near(near)),
        "may_withdraw": any(move.name == "withdraw" for move in moves),
        "is_firm": policies.is_firm(request.actor),
        "breadcrumb": common.crumbs(request, row.what),
    }
    return TemplateResponse(request, "exchange/listing.html", context)


ACTS = {
    "accept": (services.pairing_accept, _("返事を記録しました。")),
    "decline": (services.pairing_decline, _("見送りました。ほかの相手を探します。")),
    "report": (services.pairing_report, _("記録しました。相手の確認を待ちます。")),
    "confirm": (services.pairing_confirm, _("受渡しを確認しました。")),
}


@common.readers
@require_http_methods(["GET", "HEAD", "POST"])
def pairing(request: HttpRequest, public_id: object) -> HttpResponse:
    """One pairing: the answer with one tap, then the contact, then whether it was handed over."""
    row = found_or_404(policies.get_pairing, request.actor, public_id=public_id)
    form = FailForm(request.POST if "fail" in request.POST else None)
    if request.method == "POST" and _acted(request, row, form):
        return redirect("exchange:pairing", public_id)
    is_firm = policies.is_firm(request.actor)
    partner = selectors.partner_of(row, request.actor.firm_id) if is_firm else None
    names = ward_names()
    context = {
        "row": row,
        "form": form,
        "side": row.side_of(request.actor.firm_id),
        "has_accepted": is_firm and row.accepted(row.side_of(request.actor.firm_id)),
        "is_turn": is_firm and selectors.is_turn(row, request.actor.firm_id),
        "partner": partner,
        "is_firm": is_firm,
        "surplus_ward": names[row.surplus.ward_id],
        "need_ward": names[row.need.ward_id],
        "today": clock.today(),
        "breadcrumb": common.crumbs(request, row.need.what),
    }
    return form_page(request, "exchange/pairing.html", context)


def _acted(request: HttpRequest, row: Pairing, form: FailForm) -> bool:
    """Whether to show the page anew: always but after a refused form."""
    for name, (act, done) in ACTS.items():
        if name in request.POST:
            common.tried(request, None, act, str(done), pairing_id=row.pk)
            return True
    if "fail" not in request.POST:
        return True
    if not form.is_valid():
        return False
    done = _("受渡しに至らなかったことを記録しました。")
    given: dict[str, Any] = {"pairing_id": row.pk, "reason": form.cleaned_data["reason"]}
    return common.tried(request, form, services.pairing_fail, done, **given) is not None


@common.desk_readers
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The coordinator's desk: pairings that run, the board; names stay hidden."""
    view = request.GET.get("view", "")
    number = posted_number(request.GET.get("page", "")) or 1
    page = Paginator(selectors.desk_pairings(request.actor, view), PER_PAGE).get_page(number)
    board_page = Paginator(
        policies.own_listings(request.actor).filter(status=states.OPEN), PER_PAGE
    ).get_page(posted_number(request.GET.get("board", "")) or 1)
    names = ward_names()
    context = {
        "page": page,
        "board_page": board_page,
        "listings": [(row, names[row.ward_id]) for row in board_page],
        "tabs": [
            Tab(_("動いているもの"), "?", None, view != "all"),
            Tab(_("すべて"), "?view=all", None, view == "all"),
        ],
        "may_pair": policies.is_staff(request.actor),
        "may_export": policies.reads_desk(request.actor),
        "today": clock.today(),
    }
    return TemplateResponse(request, "exchange/desk.html", context)


@common.staff_only
@require_POST
def pair_up(request: HttpRequest) -> HttpResponse:
    """Look for partners now."""
    try:
        number = services.pair_up(actor=request.actor)
    except TransitionRefused as refused:
        messages.error(request, str(refused))
    else:
        if number:
            messages.success(
                request,
                ngettext(
                    "%(n)d組の候補を、双方に知らせました。",
                    "%(n)d組の候補を、双方に知らせました。",
                    number,
                )
                % {"n": number},
            )
        else:
            messages.info(request, _("いま合う組合せはありません。掲載が増えると、また探します。"))
    return redirect(reverse("exchange:desk"))


@common.counts_readers
@require_safe
def wards(request: HttpRequest) -> HttpResponse:
    """Counts by ward, without prices and names."""
    first, last = clock.fiscal_year_bounds(clock.fiscal_year(clock.today()))
    names = ward_names()
    lines = [(names[line.ward_id], line) for line in selectors.by_ward(request.actor, first)]
    context = {"lines": lines, "year": clock.fiscal_year(last)}
    return TemplateResponse(request, "exchange/wards.html", context)
