"""Accounting years of firms: told by the firm, by an effect report, by a sheet of the ward. Rows are only added."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kpi.series import selectors, words
from kpi.series.models import Accounts, Consent
from kpi.series.policies import may_record
from kpi.series.rules import doubts, merged, misfits
from kpi.series.services.errors import Held, Misfit, Refused, Stale
from kpi.series.services.panel import panel_refresh
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from programs.models import Firm, Site

FIRST_DAY = dt.date(2000, 1, 1)
Figures = Mapping[str, int | None]


def accounts_save(
    *,
    actor: Actor,
    period_end: dt.date,
    months: int,
    figures: Figures,
    sure: Collection[str] = (),
    why: str = "",
    reason: str = "",
    seen: int = 0,
    today: dt.date,
) -> Accounts:
    """The firm's own accounting year, as a new version of what is there. An empty figure is not known.

    `sure` are the keys of figures that the firm says are right (`words.Asked.key`), with `why`; `seen` is
    the version the page showed; a correction has a `reason`. Raises RoleMissing, Refused, Misfit, Held, Stale.
    """
    if not may_record(actor) or actor.firm_id is None:
        raise RoleMissing
    known = {code: value for code, value in figures.items() if value is not None}
    _check_year(period_end, known, today)
    with transaction.atomic():
        before = _version(actor.firm_id, period_end)
        if (before.number if before else 0) != seen:
            raise Stale
        old = selectors.figures_of(before) if before else {}
        if before and before.months == months and merged({}, known) == old:
            return before
        if before and not reason.strip():
            raise Refused(_("訂正の理由を入力してください。"))
        confirmed = check(actor.firm_id, period_end, known, sure=sure, why=why, by=actor.name)
        row = _insert(
            actor,
            before,
            firm_id=actor.firm_id,
            ward_id=before.ward_id if before else ward_of(actor.firm_id),
            period_end=period_end,
            months=months,
            figures=merged({}, known),
            source=Accounts.Source.FIRM,
            confirmed=confirmed,
            reason=reason.strip(),
        )
        _told(actor, row, before, why=why)
    return row


def report_take(
    *, filing_id: int, firm_id: int, ward_id: int, record: Mapping[str, Any], ends: dt.date
) -> Accounts | None:
    """What an accepted effect report tells of its year, so that the firm is not asked again. By the system.

    Its figures were confirmed in the report. None where it tells nothing new.
    """
    actor = Actor.system("series.effect_report", ward_id=ward_id)
    given = {
        code: value for code, value in record.get("after", {}).items() if code in selectors.CODES
    }
    with transaction.atomic():
        before = _version(firm_id, ends)
        old = selectors.figures_of(before) if before else {}
        figures = merged(old, given)
        if not given or figures == old:
            return None
        row = _insert(
            actor,
            before,
            firm_id=firm_id,
            ward_id=ward_id,
            period_end=ends,
            months=before.months if before else selectors.FULL_YEAR,
            figures=figures,
            source=Accounts.Source.EFFECT,
            source_ref=str(filing_id),
            confirmed=[{**item, "column": item["code"]} for item in record.get("confirmed", ())],
        )
        _told(actor, row, before)
    return row


def consent_say(*, actor: Actor, agreed: bool, text: str) -> Consent:
    """The firm says whether its accounts may serve evaluations; the newest word counts. Raises RoleMissing."""
    if not may_record(actor) or actor.firm_id is None:
        raise RoleMissing
    with transaction.atomic():
        row = Consent.objects.create(
            firm_id=actor.firm_id,
            ward_id=ward_of(actor.firm_id),
            agreed=agreed,
            text=text,
            said_by_id=actor.user_id,
            said_by_name=actor.name,
        )
        audit.record(
            actor=actor,
            action="series.consent_given" if agreed else "series.consent_ended",
            obj=row,
        )
    return row


def accounts_viewed(*, actor: Actor, firm: Firm) -> None:
    """Somebody outside the firm looked at its accounts."""
    if actor.hat != Hat.FIRM:
        audit.record(actor=actor, action="series.accounts_viewed", obj=firm, ward_id=actor.ward_id)


def accounts_listed(*, actor: Actor, firms: Collection[Firm], detail: Mapping[str, Any]) -> None:
    """Somebody looked at the newest accounts of these firms in a list."""
    if firms:
        audit.record(
            actor=actor,
            action="series.accounts_listed",
            ward_id=actor.ward_id,
            detail={**detail, "firms": [str(firm.public_id) for firm in firms]},
        )


def check(
    firm_id: int,
    period_end: dt.date,
    figures: Mapping[str, int],
    *,
    sure: Collection[str],
    why: str,
    by: str,
) -> list[dict[str, Any]]:
    """The slips that were confirmed, as they are kept. Raises Misfit for sums that cannot be true, Held."""
    if wrong := misfits(figures):
        raise Misfit([(code, words.misfit_text(code, kind, yen)) for code, kind, yen in wrong])
    last = year_before(firm_id, period_end)
    asked = words.asked_of(doubts(last, figures), last, figures)
    if any(item.key not in sure for item in asked) or (asked and not why.strip()):
        raise Held(asked)
    at = clock.database_now().isoformat()
    return [{**item.plain(), "reason": why.strip(), "by": by, "at": at} for item in asked]


def year_before(firm_id: int, period_end: dt.date) -> dict[str, int]:
    """The figures of the newest accounting year that ends before; empty where there is none."""
    rows = Accounts.objects.filter(firm_id=firm_id, period_end__lt=period_end)
    row = rows.order_by("-period_end", "-number").first()
    return selectors.figures_of(row) if row else {}


def ward_of(firm_id: int) -> int:
    """The ward of the head office, else of another open site. Raises Refused for a firm outside the 23."""
    sites = Site.objects.filter(firm_id=firm_id, closed_on=None)
    found = min(sites, key=lambda site: (site.kind != Site.Kind.HEAD, site.pk), default=None)
    if found is None:
        raise Refused(_("区内の事業所が登録されていません。先に企業情報で登録してください。"))
    return found.ward_id


def _check_year(period_end: dt.date, figures: Mapping[str, int], today: dt.date) -> None:
    if not FIRST_DAY <= period_end <= today:
        raise Refused(_("決算日は、2000年から今日までの日にしてください。"))
    if not figures:
        raise Refused(_("数字が1つも入力されていません。分かるところだけでも入力してください。"))


def _version(firm_id: int, period_end: dt.date) -> Accounts | None:
    rows = Accounts.objects.filter(firm_id=firm_id, period_end=period_end)
    return rows.order_by("-number").first()


def _insert(
    actor: Actor, before: Accounts | None, *, figures: Mapping[str, int], **fields: Any
) -> Accounts:
    try:
        with transaction.atomic():
            return Accounts.objects.create(
                number=before.number + 1 if before else 1,
                recorded_by_id=actor.user_id,
                recorded_by_name=actor.name if actor.user_id else "",
                **fields,
                **figures,
            )
    except IntegrityError as twice:
        raise Stale from twice


def _told(actor: Actor, row: Accounts, before: Accounts | None, *, why: str = "") -> None:
    """The figures of the ward's panel, and the audit row."""
    with acting(actor.elevated()):
        panel_refresh(ward_ids=[row.ward_id], as_of=clock.today())
    detail = {"period_end": row.period_end.isoformat(), "version": row.number, "source": row.source}
    if row.confirmed:
        detail["confirmed"] = [
            [item.get("column"), item.get("before"), item.get("value")] for item in row.confirmed
        ]
    audit.record(
        actor=actor,
        action="series.accounts_corrected" if before else "series.accounts_recorded",
        obj=row,
        reason=row.reason or why,
        detail=detail,
    )
