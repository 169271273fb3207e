"""Who may open the pages, and how an act is tried."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lab.nakama.exchange import services
from portal.accounts.access import hat_required
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import trying
from portal.ui.forms import UiForm
from portal.ui.parts import Crumb

OFFICE = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN}
firm_only = hat_required(Hat.FIRM)
staff_only = hat_required(Hat.SUPPORT, roles={Role.LAB_STAFF})
desk_readers = hat_required(Hat.SUPPORT, Hat.AUDITOR, roles={Role.LAB_STAFF, Role.AUDITOR})
readers = hat_required(
    Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR, roles={*FIRM_ROLES, Role.LAB_STAFF, Role.AUDITOR}
)
joint_readers = hat_required(
    Hat.FIRM,
    Hat.SUPPORT,
    Hat.AUDITOR,
    Hat.WARD,
    roles={*FIRM_ROLES, Role.LAB_STAFF, Role.AUDITOR, *OFFICE},
)
# Who tells of a match: firms for themselves, lab staff and officials on their behalf.
declarers = hat_required(
    Hat.FIRM,
    Hat.SUPPORT,
    Hat.WARD,
    roles={*FIRM_ROLES, Role.LAB_STAFF, Role.REVIEWER, Role.WARD_ADMIN},
)
counts_readers = hat_required(
    Hat.WARD,
    Hat.SUPPORT,
    Hat.POLICY,
    Hat.AUDITOR,
    roles={*OFFICE, Role.LAB_STAFF, Role.POLICY, Role.AUDITOR},
)


def tried(
    request: HttpRequest, form: UiForm | None, act: Callable[..., Any], done: str, **kwargs: Any
) -> Any:
    """What the act returns, or None after a refusal: that is told and leaves an audit row."""
    with trying(request, form):
        try:
            found = act(actor=request.actor, **kwargs)
        except TransitionRefused as refused:
            about = {name: value for name, value in kwargs.items() if name.endswith("_id")}
            audit.record(
                actor=request.actor,
                action="exchange.refused",
                reason=str(refused),
                detail={"act": act.__name__, **about},
            )
            raise
        messages.success(request, done)
        return found
    return None


def counted(request: HttpRequest, kind: str, row: Any) -> HttpResponse:
    """Have a worker count it, and lead to where that is watched; a refusal leads back."""
    done = _("計算を始めました。")
    given = {"kind": kind, "subject_id": row.pk}
    if (run := tried(request, None, services.run_start, done, **given)) is not None:
        return redirect("exchange:run", run.public_id)
    return redirect(request.path)


def crumbs(request: HttpRequest, here: str) -> list[Crumb]:
    """From the board to a page below it."""
    page = "board" if request.actor.hat == Hat.FIRM else "desk"
    return [Crumb(_("資材融通"), reverse(f"exchange:{page}")), Crumb(here)]
