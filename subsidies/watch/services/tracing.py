"""照合キー: what an application is compared by, taken from its last submitted version."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.kernel.actor import Actor
from subsidies.contents import rules_for
from subsidies.grants.models import ClaimAccount
from subsidies.models import Application, ApplicationVersion
from subsidies.rules import quotes
from subsidies.watch.models import Trace
from subsidies.watch.rules import likeness, names, together

Kind = Trace.Kind
# Kind, key, label and yen of a trace.
_Row = tuple[str, str, str, int | None]


def last_version(application: Application) -> ApplicationVersion | None:
    """The last submitted version, with the application on it."""
    return last_versions([application.pk]).first()


def last_versions(applications: Iterable[int]) -> QuerySet[ApplicationVersion]:
    """The last submitted version of each, with the application on it, in the applications' order."""
    rows = ApplicationVersion.objects.filter(application__in=applications)
    newest = rows.order_by("application_id", "-number").distinct("application_id")
    return newest.select_related("application__version")


def plan_text(version: ApplicationVersion) -> str:
    """The long answers of the plan (課題, 取組, 効果 …), in the order of the form."""
    answers: Mapping[str, Any] = version.payload["answers"]
    asked = rules_for(version).questions
    return "\n".join(
        str(answers.get(question.code) or "") for question in asked if question.kind == "longtext"
    )


def traces_make(*, actor: Actor, application: Application) -> list[Trace]:
    """The keys of what was submitted last, and of the accounts claimed to; replaces the former.

    About 36 rows: one statement deletes, one inserts. `actor` is the system.
    """
    version = last_version(application)
    if version is None:
        return []
    rows = [*_of_form(version), *_accounts(application)]
    with transaction.atomic():
        Trace.objects.filter(application=application).delete()
        return Trace.objects.bulk_create(
            Trace(
                application=application,
                ward_id=application.ward_id,
                firm_id=application.firm_id,
                fiscal_year=application.call.fiscal_year,
                kind=kind,
                key=key,
                label=label[:200],
                yen=yen,
            )
            for kind, key, label, yen in dict.fromkeys(rows)
        )


def _of_form(version: ApplicationVersion) -> Iterator[_Row]:
    payload = version.payload
    firm = payload["firm"]
    yield Kind.FIRM, firm_key(firm), firm["name"], None
    yield Kind.NAME, names.name_key(firm["name"]), firm["name"], None
    for line in payload["expenses"]:
        if line["vendor"]:
            yield Kind.VENDOR, names.name_key(line["vendor"]), line["vendor"], None
        yield (
            Kind.ITEM,
            names.item_key(line["category"], line["description"]),
            line["description"],
            line["unit_price"],
        )
    kept = quotes.submitted(payload)
    for key, name in together.quoters(kept).items():
        yield Kind.QUOTER, key, name, None
    for pair in together.pairs(kept):
        yield Kind.PAIR, pair.key, pair.label, None
    for document in payload["documents"]:
        if document["sha256"]:
            yield Kind.FILE, document["sha256"][: names.KEY_LENGTH], document["name"], None
    for mark in likeness.sketch(likeness.shingles(plan_text(version))):
        yield Kind.TEXT, mark, "", None


def _accounts(application: Application) -> Iterator[_Row]:
    """Accounts by the blind index alone: the number itself is not read."""
    rows = ClaimAccount.objects.filter(grant__application=application)
    for row in rows.only("bank_code", "branch_code", "kind", "number_index"):
        if row.number_index:
            parts = (row.bank_code, row.branch_code, row.kind, row.number_index)
            yield Kind.ACCOUNT, names.digest(*parts), "", None


def firm_key(firm: Mapping[str, Any]) -> str:
    """法人番号 where there is one; 個人事業主 have none."""
    return names.digest("firm", firm.get("corporate_number") or f"id {firm['id']}")
