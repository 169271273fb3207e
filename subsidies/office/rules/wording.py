"""A version's rules line by line in words, and what differs between two. Pure.

Each line has a key that stays the same from version to version (the code of a question, the name of
an amount), so that two versions can be laid side by side.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.money import format_rate, format_yen
from subsidies.rules.scheme import (
    GRADUATE,
    STANDARD_FORMS,
    Condition,
    Criterion,
    Document,
    Question,
    SchemeRules,
    Task,
)

KINDS: dict[str, str | Promise] = {
    "text": gettext_lazy("短い文"),
    "longtext": gettext_lazy("長い文"),
    "number": gettext_lazy("数"),
    "yen": gettext_lazy("金額（円）"),
    "date": gettext_lazy("日付"),
    "choice": gettext_lazy("選択"),
    "yes_no": gettext_lazy("はい・いいえ"),
}
OPERATORS: dict[str, str | Promise] = {
    "is_true": gettext_lazy("「はい」であること"),
    "is_false": gettext_lazy("「いいえ」であること"),
    "at_most": gettext_lazy("以下"),
    "less_than": gettext_lazy("未満"),
    "at_least": gettext_lazy("以上"),
    "more_than": gettext_lazy("を超える"),
    "one_of": gettext_lazy("のどれか"),
}
RELATIONS: dict[str, str | Promise] = {
    "prohibits": gettext_lazy("同時に受けられない"),
    "requires": gettext_lazy("先に受けていること"),
    "stacks": gettext_lazy("あわせて受けられる"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of the rules."""

    group: str
    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement in two versions; "" where a version does not make it."""

    group: str
    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def lines(rules: SchemeRules) -> tuple[Line, ...]:
    """Everything the rules say, in the order of the editor."""
    return (
        *_money(rules),
        *_deadlines(rules),
        *_categories(rules),
        *_criteria(rules),
        *_before(rules),
        *_form(rules),
        *_documents(rules),
        *_review(rules),
        *_papers(rules),
    )


def differences(before: SchemeRules, after: SchemeRules) -> tuple[Difference, ...]:
    """Both versions line by line: the order of the newer one, what is gone at its group's end."""
    old = {(line.group, line.key): line for line in lines(before)}
    new = {(line.group, line.key): line for line in lines(after)}
    groups = dict.fromkeys([*(group for group, _key in new), *(group for group, _key in old)])
    found = []
    for group in groups:
        keys = [key for name, key in new if name == group]
        keys += [key for name, key in old if name == group and key not in keys]
        for key in keys:
            one, other = old.get((group, key)), new.get((group, key))
            shown = other or one
            assert shown is not None
            found.append(
                Difference(group, shown.label, one.text if one else "", other.text if other else "")
            )
    return tuple(found)


def condition(rules: SchemeRules, when: Condition) -> str:
    """「クラウドを使いますか」が「はい」のとき."""
    asked: Question | Criterion | None = rules.question(when.asked) or rules.criterion(when.asked)
    name = when.asked
    if asked is not None:
        name = asked.label if isinstance(asked, Question) else asked.question
    return _("「%(name)s」が%(value)sのとき") % {"name": name, "value": _test(when, asked)}


def _test(when: Condition, asked: Question | Criterion | None) -> str:
    if when.operator == "is_true":
        return _("「はい」")
    if when.operator == "is_false":
        return _("「いいえ」")
    if when.operator == "one_of":
        names = dict(asked.choices) if asked else {}
        return _("「%(value)s」") % {
            "value": " / ".join(str(names.get(code, code)) for code in when.value or ())
        }
    return f"{when.value}{OPERATORS.get(when.operator, when.operator)}"


