"""What the applications tell on a firm's card, up to the decision; rooms after it tell the rest."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.ui.markup import yen_text
from programs import history
from programs.history import GRANTS, OF_FIRM, OF_WARD, Event, Place, Span, Todo, Told
from programs.models import Firm
from subsidies import policies, states
from subsidies.models import Application, Correction, Decision
from subsidies.selectors.names import scheme_label, scheme_label_lazy

_COLUMNS = (
    "pk",
    "public_id",
    "ward_id",
    "status",
    "scheme_name",
    "title",
    "receipt_no",
    "created_at",
    "submitted_at",
    "requested_yen",
    "due_on",
    "call__closes_at",
    "decision__outcome",
    "decision__amount_yen",
    "decision__approved_at",
)


@history.tells(Application)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Two queries: applications with their decisions, requests for corrections."""
    rows = policies.visible_applications(actor).filter(firm_id=firm.pk).order_by("-created_at")
    found = {row["pk"]: row for row in rows.values(*_COLUMNS)[: history.MOST]}
    for row in found.values():
        row["about"] = (row["receipt_no"] or "", row["title"])
        row["place"] = _place(actor, row)
        yield from _events(row)
        yield from _span(row)
        yield from _todo(actor, row, today)
    if not found:
        return
    corrections = Correction.objects.filter(application__in=list(found)).order_by("-requested_at")
    columns = ("application_id", "message", "requested_at", "answered_at")
    for pk, message, asked_at, answered_at in corrections.values_list(*columns)[: history.MOST]:
        text, row = _("区が補正を依頼しました"), found[pk]
        yield _event(row, asked_at, text, note=(message,), tone="orange")
        if answered_at:
            yield _event(row, answered_at, _("補正を提出しました"), note=row["about"])


def _events(row: dict[str, Any]) -> Iterator[Event]:
    if row["submitted_at"] is None:
        return
    asked = yen_text(row["requested_yen"]) if row["requested_yen"] is not None else ""
    scheme = {"scheme": scheme_label_lazy(row["scheme_name"])}
    text = _("%(scheme)sに申請しました")
    yield _event(row, row["submitted_at"], text, scheme, (*row["about"], asked))
    at = row["decision__approved_at"]
    if at is None:
        return
    if row["decision__outcome"] == Decision.Outcome.GRANT:
        amount = {"amount": yen_text(row["decision__amount_yen"])}
        text = _("交付が決定しました：%(amount)s")
        yield _event(row, at, text, amount, row["about"], "green")
    else:
        yield _event(row, at, _("不交付が決定しました"), None, row["about"], "red")


def _span(row: dict[str, Any]) -> Iterator[Span]:
    """From the submission to the decision; the grant's own span follows."""
    if row["submitted_at"] is None or row["status"] == states.WITHDRAWN:
        return
    decided = row["decision__approved_at"]
    last = clock.to_date(decided) if decided else None
    if last is None and row["status"] not in states.OPEN:
        return
    state = states.APPLICATION.state(row["status"]).label
    first = clock.to_date(row["submitted_at"])
    yield Span(GRANTS, first, last, (scheme_label_lazy(row["scheme_name"]), state))


def _todo(actor: Actor, row: dict[str, Any], today: dt.date) -> Iterator[Todo]:
    place = row["place"]
    name = "　".join(filter(None, [scheme_label(row["scheme_name"]), *row["about"]]))
    if row["status"] == states.DRAFT:
        closes_on = clock.to_date(row["call__closes_at"])
        if closes_on >= today:
            yield Todo(GRANTS, OF_FIRM, _("申請の入力を続ける"), name, closes_on, place)
    elif row["status"] == states.CORRECTION:
        yield Todo(GRANTS, OF_FIRM, _("補正を提出する"), name, row["due_on"], place)
    elif row["status"] in states.OPEN:
        about = f"{name}　{states.APPLICATION.state(row['status']).label}"
        # The day is the ward's own; the firm is told none that it could hold the ward to.
        until = None if actor.hat == Hat.FIRM else row["due_on"]
        yield Todo(GRANTS, OF_WARD, _("申請を審査する"), about, until, place)


def _event(
    row: dict[str, Any],
    at: dt.datetime,
    text: Promise,
    values: Mapping[str, object] | None = None,
    note: tuple[str, ...] = (),
    tone: str = "",
) -> Event:
    return Event(at, GRANTS, text, values, note, tone, row["place"], row["ward_id"])


def _place(actor: Actor, row: dict[str, Any]) -> Place:
    if actor.hat != Hat.FIRM:
        return Place("subsidies:application", row["receipt_no"])
    route = "task_list" if row["status"] == states.DRAFT else "status"
    return Place(f"subsidies:{route}", row["public_id"])
