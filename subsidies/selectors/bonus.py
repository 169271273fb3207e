"""Bonus lines (加点) of applications: the firms' facts under a version's bonus rules."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.kernel import clock
from programs.models import Qualification
from subsidies.models import Application
from subsidies.rules.bonus import BonusLine, BonusRule, Fact, bonus_lines

_FINISHED = frozenset({Qualification.Kind.DOJO_GRADUATE, Qualification.Kind.LEADER_COURSE})


def bonus_of(
    applications: Iterable[Application], rules: Iterable[BonusRule]
) -> dict[int, tuple[BonusLine, ...]]:
    """Application id → its lines as of the day (Tokyo) it was submitted; drafts have none.

    One query, however many applications; the caller's row policies say which facts are seen.
    """
    asked = tuple(rules)
    every = [application for application in applications if application.submitted_at]
    facts: dict[int, list[Fact]] = {}
    if asked:
        rows = Qualification.objects.filter(
            firm_id__in={application.firm_id for application in every},
            kind__in={rule.fact for rule in asked},
        )
        for row in rows:
            facts.setdefault(row.firm_id, []).append(fact_line(row))
    return {
        application.pk: bonus_lines(
            asked,
            facts.get(application.firm_id, ()),
            applied_on=clock.to_date(application.submitted_at),
        )
        for application in every
        if application.submitted_at
    }


def fact_line(row: Qualification) -> Fact:
    """The recorded fact as the pure rules see it."""
    title = row.cohort or row.get_kind_display()
    if row.cohort and row.kind in _FINISHED:
        title = _("%(cohort)s 修了") % {"cohort": row.cohort}
    return Fact(row.pk, row.kind, title, row.granted_on, row.expires_on, row.revoked_on)
