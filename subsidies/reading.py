"""A submitted application as officials read it: from its frozen last version, never from a draft."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.roles import LABELS, Role
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.models import AuditRow
from portal.kernel.transitions import Transition
from portal.ui.markup import era_date, in_japanese, yen_text
from portal.ui.parts import Entry, Row
from programs.industry import JSIC
from subsidies import answers, gate, quote_tables, states
from subsidies.answers import ExpenseRow, Section
from subsidies.models import Application, Decision
from subsidies.progress import NextStep, field_label
from subsidies.quote_tables import QuoteLine
from subsidies.rules import quotes
from subsidies.rules.amount import Calculation, ExpenseItem, calculate
from subsidies.rules.scheme import Question, SchemeRules
from subsidies.schemes.english import told, told_categories
from subsidies.selectors import ApplicationDetail
from subsidies.units import PEOPLE, with_unit


def sections(detail: ApplicationDetail) -> list[Section]:
    """申請者, eligibility and the form's tasks of the last submitted version."""
    payload = _payload(detail)
    rules = detail.rules
    asked = {item.code: item for item in rules.criteria}
    return [
        Section("firm", _("企業情報"), _firm_rows(payload["firm"])),
        *(
            Section(
                task.code,
                told(task.name),
                answers.worded(answers.answer_rows(rules, task.code, payload["answers"])),
            )
            for task in rules.tasks
        ),
        Section(
            "eligibility",
            _("申請できるかの確認"),
            tuple(
                Row(
                    told(asked[code].question),
                    answers.typed_answer(asked[code], payload["eligibility"][code]),
                )
                for code in asked
                if code in payload["eligibility"]
            ),
        ),
    ]


def submitted(detail: ApplicationDetail) -> dict[str, Any]:
    """What subsidies/submitted.html draws."""
    return {
        "sections": sections(detail),
        "expenses": expense_rows(detail),
        "quote_lines": quote_lines(detail),
        "documents": documents(detail),
        "calculation": calculation(detail),
        "changes": changes(detail),
    }


def expense_rows(detail: ApplicationDetail) -> list[ExpenseRow]:
    """The budget of the last submitted version."""
    names = {category.code: category.name for category in detail.rules.categories}
    return [
        ExpenseRow(names.get(line["category"], line["category"]), ExpenseItem(**line))
        for line in _payload(detail)["expenses"]
    ]


def quote_lines(detail: ApplicationDetail) -> list[QuoteLine]:
    """The quotes behind each line of the last submitted version."""
    return quote_tables.of_version(detail.rules, _payload(detail), detail.documents)


def calculation(detail: ApplicationDetail) -> Any:
    """The calculation that was submitted, in the language of the page."""
    payload = _payload(detail)
    return in_words(payload["calculation"], detail.rules, payload["expenses"])


def in_words(
    frozen: dict[str, Any], rules: SchemeRules, lines: list[dict[str, Any]]
) -> dict[str, Any] | Calculation:
    """A frozen calculation of these lines. Its words are Japanese: other languages read it worked
    out anew, as long as that gives the frozen amount."""
    if in_japanese():
        return frozen
    anew = calculate(told_categories(rules), [ExpenseItem(**line) for line in lines])
    return anew if anew.subsidy_yen == frozen["subsidy_yen"] else frozen


def documents(detail: ApplicationDetail) -> list[tuple[str, list[dict[str, Any]]]]:
    """(document asked for, files handed in for it) in the order of the form, gaps included."""
    names = {item.code: item.name for item in detail.rules.documents}
    found: dict[str, list[dict[str, Any]]] = {code: [] for code in names}
    for entry in detail.documents:
        found.setdefault(entry["requirement"], []).append(entry)
    return [(told(names.get(code, code)), entries) for code, entries in found.items()]


def changes(detail: ApplicationDetail) -> list[tuple[str, str, str]]:
    """(field, before, after) in words between the last two versions.

    The firm's own data stand first: they change without being asked for, and the capital decides
    who may apply.
    """
    return [
        *_firm_changes(detail),
        *(
            _change(detail.rules, anchor, before, after)
            for anchor, before, after in detail.changes
            if anchor != "documents"
        ),
        *_quote_changes(detail),
        *_document_changes(detail),
    ]


