"""Acts of the tests on schemes, each as the person who does it."""

import datetime as dt
import re

from django.urls import reverse

from portal.kernel.database import acting
from subsidies.models import Call
from subsidies.office import services


def act(actor, service, **given):
    with acting(actor):
        return service(actor=actor, **given)


def begun(actor, call):
    return act(actor, services.revision_begin, scheme_id=call.version.scheme_id)


def save(actor, revision, **values):
    counter = values.pop("counter", None)
    return act(
        actor, services.revision_save, revision_id=revision.pk, values=values, counter=counter
    )


def publish(editor, approver, call, **values):
    revision = save(editor, begun(editor, call), **values)
    act(editor, services.revision_propose, revision_id=revision.pk, note="改正の要旨")
    return act(approver, services.revision_publish, revision_id=revision.pk, seen=revision.counter)


def call_plan(call, **changes):
    given = {
        "fiscal_year": call.fiscal_year,
        "round": 2,
        "mode": Call.Mode.FIRST_COME,
        "opens_at": call.closes_at,
        "closes_at": call.closes_at + dt.timedelta(days=30),
        "project_ends_on": call.project_ends_on,
        "contact": "産業振興課",
    }
    return services.CallPlan(**{**given, **changes})


def create_call(admin, call, budget_yen=1_000_000, reserved_yen=0, scheme_id=None, **changes):
    return act(
        admin,
        services.call_create,
        scheme_id=scheme_id or call.version.scheme_id,
        plan=call_plan(call, **changes),
        budget_yen=budget_yen,
        reserved_yen=reserved_yen,
    )


def shown(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def url(name, *args) -> str:
    return reverse(f"office:{name}", args=args)


def fields(form, **changes):
    """What a browser would post for the form as it is shown."""
    data = {}
    for bound in form:
        value = (
            bound.field.prepare_value(bound.value())
            if hasattr(bound.field, "prepare_value")
            else bound.value()
        )
        if value in (None, False, ""):
            continue
        data[bound.name] = "on" if value is True else value
    return {key: value for key, value in {**data, **changes}.items() if value is not None}