def _money(rules: SchemeRules) -> Iterator[Line]:
    group = _("補助率と上限")
    yield Line(group, "rate", _("補助率"), format_rate(rules.rate))
    yield Line(group, "cap", _("上限額"), format_yen(rules.cap_yen))
    yield Line(group, "floor", _("下限額"), format_yen(rules.floor_yen))
    tax = _("税抜") if rules.tax_mode == "excluded" else _("税込")
    yield Line(group, "tax", _("消費税"), tax)
    yield Line(group, "unit", _("切捨ての単位"), format_yen(rules.round_unit_yen))
    point = _("合計で") if rules.round_point == "total" else _("経費区分ごとに")
    yield Line(group, "point", _("切り捨てるところ"), point)
    used = _("対象になる") if rules.used_goods == "allowed" else _("対象にならない")
    yield Line(group, "used", _("中古品"), used)
    for item in rules.rate_variants:
        cap = _("上限%(cap)s") % {"cap": format_yen(item.cap_yen)} if item.cap_yen else ""
        text = f"{format_rate(item.rate)} {cap} {condition(rules, item.when)}"
        yield Line(group, f"variant.{item.name}", item.name, " ".join(text.split()))


def _deadlines(rules: SchemeRules) -> Iterator[Line]:
    group = _("期限と保存")
    days = {
        "review_days": _("審査の目安"),
        "correction_days": _("補正の期間"),
        "withdrawal_days": _("決定後の取下げ"),
        "report_days": _("実績報告（事業の終わりから）"),
        "claim_days": _("請求（額の確定から）"),
    }
    for name, label in days.items():
        yield Line(group, name, label, _("%(days)d日") % {"days": getattr(rules, name)})
    if rules.report_latest:
        yield Line(group, "report_latest", _("実績報告の最終日"), rules.report_latest)
    minor = _("経費の%(percent)d%%まで") % {"percent": rules.minor_change_percent}
    yield Line(group, "minor", _("軽微な変更"), minor)
    years = _("%(years)d年間、毎年%(by)sまで") % {
        "years": rules.follow_up_years,
        "by": rules.follow_up_by,
    }
    yield Line(group, "follow_up", _("効果の報告"), years)
    kept = _("%(years)d年（%(name)s）") % {
        "years": rules.retention_years,
        "name": rules.retention_class,
    }
    yield Line(group, "retention", _("書類の保存"), kept)


def _categories(rules: SchemeRules) -> Iterator[Line]:
    group = _("経費区分")
    for item in rules.categories:
        text = _("対象：%(eligible)s。対象外：%(ineligible)s") % {
            "eligible": _("、").join(item.eligible) or "—",
            "ineligible": _("、").join(item.ineligible) or "—",
        }
        yield Line(group, item.code, item.name, text)


def _criteria(rules: SchemeRules) -> Iterator[Line]:
    group = _("申請の要件")
    for item in rules.criteria:
        yield Line(group, item.code, item.question, _criterion(item))


def _criterion(item: Criterion) -> str:
    if item.operator in {"is_true", "is_false"}:
        text = str(OPERATORS[item.operator])
    elif item.operator == "one_of":
        names = dict(item.choices)
        text = " / ".join(str(names.get(code, code)) for code in item.threshold)
    else:
        value = format_yen(item.threshold) if item.kind == "yen" else f"{item.threshold:,}"
        text = f"{value}{item.unit}{OPERATORS[item.operator]}"
    if item.any_of:
        text = _("%(text)s（同じ組の要件のどれか1つでよい）") % {"text": text}
    return text


def _before(rules: SchemeRules) -> Iterator[Line]:
    group = _("申請の前と、ほかの補助金")
    for number, text in enumerate(rules.preparation, start=1):
        yield Line(group, f"preparation.{number}", _("申請の前に"), text)
    for need in rules.prerequisites:
        text = _("%(name)s（このポータルで確かめます）") if need.source else "%(name)s"
        yield Line(group, f"need.{need.code}", _("先に済ませること"), text % {"name": need.name})
    for rule in rules.stacking:
        yield Line(group, f"stack.{rule.name}", rule.name, str(RELATIONS[rule.relation]))
    bar = rules.reapply
    if bar:
        parts = [
            _("1回限り") if bar.once else "",
            _("交付の後%(n)d年度は不可") % {"n": bar.fiscal_years} if bar.fiscal_years else "",
            _("交付決定から%(n)d年は不可") % {"n": bar.years} if bar.years else "",
        ]
        yield Line(group, "reapply", _("もう一度の申請"), _("、").join(filter(None, parts)))


