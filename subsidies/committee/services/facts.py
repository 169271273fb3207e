"""What the portal knows of cases and members, for the rules on conflicts of interest."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import FirmMembership
from programs.rules import bare_name
from subsidies.committee.models import Assignment, Case, Declaration, RoundMember
from subsidies.committee.rules.conflict import Applicant, Reviewer, domains_in, telling_domain
from subsidies.evaluation.selectors import evaluators
from subsidies.evaluation.services import bars
from subsidies.models import Application, ApplicationVersion
from subsidies.rules import quotes

# Users → bare names of the companies each is tied to, as another room knows them.
Ties = Callable[[Collection[int]], Mapping[int, set[str]]]
_ties: list[Ties] = []


def register_ties(source: Ties) -> Ties:
    """Add what a room knows of people's companies; registering the same twice changes nothing."""
    if source not in _ties:
        _ties.append(source)
    return source


def applicants(
    cases: Iterable[Case], versions: dict[int, ApplicationVersion]
) -> dict[int, Applicant]:
    """Case → who stands behind it. People who left the firm count as well."""
    found = list(cases)
    firms = {case.pk: versions[case.application_id].payload["firm"]["id"] for case in found}
    people: dict[int, set[int]] = {}
    addresses: dict[int, set[str]] = {}
    rows = FirmMembership.objects.filter(firm_id__in=firms.values())
    for firm_id, user_id, email in rows.values_list("firm_id", "user_id", "user__email"):
        people.setdefault(firm_id, set()).add(user_id)
        addresses.setdefault(firm_id, set()).add(telling_domain(email))
    evaluated = evaluators([case.application_id for case in found])
    return {
        case.pk: _applicant(
            versions[case.application_id],
            firms[case.pk],
            people.get(firms[case.pk], set()),
            addresses.get(firms[case.pk], set()) - {""},
            evaluated.get(case.application_id, frozenset()),
        )
        for case in found
    }


def _applicant(
    version: ApplicationVersion,
    firm_id: int,
    people: set[int],
    domains: set[str],
    evaluated_by: frozenset[int],
) -> Applicant:
    payload = version.payload
    texts = [*payload["answers"].values()]
    texts += [text for line in payload["expenses"] for text in line.values()]
    return Applicant(
        firm=firm_id,
        people=frozenset(people),
        vendors=_vendors(payload),
        mail_domains=frozenset(domains) | domains_in(texts),
        evaluators=evaluated_by,
    )


def _vendors(payload: Mapping[str, Any]) -> frozenset[str]:
    """Those whom the firm means to order from, and those who only quoted."""
    named = [str(line.get("vendor") or "") for line in payload["expenses"]]
    named += [quote.vendor for kept in quotes.submitted(payload) for quote in kept.quotes]
    return frozenset(bare_name(name) for name in named) - {""}


def reviewers(actor: Actor, members: Iterable[RoundMember]) -> dict[int, Reviewer]:
    """Member → what the portal knows of them, with the firms they declared a tie to before.

    Companies are asked for as the system: a tie holds in whichever ward it was told.
    """
    found = list(members)
    known: dict[int, set[str]] = {member.user_id: set() for member in found}
    with acting(actor.elevated()):
        for source in _ties:
            for user_id, names in source(known.keys()).items():
                known[user_id] |= names
    declared: dict[int, set[int]] = {}
    rows = Declaration.objects.filter(user_id__in=[member.user_id for member in found]).exclude(
        relation=Declaration.Relation.NONE
    )
    for user_id, firm_id in rows.values_list("user_id", "assignment__case__application__firm_id"):
        declared.setdefault(user_id, set()).add(firm_id)
    return {
        member.pk: Reviewer(
            user=member.user_id,
            email=member.user.email,
            ties=frozenset(
                known[member.user_id] | {bare_name(line) for line in member.vendors.splitlines()}
            )
            - {""},
            declared_firms=frozenset(declared.get(member.user_id, ())),
        )
        for member in found
    }


def evaluates(case: Case, user_id: int) -> bool:
    """Whether the person evaluated the case's plan, or is asked to: asked anew, because a plan can
    be shared after the draw."""
    return user_id in evaluators([case.application_id]).get(case.application_id, frozenset())


@bars.register
def reviews_the_case(application: Application, user_id: int) -> Promise | None:
    """Nobody evaluates a plan whose case was given to them, whatever became of it.

    The sentence does not tell the firm who is on the committee.
    """
    rows = Assignment.objects.filter(case__application_id=application.pk, user_id=user_id)
    if rows.exists():
        return _("この相談員は、この申請の評価を引き受けられません。ほかの相談員に頼んでください。")
    return None
