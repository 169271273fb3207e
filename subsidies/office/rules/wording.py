"""A version's rules line by line in words, and what differs between two. Pure.

Each line has a key that stays the same from version to version (the code of a question, the name of
an amount), so that two versions can be laid side by side. Everything a version says is said here:
what is left out would make two different versions look the same.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from portal.kernel.money import format_rate, format_yen
from subsidies.office.rules.names import (
    FACTS,
    KINDS,
    OPERATORS,
    PORTAL_SOURCES,
    RELATIONS,
    SOURCES,
    tie_names,
    ward_name,
)
from subsidies.office.rules.statements import (
    Difference,
    Line,
    compared,
    condition,
    joined,
    labels,
    stacked,
    with_terms,
)
from subsidies.rules.scheme import (
    STANDARD_FORMS,
    Criterion,
    Question,
    QuoteRule,
    ReapplyBar,
    SchemeRules,
    StackRule,
)

__all__ = ["Difference", "Line", "condition", "differences", "grouped", "laid_out", "lines"]


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
        *_payment(rules),
        *_papers(rules),
    )


def differences(before: SchemeRules, after: SchemeRules) -> tuple[Difference, ...]:
    """Two versions line by line."""
    return laid_out(lines(before), lines(after))


def laid_out(before: Iterable[Line], after: Iterable[Line]) -> tuple[Difference, ...]:
    """Side by side: the order of the newer one, what is gone at its group's end."""
    old, new = _keyed(before), _keyed(after)
    groups = dict.fromkeys([*(key[0] for key in new), *(key[0] for key in old)])
    found = []
    for group in groups:
        keys = dict.fromkeys(key for key in [*new, *old] if key[0] == group)
        found += [_difference(group, old.get(key), new.get(key)) for key in keys]
    return tuple(found)


def grouped(found: Iterable[Difference]) -> dict[str, list[Difference]]:
    """The differences under the heading of their group."""
    groups: dict[str, list[Difference]] = {}
    for item in found:
        groups.setdefault(item.group, []).append(item)
    return groups


def _keyed(found: Iterable[Line]) -> dict[tuple[str, str, int], Line]:
    """By group, key and, where two lines share a key, their place."""
    keyed: dict[tuple[str, str, int], Line] = {}
    for line in found:
        place = 0
        while (line.group, line.key, place) in keyed:
            place += 1
        keyed[line.group, line.key, place] = line
    return keyed


def _difference(group: str, one: Line | None, other: Line | None) -> Difference:
    before, after = one.text if one else "", other.text if other else ""
    if one and other and one.label != other.label:
        before, after = stacked([one.label, before]), stacked([other.label, after])
    shown = other or one
    assert shown is not None
    return Difference(group, shown.label, before, after)


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
    for place, item in enumerate(rules.rate_variants, start=1):
        cap = _("上限%(cap)s") % {"cap": format_yen(item.cap_yen)} if item.cap_yen else ""
        text = f"{format_rate(item.rate)} {cap} {condition(rules, item.when)}"
        # The first that holds applies, so their order is a rule.
        order = _("%(n)d番目に当てはめる") % {"n": place} if len(rules.rate_variants) > 1 else ""
        text = stacked([" ".join(text.split()), order])
        yield Line(group, f"variant.{item.name}", item.name, text)


def _deadlines(rules: SchemeRules) -> Iterator[Line]:
    group = _("期限と保存")
    days = {
        "review_days": _("審査の目安"),
        "correction_days": _("補正の期間"),
        "withdrawal_days": _("決定後の取下げ"),
        "arrival_days": _("通知書が届いたとみなすまで"),
        "report_days": _("実績報告（事業の終わりから）"),
        "claim_days": _("請求（額の確定から）"),
        "hearing_days": _("取消の前の弁明の期間"),
    }
    for name, label in days.items():
        yield Line(group, name, label, _("%(days)d日") % {"days": getattr(rules, name)})
    if rules.report_latest:
        yield Line(group, "report_latest", _("実績報告の最終日"), rules.report_latest)
    minor = _("経費の%(percent)d%%まで") % {"percent": rules.minor_change_percent}
    yield Line(group, "minor", _("軽微な変更"), minor)
    reports = {"years": rules.follow_up_years, "by": rules.follow_up_by}
    years = _("%(years)d年間、毎年%(by)sまで") % reports
    yield Line(group, "follow_up", _("効果の報告"), years)
    yield Line(group, "tax_credit", _("仕入控除税額の報告の期限"), rules.tax_credit_by)
    papers = {"years": rules.retention_years, "name": rules.retention_class}
    kept = _("%(years)d年（%(name)s）") % papers
    yield Line(group, "retention", _("書類の保存"), kept)


