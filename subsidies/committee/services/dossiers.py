"""What reviewers read of an application, made once from its last submitted version.

Contact persons stay out of every dossier: nobody needs them to score. In a blind review the firm's
data are reduced to what the plan is judged by, names are struck out of the texts, and attached
files wait until an official has looked them through.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.ui.markup import yen_text
from portal.ui.parts import Row
from programs.industry import JSIC
from programs.models import Firm
from subsidies.answers import answer_rows
from subsidies.committee.models import Case, CaseDocument, Dossier
from subsidies.committee.rules import blind
from subsidies.contents import rules_for
from subsidies.evaluation.selectors import is_changed, last_evaluation, reading
from subsidies.models import ApplicationVersion
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.scheme import SchemeRules
from subsidies.units import PEOPLE, with_unit

CONTACT = "contact_"
LEGAL_FORM = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|[(（][株有同資名][)）]|[㈱㈲]"
)


def write(case: Case, version: ApplicationVersion, *, is_blind: bool) -> None:
    """Make or renew the case's heading, its dossier and the list of files to be read."""
    payload = version.payload
    secret = needles(payload) if is_blind else []
    with override("ja"):
        rules = rules_for(version)
        content = _content(rules, payload, is_blind=is_blind)
        content["sections"] += _evaluation(version, is_blind=is_blind)
        content = blind.strike(content, secret)
        heading = {
            "title": blind.redacted(str(payload["answers"].get("title") or ""), secret)[:120],
            "firm_name": "" if is_blind else payload["firm"]["name"],
            "vendors": blind.strike(vendors(payload), secret),
        }
    Case.objects.filter(pk=case.pk).update(**heading)
    for name, value in heading.items():
        setattr(case, name, value)
    Dossier.objects.update_or_create(
        case=case,
        defaults={
            "ward_id": case.ward_id,
            "version_number": version.number,
            "content": content,
        },
    )
    CaseDocument.objects.filter(case=case).delete()
    if not is_blind:
        CaseDocument.objects.bulk_create(
            _document(case, entry, name) for entry, name in listed(rules, payload)
        )


def listed(rules: SchemeRules, payload: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """(file entry of the payload, name of the document asked for) in the order of the form."""
    names = {document.code: document.name for document in rules.documents}
    order = list(names)
    entries = sorted(
        payload["documents"],
        key=lambda entry: (
            order.index(entry["requirement"]) if entry["requirement"] in names else len(order)
        ),
    )
    return [(entry, names.get(entry["requirement"], entry["requirement"])) for entry in entries]


def _document(case: Case, entry: dict[str, Any], requirement: str) -> CaseDocument:
    """The file under a name that says what it is and nothing of whom it is from."""
    return CaseDocument(
        case=case,
        ward_id=case.ward_id,
        position=entry["id"],
        requirement=requirement[:200],
        name=neutral_name(case, entry),
        size=entry["size"],
        stored_file_id=entry["file"],
    )


def neutral_name(case: Case, entry: dict[str, Any]) -> str:
    """「案件03_見積書.pdf」 says less than any name a firm gives its files."""
    extension = entry["name"].rpartition(".")[2].lower()
    suffix = extension if extension.isascii() and extension.isalnum() else "bin"
    return f"case{case.number:02}-{entry['id']}.{suffix[:8]}"


def vendors(payload: dict[str, Any]) -> list[str]:
    """From whom the firm means to order, each once."""
    named = (str(line.get("vendor") or "").strip() for line in payload["expenses"])
    return list(dict.fromkeys(name for name in named if name))


def needles(payload: dict[str, Any]) -> list[blind.Needle]:
    """What tells whose application it is: the firm's name with and without legal form, in kana and
    in Latin letters, people, place and numbers."""
    firm = payload["firm"]
    # The frozen version holds neither; a firm that has left the ward is not seen here any more.
    rows = Firm.objects.filter(pk=firm["id"]).values_list("name_kana", "website", "email")
    kana, *addresses = rows.first() or ("",)
    contacts = [
        str(value)
        for code, value in payload["answers"].items()
        if code.startswith(CONTACT) or code == "representative"
    ]
    name = str(firm["name"])
    bare = LEGAL_FORM.sub("", name)
    found = [
        name,
        bare,
        kana,
        blind.FORMS.sub("", kana),
        firm["corporate_number"],
        firm["representative_name"],
        firm["address"],
        *contacts,
    ]
    return [
        *(text.strip() for text in found if text and text.strip()),
        *blind.latin_names(kana, *addresses),
    ]


def _content(rules: SchemeRules, payload: dict[str, Any], *, is_blind: bool) -> dict[str, Any]:
    """JSON of what the page draws. Amounts in yen."""
    sections = [
        {"code": task.code, "name": task.name, "rows": _rows(_answers(rules, task.code, payload))}
        for task in rules.tasks
    ]
    categories = {category.code: category.name for category in rules.categories}
    return {
        "sections": [
            {
                "code": "firm",
                "name": _("申請者"),
                "rows": _rows(_firm(payload["firm"], is_blind=is_blind)),
            },
            *(section for section in sections if section["rows"]),
        ],
        "expenses": [
            {**line, "category_name": categories.get(line["category"], line["category"])}
            for line in payload["expenses"]
        ],
        "calculation": payload["calculation"],
        "withheld": len(payload["documents"]) if is_blind else 0,
    }


def _evaluation(version: ApplicationVersion, *, is_blind: bool) -> list[dict[str, Any]]:
    """The plan's evaluation; by whom stays out of a blind review, as it may tell of the firm."""
    found = last_evaluation(version.application_id)
    if found is None:
        return []
    rows = [
        *([] if is_blind else [Row(_("評価した人"), found.evaluator.name)]),
        Row(_("総合評価"), found.get_grade_display()),
        Row(_("総評"), found.summary),
        *reading(found),
    ]
    if is_changed(found, version.application):
        rows.append(Row(_("注意"), _("評価の後に計画が変わっています")))
    return [{"code": "evaluation", "name": _("計画の妥当性評価"), "rows": _rows(rows)}]


def _answers(rules: SchemeRules, task: str, payload: dict[str, Any]) -> Iterable[Row]:
    asked = rules.questions_of(task)
    rows = answer_rows(rules, task, payload["answers"])
    return [
        row
        for question, row in zip(asked, rows, strict=True)
        if not question.code.startswith(CONTACT)
    ]


def _firm(firm: dict[str, Any], *, is_blind: bool) -> Iterable[Row]:
    capital = firm["capital_yen"]
    if not is_blind:
        yield Row(_("企業名"), firm["name"])
        yield Row(_("所在地"), firm["address"])
    yield Row(_("業種"), str(dict(JSIC).get(firm["jsic"], firm["jsic"])))
    yield Row(_("資本金"), "—" if capital is None else yen_text(capital))
    yield Row(_("従業員数"), with_unit(firm["employees"], PEOPLE))


def _rows(rows: Iterable[Row]) -> list[list[str]]:
    return [[str(row.label), str(row.value)] for row in rows]


def expense_items(content: dict[str, Any]) -> list[tuple[str, ExpenseItem]]:
    """(category, line) of a dossier, to be drawn like any budget."""
    return [
        (
            line["category_name"],
            ExpenseItem(**{key: value for key, value in line.items() if key != "category_name"}),
        )
        for line in content["expenses"]
    ]
