"""What the watch found about the canary firm's application, for the access tests."""

from typing import Any


def build(application: Any) -> Any:
    """The application's keys, and a finding on its vendor."""
    from portal.kernel.database import acting
    from subsidies.watch.models import Finding, Trace
    from subsidies.watch.services.tracing import traces_make
    from tests.factories import subsidies as make

    with acting(make.SYSTEM):
        traces_make(actor=make.SYSTEM, application=application)
        key = Trace.objects.filter(application=application, kind="vendor").first().key
        return Finding.objects.create(
            application=application,
            ward_id=application.ward_id,
            firm_id=application.firm_id,
            kind="vendor",
            subject=key,
            evidence={
                "vendor": application.firm_name,
                "key": key,
                "firms": 6,
                "of": 10,
                "percent": 60,
                "fiscal_year": application.call.fiscal_year,
                "other_wards": 1,
            },
        )


def arguments(short: str, row: Any) -> list[Any]:
    """Arguments that lead to the finding and the vendor it is about."""
    table = {
        "finding": [row.pk],
        "settle": [row.pk, "explain"],
        "vendor": [row.subject],
        "pair": [_pair(row)],
    }
    return table.get(short, [])


def _pair(row: Any) -> str:
    """The two vendors that quoted for the application."""
    from portal.kernel.database import acting
    from subsidies.watch.models import Trace
    from tests.factories import subsidies as make

    with acting(make.SYSTEM):
        rows = Trace.objects.filter(application_id=row.application_id, kind="pair")
        return str(rows.get().key)
