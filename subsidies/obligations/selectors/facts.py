"""What the pure plan of obligations is told about a grant."""

import datetime as dt

from subsidies.contents import rules_of
from subsidies.grants.models import Filing
from subsidies.grants.states import ACCEPTED, SUBMITTED
from subsidies.models import Grant
from subsidies.obligations.models import Asset
from subsidies.obligations.rules import plan
from subsidies.obligations.states import IN_USE
from subsidies.rules.scheme import SchemeRules

HANDED_IN = (SUBMITTED, ACCEPTED)


def _is_restricted(asset: Asset, on: dt.date) -> bool:
    """Whether somebody still has to watch the asset."""
    return asset.status == IN_USE and on <= asset.restricted_until


def terms_of(rules: SchemeRules) -> plan.Terms:
    """What the scheme version says of obligations."""
    return plan.Terms(
        claim_days=rules.claim_days,
        follow_up_years=rules.follow_up_years,
        follow_up_by=rules.follow_up_by,
        tax_included=rules.tax_mode == "included",
        retention_years=rules.retention_years,
        tax_credit_by=rules.tax_credit_by,
    )


def facts_of(grant: Grant, *, on: dt.date) -> plan.Facts:
    """The grant's facts; `on` is the day of what has just happened (Tokyo)."""
    filed = Filing.objects.filter(
        grant=grant, kind__in=[plan.EFFECT_REPORT, plan.TAX_CREDIT], status__in=HANDED_IN
    ).values_list("kind", "content__report_number")
    return plan.Facts(
        status=grant.status,
        project_ends_on=grant.project_ends_on,
        report_due_on=grant.report_due_on,
        on=on,
        terms=terms_of(rules_of(grant.application.version)),
        reported=frozenset(
            int(number) for kind, number in filed if kind == plan.EFFECT_REPORT and number
        ),
        restricted=tuple(
            (asset.pk, asset.restricted_until, _is_restricted(asset, on))
            for asset in Asset.objects.filter(grant=grant).order_by("pk")
        ),
        tax_reported=any(kind == plan.TAX_CREDIT for kind, _number in filed),
    )
