"""What the pages of the ward survey share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kpi.surveys import policies, states
from kpi.surveys.models import Asked, Wave
from portal.accounts.access import hat_required
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb

staff = hat_required(Hat.WARD, Hat.POLICY, Hat.AUDITOR)
planners = hat_required(Hat.WARD, Hat.POLICY, roles=states.PLANNERS)
# Pages that name firms.
office = hat_required(Hat.WARD, Hat.AUDITOR)
writers = hat_required(Hat.WARD, roles=states.OFFICE)
firm_only = hat_required(Hat.FIRM)


def seen_wave(request: HttpRequest, public_id: object) -> Wave:
    """A visible wave; 404 otherwise."""
    return found_or_404(policies.get_wave, request.actor, public_id=public_id)


def seen_asked(request: HttpRequest, public_id: object) -> Asked:
    """A visible firm of a wave; 404 otherwise."""
    return found_or_404(policies.get_asked, request.actor, public_id=public_id)


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request.actor, error, obj, act)


def denied(actor: Actor, error: Exception, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=actor,
        action="surveys.refused",
        obj=obj,
        # An official writes to the own ward's chain, whosever row it is about.
        ward_id=actor.ward_id,
        reason=str(error),
        detail={"act": act},
    )


def crumbs(wave: Wave | None, here: str, *, firms: bool = False) -> list[Crumb]:
    """From the waves to one, its firms, and on."""
    found = [Crumb(_("実態調査"), reverse("surveys:list"))]
    if wave is not None:
        found.append(Crumb(wave.name, reverse("surveys:wave", args=[wave.public_id])))
        if firms:
            found.append(Crumb(_("対象企業"), reverse("surveys:firms", args=[wave.public_id])))
    return [*found, Crumb(here)]
