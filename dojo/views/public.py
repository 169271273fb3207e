"""Pages for everybody: courses, announcement, one person's calendar, and whether a certificate holds."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dojo import ical, papers, policies, states
from dojo.forms import VerifyForm
from dojo.models import Cohort, Enrolment, Graduation
from dojo.selectors import public, roster
from dojo.views.common import session_day, session_name
from dojo.words import cohort_name
from portal.kernel import clock, icalendar
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.ui.acts import form_page
from portal.ui.markup import era_date
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row
from programs.fact_states import fact_state
from programs.models import FirmMembership
from programs.selectors import ward_names


@login_not_required
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """講座を探す: both courses with the cohorts that take applications now or soon.

    A firm that has not chosen a ward reads first of those that its own sites may take part in.
    """
    today = clock.today()
    ward = posted_number(request.GET.get("ward", ""))
    ward = ward if ward in ward_names() else None
    own = frozenset() if ward else public.own_wards(request.actor)
    context = {
        "offers": [
            {"course": offer.course, "units": list(offer.course.units.all())} | _cards(offer, own)
            for offer in public.offers(request.actor, today=today, ward_id=ward)
        ],
        "own": _("・").join(ward_names()[code] for code in sorted(own)),
        "wards": ward_names().items(),
        "ward": ward,
    }
    return TemplateResponse(request, "dojo/courses.html", context)


@login_not_required
@require_safe
def cohort(request: HttpRequest, public_id: object) -> HttpResponse:
    """募集のページ: what, when, where, with whom, for whom, how places are given; and one button."""
    found = _cohort(request, public_id)
    today = clock.today()
    sessions = roster.sessions_of(found)
    window = public.window(found, today)
    context = {
        "cohort": found,
        "name": cohort_name(found),
        "wards": [ward_names()[row.ward_id] for row in found.wards.all()],
        "sessions": [
            {"session": item, "name": session_name(item), "day": session_day(item)}
            for item in sessions
        ],
        "lecturers": list(found.lecturers.all()),
        "told": found.course.display_told,
        "rule": found.rule,
        "window": window,
        "is_full": found.free <= 0,
        "mine": policies.visible_enrolments(request.actor)
        .filter(cohort=found, status__in=states.LIVE)
        .first()
        if request.actor.hat == Hat.FIRM
        else None,
        "may_apply": window.code == "open" and request.actor.hat in {Hat.FIRM, Hat.PUBLIC},
        "breadcrumb": [Crumb(_("講座を探す"), reverse("dojo:courses")), Crumb(cohort_name(found))],
    }
    return TemplateResponse(request, "dojo/cohort.html", context)


@login_not_required
@never_cache
@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """One person's calendar; 404 as soon as the seat is gone, or the person from the firm."""
    try:
        key = ical.enrolment_of(token)
    except (signing.BadSignature, ValueError, TypeError) as bad:
        raise Http404 from bad
    with acting(Actor.system("dojo.calendar")):
        row = (
            Enrolment.objects.filter(pk=key, status=states.ENROLLED, person__is_active=True)
            .exclude(cohort__status=states.CANCELLED)
            .select_related("cohort__course")
            .first()
        )
        if (
            row is None
            or not FirmMembership.objects.filter(
                firm_id=row.firm_id, user_id=row.person_id, valid_to=None
            ).exists()
        ):
            raise Http404
        body = ical.calendar(row, roster.sessions_of(row.cohort), stamp=clock.now())
    return HttpResponse(body, content_type=icalendar.CONTENT_TYPE)


def few_tries(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """So many a minute from one address: check characters are not found by trying."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        too_many: HttpResponse | None = ratelimit.consume_or_429(
            request, action="certificate", limit_get=True
        )
        return too_many or view(request, *args, **kwargs)

    return limited


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@few_tries
def verify_form(request: HttpRequest) -> HttpResponse:
    """修了証を確かめる: number and check characters as they stand on the paper."""
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        number, check = given["number"].upper(), given["check"].lower()
        if _matches(number, check):
            return redirect("dojo:verify", number, check)
        form.add_error(
            None, _("番号と確認コードの組合せが違います。修了証の表示をもう一度確かめてください。")
        )
    context = {"form": form, "breadcrumb": [Crumb(_("修了証を確かめる"))]}
    return form_page(request, "dojo/verify_form.html", context)


@login_not_required
@never_cache
@require_safe
@few_tries
def verify(request: HttpRequest, number: str, check: str) -> HttpResponse:
    """Whether a certificate holds today. No name, no firm: those stand on the paper that is shown."""
    if not _matches(number, check):
        raise Http404
    with acting(Actor.system("dojo.verify")):
        found = (
            Graduation.objects.filter(number=number)
            .select_related("fact", "enrolment__cohort__course", "enrolment__cohort__ward")
            .first()
        )
        if found is None or found.fact is None:
            raise Http404
        context = _verdict(found)
    return TemplateResponse(request, "dojo/verify.html", context)


def _matches(number: str, check: str) -> bool:
    return constant_time_compare(papers.check_code(number), check)


def _verdict(found: Graduation) -> dict[str, Any]:
    assert found.fact is not None
    assert found.confirmed_on is not None
    course = found.enrolment.cohort
    state = fact_state(found.fact, clock.today())
    rows = [
        Row(_("番号"), found.number),
        Row(_("講座"), cohort_name(course)),
        Row(_("認定した区"), course.ward.display_name),
        Row(_("修了日"), era_date(found.confirmed_on)),
    ]
    if found.fact.expires_on:
        rows.append(Row(_("有効期限"), era_date(found.fact.expires_on)))
    if found.fact.revoked_on:
        rows.append(Row(_("取り消した日"), era_date(found.fact.revoked_on)))
    return {
        "state": state,
        "rows": rows,
        "breadcrumb": [
            Crumb(_("修了証を確かめる"), reverse("dojo:verify_form")),
            Crumb(found.number),
        ],
    }


def _cohort(request: HttpRequest, public_id: object) -> Cohort:
    rows = policies.visible_cohorts(request.actor).select_related("course", "ward")
    return get_object_or_404(rows.prefetch_related("wards"), public_id=public_id)


def _cards(offer: public.Offer, own: frozenset[int]) -> dict[str, Any]:
    """The cohorts by window; where there are own wards, those of other wards apart."""
    far = [
        row
        for row in (*offer.open, *offer.coming)
        if own and own.isdisjoint(item.ward_id for item in row.wards.all())
    ]
    return {
        "open": [_card(row) for row in offer.open if row not in far],
        "coming": [_card(row) for row in offer.coming if row not in far],
        "far": [(_card(row), row in offer.open) for row in far],
    }


def _card(row: Cohort) -> dict[str, Any]:
    names = ward_names()
    return {
        "cohort": row,
        "name": cohort_name(row),
        "wards": _("・").join(names[item.ward_id] for item in row.wards.all()),
        "first": row.first_at,
        "last": row.last_at,
        "count": row.session_count,
        "is_full": row.free <= 0,
    }
