"""Splitting the work into steps: from a template, edited by the hub, in an order that can be done."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import (
    Case,
    CasePrivate,
    CaseStep,
    Drawing,
    DrawingGrant,
    Invitation,
)
from lab.nakama.cases.rules.order import fault_of
from lab.nakama.cases.rules.summary import telling
from lab.nakama.cases.services.cases import names_of, step_fault
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.cases.templates_of_steps import template_of
from lab.nakama.models import Process
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.texts import plain

MOST_STEPS = 12
MOST_MINUTES = 60 * 24 * 60


@dataclass(frozen=True, slots=True)
class StepWanted:
    """One step as typed; `after` are positions, minutes those of the whole lot."""

    process_code: str
    minutes: int
    after: Sequence[int] = field(default=())
    note: str = ""


def template_apply(*, actor: Actor, case_id: int, template: str) -> list[CaseStep]:
    """The steps of a template, one after the other. Raises Refused, RoleMissing."""
    found = template_of(template)
    if found is None:
        raise Refused(_("選んだひな形がありません。画面を開き直してください。"))
    wanted = [
        StepWanted(code, minutes, [number - 1] if number > 1 else [])
        for number, (code, minutes) in enumerate(found.steps, start=1)
    ]
    return steps_save(actor=actor, case_id=case_id, wanted=wanted)


def steps_save(*, actor: Actor, case_id: int, wanted: Sequence[StepWanted]) -> list[CaseStep]:
    """Put these steps in place of those there are; nobody may have been asked yet.

    Raises Refused (a circle, an unknown step, a note that names somebody, somebody was asked),
    RoleMissing.
    """
    seen = policies.get_led_case(actor, pk=case_id)
    _check(wanted)
    with writing(actor, seen) as case:
        policies.require(bool(policies.parts(actor, case.pk) & policies.LEADS))
        if case.status not in {states.DRAFT, states.OPEN} or _somebody_asked(case):
            raise Refused(_("声かけを始めた案件の工程は変えられません。"))
        _check_notes(case, wanted)
        names = dict(Process.objects.values_list("code", "name_ja"))
        if unknown := [step.process_code for step in wanted if step.process_code not in names]:
            raise Refused(
                _("工程の種類「%(code)s」がありません。選び直してください。") % {"code": unknown[0]}
            )
        Drawing.objects.filter(case=case).update(step=None)
        DrawingGrant.objects.filter(case=case).update(step=None)
        CaseStep.objects.filter(case=case).delete()
        made = CaseStep.objects.bulk_create(
            CaseStep(
                case=case,
                position=number,
                process_code=step.process_code,
                process_name=names[step.process_code],
                minutes=step.minutes,
                after=sorted(set(step.after)),
                note=plain(step.note, 200),
            )
            for number, step in enumerate(wanted, start=1)
        )
        audit.record(
            actor=actor,
            action="cases.steps_saved",
            obj=case,
            detail={"steps": [step.process_code for step in made]},
        )
        return made


def _somebody_asked(case: Case) -> bool:
    return Invitation.objects.filter(case=case).exists()


def _check_notes(case: Case, wanted: Sequence[StepWanted]) -> None:
    """Who is asked reads the note before any promise, by the link of a mail. Raises Refused."""
    names = names_of(CasePrivate.objects.get(case=case))
    found = [
        step_fault(number, fault)
        for number, step in enumerate(wanted, start=1)
        for fault in telling("note", step.note, names)
    ]
    if found:
        raise Refused(" ".join(found))


def _check(wanted: Sequence[StepWanted]) -> None:
    """Raises Refused with what to mend."""
    if not wanted:
        raise Refused(_("工程を1つ以上入力してください。"))
    if len(wanted) > MOST_STEPS:
        raise Refused(_("工程は%(n)dまでです。") % {"n": MOST_STEPS})
    if any(not 0 < step.minutes <= MOST_MINUTES for step in wanted):
        raise Refused(_("加工時間は1分以上、1,440時間以内にしてください。"))
    after = {number: step.after for number, step in enumerate(wanted, start=1)}
    fault = fault_of(after)
    if fault is None:
        _check_join(after)
        return
    if fault.kind == "unknown":
        values = {"step": fault.steps[0], "before": fault.steps[1]}
        raise Refused(
            _("%(step)d番の「前の工程」に、ない番号（%(before)d）が入っています。") % values
        )
    if len(fault.steps) == 1:
        raise Refused(
            _("%(step)d番の「前の工程」に、自分の番号が入っています。消してください。")
            % {"step": fault.steps[0]}
        )
    circle = "→".join(str(step) for step in (*fault.steps, fault.steps[0]))
    raise Refused(
        _(
            "工程の順番が輪になっていて、どれからも始められません（%(circle)s）。"
            "どれか1つの「前の工程」を消してください。"
        )
        % {"circle": circle}
    )


def _check_join(after: dict[int, Sequence[int]]) -> None:
    """Work may run together (組立) and never apart: each step leads to one other, the last to none."""
    led: dict[int, list[int]] = {position: [] for position in after}
    for position, before in after.items():
        for earlier in set(before):
            led[earlier].append(position)
    if apart := next((position for position, later in led.items() if len(later) > 1), None):
        raise Refused(
            _(
                "%(step)d番の後が2つに分かれています（%(later)s）。同じ品物の工程は1本につないでください。"
            )
            % {"step": apart, "later": _("・").join(str(number) for number in led[apart])}
        )
    if len(ends := [position for position, later in led.items() if not later]) > 1:
        raise Refused(
            _("最後の工程が2つ以上あります（%(ends)s番）。「前の工程」でつないでください。")
            % {"ends": _("・").join(str(number) for number in ends)}
        )