def timeline(detail: ApplicationDetail) -> list[Entry]:
    """Every transition with who and why, newest first."""
    entries = [
        Entry(
            at=row.at,
            text=_("%(action)s（%(state)s）")
            % {
                "action": states.APPLICATION.transition(row.action.rpartition(".")[2]).label,
                "state": states.APPLICATION.state(row.to_state).label,
            },
            who=_who(row),
            note=row.reason,
        )
        for row in detail.history
    ]
    return entries[::-1]


def _who(row: AuditRow) -> str:
    """Who acted; a deputy's decision says on whose behalf it was (代決)."""
    absent = _("、").join(each["name"] for each in row.detail.get(audit.ON_BEHALF_OF, []))
    values = {"name": row.actor_name, "absent": absent}
    return _("%(name)s（%(absent)sさんの代決）") % values if absent else row.actor_name


def next_step(actor: Actor, detail: ApplicationDetail, allowed: Collection[str]) -> NextStep:
    """What this official can do now; otherwise who has to do something."""
    case = detail.application
    number = case.receipt_no
    if "grant" in allowed:
        if detail.decision and detail.decision.prepared_by_id == actor.user_id:
            return NextStep(
                what=_("ほかの決裁者の決裁を待っています"),
                text=_("起案した人は決裁できません。"),
                until=case.due_on,
            )
        return NextStep(
            what=_("起案の内容を確かめて、決裁してください"),
            text=_("金額・理由・補助条件を確認できます。差し戻すこともできます。"),
            until=case.due_on,
            url=reverse("subsidies:approve", args=[number]),
            button=_("決裁に進む"),
        )
    if "propose" in allowed:
        return _proposal(case)
    if "finish_check" in allowed:
        return NextStep(
            what=_("書類点検表を埋めて、書類確認を完了してください"),
            text=_("直してもらうところがあれば、補正を依頼します。"),
            until=case.due_on,
            url="#checks",
            button=_("書類点検表へ"),
        )
    return _waiting(detail, actor)


def _proposal(case: Application) -> NextStep:
    """起案; in a scored call the selection comes before a grant."""
    standing, address = gate.standing(case), reverse("subsidies:propose", args=[case.receipt_no])
    if standing.refusal:
        return NextStep(
            what=_("不交付を起案してください"),
            text=standing.closed,
            until=case.due_on,
            url=address,
            button=_("起案する"),
        )
    if standing.closed:
        return NextStep(
            what=_("交付の起案はまだできません"),
            text=standing.closed,
            until=case.due_on,
            url=standing.url,
            button=_("順位と採択を見る"),
        )
    return NextStep(
        what=_("審査の結果をまとめて、起案してください"),
        text=_("交付額は規則どおりに計算されています。"),
        until=case.due_on,
        url=address,
        button=_("起案する"),
    )


def _waiting(detail: ApplicationDetail, actor: Actor) -> NextStep:
    case = detail.application
    waiting = {
        states.CORRECTION: _("申請者の補正を待っています"),
        states.AWAITING_APPROVAL: _("決裁者の決裁を待っています"),
        states.GRANTED: _("交付を決定しました"),
        states.REFUSED: _("不交付を決定しました"),
        states.WITHDRAWN: _("申請者が取り下げました"),
    }
    text = waiting.get(case.status, _("担当者の作業を待っています"))
    watcher = "" if actor.has_role(Role.REVIEWER, Role.APPROVER) else _("閲覧のみできます。")
    return NextStep(what=text, text=watcher, until=case.due_on)


def _firm_rows(firm: dict[str, Any]) -> tuple[Row, ...]:
    capital = firm["capital_yen"]
    return (
        Row(_("企業名"), firm["name"]),
        Row(_("法人番号"), firm["corporate_number"] or _("なし（個人事業主）")),
        Row(_("代表者"), firm["representative_name"] or "—"),
        Row(
            _("所在地"), f"〒{firm['postal_code'][:3]}-{firm['postal_code'][3:]} {firm['address']}"
        ),
        Row(_("業種"), dict(JSIC).get(firm["jsic"], firm["jsic"])),
        Row(_("資本金"), "—" if capital is None else yen_text(capital)),
        Row(_("従業員数"), with_unit(firm["employees"], PEOPLE)),
    )


