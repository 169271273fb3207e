"""What the pages share: who may open them, and which grant or filing they are about."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.access import hat_required
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Step
from portal.ui.parts import steps as numbered_steps
from subsidies.grants import kinds, policies, selectors, states
from subsidies.grants.kinds import Kind
from subsidies.grants.models import Filing, FilingVersion
from subsidies.grants.selectors import FilingDetail, GrantDetail
from subsidies.models import Grant
from subsidies.reading import who_may

firm_only = hat_required(Hat.FIRM)
ward_only = hat_required(Hat.WARD)
ward_or_auditor = hat_required(Hat.WARD, Hat.AUDITOR)


def grant_or_404(request: HttpRequest, **lookup: Any) -> GrantDetail:
    """The grant with what hangs on it, where the actor may see it."""
    return found_or_404(selectors.grant_detail, request.actor, **lookup)


def filing_or_404(request: HttpRequest, public_id: object) -> FilingDetail:
    """The filing with its versions, where the actor may see it; `?version=` shows an earlier one."""
    number = posted_number(request.GET.get("version", ""))
    try:
        return selectors.filing_detail(request.actor, number=number, public_id=public_id)
    except (Filing.DoesNotExist, FilingVersion.DoesNotExist) as missing:
        raise Http404 from missing


def plain_filing(request: HttpRequest, public_id: object) -> Filing:
    """The filing alone, for pages that write."""
    return found_or_404(policies.get_filing, request.actor, public_id=public_id)


def firm_url(grant: Grant) -> str:
    """The firm's page of the grant."""
    return reverse("grants:grant", args=[grant.application.public_id])


def staff_url(grant: Grant) -> str:
    """The officials' page of the grant."""
    return reverse("grants:staff_grant", args=[grant.receipt_no])


def staff_filing_url(filing: Filing) -> str:
    """Where officials handle a filing: its kind's own page, or the general one."""
    page = kinds.get(filing.kind).staff_page or "grants:staff_filing"
    return reverse(page, args=[filing.public_id])


def firm_crumbs(grant: Grant, *here: str) -> list[Crumb]:
    """マイページ › the grant › here."""
    above = [Crumb(_("マイページ"), reverse("desk:my"))]
    if not here:
        return [*above, Crumb(_("交付決定後の手続"))]
    return [*above, Crumb(_("交付決定後の手続"), firm_url(grant)), *map(Crumb, here)]


def staff_crumbs(actor: Actor, grant: Grant, *here: str) -> list[Crumb]:
    """補助事業の一覧 › the grant › here. The list is a ward's: auditors have none."""
    above = [Crumb(_("補助事業の一覧"), reverse("grants:list"))] if actor.ward_id else []
    if not here:
        return [*above, Crumb(grant.receipt_no)]
    return [*above, Crumb(grant.receipt_no, staff_url(grant)), *map(Crumb, here)]


# Pages of a filing in their order: (route, name).
def filing_pages(kind: Kind) -> list[tuple[str, str]]:
    """The pages on which a filing of this kind is prepared."""
    pages = [("grants:filing", _("内容"))]
    if kind.has_plan:
        pages.append(("grants:plan", _("変更後の経費")))
    if kind.documents:
        pages.append(("grants:files", _("添付書類")))
    return [*pages, ("grants:check", _("確認して提出"))]


def filing_steps(filing: Filing, route: str) -> list[Step]:
    """Where the page stands among them."""
    pages = filing_pages(kinds.get(filing.kind))
    return numbered_steps(
        [name for _route, name in pages], [found for found, _name in pages].index(route)
    )


def page_after(filing: Filing, route: str) -> str:
    """The address of the page behind `route`."""
    order = [found for found, _name in filing_pages(kinds.get(filing.kind))]
    return reverse(order[order.index(route) + 1], args=[filing.public_id])


def note_view(request: HttpRequest, action: str, obj: Any) -> None:
    """Looking at a case leaves an audit row: it shows personal data."""
    audit.record(actor=request.actor, action=action, obj=obj, ward_id=obj.ward_id)


def why_unanswered(actor: Actor, filing: Filing) -> str:
    """Why the actor cannot inspect the filing or propose on it now, and who can; "" where they can.

    Both are for those who may accept it, as long as it waits for that.
    """
    accepting = states.FILING.transition("accept")
    if filing.status not in accepting.sources:
        return _(
            "この手続はいま「%(now)s」です。検査と起案ができるのは「提出済」の手続だけです。"
        ) % {"now": states.FILING.state(filing.status).label}
    return "" if accepting.roles & actor.roles else who_may(accepting)


def autosaved(
    save: Callable[..., Filing], request: HttpRequest, found: Filing, **what: Any
) -> JsonResponse:
    """What a page saves by itself: the revision it then builds on; 409 when another tab saved in
    between, or it cannot be changed any more."""
    revision = posted_number(request.POST.get("revision", ""))
    try:
        saved = save(actor=request.actor, filing_id=found.pk, revision=revision, **what)
    except TransitionRefused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"revision": saved.revision})


def say(request: HttpRequest, refused: TransitionRefused | Sequence[str]) -> None:
    """A refusal as the page's message."""
    messages.error(request, str(refused))
