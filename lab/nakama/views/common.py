"""Who may open the pages, and how a profile is found."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest

from lab.nakama import policies
from lab.nakama.models import CapabilityProfile
from portal.accounts.access import hat_required
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404, trying
from portal.ui.forms import UiForm
from portal.ui.parts import Crumb

_HELPERS = {Role.LAB_STAFF, Role.ADVISOR}
firm_only = hat_required(Hat.FIRM, roles={*FIRM_ROLES})
searchers = hat_required(
    Hat.FIRM,
    Hat.SUPPORT,
    Hat.WARD,
    Hat.AUDITOR,
    roles={*FIRM_ROLES, *_HELPERS, *policies.OFFICE_ROLES, Role.AUDITOR},
)
writers = hat_required(
    Hat.FIRM, Hat.SUPPORT, Hat.WARD, roles={*FIRM_ROLES, *_HELPERS, Role.REVIEWER}
)
prefillers = hat_required(Hat.SUPPORT, Hat.WARD, roles={*_HELPERS, Role.REVIEWER})
coordinators = hat_required(Hat.SUPPORT, roles={Role.LAB_STAFF})


def profile_of(request: HttpRequest, public_id: object) -> CapabilityProfile:
    """A profile that the actor reads, or 404."""
    return found_or_404(policies.get_profile, request.actor, public_id=public_id)


def writable(request: HttpRequest, public_id: object) -> CapabilityProfile:
    """A profile that the actor may write, or 404."""
    profile = profile_of(request, public_id)
    if not policies.may_write(request.actor, profile):
        raise Http404
    return profile


def tried(request: HttpRequest, form: UiForm | None, act: Any, done: str, **kwargs: Any) -> bool:
    """Do it; a refusal goes to the form (or above the page) and leaves an audit row."""
    with trying(request, form):
        try:
            act(actor=request.actor, **kwargs)
        except TransitionRefused as refused:
            audit.record(
                actor=request.actor,
                action="nakama.refused",
                reason=str(refused),
                detail={"act": act.__name__},
            )
            raise
        messages.success(request, done)
        return True
    return False


def crumbs(profile: CapabilityProfile, *more: Crumb) -> list[Crumb]:
    """From the search to the profile, and to what lies below."""
    from django.urls import reverse
    from django.utils.translation import gettext as _

    first = Crumb(_("加工先を探す"), reverse("nakama:search"))
    if not more:
        return [first, Crumb(profile.firm_name)]
    return [
        first,
        Crumb(profile.firm_name, reverse("nakama:profile", args=[profile.public_id])),
        *more,
    ]
