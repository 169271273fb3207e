"""What happens to grants, as a firm's card tells it: filings, rulings, payments, what comes next."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.ui.markup import yen_text
from programs import history
from programs.history import GRANTS, OF_FIRM, OF_WARD, Event, Place, Span, Todo, Told
from programs.models import Firm
from subsidies import grant_states
from subsidies.grants import kinds, money_states, policies, states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.ending import CANCELLATION, WITHDRAWAL
from subsidies.grants.kinds.recovery import RECOVERY
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.models import Filing, Hearing, RecoveryPayment, Ruling
from subsidies.models import Grant

_AGAINST = (REVOCATION, RECOVERY)
# Over before the project was settled.
_ENDED = (grant_states.WITHDRAWN, grant_states.CANCELLED, grant_states.REVOKED)
_GRANT = (
    "pk",
    "ward_id",
    "status",
    "receipt_no",
    "title",
    "decided_on",
    "report_due_on",
    "completed_on",
    "project_ends_on",
)
_FILING = (
    "grant_id",
    "public_id",
    "kind",
    "status",
    "message",
    "submitted_at",
    "settled_at",
    "payment__yen",
    "payment__paid_on",
)
_RULING = ("grant_id", "kind", "outcome", "amount_yen", "approved_at", "document_no")
_HEARING = ("pk", "grant_id", "status", "due_on", "asked_at", "stated_at")


@history.tells(Grant, follows=(Filing, Ruling, Hearing))
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Four queries: grants, filings with what was paid on them, rulings, hearings. Two more where
    something was ordered back.
    """
    rows = policies.visible_grants(actor).filter(firm_id=firm.pk).order_by("-decided_on", "-pk")
    # The firm's own pages are found by the application's public id.
    columns = (*_GRANT, "application__public_id") if actor.hat == Hat.FIRM else _GRANT
    grants = {row.pk: row for row in rows.values_list(*columns, named=True)[: history.MOST]}
    if not grants:
        return
    own = {"firm_id": firm.pk, "grant__in": list(grants)}
    filed = _filed(actor, own) if has(Filing) else []
    decided = _decided(actor, own) if has(Ruling) else []
    ended = _ended_on(filed, decided)
    for grant in grants.values():
        yield from _of_grant(actor, grant, ended.get(grant.pk))
    for filing in filed:
        yield from _of_filing(actor, grants[filing["grant_id"]], filing)
    for ruling in decided:
        yield _ruling_event(actor, grants[ruling["grant_id"]], ruling)
    if has(Hearing):
        hearings = policies.visible_hearings(actor).filter(**own).order_by("-pk")
        for hearing in hearings.values(*_HEARING)[: history.MOST]:
            yield from _of_hearing(actor, grants[hearing["grant_id"]], hearing)
    if any(ruling["kind"] == RECOVERY for ruling in decided):
        yield from _given_back(actor, firm, grants)


