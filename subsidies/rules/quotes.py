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
    """One warning per line that needs more quotes than files are attached, and what else the rule
    asks of them: vendors without ties (関係のない業者), a dated request before the quotes.

    `documents` counts the attached files per requirement. A warning does not stop the
    submission: the firm may explain in 見積限定理由書 why there is one quote only.
    """
    rule = rules.quotes
    if rule is None:
        return ()
    concerned = [item for item in lines if needs_quotes(rule, item)]
    found = []
    if documents.get(rule.document, 0) < rule.count:
        found += [_warning(rule, item) for item in concerned]
        if concerned and rule.unrelated_vendors:
            found.append(_unrelated(rule))
    if concerned and rule.dated_request and not documents.get(rule.request_document):
        found.append(_request(rule))
    return tuple(found)


def _unrelated(rule: QuoteRule) -> Problem:
    text = _(
        "見積りを頼む会社は、お互いの間にも、申請者との間にも、資本や役員の関係がない会社を選んでください。"
    )
    return Problem("unrelated_vendors", text, FILES_TASK, f"documents.{rule.document}", "")


def _request(rule: QuoteRule) -> Problem:
    text = _(
        "見積りを頼んだことが分かる書類（日付のある見積依頼書）を添付してください。"
        "依頼の日付は、見積書の日付より前であることが必要です。"
    )
    return Problem("quote_request", text, FILES_TASK, f"documents.{rule.request_document}", "")


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
