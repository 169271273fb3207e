"""A filing as people read it: from its frozen version, or, for the firm alone, from its draft."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.files.models import StoredFile
from portal.ui.markup import era_date
from portal.ui.parts import Row
from subsidies import answers
from subsidies.answers import ExpenseRow
from subsidies.contents import rules_of
from subsidies.grants import kinds
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.selectors import FilingDetail
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.english import told

CAUSES = {
    "shift": gettext_lazy(
        "区が最後に承認した計画からの、経費区分の増減の額（増えた額と減った額の大きい方）が、"
        "軽微な変更の範囲を超えます。"
    ),
    "amount": gettext_lazy("交付決定額が変わります。"),
    "period": gettext_lazy("事業の期限が変わります。"),
    "purpose": gettext_lazy("事業の目的や、導入する主なものが変わります。"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plan before and after, for the page; yen. `causes` are sentences, empty for a small one.

    `moved_yen` is measured by the plan that the ward has approved last, of `approved_yen` eligible;
    None in records that do not name it. `total` is the line under the categories.
    """

    before: list[ExpenseRow]
    after: list[ExpenseRow]
    categories: list[dict[str, Any]]
    total: dict[str, int]
    decided_yen: int
    amount_yen: int
    ends_on: dt.date
    new_ends_on: dt.date
    minor_percent: int
    moved_yen: int
    approved_yen: int | None
    causes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of a filing: what it was asked for as, its name, and the stored row if it is known."""

    name: str
    stored: StoredFile | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the pages draw of a filing."""

    rows: list[Row]
    comparison: Comparison | None
    papers: list[tuple[str, list[Paper]]]


def submitted(detail: FilingDetail) -> Reading:
    """The version that `detail` shows."""
    assert detail.version is not None
    payload = detail.version.payload
    files: dict[str, list[Paper]] = {}
    for entry in payload["documents"]:
        paper = Paper(entry["name"], detail.stored.get(entry["file"]))
        files.setdefault(entry["requirement"], []).append(paper)
    return _reading(detail.filing, payload["answers"], payload["record"], files)


def draft(detail: FilingDetail) -> Reading:
    """What has been typed so far."""
    filing = detail.filing
    kind = kinds.get(filing.kind)
    record = kind.record(filing.grant, filing.content) if kind.record else {}
    files: dict[str, list[Paper]] = {}
    for document in detail.documents:
        if document.stored_file.state != StoredFile.State.REFUSED:
            paper = Paper(document.stored_file.original_name, document.stored_file)
            files.setdefault(document.requirement, []).append(paper)
    return _reading(filing, filing.content, record, files)


def comparison(rules: SchemeRules, record: Mapping[str, Any]) -> Comparison:
    """A change's frozen record as the page shows it."""
    names = {category.code: category.name for category in rules.categories}
    categories = [
        {**item, "difference_yen": item["after_yen"] - item["before_yen"]}
        for item in record["categories"]
    ]
    return Comparison(
        before=_expenses(names, record["before"]),
        after=_expenses(names, record["lines"]),
        categories=categories,
        total={
            key: sum(item[key] for item in categories)
            for key in ("before_yen", "after_yen", "difference_yen")
        },
        decided_yen=record["decided_yen"],
        amount_yen=record["amount_yen"],
        ends_on=dt.date.fromisoformat(record["ends_on"]),
        new_ends_on=dt.date.fromisoformat(record["new_ends_on"]),
        minor_percent=record["minor_percent"],
        moved_yen=record["moved_yen"],
        approved_yen=record.get("approved_yen"),
        causes=[str(CAUSES[code]) for code in record["causes"]],
    )


def comparison_of(ruling: Ruling) -> Comparison:
    """The change that a ruling was proposed on."""
    rules = rules_of(ruling.grant.application.version)
    return comparison(rules, ruling.terms["change"])


def instruction_rows(terms: Mapping[str, Any]) -> list[Row]:
    """What a ruling tells the firm besides its reason."""
    rows = []
    if terms.get("instruction"):
        rows.append(Row(_("指示する事項"), terms["instruction"]))
    if terms.get("new_ends_on"):
        day = dt.date.fromisoformat(terms["new_ends_on"])
        rows.append(Row(_("変更後の事業の期限"), era_date(day)))
    return rows


def _reading(
    filing: Filing,
    given: Mapping[str, Any],
    record: Mapping[str, Any],
    files: dict[str, list[Paper]],
) -> Reading:
    kind = kinds.get(filing.kind)
    return Reading(
        rows=[
            *(
                Row(told(question.label), answers.typed_answer(question, given.get(question.code)))
                for question in kind.questions
            ),
            *(Row(*result) for result in (kind.results(record) if kind.results else ())),
        ],
        comparison=comparison(rules_of(filing.grant.application.version), record)
        if "categories" in record
        else None,
        papers=[(told(document.name), files.get(document.code, [])) for document in kind.documents],
    )


def _expenses(names: Mapping[str, str], lines: list[dict[str, Any]]) -> list[ExpenseRow]:
    return [
        ExpenseRow(names.get(line["category"], line["category"]), ExpenseItem(**line))
        for line in lines
    ]