def _filed(actor: Actor, own: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = policies.visible_filings(actor).filter(**own).order_by("-pk")
    return list(rows.values(*_FILING)[: history.MOST])


def _decided(actor: Actor, own: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = policies.visible_rulings(actor).filter(**own, status=states.RULED).order_by("-pk")
    return list(rows.values(*_RULING)[: history.MOST])


def _ended_on(
    filings: Iterable[Mapping[str, Any]], ruled: Iterable[Mapping[str, Any]]
) -> dict[int, dt.date]:
    """Grant → the day on which a withdrawal was accepted, a cancellation or a revocation decided."""
    days = {
        row["grant_id"]: clock.to_date(row["settled_at"])
        for row in filings
        if row["kind"] == WITHDRAWAL and row["status"] == states.ACCEPTED
    }
    return days | {
        row["grant_id"]: clock.to_date(row["approved_at"])
        for row in ruled
        if row["kind"] in (CANCELLATION, REVOCATION) and row["outcome"] != Ruling.Outcome.REJECT
    }


def _of_grant(actor: Actor, grant: Any, ended_on: dt.date | None) -> Iterator[Told]:
    state = grant_states.GRANT.state(grant.status)
    running = grant.status in grant_states.RUNNING
    last = grant.report_due_on if running else grant.completed_on or grant.project_ends_on
    if grant.status in _ENDED and ended_on:
        last = min(last, ended_on)
    yield Span(GRANTS, grant.decided_on, last, (_name(grant), state.label))
    steps = {
        grant_states.IN_PROGRESS: (OF_FIRM, _("実績報告を提出する"), grant.report_due_on),
        grant_states.REPORTED: (OF_WARD, _("実績報告を検査する"), None),
        grant_states.FINALISED: (OF_FIRM, _("補助金を請求する"), None),
        grant_states.CLAIMED: (OF_WARD, _("補助金を支払う"), None),
    }
    if grant.status in steps:
        side, what, until = steps[grant.status]
        yield Todo(GRANTS, side, what, _name(grant), until, _place(actor, grant))


def _of_filing(actor: Actor, grant: Any, row: dict[str, Any]) -> Iterator[Told]:
    values = {"name": kinds.get(row["kind"]).name}
    if row["submitted_at"]:
        text = _("「%(name)s」を提出しました")
        yield _event(actor, grant, row["submitted_at"], text, values)
    if row["settled_at"] and row["status"] == states.ACCEPTED:
        text = _("「%(name)s」が受理されました")
        yield _event(actor, grant, row["settled_at"], text, values, tone="green")
    if row["status"] == states.RETURNED:
        what = str(_("「%(name)s」を直して、提出し直す")) % values
        yield Todo(GRANTS, OF_FIRM, what, row["message"], place=_place(actor, grant))
    if row["payment__paid_on"]:
        paid = {"amount": yen_text(row["payment__yen"])}
        text = _("補助金が支払われました：%(amount)s")
        at = clock.midnight(row["payment__paid_on"])
        event = _event(actor, grant, at, text, paid, tone="green")
        yield replace(event, received_yen=row["payment__yen"])


def _ruling_event(actor: Actor, grant: Any, row: dict[str, Any]) -> Event:
    rejected = row["outcome"] == Ruling.Outcome.REJECT
    values = {"name": rulings.names().get(row["kind"], row["kind"])}
    text = _("「%(name)s」は承認されませんでした") if rejected else _("「%(name)s」が決定しました")
    note = yen_text(row["amount_yen"]) if row["amount_yen"] is not None else ""
    tone = "red" if rejected or row["kind"] in _AGAINST else "green"
    return _event(actor, grant, row["approved_at"], text, values, note, tone)


def _of_hearing(actor: Actor, grant: Any, row: dict[str, Any]) -> Iterator[Told]:
    """弁明の機会: asked, answered, and the firm's turn as long as it is open."""
    yield _event(actor, grant, row["asked_at"], _("区が弁明の機会を設けました"), {}, tone="orange")
    if row["stated_at"]:
        yield _event(actor, grant, row["stated_at"], _("弁明を提出しました"), {})
    if row["status"] == money_states.ASKED:
        firms = Place("grants:hearing", row["pk"])
        place = firms if actor.hat == Hat.FIRM else _place(actor, grant)
        yield Todo(GRANTS, OF_FIRM, _("弁明を提出する"), _name(grant), row["due_on"], place)


def _given_back(actor: Actor, firm: Firm, grants: Mapping[int, Any]) -> Iterator[Told]:
    """返還: what came back, and what is still owed."""
    recoveries = policies.visible_recoveries(actor).filter(firm_id=firm.pk, grant__in=list(grants))
    found = {row.pk: row for row in recoveries.order_by("-pk")[: history.MOST]}
    for row in found.values():
        grant = grants[row.grant_id]
        if row.status == money_states.OWED:
            what, place = _("補助金を返還する"), _place(actor, grant)
            yield Todo(GRANTS, OF_FIRM, what, _name(grant), row.due_on, place)
    payments = RecoveryPayment.objects.filter(recovery__in=list(found)).order_by("-pk")
    for paid in payments[: history.MOST]:
        values = {"amount": yen_text(paid.yen)}
        text, at = _("返還金が納められました：%(amount)s"), clock.midnight(paid.paid_on)
        event = _event(actor, grants[found[paid.recovery_id].grant_id], at, text, values)
        yield replace(event, received_yen=-paid.yen)


def _event(
    actor: Actor,
    grant: Any,
    at: dt.datetime,
    text: Promise,
    values: Mapping[str, object],
    note: str = "",
    tone: str = "",
) -> Event:
    about = (grant.receipt_no, grant.title, note)
    return Event(at, GRANTS, text, values, about, tone, _place(actor, grant), grant.ward_id)


def _name(grant: Any) -> str:
    return "　".join(filter(None, [grant.receipt_no, grant.title]))


def _place(actor: Actor, grant: Any) -> Place:
    if actor.hat == Hat.FIRM:
        return Place("grants:grant", grant.application__public_id)
    return Place("grants:staff_grant", grant.receipt_no)
