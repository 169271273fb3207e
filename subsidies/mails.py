"""The notice as the firm gets it: in the scheme version's own words, or in the usual ones."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from portal.kernel import clock
from portal.kernel.money import format_yen
from portal.notices.topics import register
from portal.ui.markup import era_date
from programs.models import Ward
from subsidies.contents import rules_of
from subsidies.models import Application, Decision
from subsidies.rules.mails import EVENTS, fill

Text = str | Promise
PREFIX = "subsidies."
_RESULTS = {
    Decision.Outcome.GRANT: gettext_noop("交付決定"),
    Decision.Outcome.REFUSE: gettext_noop("不交付決定"),
}

for _event in EVENTS.values():
    if not _event.is_needed:
        register(f"{PREFIX}{_event.code}", _event.name)


def told(
    application: Application, event: str, *, subject: Text, body: Text, topic: str, **values: Any
) -> dict[str, Any]:
    """subject, body and topic for `notify`. `subject`, `body` and `topic` are the usual ones; `values`
    are what the event's own placeholders stand for (days, yen, texts).

    The application's version decides: a newer one does not change what a running case is told.
    """
    own = rules_of(application.version).mail(event)
    if own is None:
        return {"subject": subject, "body": body, "topic": topic}
    filled = values_of(application, **values)
    optional = own.optional and not EVENTS[event].is_needed
    return {
        "subject": fill(own.subject, filled),
        "body": fill(own.body, filled),
        "topic": f"{PREFIX}{event}" if optional else topic,
    }


def values_of(application: Application, **more: Any) -> dict[str, str]:
    """What the placeholders stand for, in Japanese: the scheme's words are."""
    call = application.call
    with override("ja"):
        ward = Ward.objects.get(pk=application.ward_id)
        return {
            "firm": application.firm_name,
            "receipt_no": application.receipt_no or "",
            "title": application.title,
            "scheme": application.scheme_name,
            "call": _("%(year)s 第%(round)d回")
            % {"year": clock.wareki_fiscal_year(call.fiscal_year), "round": call.round},
            "ward": ward.name,
            "contact": call.contact,
            **{name: _written(value) for name, value in more.items()},
        }


def _written(value: Any) -> str:
    """A day, an amount in yen, an outcome or a text, in words."""
    if isinstance(value, dt.date):
        return era_date(value)
    if isinstance(value, int):
        return format_yen(value)
    return _RESULTS.get(value, str(value))


def sample(application: Application, today: dt.date) -> Mapping[str, Any]:
    """What the events' own placeholders would stand for in this case; for a preview."""
    decision = getattr(application, "decision", None)
    correction = application.corrections.order_by("-id").first()
    outcome = decision.outcome if decision else Decision.Outcome.GRANT
    return {
        "due": correction.due_on if correction else today + dt.timedelta(days=14),
        "amount": (decision.amount_yen if decision else application.requested_yen) or 0,
        "result": outcome,
        "message": correction.message if correction else _("見積書の有効期限を確かめてください。"),
        "paid_on": today,
    }
