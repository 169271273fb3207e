"""除斥 between the rooms: who sells what a plan buys does not evaluate the plan (domain.md A6).

The 名簿 of the advisors' room says for whom an advisor sells, the plan names its vendors; neither
room knows the other.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from programs.rules import bare_name
from subsidies.evaluation.services import bars
from subsidies.models import Application
from subsidies.rules import quotes


@bars.register
def sells_what_is_planned(application: Application, user_id: int) -> Promise | None:
    """Asked when the plan is shared, and again when the evaluation is handed over."""
    rows = Advisor.objects.filter(user_id=user_id).values_list("vendors", flat=True)
    sold = {bare_name(name) for vendors in rows for name in vendors} - {""}
    if sold and sold & _vendors(application):
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