def _firm_changes(detail: ApplicationDetail) -> list[tuple[str, str, str]]:
    if len(detail.versions) < 2:
        return []
    before, after = (_firm_rows(item.payload["firm"]) for item in detail.versions[-2:])
    pairs = zip(before, after, strict=True)
    return [(str(old.label), str(old.value), str(new.value)) for old, new in pairs if old != new]


def _quote_changes(detail: ApplicationDetail) -> list[tuple[str, str, str]]:
    """The quotes before and after, line by line, where they differ."""
    if len(detail.versions) < 2:
        return []
    before, after = (_quotes_in_words(version.payload) for version in detail.versions[-2:])
    return [] if before == after else [(_("見積り"), before, after)]


def _quotes_in_words(payload: dict[str, Any]) -> str:
    """Who offers what, from which day, for how much; the chosen one is marked."""
    lines = [
        "　".join(
            [
                line["description"],
                f"◎{quote.vendor}" if quote.is_chosen else quote.vendor,
                era_date(quote.quoted_on) if quote.quoted_on else "—",
                yen_text(quote.amount_yen) if quote.amount_yen else "—",
            ]
        )
        for line, kept in zip(payload["expenses"], quotes.submitted(payload), strict=False)
        for quote in kept.quotes
    ]
    return "\n".join(lines) or _("（なし）")


def _document_changes(detail: ApplicationDetail) -> list[tuple[str, str, str]]:
    """The documents whose files changed, each under its own name."""
    versions = detail.versions[-2:]
    if len(versions) < 2:
        return []
    found = []
    for document in detail.rules.documents:
        before, after = (
            [item for item in version.payload["documents"] if item["requirement"] == document.code]
            for version in versions
        )
        if before != after:
            found.append((document.name, _short(before), _short(after)))
    return found


def _payload(detail: ApplicationDetail) -> dict[str, Any]:
    assert detail.version is not None
    return detail.version.payload


def _change(rules: SchemeRules, anchor: str, before: Any, after: Any) -> tuple[str, str, str]:
    """A change of an answer or of the budget, under the name of its question."""
    kind, _dot, code = anchor.partition(".")
    if kind == "expenses":
        return field_label(rules, anchor), _lines(before), _lines(after)
    asked = rules.question(code) if kind == "answers" else rules.criterion(code)
    if asked is None:
        return field_label(rules, anchor), _short(before), _short(after)
    label = asked.label if isinstance(asked, Question) else asked.question
    return told(label), answers.typed_answer(asked, before), answers.typed_answer(asked, after)


def _lines(expenses: list[dict[str, Any]]) -> str:
    """The budget line by line: what, for how much, how many."""
    lines = [
        f"{line['description']}　{yen_text(line['unit_price'])} × {line['quantity']}"
        for line in expenses
    ]
    return "\n".join(lines) or _("（なし）")


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = _("、").join(str(item["name"]) for item in value)
    return _("（なし）") if value in (None, "") else str(value)


def why_not(actor: Actor, case: Application, action: str) -> str:
    """Why `action`, a transition, is not the actor's now, and who can take it or when."""
    move = states.APPLICATION.transition(action)
    prepared = Decision.objects.filter(application=case, prepared_by_id__in=actor.persons)
    if action == "grant" and case.status in move.sources and prepared.exists():
        return _(
            "この申請はあなたが起案しました。起案した人は決裁できません。ほかの決裁者が決裁します。"
        )
    if case.status not in move.sources:
        return _(
            "この申請はいま「%(now)s」です。この操作ができるのは「%(needed)s」の申請です。"
        ) % {
            "now": case.get_status_display(),
            "needed": _("、").join(str(states.APPLICATION.state(s).label) for s in move.sources),
        }
    return who_may(move)


def who_may(move: Transition) -> str:
    """The roles that can take it, and where one gets them."""
    return _(
        "この操作ができるのは「%(roles)s」です。役割は区管理者が「職員と役割」で与えます。"
    ) % {"roles": _("、").join(str(LABELS[Role(role)]) for role in sorted(move.roles))}
