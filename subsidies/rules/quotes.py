"""相見積: which lines need several quotes, and whether enough are attached.

Source: domain.md A3 (持続化: over 100万円 税込, and any 中古品 whatever the price).
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from portal.kernel.money import format_yen
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import FILES_TASK, QuoteRule, SchemeRules


def needs_quotes(rule: QuoteRule, item: ExpenseItem) -> bool:
    """Whether a line needs `rule.count` quotes."""
    yen = item.gross_yen if rule.basis == "included" else item.net_yen
    return yen >= rule.threshold_yen or (rule.used_goods_always and item.is_used)


def warnings(
    rules: SchemeRules, lines: Sequence[ExpenseItem], documents: Mapping[str, int]
) -> tuple[Problem, ...]:
    """One warning per line that needs more quotes than files are attached.

    `documents` counts the attached files per requirement. A warning does not stop the
    submission: the firm may explain in 見積限定理由書 why there is one quote only.
    """
    rule = rules.quotes
    if rule is None or documents.get(rule.document, 0) >= rule.count:
        return ()
    return tuple(_warning(rule, item) for item in lines if needs_quotes(rule, item))


def _warning(rule: QuoteRule, item: ExpenseItem) -> Problem:
    values = {
        "name": item.description,
        "yen": format_yen(item.gross_yen if rule.basis == "included" else item.net_yen),
        "tax": _("税込") if rule.basis == "included" else _("税抜"),
        "count": rule.count,
    }
    text = (
        _(
            "「%(name)s」は中古品です。%(count)d者以上から見積書を取り、添付してください。"
            "1者からしか取れないときは、その理由を書いた書類を添付してください。"
        )
        if item.is_used and rule.used_goods_always
        else _(
            "「%(name)s」は%(yen)s（%(tax)s）です。%(count)d者以上から見積書を取り、"
            "添付してください。1者からしか取れないときは、その理由を書いた書類を添付してください。"
        )
    )
    return Problem("quotes", text % values, FILES_TASK, f"documents.{rule.document}", "")
