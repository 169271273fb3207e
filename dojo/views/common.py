"""What the pages of the courses share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dojo import policies, tabs
from dojo.models import Cohort, Enrolment, Session
from dojo.words import cohort_name
from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.texts import plain
from portal.kernel.transitions import TransitionRefused
from portal.ui.parts import Crumb, Tab

firm_only = hat_required(Hat.FIRM)
office_only = hat_required(Hat.WARD, roles=policies.OFFICE_ROLES)
# Who reads a roster; which one is the policy's to say.
keepers = hat_required(Hat.WARD, Hat.AUDITOR, Hat.SUPPORT)


def kept_cohort(request: HttpRequest, public_id: object) -> Cohort:
    """A cohort whose roster the person reads."""
    rows = policies.kept_cohorts(request.actor).select_related("course", "ward")
    return get_object_or_404(rows, public_id=public_id)


def kept_session(request: HttpRequest, session_id: int) -> Session:
    """A session of such a cohort."""
    rows = Session.objects.select_related("cohort__course", "cohort__ward", "unit")
    cohorts = policies.kept_cohorts(request.actor).values("pk")
    return get_object_or_404(rows, pk=session_id, cohort_id__in=cohorts)


def own_enrolment(request: HttpRequest, public_id: object) -> Enrolment:
    """An enrolment that the person sees."""
    rows = policies.visible_enrolments(request.actor).select_related(
        "cohort__course", "cohort__ward", "person"
    )
    return get_object_or_404(rows, public_id=public_id)


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request, error, obj, act)


def denied(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor,
        action="dojo.refused",
        obj=obj,
        # An official writes to the own ward's chain, whosever row it is about.
        ward_id=request.actor.ward_id,
        reason=str(error),
        detail={"act": act},
    )


def looked(request: HttpRequest, cohort: Cohort, page: str) -> None:
    """A look at the people of a cohort leaves its row, in the own ward's chain as above."""
    audit.record(
        actor=request.actor,
        action="dojo.roster_viewed",
        obj=cohort,
        ward_id=request.actor.ward_id,
        detail={"page": page},
    )


def posted_reason(request: HttpRequest) -> str:
    """The reason typed outside a form of ours."""
    return plain(request.POST.get("reason", ""), 300)


def session_name(session: Session) -> str:
    """第3回 守りと攻め, with 補講 where it is an extra one."""
    text = _("第%(number)d回（補講）") if session.is_make_up else _("第%(number)d回")
    return text % {"number": session.unit.number}


def session_day(session: Session) -> str:
    """11月4日（水）18:00–20:30."""
    begin, end = (at.astimezone(clock.TOKYO) for at in (session.starts_at, session.ends_at))
    day = date_format(begin, _("n月j日（D）"))
    return f"{day} {begin:%H:%M}–{end:%H:%M}"


def card_links(request: HttpRequest) -> dict[str, Any]:
    """Whose firms' cards (企業カルテ) the reader may open: the own ward's, or all."""
    actor = request.actor
    return {
        "own_ward": actor.ward_id if actor.hat == Hat.WARD else None,
        "all_wards": actor.hat == Hat.AUDITOR,
    }


def staff_crumbs(cohort: Cohort, here: str = "") -> list[Crumb]:
    """From the list to the cohort and on."""
    name = cohort_name(cohort)
    crumbs = [Crumb(_("講座の期"), reverse("dojo:cohort_list"))]
    if not here:
        return [*crumbs, Crumb(name)]
    return [*crumbs, Crumb(name, reverse("dojo:board", args=[cohort.public_id])), Crumb(here)]


def cohort_tabs(request: HttpRequest, cohort: Cohort, here: str) -> list[Tab]:
    """The cohort's pages; planning and deciding are the office's alone."""
    pages = [("board", _("受講者")), ("grid", _("出席の表"))]
    if not policies.is_lecturer(request.actor):
        pages += [
            ("applicants", _("申込み")),
            ("graduations", _("修了")),
            ("plan", _("日程・講師")),
        ]
    own = [
        Tab(label, reverse(f"dojo:{name}", args=[cohort.public_id]), None, name == here)
        for name, label in pages
    ]
    more = [
        Tab(
            str(page.label),
            reverse(page.url_name, args=[cohort.public_id]),
            None,
            page.url_name == here,
        )
        for page in tabs.registered()
    ]
    return own + more
