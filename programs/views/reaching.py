"""届かない通知: urgent notices that came back; the ward calls, writes or visits, and says so."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.notices.models import Notice
from portal.notices.services import notice_told
from programs import reaching
from programs.models import Firm

officials_only = hat_required(Hat.WARD, roles=reaching.ROLES)


@officials_only
@require_safe
def unreached(request: HttpRequest) -> HttpResponse:
    """Whom to call, about what. Looking at the numbers leaves a trace."""
    rows = reaching.unreached(request.actor)
    firms = list(reaching.dead_firms(request.actor)[: reaching.MOST])
    if rows or firms:
        audit.record(
            actor=request.actor,
            action="firm.contacts_viewed",
            ward_id=request.actor.ward_id,
            detail={
                "people": sorted({row.notice.recipient_id for row in rows}),
                "firms": [firm.pk for firm in firms],
            },
        )
    context = {"rows": rows, "ways": Notice.Told.choices, "firms": firms}
    return TemplateResponse(request, "programs/unreached.html", context)


@officials_only
@require_POST
def told(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """The person knows."""
    if all(row.notice.pk != notice_id for row in reaching.unreached(request.actor)):
        messages.error(
            request, _("この通知は、本人が読んだか、ほかの職員が伝えました。することはありません。")
        )
        return redirect("programs:unreached")
    how = request.POST.get("how", "")
    if how not in Notice.Told:
        messages.error(request, _("伝えた方法を選んでください。"))
        return redirect("programs:unreached")
    try:
        notice_told(actor=request.actor, notice_id=notice_id, how=how, now=clock.now())
    except Notice.DoesNotExist as missing:
        raise Http404 from missing
    except TransitionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("伝えたことを記録しました。"))
    return redirect("programs:unreached")


@officials_only
@require_POST
def mended(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The firm says that the address on the register is right: mail leaves again."""
    try:
        firm = reaching.address_mended(request.actor, public_id)
    except Firm.DoesNotExist:
        messages.error(request, _("この企業のアドレスは、もう確かめられています。"))
    else:
        messages.success(
            request, _("%(firm)sのアドレスに、もう一度送ります。") % {"firm": firm.name}
        )
    return redirect("programs:unreached")
