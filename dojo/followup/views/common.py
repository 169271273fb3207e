"""What the pages of the follow-up share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dojo import policies as courses
from dojo.followup import policies, selectors, states
from dojo.followup.models import Investment, Survey
from dojo.words import cohort_name
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb, Tab

firm_only = hat_required(Hat.FIRM)
# Who reads a roster; which one is the policy's to say.
keepers = hat_required(
    Hat.WARD, Hat.AUDITOR, Hat.SUPPORT, roles={*courses.OFFICE_ROLES, Role.AUDITOR, Role.LECTURER}
)
office = hat_required(Hat.WARD, Hat.AUDITOR, roles={*courses.OFFICE_ROLES, Role.AUDITOR})


def seen_survey(request: HttpRequest, public_id: object) -> Survey:
    """A visible survey; 404 otherwise."""
    return found_or_404(policies.get_survey, request.actor, public_id=public_id)


def seen_investment(request: HttpRequest, public_id: object) -> Investment:
    """A visible report; 404 otherwise."""
    return found_or_404(policies.get_investment, request.actor, public_id=public_id)


def survey_name(survey: Survey) -> str:
    """修了から3か月の調査."""
    return _("修了から%(months)dか月の調査") % {"months": survey.months}


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request.actor, error, obj, act)


def denied(actor: Actor, error: Exception, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=actor,
        action="followup.refused",
        obj=obj,
        # An official writes to the own ward's chain, whosever row it is about.
        ward_id=actor.ward_id,
        reason=str(error),
        detail={"act": act},
    )


def viewed(request: HttpRequest, obj: Any) -> None:
    """Every look of somebody outside the firm at one person's or firm's row."""
    audit.record(
        actor=request.actor,
        action="followup.viewed",
        obj=obj,
        ward_id=request.actor.ward_id,
    )


def staff_crumbs(survey: Survey | None, here: str) -> list[Crumb]:
    """From the cohorts to the board and on."""
    crumbs = [Crumb(_("修了後のフォロー"), reverse("followup:cohorts"))]
    if survey is not None:
        board = reverse("followup:board", args=[survey.cohort.public_id])
        crumbs.append(Crumb(cohort_name(survey.cohort), board))
    return [*crumbs, Crumb(here)]


def own_crumbs(here: str) -> list[Crumb]:
    """From the firm's page on."""
    return [Crumb(_("修了後の報告"), reverse("followup:mine")), Crumb(here)]


def staff_tabs(request: HttpRequest, here: str) -> list[Tab]:
    """The two lists of the office; lecturers have the surveys alone."""
    if courses.is_lecturer(request.actor):
        return []
    waiting = selectors.waiting_count(request.actor)
    return [
        Tab(_("調査"), reverse("followup:cohorts"), None, here == "cohorts"),
        Tab(_("投資の報告"), reverse("followup:investments"), waiting, here == "investments"),
    ]


def is_open(survey: Survey) -> bool:
    """Whether an answer is taken today."""
    return survey.status in {states.OPEN, states.ANSWERED} and clock.today() <= survey.closes_on
