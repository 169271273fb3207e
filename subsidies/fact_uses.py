"""What of the subsidies rests on a firm's fact (修了・認定): bonus points, the short form, the quota."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from programs import uses
from programs.models import Qualification
from programs.uses import Use
from subsidies import states
from subsidies.contents import rules_of
from subsidies.models import Application, Call
from subsidies.policies import visible_applications
from subsidies.rules.bonus import Fact, bonus_lines
from subsidies.rules.scheme import GRADUATE
from subsidies.selectors.bonus import fact_line
from subsidies.selectors.names import scheme_label


@uses.register
def applications_on(actor: Actor, fact: Qualification) -> Iterator[Use]:
    """Applications of the firm that were submitted on the strength of the fact, newest first.

    Judged as if the fact had not been revoked, so that the page says the same before and after.
    """
    known = [
        replace(fact_line(row), revoked_on=None) if row.pk == fact.pk else fact_line(row)
        for row in Qualification.objects.filter(firm_id=fact.firm_id)
    ]
    rows = visible_applications(actor).filter(firm_id=fact.firm_id, submitted_at__isnull=False)
    for application in rows.select_related("version", "call").order_by("-submitted_at"):
        assert application.submitted_at is not None
        day = clock.to_date(application.submitted_at)
        if cited := _cited(application, day, fact, known):
            yield Use(
                title=f"{application.receipt_no} {scheme_label(application.scheme_name)}",
                text=_("、").join(cited),
                url=reverse("subsidies:application", args=[application.receipt_no]),
                state=str(states.APPLICATION.state(application.status).label),
            )


def _cited(
    application: Application, day: dt.date, fact: Qualification, known: list[Fact]
) -> list[str]:
    """How the application of that day uses the fact, in words."""
    lines = bonus_lines(rules_of(application.version).bonus, known, applied_on=day)
    found = [line.text for line in lines if line.fact_id == fact.pk]
    graduate = fact.kind == Qualification.Kind.DOJO_GRADUATE
    holds = fact.granted_on <= day and (fact.expires_on is None or day <= fact.expires_on)
    if graduate and holds and application.applicant_class == GRADUATE:
        found.append(_("修了者の様式"))
        if application.call.mode == Call.Mode.FIRST_COME and application.call.reserved_yen:
            found.append(_("修了者の枠"))
    return found
