"""受付証 of a filing: what arrived when, with the digest of every file. Data only, no layout.

Japanese, in 和暦, from the frozen version alone.
"""

from typing import Any

from portal.kernel import clock
from portal.kernel.money import format_yen
from subsidies import answers, letters
from subsidies.grants import kinds
from subsidies.grants.models import FilingVersion

Rows = letters.Rows


def filing_receipt(version: FilingVersion, *, frame: dict[str, Any]) -> dict[str, Any]:
    """The data of the 受付証; `frame` says who writes to whom about which grant."""
    filing, payload = version.filing, version.payload
    kind, form = kinds.get(filing.kind), kinds.form_of(filing)
    number = frame["receipt_no"]
    names = {document.code: document.name for document in kind.documents}
    questions = [
        (item.label, str(answers.typed_answer(item, payload["answers"].get(item.code))))
        for item in kind.questions
    ]
    return {
        **{
            name: frame[name]
            for name in ("addressee_name", "addressee_person", "issuer_office", "issuer", "seal")
        },
        "title": f"{form.title} 受付証",
        "form_no": "",
        "document_no": number,
        "date": clock.wareki(clock.to_date(version.submitted_at)),
        "keywords": [form.title, number],
        "footer": f"{frame['scheme']}　{number}",
        "opening": "次のとおり受け付けました。",
        "rows": [
            ("受付番号", number),
            ("受付日時", letters.moment(version.submitted_at)),
            ("提出された様式", f"{form.number} {form.title}".strip()),
            ("提出の区分", f"第{version.number}版" + ("（再提出）" if version.number > 1 else "")),
            ("制度", frame["scheme"]),
            ("事業の名前", frame["title"]),
            *_record_rows(payload["record"]),
        ],
        "form": "",
        "answers": [(str(kind.name), questions)] if questions else [],
        "files": [
            {
                "requirement": names.get(entry["requirement"], entry["requirement"]),
                "name": entry["name"],
                "size": letters.file_size(entry["size"]),
                "sha256": entry["sha256"],
            }
            for entry in payload["documents"]
        ],
        "expenses": _expenses(payload["record"]),
        "sha256": version.sha256,
        "contact": frame["contact"],
    }


def receipt_name(version: FilingVersion) -> str:
    """The receipt's name as a file."""
    number = version.filing.grant.receipt_no
    return f"{kinds.form_of(version.filing).title}受付証_{number}_第{version.number}版.pdf"


def _record_rows(record: dict[str, Any]) -> Rows:
    """What was worked out on the day: the amount claimed, what the report comes to."""
    rows = []
    if "amount_yen" in record and "account" in record:
        rows.append(("請求額", format_yen(record["amount_yen"])))
        rows.append(("振込先", record["account"]))
    if "expected_yen" in record:
        rows.append(("報告から計算した補助額", format_yen(record["expected_yen"])))
    return rows


def _expenses(record: dict[str, Any]) -> Rows:
    """The lines of a 実績報告; none for other filings."""
    if "expected_yen" not in record:
        return []
    return [
        (
            f"{number}　{line['description']}",
            _spent(line),
        )
        for number, line in enumerate(record["lines"], start=1)
    ]


def _spent(line: dict[str, Any]) -> str:
    net, tax, paid = (format_yen(line[name]) for name in ("net_yen", "tax_yen", "paid_yen"))
    return f"税抜 {net}、消費税 {tax}、支払額 {paid}（{line['vendor']}）"
