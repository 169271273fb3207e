"""What stands in the official papers: 申請受付証 and 交付（不交付）決定通知書. Data only, no layout.

Letters are always Japanese; dates are 和暦. The recipient is bound by what the letter carries, so
it takes everything from the frozen version and decision, nothing from today's rules.
"""

import datetime as dt
from typing import Any

from portal.kernel import clock
from portal.kernel.money import format_rate, format_yen
from programs.models import Ward
from subsidies import answers
from subsidies.models import Application, ApplicationVersion, Correction, Decision
from subsidies.rules.due import withdrawal_until
from subsidies.rules.scheme import PaperForm, SchemeRules
from subsidies.rules.scheme.papers import APPLICATION
from subsidies.selectors.wards import seal_of

Rows = list[tuple[str, str]]


def receipt(version: ApplicationVersion, *, rules: SchemeRules, ward: Ward) -> dict[str, Any]:
    """申請受付証: what arrived when, with the digest of every file."""
    application = version.application
    payload = version.payload
    correction = version.number > 1
    names = {
        document.code: f"{document.form_no} {document.name}".strip() for document in rules.documents
    }
    form = rules.form(APPLICATION)
    rows: Rows = [
        ("受付番号", application.receipt_no or ""),
        ("受付日時", moment(version.submitted_at)),
        ("提出された様式", _named(form)),
        ("提出の区分", f"補正（第{version.number}版）" if correction else "申請（第1版）"),
        ("制度", payload["scheme"]),
        ("事業の名前", payload["answers"].get("title") or ""),
        ("補助対象経費", format_yen(payload["calculation"]["eligible_yen"])),
        ("交付申請額", format_yen(payload["calculation"]["subsidy_yen"])),
    ]
    if not correction:
        rows.insert(2, ("受付の締切", f"{moment(version.deadline)}より前"))
    return {
        **_frame(ward, payload["firm"]),
        "title": "申請受付証",
        "form_no": "",
        "document_no": application.receipt_no or "",
        "date": clock.wareki(clock.to_date(version.submitted_at)),
        "keywords": [payload["scheme"], application.receipt_no or ""],
        "footer": f"{payload['scheme']}　{application.receipt_no or ''}",
        "opening": (
            "次のとおり補正を受け付けました。" if correction else "次のとおり申請を受け付けました。"
        )
        + "交付が決定するまで、契約・発注・支払いをしないでください。",
        "rows": rows,
        "form": _named(form),
        "answers": _answers(rules, payload["answers"]),
        "files": [
            {
                "requirement": names.get(entry["requirement"], entry["requirement"]),
                "name": entry["name"],
                "size": file_size(entry["size"]),
                "sha256": entry["sha256"],
            }
            for entry in payload["documents"]
        ],
        "expenses": [
            (f"{number}　{line['description']}", _line(line))
            for number, line in enumerate(payload["expenses"], start=1)
        ],
        "sha256": version.sha256,
        "contact": application.call.contact,
    }


def decision_letter(
    decision: Decision, version: ApplicationVersion, *, rules: SchemeRules, ward: Ward
) -> dict[str, Any]:
    """交付決定通知書 or 不交付決定通知書, from what the decision froze."""
    application = decision.application
    frozen = decision.conditions
    granted = decision.outcome == Decision.Outcome.GRANT
    title = decision_title(decision)
    assert decision.decided_on is not None
    applied_on = clock.wareki(clock.to_date(application.submitted_at or version.submitted_at))
    verdict = "次のとおり交付することに決定した" if granted else "交付しないことに決定した"
    return {
        **_frame(ward, version.payload["firm"]),
        "title": f"{version.payload['scheme']} {title}",
        "form_no": frozen.get("letter_form_no", ""),
        "document_no": decision.document_no or "",
        "date": clock.wareki(decision.decided_on),
        "keywords": [title, decision.document_no or ""],
        "footer": f"{decision.document_no}　{application.receipt_no}",
        "opening": (
            f"{applied_on}付けで申請のあった補助金については、"
            f"{frozen.get('guideline') or version.payload['scheme'] + '交付要綱'}に基づき、"
            f"{verdict}ので通知します。"
        ),
        "rows": _grant_rows(decision, version, rules)
        if granted
        else _refuse_rows(decision, version),
        "calculation": _calculation_rows(decision) if granted else [],
        "conditions": frozen.get("conditions", []) if granted else [],
        "appeal": frozen.get("appeal_text", ""),
        "contact": application.call.contact,
    }


def decision_title(decision: Decision) -> str:
    """The letter's title as the scheme names it, frozen with the decision."""
    granted = decision.outcome == Decision.Outcome.GRANT
    usual = "交付決定通知書" if granted else "不交付決定通知書"
    return decision.conditions.get("letter_title") or usual


