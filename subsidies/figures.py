"""The figures of an application that still have to be confirmed, from the database."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from subsidies import states
from subsidies.models import Application, ApplicationVersion, FigureConfirmation
from subsidies.rules import figures
from subsidies.rules.figures import Doubt, Earlier
from subsidies.rules.scheme import SchemeRules


def unconfirmed(application: Application, rules: SchemeRules) -> tuple[Doubt, ...]:
    """What looks like a slip and nobody has confirmed. At most two queries."""
    if not figures.figures_of(rules, application.answers, application.expense_input):
        return ()
    found = figures.doubts(
        rules, application.answers, application.expense_input, earlier_of(application, rules)
    )
    if not found:
        return ()
    said = FigureConfirmation.objects.filter(application=application)
    return figures.left(found, set(said.values_list("anchor", "value")))


def earlier_of(application: Application, rules: SchemeRules) -> Earlier:
    """What the firm gave in its last other application of this stage, in any ward.

    A submitted application keeps being compared with what came before it: a correction must not
    fail for what the firm has applied for since.
    """
    rows = ApplicationVersion.objects.filter(
        application__firm_id=application.firm_id, application__stage=application.stage
    ).exclude(application_id=application.pk)
    if application.status != states.DRAFT and application.submitted_at is not None:
        rows = rows.filter(submitted_at__lt=application.submitted_at)
    last = rows.select_related("application").order_by("-submitted_at", "-id").first()
    if last is None:
        return Earlier()
    payload: Mapping[str, Any] = last.payload
    source = _("前の申請（%(number)s）") % {"number": last.application.receipt_no}
    return Earlier(figures.figures_of(rules, payload["answers"], payload["expenses"]), source)
