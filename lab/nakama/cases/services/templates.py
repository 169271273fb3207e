"""ひな形とチーム of a hub: named steps with who does them, kept from a case and used again.

What a buyer wrote to a step (the note) stays with its case.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case, CasePrivate, CaseStep, HubTemplate, Invitation
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.cases.services.steps import StepWanted, steps_save
from lab.nakama.cases.services.teams import preferred
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from programs.models import Firm

MOST_TEMPLATES = 30
# How a form names an own template: own:12.
OWN = "own:"


def template_keep(*, actor: Actor, case_id: int, name: str) -> HubTemplate:
    """The case's steps and team under a name; one of that name is replaced.

    Raises Refused (no name, no steps, too many), RoleMissing.
    """
    firm_id = policies.own_firm(actor)
    if not (name := plain(name, 60)):
        raise Refused(_("ひな形の名前を入力してください。例：ポンプ軸・いつもの仲間"))
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        policies.require(bool(policies.parts(actor, case.pk) & policies.HUBS))
        steps = list(CaseStep.objects.filter(case=case))
        if not steps:
            raise Refused(_("先に工程を入力してください。"))
        own = HubTemplate.objects.filter(firm_id=firm_id)
        if not own.filter(name=name).exists() and own.count() >= MOST_TEMPLATES:
            raise Refused(
                _("ひな形は%(n)d件までです。使わないものを消してください。") % {"n": MOST_TEMPLATES}
            )
        team = _team(case, steps)
        row, _new = HubTemplate.objects.update_or_create(
            firm_id=firm_id,
            name=name,
            defaults={
                "steps": [
                    {
                        "code": step.process_code,
                        "minutes": step.minutes,
                        "after": step.after,
                        "firm": team.get(step.position),
                    }
                    for step in steps
                ],
                "firms": _names(team.values()),
            },
        )
        audit.record(actor=actor, action="cases.template_kept", obj=row, ward_id=0)
        return row


def _team(case: Case, steps: list[CaseStep]) -> dict[int, int]:
    """Position → firm: who does the step, was chosen for it, or stands in the chosen team."""
    rows = Invitation.objects.filter(case=case, status=states.CHOSEN)
    chosen = dict(rows.values_list("step_id", "firm_id"))
    found = {}
    for step in steps:
        firm = step.firm_id or chosen.get(step.pk) or next(iter(preferred(case, step)), None)
        if firm:
            found[step.position] = firm
    return found


def _names(firms: Iterable[int]) -> dict[str, str]:
    rows = Firm.objects.filter(pk__in=set(firms))
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def template_use(*, actor: Actor, case_id: int, template_id: int) -> list[CaseStep]:
    """Its steps in place of those there are; its firms are offered when the team is chosen.

    Raises Refused, RoleMissing.
    """
    row = own_templates(actor).get(template_id)
    if row is None:
        raise Refused(_("選んだひな形がありません。画面を開き直してください。"))
    wanted = [StepWanted(step["code"], step["minutes"], step["after"]) for step in row.steps]
    made = steps_save(actor=actor, case_id=case_id, wanted=wanted)
    with acting(actor.elevated()):
        CasePrivate.objects.filter(case_id=case_id).update(template=row)
    return made


def template_drop(*, actor: Actor, template_id: int) -> None:
    """Cases that came from it stay as they are. Raises Refused."""
    row = own_templates(actor).get(template_id)
    if row is None:
        raise Refused(_("選んだひな形がありません。画面を開き直してください。"))
    with acting(actor.elevated()):
        audit.record(actor=actor, action="cases.template_dropped", obj=row, ward_id=0)
        HubTemplate.objects.filter(pk=row.pk).delete()


def template_rename(*, actor: Actor, template_id: int, name: str) -> HubTemplate:
    """Raises Refused (no name, one of that name)."""
    rows = own_templates(actor)
    row = rows.get(template_id)
    if row is None:
        raise Refused(_("選んだひな形がありません。画面を開き直してください。"))
    if not (name := plain(name, 60)):
        raise Refused(_("ひな形の名前を入力してください。例：ポンプ軸・いつもの仲間"))
    if any(other.name == name and other.pk != row.pk for other in rows.values()):
        raise Refused(_("同じ名前のひな形があります。別の名前にしてください。"))
    with acting(actor.elevated()):
        row.name = name
        row.save(update_fields=["name"])
        audit.record(actor=actor, action="cases.template_renamed", obj=row, ward_id=0)
    return row


def own_templates(actor: Actor) -> dict[int, HubTemplate]:
    """The firm's, by key, in the order of their names."""
    rows = HubTemplate.objects.filter(firm_id=policies.own_firm(actor))
    return {row.pk: row for row in rows.order_by("name", "pk")[:MOST_TEMPLATES]}


def usual_team(case: Case) -> tuple[str, dict[int, int]]:
    """Name of the template that the case came from, and its firms where the steps are the same."""
    private = CasePrivate.objects.filter(case=case).select_related("template").first()
    if private is None or private.template is None:
        return "", {}
    steps = dict(CaseStep.objects.filter(case=case).values_list("position", "process_code"))
    kept = private.template.steps
    same = {
        position: kept[position - 1]["firm"]
        for position, code in steps.items()
        if position <= len(kept) and kept[position - 1]["code"] == code
    }
    return private.template.name, {position: firm for position, firm in same.items() if firm}
