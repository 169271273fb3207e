"""除斥 between the rooms: who sells what a plan buys neither evaluates nor scores it (domain.md A6).

The 名簿 of the advisors' room says for whom an advisor sells, the plan names its vendors; neither
room knows the other.
"""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from programs.rules import bare_name
from subsidies.committee.services import facts
from subsidies.evaluation.services import bars
from subsidies.models import Application
from subsidies.rules import quotes


@facts.register_ties
def sold_by(users: Collection[int]) -> dict[int, set[str]]:
    """User → bare names of the companies that the 名簿 says they sell for."""
    sold: dict[int, set[str]] = {}
    rows = Advisor.objects.filter(user_id__in=users).values_list("user_id", "vendors")
    for user_id, vendors in rows:
        sold.setdefault(user_id, set()).update(map(bare_name, vendors))
    return sold


@bars.register
def sells_what_is_planned(application: Application, user_id: int) -> Promise | None:
    """Asked when the plan is shared, and again when the evaluation is handed over."""
    if sold_by([user_id]).get(user_id, set()) & _vendors(application):
        return _(
            "この相談員は、計画の発注先や見積りの会社と関係があるため、評価を頼めません。"
            "ほかの相談員に頼んでください。"
        )
    return None


def _vendors(application: Application) -> set[str]:
    """From whom the firm means to order, and who has quoted."""
    named = {str(line.get("vendor") or "") for line in application.expense_input}
    for line in application.expense_input:
        named |= {quote.vendor for quote in quotes.read(line).quotes}
    return {bare_name(name) for name in named} - {""}
