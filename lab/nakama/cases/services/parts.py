"""Which of the firms may act: the guards of the transition tables, and the shape of a write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case, CaseParty, CaseStep
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting

Part = CaseParty.Part


@contextmanager
def writing(actor: Actor, seen: Case) -> Iterator[Case]:
    """The case, locked, in a transaction that writes as the system. `seen` came by the policy."""
    with transaction.atomic(), acting(actor.elevated()):
        yield Case.objects.select_for_update().get(pk=seen.pk)


def name_of(case_id: int, part: str) -> str:
    """The name of the firm with that part, as the system; "" where there is none."""
    rows = CaseParty.objects.filter(case_id=case_id, part=part)
    return rows.values_list("firm_name", flat=True).first() or ""


def firm_of(case_id: int, part: str) -> int | None:
    """The firm with that part, as the system."""
    rows = CaseParty.objects.filter(case_id=case_id, part=part)
    return rows.values_list("firm_id", flat=True).first()


def _has(actor: Actor, case_id: int, wanted: frozenset[Any]) -> bool:
    return actor.hat == Hat.SYSTEM or bool(policies.parts(actor, case_id) & wanted)


@states.CASE.guard("buyer")
def _buyer(case: Any, actor: Actor) -> str | None:
    """The public hand neither orders nor accepts: the buyer does."""
    if policies.parts(actor, case.pk) & {Part.BUYER}:
        return None
    return _("この操作は、案件を出した企業だけができます。")


@states.CASE.guard("hub")
def _hub(case: Any, actor: Actor) -> str | None:
    if _has(actor, case.pk, policies.HUBS):
        return None
    return _("この操作は、案件のハブ企業だけができます。")


@states.CASE.guard("lead")
def _lead(case: Any, actor: Actor) -> str | None:
    if _has(actor, case.pk, policies.LEADS):
        return None
    return _("この操作は、発注元かハブ企業だけができます。")


@states.CASE.guard("hub_after_all_steps")
def _hub_after_all(case: Any, actor: Actor) -> str | None:
    if refusal := _hub(case, actor):
        return refusal
    left = CaseStep.objects.filter(case_id=case.pk).exclude(status=states.HANDED)
    if names := [step.name for step in left]:
        return _("まだ終わっていない工程があります：%(names)s") % {"names": _("・").join(names)}
    return None


@states.STEP.guard("maker")
def _maker(step: Any, actor: Actor) -> str | None:
    if actor.firm_id is not None and step.firm_id == actor.firm_id:
        return None
    return _("この工程の担当企業だけが記録できます。")


@states.STEP.guard("maker_in_turn")
def _maker_in_turn(step: Any, actor: Actor) -> str | None:
    if refusal := _maker(step, actor):
        return refusal
    before = CaseStep.objects.filter(case_id=step.case_id, position__in=step.after)
    if names := [one.name for one in before.exclude(status=states.HANDED)]:
        return _("前の工程の受渡しが終わっていません：%(names)s") % {"names": _("・").join(names)}
    return None


@states.STEP.guard("receiver")
def _receiver(step: Any, actor: Actor) -> str | None:
    """The firm of the next step; after the last the hubs, or the buyer."""
    rows = CaseStep.objects.filter(case_id=step.case_id).values_list("after", "firm_id")
    after = {firm for before, firm in rows if step.position in before}
    if after and actor.firm_id in after:
        return None
    if policies.parts(actor, step.case_id) & policies.LEADS:
        return None
    return _("受け取るのは、次の工程の企業かハブ企業です。")