def _categories(rules: SchemeRules) -> Iterator[Line]:
    group = _("経費区分")
    for item in rules.categories:
        text = _("対象：%(eligible)s。対象外：%(ineligible)s") % {
            "eligible": joined(item.eligible) or "—",
            "ineligible": joined(item.ineligible) or "—",
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
        accepted = " / ".join(str(names.get(code, code)) for code in item.threshold)
        text = _("「%(names)s」のどれか") % {"names": accepted}
    else:
        text = _limit(item, item.threshold)
    others = [
        _("業種%(code)sは%(text)s") % {"code": code, "text": _limit(item, threshold)}
        for code, threshold in item.by_industry
    ]
    text = joined([text, *others])
    if item.any_of:
        text = _("%(text)s（組「%(name)s」の要件のどれか1つでよい）") % {
            "text": text,
            "name": item.any_of,
        }
    source = SOURCES.get(item.source, item.source)
    return stacked(
        [
            text,
            _("答え方：%(kind)s") % {"kind": KINDS[item.kind]},
            labels(item.choices),
            _("単位：%(unit)s") % {"unit": item.unit} if item.unit else "",
            _("説明：%(text)s") % {"text": item.help} if item.help else "",
            _("申請できないとき：%(text)s") % {"text": item.refusal} if item.refusal else "",
            _("先に入れておくもの：%(name)s") % {"name": source} if item.source != "ask" else "",
        ]
    )


def _limit(item: Criterion, threshold: int) -> str:
    """20人以下."""
    value = format_yen(threshold) if item.kind == "yen" else f"{threshold:,}"
    return compared(f"{value}{item.unit}", item.operator)


def _before(rules: SchemeRules) -> Iterator[Line]:
    group = _("申請の前と、ほかの補助金")
    for number, text in enumerate(rules.preparation, start=1):
        yield Line(group, f"preparation.{number}", _("申請の前に"), text)
    for need in rules.prerequisites:
        shown = joined(
            [
                need.name,
                _told(need.source),
                _checked(rules, need.criterion),
                _attached(rules, need.document),
            ]
        )
        yield Line(group, f"need.{need.code}", _("先に済ませること"), shown)
    for rule in rules.stacking:
        yield Line(group, f"stack.{rule.name}", rule.name, _stack(rules, rule))
    if rules.reapply:
        yield Line(group, "reapply", _("もう一度の申請"), _reapply(rules.reapply))


def _stack(rules: SchemeRules, rule: StackRule) -> str:
    place = ward_name(rule.ward) if rule.ward else ""
    record = _("このポータルの交付の記録（%(code)s）で確かめる") % {"code": rule.scheme}
    return joined(
        [
            RELATIONS[rule.relation],
            record if rule.scheme else "",
            place,
            _checked(rules, rule.criterion),
        ]
    )


def _reapply(bar: ReapplyBar) -> str:
    scope = {"scheme": _("同じ制度の交付だけを数える"), "ward": _("区のすべての制度を数える")}
    return joined(
        [
            _("1回限り") if bar.once else "",
            _("交付の後%(n)d年度は不可") % {"n": bar.fiscal_years} if bar.fiscal_years else "",
            _("交付決定から%(n)d年は不可") % {"n": bar.years} if bar.years else "",
            scope[bar.scope],
        ]
    )


def _told(source: str) -> str:
    """The part of this portal that tells by itself whether it is done."""
    name = PORTAL_SOURCES.get(source, source)
    return _("このポータルで確かめる（%(name)s）") % {"name": name} if source else ""


def _checked(rules: SchemeRules, code: str) -> str:
    """The eligibility question that shows it."""
    asked = rules.criterion(code)
    name = asked.question if asked else code
    return _("要件「%(name)s」で確かめる") % {"name": name} if code else ""


def _attached(rules: SchemeRules, code: str) -> str:
    """The paper that shows it."""
    paper = rules.document(code)
    name = paper.name if paper else code
    return _("書類「%(name)s」で確かめる") % {"name": name} if code else ""


def _form(rules: SchemeRules) -> Iterator[Line]:
    group = _("申請書の設問")
    for task in rules.tasks:
        yield Line(group, f"task.{task.code}", _("課題"), with_terms(rules, task, task.name))
        for item in rules.questions_of(task.code):
            text = _question(item, task.name)
            yield Line(group, item.code, item.label, with_terms(rules, item, text))


def _question(item: Question, task: str) -> str:
    need = _("必須") if item.required else _("任意")
    size = _("%(n)d文字まで") % {"n": item.max_length} if item.max_length else ""
    unit = _("単位：%(unit)s") % {"unit": item.unit} if item.unit else ""
    return stacked(
        [
            joined([KINDS[item.kind], need, size, unit]),
            _("課題：%(name)s") % {"name": task},
            labels(item.choices),
            _("説明：%(text)s") % {"text": item.hint} if item.hint else "",
        ]
    )


def _documents(rules: SchemeRules) -> Iterator[Line]:
    group = _("添付書類")
    for item in rules.documents:
        need = _("必須") if item.required else _("任意")
        many = _("複数のファイルを付けられる") if item.many else ""
        text = joined([item.form_no, need, many, item.hint])
        yield Line(group, item.code, item.name, with_terms(rules, item, text))
    if rules.quotes:
        yield Line(group, "quotes", _("相見積"), _quotes(rules, rules.quotes))


def _quotes(rules: SchemeRules, quotes: QuoteRule) -> str:
    tax = _("税込") if quotes.basis == "included" else _("税抜")
    text = _("%(yen)s（%(tax)s）以上は%(count)d者から") % {
        "yen": format_yen(quotes.threshold_yen),
        "tax": tax,
        "count": quotes.count,
    }
    return joined(
        [
            text,
            _("中古品はいつも") if quotes.used_goods_always else "",
            _("関係のない会社どうし") if quotes.unrelated_vendors else "",
            _attached(rules, quotes.document),
            _("日付のある見積依頼書") if quotes.dated_request else "",
            _attached(rules, quotes.request_document) if quotes.dated_request else "",
        ]
    )


def _review(rules: SchemeRules) -> Iterator[Line]:
    group = _("審査")
    criteria = rules.scoring.criteria if rules.scoring else ()
    for item in criteria:
        text = _("0〜%(max)d点×%(weight)s") % {"max": item.maximum, "weight": item.weight}
        if item.minimum is not None:
            text += _("、平均%(least)s点未満は不採択") % {"least": item.minimum}
        yield Line(group, f"score.{item.code}", item.name, stacked([text, item.hint]))
    if rules.scoring and rules.scoring.minimum_total is not None:
        least = _("%(points)s点") % {"points": rules.scoring.minimum_total}
        yield Line(group, "minimum", _("最低合計点"), least)
    for bonus in rules.bonus:
        points = _("%(points)d点") % {"points": bonus.points}
        months = _("認められた日から%(n)dか月") % {"n": bonus.valid_months}
        text = joined(
            [points, FACTS.get(bonus.fact, bonus.fact), months if bonus.valid_months else ""]
        )
        yield Line(group, f"bonus.{bonus.code}", _("加点：%(name)s") % {"name": bonus.name}, text)
    if rules.bonus:
        use = _("点数に足す") if rules.bonus_use == "points" else _("同じ順位のときの決め手")
        yield Line(group, "bonus_use", _("加点の使い方"), use)
    if rules.ties:
        names = tie_names([(item.code, item.name) for item in criteria])
        ties = " → ".join(names.get(code, code) for code in rules.ties)
        yield Line(group, "ties", _("同点のとき"), ties)
    partial = _("残りの額を交付する") if rules.partial_grant else _("交付しない")
    yield Line(group, "partial", _("予算に収まらない最初の申請"), partial)
    blind = _("伏せる") if rules.blind_review else _("見せる")
    yield Line(group, "blind", _("審査委員に企業名を"), blind)


def _payment(rules: SchemeRules) -> Iterator[Line]:
    group = _("支払・返還・財産")
    most = _("交付決定額の%(percent)d%%まで") % {"percent": rules.advance_percent}
    yield Line(group, "advance", _("概算払"), most if rules.advance_payment else _("認めない"))
    asset = _("単価%(yen)s（税抜）以上") % {"yen": format_yen(rules.asset_unit_yen)}
    yield Line(group, "asset", _("台帳に載せる財産"), asset)
    recovery = rules.recovery
    rates = {
        "surcharge": (_("違約加算金"), recovery.surcharge_rate),
        "late": (_("延滞金"), recovery.late_rate),
    }
    for key, (label, rate) in rates.items():
        yield Line(group, key, label, _("年%(percent)s%%") % {"percent": f"{rate / 100:.2f}"})
    charged = _("%(least)sに満たないときは加算しない、%(unit)s未満は切り捨てる") % {
        "least": format_yen(recovery.least_yen),
        "unit": format_yen(recovery.unit_yen),
    }
    yield Line(group, "charged", _("加算する額"), charged)
    due = _("返還命令から%(days)d日") % {"days": recovery.pay_days}
    yield Line(group, "pay_days", _("返還の期限"), due)
    late = _("取り消せる") if rules.revoke_after_final else _("取り消せない")
    yield Line(group, "revoke", _("額の確定のあとの取消"), late)


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
        optional = _("企業が、受け取らないことを選べる") if mail.optional else ""
        yield Line(group, f"mail.{mail.code}", mail.subject, stacked([mail.body, optional]))
    for text in rules.conditions:
        yield Line(group, f"condition.{text}", _("補助条件"), text)
    for number, text in enumerate(rules.office_checks, start=1):
        yield Line(group, f"check.{number}", _("書類点検表に区が加える項目"), text)
    for text in rules.unconfirmed:
        yield Line(group, f"unconfirmed.{text}", _("出典で確かめていないこと"), text)
