"""融資の紹介: the list of firm and bank, a new one, one referral from both sides, its papers."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lab.consortium import policies, services
from lab.consortium import referral_states as states
from lab.consortium.forms.referrals import PaperForm, ReferralForm, UntilForm
from lab.consortium.models import Referral, ReferralItem
from lab.consortium.selectors import referrals as find
from lab.consortium.services import ConsentOver
from lab.consortium.views import common
from lab.consortium.views.common import Deed
from portal.accounts.access import hat_required
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.files import responses
from portal.kernel.files.services import FileUnavailable
from portal.ui.acts import form_page, found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.models import Firm

firm_and_bank = hat_required(Hat.FIRM, Hat.SUPPORT, roles={*FIRM_ROLES, Role.PARTNER})


@firm_and_bank
@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """A firm's own; those given to the bank."""
    is_firm = policies.is_firm(request.actor)
    rows = list(find.listed(request.actor)[: find.SHOWN])
    waiting = states.DRAFT if is_firm else states.SENT
    turns = [row for row in rows if row.status == waiting and row.consent_until >= clock.today()]
    context = {
        "rows": rows,
        # The longest waiting comes first.
        "turn": turns[-1] if turns else None,
        "is_firm": is_firm,
        "today": clock.today(),
    }
    return TemplateResponse(request, "consortium/referrals.html", context)


@common.firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def referral_new(request: HttpRequest) -> HttpResponse:
    """金融機関に紹介してもらう: the firm chooses each thing that is shown."""
    firm = Firm.objects.get(pk=request.actor.firm_id)
    events = find.events_of(request.actor, firm, clock.today())
    banks = services.banks(request.actor)
    form = ReferralForm(request.POST or None, banks=banks, events=events)
    if request.method == "POST" and form.is_valid():
        done = _("まだ何も見えていません。見せる内容を確かめ、同意してください。")
        data = form.cleaned_data
        row = common.tried(
            request,
            form,
            services.referral_begin,
            done,
            member_id=data["member_id"],
            until=data["until"],
            items=form.items(find.basics_of(firm)),
        )
        if row is not None:
            return redirect("consortium:referral", row.public_id)
    heading = _("金融機関に紹介してもらう")
    context = {
        "form": form,
        "heading": heading,
        "has_banks": bool(banks),
        "breadcrumb": [_first(), Crumb(heading)],
    }
    return form_page(request, "consortium/referral_new.html", context)


@firm_and_bank
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, public_id: object) -> HttpResponse:
    """One referral: for the firm what it shows and who looked, for the bank what it may read."""
    row = found_or_404(policies.get_referral, request.actor, public_id=public_id)
    is_firm = policies.is_firm(request.actor)
    deeds = common.offered(
        request, _of_firm(request, row) if is_firm else _of_bank(row, request.method)
    )
    if request.method == "POST":
        if (is_firm and _withdrew(request, row)) or common.did(request, deeds, referral_id=row.pk):
            return redirect("consortium:referral", public_id)
        row.refresh_from_db()
    context: dict[str, Any] = {
        "row": row,
        "deeds": deeds,
        "form": common.bound(deeds),
        "today": clock.today(),
        "is_live": row.status in states.SHOWN and row.consent_until >= clock.today(),
        "breadcrumb": [_first(), Crumb(row.member.name if is_firm else _("紹介"))],
    }
    if is_firm:
        context["is_owner"] = policies.is_owner(request.actor)
        context["items"] = find.items_of(row)
        context["looks"] = find.looks_of(row)
        context["may_withdraw"] = row.status in {states.DRAFT, *states.SHOWN}
        return common.page(request, "consortium/referral.html", context)
    try:
        context["items"] = services.referral_look(actor=request.actor, referral_id=row.pk)
    except ConsentOver as over:
        context["over"] = str(over)
    return common.page(request, "consortium/referral_bank.html", context)


def _of_firm(request: HttpRequest, row: Referral) -> list[Deed]:
    """Only the representative consents; anybody of the firm may take it back."""
    found = [CONSENT, PAPER, DISCARD] if row.status == states.DRAFT else []
    if row.status in states.SHOWN:
        found = [UNTIL, REVOKE]
    if policies.is_owner(request.actor):
        shown = services.mark_of(find.items_of(row))
        pressed = {"shown": request.POST.get(CONSENT.name, "")}
        consent = replace(CONSENT, value=shown, more=pressed)
        return [consent if deed is CONSENT else deed for deed in found]
    return [deed for deed in found if deed not in (CONSENT, UNTIL)]


def _of_bank(row: Referral, method: str | None) -> list[Deed]:
    """Those of the state; a button of a page that was open before is answered with the reason."""
    moves = states.REFERRAL.allowed(row.status, {Role.PARTNER})
    if method == "POST":
        moves = [move for move in states.REFERRAL.transitions if move.open_to({Role.PARTNER})]
    return [
        Deed(
            move.name,
            services.referral_answer,
            move.label,
            gettext_lazy("状態を企業に知らせました。"),
            primary=move.primary,
            more={"action": move.name},
        )
        for move in moves
    ]


def _withdrew(request: HttpRequest, row: Referral) -> bool:
    item_id = posted_number(request.POST.get("withdraw", ""))
    if item_id is None:
        return False
    done = _("この項目は、もう見えません。")
    given = {"referral_id": row.pk, "item_id": item_id}
    common.tried(request, None, services.item_withdraw, done, **given)
    return True


CONSENT = Deed(
    "consent",
    services.referral_consent,
    gettext_lazy("この内容を見せることに同意する"),
    gettext_lazy("同意を記録し、金融機関に知らせました。いつでも取り消せます。"),
    primary=True,
)
PAPER = Deed(
    "paper",
    services.paper_add,
    gettext_lazy("見せるファイルを加える"),
    gettext_lazy("ファイルを加えました。"),
    PaperForm,
)
DISCARD = Deed(
    "discard",
    services.referral_discard,
    gettext_lazy("紹介をやめる"),
    gettext_lazy("紹介をやめました。何も見せていません。"),
    danger=True,
)
UNTIL = Deed(
    "until_change",
    services.referral_extend,
    gettext_lazy("見せる期限を変える"),
    gettext_lazy("見せる期限を変えました。"),
    UntilForm,
)
REVOKE = Deed(
    "revoke",
    services.referral_revoke,
    gettext_lazy("同意を取り消す"),
    gettext_lazy("同意を取り消しました。金融機関の画面から内容が消えました。"),
    danger=True,
)


@firm_and_bank
@require_safe
def referral_file(request: HttpRequest, public_id: object, item_id: int) -> HttpResponseBase:
    """A paper of a referral; the bank's look is written down."""
    row = found_or_404(policies.get_referral, request.actor, public_id=public_id)
    given = {"actor": request.actor, "referral_id": row.pk, "item_id": item_id}
    try:
        stored, reader = services.referral_paper(**given)
    except ReferralItem.DoesNotExist as missing:
        raise Http404 from missing
    except FileUnavailable:
        return common.no_paper(request)
    except ConsentOver as over:
        messages.error(request, str(over))
        return redirect("consortium:referral", public_id)
    return responses.file_response(stored, reader)


def _first() -> Crumb:
    return Crumb(_("融資の紹介"), reverse("consortium:referrals"))
