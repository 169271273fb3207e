"""An application's draft as the pure rules see it."""

import datetime as dt
from collections import Counter

from django.db.models import Q

from portal.kernel.files.models import StoredFile
from subsidies.facts import firm_facts
from subsidies.models import Application, ApplicationDocument, SchemeVersion
from subsidies.rules.form import Content
from subsidies.rules.scheme import SchemeRules


def rules_of(version: SchemeVersion) -> SchemeRules:
    """The version's rules, parsed (a fraction of a millisecond)."""
    return SchemeRules.parse(version.rules)


def content_of(application: Application, *, today: dt.date) -> Content:
    """The working copy of the application: as typed, with the attached files counted."""
    counts = Counter(
        ApplicationDocument.objects.filter(standing(), application=application).values_list(
            "requirement", flat=True
        )
    )
    facts = firm_facts(application.firm, ward_id=application.ward_id, today=today)
    return Content(
        answers=application.answers,
        eligibility=application.eligibility,
        expenses=application.expense_input,
        documents=counts,
        facts=facts,
    )


def standing() -> Q:
    """Documents that count: neither replaced nor refused by the file check."""
    return Q(replaced_at=None) & ~Q(stored_file__state=StoredFile.State.REFUSED)
