"""An application's draft as the pure rules see it."""

import datetime as dt
import json
from collections import defaultdict
from functools import lru_cache

from django.db.models import Q

from portal.kernel.files.models import StoredFile
from subsidies import prerequisites, states
from subsidies.facts import applicant_class, firm_facts, firm_history
from subsidies.figures import unconfirmed
from subsidies.models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    SchemeVersion,
)
from subsidies.rules import tailor
from subsidies.rules.form import Content
from subsidies.rules.scheme import GENERAL, SchemeRules

EXPENSES, QUOTES, ELIGIBILITY = "expenses", "quotes", "eligibility"


def rules_of(version: SchemeVersion) -> SchemeRules:
    """The version's rules, parsed once in a process for as long as their text stays the same."""
    return _parsed(json.dumps(version.rules))


@lru_cache(maxsize=512)
def _parsed(rules: str) -> SchemeRules:
    """A parse takes a millisecond, ten times as long as writing the rules down to look it up."""
    return SchemeRules.parse(json.loads(rules))


def rules_for(submitted: ApplicationVersion) -> SchemeRules:
    """The rules as they apply to what was submitted: its questions, its rate."""
    payload = submitted.payload
    return tailor.tailored(
        rules_of(submitted.application.version),
        answers=payload["answers"],
        eligibility=payload["eligibility"],
        applicant_class=payload.get("applicant_class", GENERAL),
    )


def submitted_rules(application: Application) -> SchemeRules:
    """The rules as they apply to the last submitted version; a draft's are its version's."""
    last = application.versions.order_by("number").last()
    if last is None:
        return rules_of(application.version)
    last.application = application
    return rules_for(last)


def content_of(application: Application, *, today: dt.date) -> Content:
    """The working copy of the application: as typed, with the attached files counted.

    What the firm is (修了者) and has received before is judged once, at the submission: a
    correction must not fail for what has changed since.
    """
    rules = rules_of(application.version)
    files: dict[str, set[int]] = defaultdict(set)
    rows = ApplicationDocument.objects.filter(standing(), application=application)
    for requirement, key in rows.values_list("requirement", "pk"):
        files[requirement].add(key)
    facts = firm_facts(application.firm, ward_id=application.ward_id, today=today)
    if application.status == states.DRAFT:
        facts["history"] = firm_history(application, today=today)
        group = applicant_class(application.firm_id, today)
    else:
        group = _submitted_class(application)
    return Content(
        answers=application.answers,
        eligibility=application.eligibility,
        expenses=application.expense_input,
        documents={requirement: len(keys) for requirement, keys in files.items()},
        facts=facts,
        doubts=unconfirmed(application, rules),
        applicant_class=group,
        met=prerequisites.met(application, rules),
        files={requirement: frozenset(keys) for requirement, keys in files.items()},
        today=today if _quotes_asked(application, rules) else None,
    )


def correction_fields(application: Application) -> set[str]:
    """Anchors the firm may mend in the open correction: what the ward named, and what is asked only
    because of that. Quotes belong to the lines and to their files."""
    named = set(application.corrections.get(answered_at=None).fields)
    codes = {
        field.partition(".")[2] for field in named if field.startswith(("answers.", "eligibility."))
    }
    rules = rules_of(application.version)
    if ELIGIBILITY in named:
        codes |= {criterion.code for criterion in rules.criteria}
    if rules.quotes and not named.isdisjoint({EXPENSES, f"documents.{rules.quotes.document}"}):
        named |= {QUOTES, f"documents.{rules.quotes.document}"}
    more = tailor.dependents(rules, codes)
    return named | {f"{part}.{code}" for part in ("answers", "documents") for code in more}


def _quotes_asked(application: Application, rules: SchemeRules) -> bool:
    """Whether quotes are looked at: in drafts, and in a correction of them. A case from before
    quotes were kept per line goes on without."""
    if rules.quotes is None:
        return False
    if application.status != states.CORRECTION:
        return application.status == states.DRAFT
    if not application.corrections.filter(answered_at=None).exists():
        return False
    last = application.versions.order_by("number").last()
    kept = last is not None and bool(last.payload.get("quotes"))
    return kept and QUOTES in correction_fields(application)


def _submitted_class(application: Application) -> str:
    last = application.versions.order_by("number").last()
    return last.payload.get("applicant_class", GENERAL) if last else GENERAL


def standing() -> Q:
    """Documents that count: neither replaced nor refused by the file check."""
    return Q(replaced_at=None) & ~Q(stored_file__state=StoredFile.State.REFUSED)