def case_letter(
    application: Application,
    *,
    form: PaperForm,
    document_no: str,
    day: dt.date,
    opening: str,
    matter: str,
    rows: Rows,
    appeal: str,
) -> dict[str, Any]:
    """A letter about a case that is no decision on it: 補正依頼書, 採択通知書, 弁明の機会の通知 …"""
    payload = application.versions.latest("number").payload
    return {
        **_frame(Ward.objects.get(pk=application.ward_id), payload["firm"]),
        "title": f"{application.version.scheme.name} {form.title}",
        "form_no": form.number,
        "document_no": document_no,
        "date": clock.wareki(day),
        "keywords": [form.title, document_no or application.receipt_no or ""],
        "footer": f"{document_no}　{application.receipt_no}".strip(),
        "opening": opening,
        "matter": matter,
        "rows": [
            ("受付番号", application.receipt_no or ""),
            ("事業の名前", application.title),
            *rows,
        ],
        "appeal": appeal,
        "contact": application.call.contact,
    }


def correction_letter(
    application: Application, correction: Correction, names: dict[str, str]
) -> tuple[str, Rows]:
    """Opening and rows of the 補正依頼書; `names` says what each field is called."""
    assert application.submitted_at is not None
    applied_on = clock.wareki(clock.to_date(application.submitted_at))
    opening = (
        f"{applied_on}付けで申請のあった補助金について、次の項目を期限までに補正してください。"
    )
    rows = [
        ("補正の期限", clock.wareki(correction.due_on)),
        *(
            (
                f"補正する項目　{number}",
                _asked(names.get(field, field), correction.notes.get(field)),
            )
            for number, field in enumerate(correction.fields, start=1)
        ),
        ("区からの連絡", correction.message),
    ]
    return opening, rows


def _asked(name: str, note: str | None) -> str:
    return f"{name}：{note}" if note else name


def _named(form: PaperForm) -> str:
    """第1号様式 交付申請書."""
    return f"{form.number} {form.title}".strip()


def _answers(rules: SchemeRules, given: dict[str, Any]) -> list[tuple[str, Rows]]:
    """The form's answers, task by task."""
    tasks = [(task.name, answers.answer_rows(rules, task.code, given)) for task in rules.tasks]
    return [(name, [(row.label, str(row.value)) for row in rows]) for name, rows in tasks if rows]


def _frame(ward: Ward, firm: dict[str, Any]) -> dict[str, Any]:
    return {
        "addressee_name": firm["name"],
        "addressee_person": firm["representative_name"] or "代表者",
        "issuer_office": ward.name,
        "issuer": ward.mayor_title,
        "seal": seal_of(ward.pk),
    }


def _grant_rows(decision: Decision, version: ApplicationVersion, rules: SchemeRules) -> Rows:
    frozen = decision.conditions
    ends_on, decided_on = dt.date.fromisoformat(frozen["project_ends_on"]), decision.decided_on
    assert decided_on is not None
    return [
        ("受付番号", decision.application.receipt_no or ""),
        ("事業の名前", version.payload["answers"].get("title") or ""),
        ("交付決定額", format_yen(decision.amount_yen)),
        ("補助対象経費", format_yen(decision.calculation["eligible_yen"])),
        ("補助率", f"{format_rate(rules.rate)}以内"),
        ("事業の期限", clock.wareki(ends_on)),
        *_report_due(frozen),
        ("取下げの期限", clock.wareki(withdrawal_until(decided_on, frozen["withdrawal_days"]))),
        ("理由", decision.reason),
    ]


def _report_due(frozen: dict[str, Any]) -> Rows:
    """The days after the completion, and the date after which it is late whenever that was."""
    if "report_until" not in frozen:  # proposed before letters said it
        return []
    until = clock.wareki(dt.date.fromisoformat(frozen["report_until"]))
    text = f"事業を終えた日から{frozen['report_days']}日以内（遅くとも{until}）"
    return [("実績報告の期限", text)]


def _refuse_rows(decision: Decision, version: ApplicationVersion) -> Rows:
    return [
        ("受付番号", decision.application.receipt_no or ""),
        ("事業の名前", version.payload["answers"].get("title") or ""),
        ("決定の内容", "不交付"),
        ("理由", decision.reason),
    ]


def _calculation_rows(decision: Decision) -> Rows:
    rows = [
        (step["label"], f"{step['formula']} ＝ {format_yen(step['value'])}")
        for step in decision.calculation["steps"]
    ]
    if decision.amount_yen < decision.calculation["subsidy_yen"]:
        rows.append(("審査による減額", f"交付決定額 {format_yen(decision.amount_yen)}"))
    return rows


def _line(line: dict[str, Any]) -> str:
    price, tax = format_yen(line["unit_price"]), line["tax_percent"]
    return f"{price} × {line['quantity']}（税抜、消費税{tax}%）"


def moment(moment: dt.datetime) -> str:
    """令和8年11月21日 14時05分09秒."""
    local = moment.astimezone(clock.TOKYO)
    return f"{clock.wareki(local.date())} {local:%H時%M分%S秒}"


def file_size(size: int) -> str:
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(1, size // 1024):,} KB"
