"""Reads of consultations, and what a scheme asks to be done beforehand."""

import datetime as dt
from collections.abc import Iterable

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from portal.kernel.actor import Actor
from programs import policies as programs
from programs.models import Firm
from subsidies.consultations import policies
from subsidies.consultations.models import Consultation
from subsidies.contents import rules_of
from subsidies.models import Application, Scheme, SchemeVersion

PAGE_SIZE = 25


def needs_of(schemes: Iterable[Scheme]) -> dict[int, dict[str, str]]:
    """Scheme id → code and name of its prerequisites, by its newest published version."""
    newest = (
        SchemeVersion.objects.filter(scheme__in=[scheme.pk for scheme in schemes])
        .exclude(published_at=None)
        .order_by("scheme_id", "-number")
        .distinct("scheme_id")
    )
    return {
        version.scheme_id: {need.code: need.name for need in rules_of(version).prerequisites}
        for version in newest
    }


def consultation_rows(
    actor: Actor,
    *,
    query: str = "",
    scheme_id: int | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[Consultation]:
    """The newest first; both days are included."""
    rows = policies.visible_consultations(actor).select_related("firm", "scheme", "met_by")
    if query:
        rows = rows.filter(Q(firm__name__icontains=query) | Q(firm__corporate_number=query))
    if scheme_id is not None:
        rows = rows.filter(scheme_id=scheme_id)
    if since:
        rows = rows.filter(held_on__gte=since)
    if until:
        rows = rows.filter(held_on__lte=until)
    return rows.order_by("-held_on", "-id")


def consultation_page(rows: QuerySet[Consultation], number: int) -> Page[Consultation]:
    """One page of the list."""
    return Paginator(rows, PAGE_SIZE).get_page(number)


def of_application(actor: Actor, application: Application) -> QuerySet[Consultation]:
    """What the firm was advised about the scheme of its application, up to the decision."""
    return (
        policies.visible_consultations(actor)
        .filter(firm_id=application.firm_id, scheme_id=application.version.scheme_id)
        .select_related("met_by")
    )


def firms_named(actor: Actor, typed: str, most: int = 6) -> list[Firm]:
    """The ward's firms of that 法人番号 or name; an exact name before all that contain it."""
    rows = programs.visible_firms(actor)
    exact = list(rows.filter(Q(corporate_number=typed) | Q(name=typed)).order_by("name")[:most])
    return exact or list(rows.filter(name__icontains=typed).order_by("name")[:most])