def _form(rules: SchemeRules) -> Iterator[Line]:
    group = _("申請書の設問")
    for task in rules.tasks:
        yield Line(group, f"task.{task.code}", _("課題"), _with_terms(rules, task, task.name))
        for item in rules.questions_of(task.code):
            need = _("必須") if item.required else _("任意")
            size = _("%(n)d文字まで") % {"n": item.max_length} if item.max_length else ""
            text = _("、").join(filter(None, [str(KINDS[item.kind]), need, size]))
            yield Line(group, item.code, item.label, _with_terms(rules, item, text))


def _documents(rules: SchemeRules) -> Iterator[Line]:
    group = _("添付書類")
    for item in rules.documents:
        need = _("必須") if item.required else _("任意")
        text = _("、").join(filter(None, [item.form_no, need, item.hint]))
        yield Line(group, item.code, item.name, _with_terms(rules, item, text))
    quotes = rules.quotes
    if quotes:
        tax = _("税込") if quotes.basis == "included" else _("税抜")
        text = _("%(yen)s（%(tax)s）以上は%(count)d者から") % {
            "yen": format_yen(quotes.threshold_yen),
            "tax": tax,
            "count": quotes.count,
        }
        more = [
            _("中古品はいつも") if quotes.used_goods_always else "",
            _("関係のない会社どうし") if quotes.unrelated_vendors else "",
            _("日付のある見積依頼書") if quotes.dated_request else "",
        ]
        yield Line(group, "quotes", _("相見積"), _("、").join(filter(None, [text, *more])))


def _review(rules: SchemeRules) -> Iterator[Line]:
    group = _("審査")
    if rules.scoring:
        for item in rules.scoring.criteria:
            text = _("0〜%(max)d点×%(weight)s") % {"max": item.maximum, "weight": item.weight}
            if item.minimum is not None:
                text += _("、平均%(least)s点未満は不採択") % {"least": item.minimum}
            yield Line(group, f"score.{item.code}", item.name, text)
        if rules.scoring.minimum_total is not None:
            least = _("%(points)s点") % {"points": rules.scoring.minimum_total}
            yield Line(group, "minimum", _("最低合計点"), least)
    for bonus in rules.bonus:
        text = _("%(points)d点") % {"points": bonus.points}
        yield Line(group, f"bonus.{bonus.code}", _("加点：%(name)s") % {"name": bonus.name}, text)
    if rules.bonus:
        use = _("点数に足す") if rules.bonus_use == "points" else _("同じ順位のときの決め手")
        yield Line(group, "bonus_use", _("加点の使い方"), use)
    blind = _("伏せる") if rules.blind_review else _("見せる")
    yield Line(group, "blind", _("審査委員に企業名を"), blind)


def _papers(rules: SchemeRules) -> Iterator[Line]:
    group = _("通知と様式")
    yield Line(group, "guideline", _("交付要綱"), rules.guideline)
    appeal = rules.appeal_text if rules.appeal_on else _("付けない")
    yield Line(group, "appeal", _("教示文"), appeal)
    for kind in STANDARD_FORMS:
        form = rules.form(kind)
        bare = "" if form.numbered else _("文書番号なし")
        text = " ".join(filter(None, [form.number, form.title, bare]))
        yield Line(group, f"form.{kind}", STANDARD_FORMS[kind].title, text)
    for mail in rules.mails:
        yield Line(group, f"mail.{mail.code}", mail.subject, mail.body)
    for text in rules.conditions:
        yield Line(group, f"condition.{text}", _("補助条件"), text)
    for text in rules.unconfirmed:
        yield Line(group, f"unconfirmed.{text}", _("出典で確かめていないこと"), text)


def _with_terms(rules: SchemeRules, item: Task | Question | Document, text: str) -> str:
    parts: list[Any] = [text]
    if item.when is not None:
        parts.append(condition(rules, item.when))
    if GRADUATE in item.not_for:
        parts.append(_("修了者には求めない"))
    return _("、").join(str(part) for part in parts if part)


def grouped(found: Iterable[Difference]) -> dict[str, list[Difference]]:
    """The differences under the heading of their group."""
    groups: dict[str, list[Difference]] = {}
    for item in found:
        groups.setdefault(item.group, []).append(item)
    return groups
