"""What the portal knows of a firm, for prefilling and judging the eligibility (申請要件)."""

import datetime as dt
from typing import Any

from django.db.models import Q

from programs.models import Firm, Qualification, Site
from subsidies import grant_states, states
from subsidies.models import Application
from subsidies.rules.history import History, Past, State
from subsidies.rules.scheme import GENERAL, GRADUATE, SchemeRules


def firm_facts(firm: Firm, *, ward_id: int, today: dt.date) -> dict[str, Any]:
    """Facts by the names that `Criterion.source` uses. Capital in yen."""
    sites = Site.objects.filter(firm=firm, ward_id=ward_id, closed_on=None)
    since = [site.since for site in sites]
    known = [day for day in since if day]
    return {
        "firm.kind": firm.kind,
        "firm.is_corporation": firm.kind == Firm.Kind.CORPORATION,
        "firm.capital_yen": firm.capital_yen,
        "firm.employees": firm.employees,
        "firm.jsic": firm.jsic,
        "firm.has_site_in_ward": bool(since),
        "firm.head_office_in_ward": any(site.kind == Site.Kind.HEAD for site in sites),
        "firm.factory_in_ward": any(site.kind == Site.Kind.FACTORY for site in sites),
        "firm.years_in_ward": _full_years(min(known), today) if known else None,
        "firm.months_in_ward": _full_months(min(known), today) if known else None,
    }


def is_graduate(firm_id: int, on: dt.date) -> bool:
    """Whether the firm has a Dojo graduate (DX道場修了) whose completion is valid that day."""
    rows = Qualification.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=on),
        firm_id=firm_id,
        kind=Qualification.Kind.DOJO_GRADUATE,
        granted_on__lte=on,
        revoked_on=None,
    )
    return bool(rows.exists())


def applicant_class(firm_id: int, on: dt.date) -> str:
    """Which form the firm is given (申請者の区分)."""
    return GRADUATE if is_graduate(firm_id, on) else GENERAL


def firm_history(application: Application, *, today: dt.date) -> History:
    """The firm's other applications and grants, seen from this one."""
    return History(
        ward=application.ward_id,
        scheme=application.version.scheme.code,
        fiscal_year=application.call.fiscal_year,
        today=today,
        past=firm_past(application.firm_id, but=application.pk),
    )


def firm_past(firm_id: int, *, but: int | None = None) -> tuple[Past, ...]:
    """The firm's applications and grants in any ward, as this portal knows them; one query."""
    others = (
        Application.objects.filter(firm_id=firm_id)
        .exclude(pk=but)
        .exclude(status__in=[states.DRAFT, states.REFUSED, states.WITHDRAWN])
        .values_list(
            "ward_id",
            "version__scheme__code",
            "scheme_name",
            "call__fiscal_year",
            "grant__status",
            "grant__decided_on",
        )
    )
    return tuple(
        Past(ward, scheme, name, year, _past_state(status), decided_on)
        for ward, scheme, name, year, status, decided_on in others
        if status not in _GIVEN_BACK
    )


# The money went back to the ward: no grant stands against the next application.
_GIVEN_BACK = (grant_states.WITHDRAWN, grant_states.CANCELLED)


def _past_state(grant_status: str | None) -> State:
    if grant_status is None:
        return "applied"
    return "settled" if grant_status in grant_states.SETTLED else "granted"


def firm_snapshot(firm: Firm) -> dict[str, Any]:
    """The firm as it stood at the submission, for the frozen version."""
    return {
        "id": firm.pk,
        "name": firm.name,
        "kind": firm.kind,
        "corporate_number": firm.corporate_number,
        "representative_name": firm.representative_name,
        "postal_code": firm.postal_code,
        "address": firm.address,
        "jsic": firm.jsic,
        "capital_yen": firm.capital_yen,
        "employees": firm.employees,
    }


def prefill(rules: SchemeRules, *, firm: Firm, person: str, phone: str) -> dict[str, str]:
    """First answers that the portal knows already."""
    known = {
        "contact_name": person,
        "contact_phone": phone or firm.phone,
        "representative": firm.representative_name,
    }
    return {code: text for code, text in known.items() if text and rules.question(code)}


def _full_months(since: dt.date, today: dt.date) -> int:
    months = (today.year - since.year) * 12 + today.month - since.month
    return max(0, months - (today.day < since.day))


def _full_years(since: dt.date, today: dt.date) -> int:
    birthday_ahead = (today.month, today.day) < (since.month, since.day)
    return max(0, today.year - since.year - birthday_ahead)
