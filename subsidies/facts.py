"""What the portal knows of a firm, for prefilling and judging the eligibility (申請要件)."""

import datetime as dt
from typing import Any

from programs.models import Firm, Site
from subsidies.rules.scheme import SchemeRules


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
        "firm.years_in_ward": _full_years(min(known), today) if known else None,
    }


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


def _full_years(since: dt.date, today: dt.date) -> int:
    birthday_ahead = (today.month, today.day) < (since.month, since.day)
    return max(0, today.year - since.year - birthday_ahead)
