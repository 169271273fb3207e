"""書類点検表: 「先に済ませること」 ticked by the consultation that it was, and unticked with it.

A consultation counts for an application that came in on its day or later: it is 事前相談.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.ui.markup import era_date
from subsidies.consultations.models import Consultation, Tick
from subsidies.contents import submitted_rules
from subsidies.models import Application
from subsidies.rules.checklist import PREREQUISITE
from subsidies.services.ticks import OPEN_LIST, check_item_tick, check_item_untick


def cases_of(actor: Actor, consultation: Consultation) -> list[int]:
    """Applications of the firm to the scheme whose check list is open."""
    rows = Application.objects.filter(
        ward_id=consultation.ward_id,
        firm_id=consultation.firm_id,
        version__scheme_id=consultation.scheme_id,
        status__in=OPEN_LIST,
    )
    with acting(actor.elevated()):
        return list(rows.order_by("id").values_list("pk", flat=True))


def ticks_make(*, actor: Actor, application_id: int) -> list[Tick]:
    """Tick what consultations have done beforehand. Safe to repeat.

    Runs with the system's rows: a tick may have to be taken back, which officials may not do.
    """
    system = actor.elevated()
    # The case's papers are Japanese, whoever's act it follows from.
    with acting(system), transaction.atomic(), override("ja"):
        rows = Application.objects.select_related("version__scheme")
        application = rows.filter(pk=application_id, status__in=OPEN_LIST).first()
        if application is None or application.submitted_at is None:
            return []
        found = []
        for need in submitted_rules(application).prerequisites:
            consultation = _newest(application, need.code)
            tick = _tick(system, application, consultation) if consultation else None
            if tick is not None:
                found.append(tick)
        return found


def ticks_undo(*, actor: Actor, consultation: Consultation) -> list[Application]:
    """Take back what rests on the record; returns the cases whose check was completed with it."""
    system = actor.elevated()
    passed = []
    with acting(system), transaction.atomic():
        rows = consultation.ticks.select_related("check_row__application").order_by("id")
        for tick in rows:
            check = tick.check_row
            if check.checked_at != tick.ticked_at:
                continue
            if check_item_untick(actor=system, check=check, ticked_at=tick.ticked_at):
                ticks_make(actor=system, application_id=check.application_id)
            else:
                passed.append(check.application)
    return passed


def _newest(application: Application, need: str) -> Consultation | None:
    """The last consultation of that kind before the application came in."""
    assert application.submitted_at is not None
    rows = Consultation.objects.filter(
        ward_id=application.ward_id,
        firm_id=application.firm_id,
        scheme_id=application.version.scheme_id,
        need=need,
        held_on__lte=clock.to_date(application.submitted_at),
        withdrawn_at=None,
    )
    return rows.select_related("met_by").order_by("-held_on", "-id").first()


def _tick(system: Actor, application: Application, consultation: Consultation) -> Tick | None:
    check = check_item_tick(
        actor=system,
        application_id=application.pk,
        item=f"{PREREQUISITE}.{consultation.need}",
        note=_("相談記録（%(day)s、%(name)s）")
        % {"day": era_date(consultation.held_on), "name": consultation.met_by.name},
        by_id=consultation.met_by_id,
    )
    if check is None:
        return None
    tick, _created = Tick.objects.update_or_create(
        check_row=check,
        defaults={
            "ward_id": application.ward_id,
            "consultation": consultation,
            "ticked_at": check.checked_at,
        },
    )
    return tick
