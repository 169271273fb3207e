"""Comparing a submitted application with all others: after each submission, and nightly.

Cost for one application, however many there are: about 36 keys written, some 20 indexed lookups of
at most 60 to 300 rows each, and at most 20 texts compared word by word. Beside a million keys (some
30,000 applications) measured on two busy cores: 31 statements, 0.1 s in the database. Two that are
submitted in the same moment do not see each other's keys: the nightly sweep finds those.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import override

from portal.kernel.actor import Actor
from subsidies import states
from subsidies.models import Application
from subsidies.watch.selectors.limits import limits_of
from subsidies.watch.services import pairs, peers, quoting
from subsidies.watch.services.tracing import traces_make

# The nightly sweep looks at what was submitted or claimed in so many days.
LOOK_BACK = dt.timedelta(days=35)


def application_compare(*, actor: Actor, application_id: int) -> None:
    """Make the application's keys anew and write down what they find. Safe to repeat.

    Runs as the system, because duplicates lie in other wards. Changes nothing of the application.
    """
    rows = Application.objects.select_related("call", "version")
    application = rows.filter(pk=application_id).exclude(status=states.DRAFT).first()
    if application is None:
        return
    # Evidence is frozen in Japanese, as the rest of the file is.
    with transaction.atomic(), override("ja"):
        traces = traces_make(actor=actor, application=application)
        limits = limits_of([application.ward_id])[application.ward_id]
        pairs.same_firm(application, traces)
        pairs.same_account(application, traces)
        pairs.same_file(application, traces)
        pairs.similar_text(application, traces)
        peers.vendor_cluster(application, traces, limits)
        peers.vendor_ring(application, traces)
        peers.price_outlier(application, traces, limits)
        quoting.same_day(application)
        quoting.quoting_together(application, traces, limits)
        peers.confirmed_figures(application)


def sweep(*, actor: Actor, now: dt.datetime, look_back: dt.timedelta = LOOK_BACK) -> int:
    """Compare again what came in lately; returns how many. One transaction for each application."""
    since = now - look_back
    fresh = Application.objects.filter(submitted_at__gte=since).exclude(status=states.DRAFT)
    claimed = Application.objects.filter(
        grant__filings__submitted_at__gte=since, grant__filings__account__isnull=False
    )
    found = sorted({*fresh.values_list("pk", flat=True), *claimed.values_list("pk", flat=True)})
    for application_id in found:
        application_compare(actor=actor, application_id=application_id)
    return len(found)
