"""Beginning, answering and finishing a diagnosis. What was typed is kept as it was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing, StaleState
from programs.diagnosis import policies, states
from programs.diagnosis.instruments import ORDER
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.risks import risks
from programs.diagnosis.rules import path
from programs.diagnosis.rules.carrying import carried
from programs.diagnosis.rules.definition import built
from programs.diagnosis.rules.typed import kept
from programs.diagnosis.selectors.versions import newest
from programs.diagnosis.services.errors import Refused, Stale, Unfinished
from programs.diagnosis.services.results import result_of
from programs.policies import visible_firms
from programs.selectors import open_sites


@dataclass(frozen=True, slots=True)
class Saved:
    """The row after a save, and the codes of answers that no longer fit, set aside just now."""

    row: Diagnosis
    aside: tuple[str, ...] = ()


def diagnosis_start(*, actor: Actor, instrument: str) -> Diagnosis:
    """Begin, or go on with what was begun. Raises RoleMissing, Refused."""
    if actor.hat != Hat.FIRM or actor.firm_id is None:
        raise RoleMissing
    if instrument not in ORDER:
        raise Refused(_("診断を選び直してください。"))
    mine = policies.visible_diagnoses(actor).filter(instrument=instrument, status=states.DRAFT)
    if (begun := mine.first()) is not None:
        return begun
    firm = visible_firms(actor).get(pk=actor.firm_id)
    site = open_sites(firm).first()
    if site is None:
        raise Refused(_("先に、企業情報で事業所を登録してください。"))
    try:
        with transaction.atomic():
            row = Diagnosis.objects.create(
                ward_id=site.ward_id,
                firm=firm,
                firm_name=firm.name,
                person_id=person_id(actor),
                person_name=actor.name,
                instrument=instrument,
                questionnaire=newest(instrument),
            )
    except IntegrityError:
        # Somebody of the firm began it at the same moment.
        return mine.get()
    audit.record(
        actor=actor, action="diagnosis.started", obj=row, detail={"instrument": instrument}
    )
    return row


def brought_up(*, actor: Actor, diagnosis_id: int) -> Saved:
    """A draft under the newest questions. Raises Diagnosis.DoesNotExist."""
    with transaction.atomic():
        row = policies.visible_diagnoses(actor).select_for_update().get(pk=diagnosis_id)
        if not policies.may_answer(actor, row):
            return Saved(row)
        return Saved(row, _bring_up(actor, row))


def page_save(
    *,
    actor: Actor,
    diagnosis_id: int,
    page: str,
    typed: Mapping[str, Any],
    revision: int | None,
) -> Saved:
    """Keep the answers of a page. Where the questions changed meanwhile, what fits stays.

    Raises Diagnosis.DoesNotExist, StaleState (finished), Stale (saved elsewhere).
    """
    with transaction.atomic():
        row = policies.visible_diagnoses(actor).select_for_update().get(pk=diagnosis_id)
        if not policies.may_answer(actor, row):
            raise StaleState(
                _("この診断は終わっています。変えるときは、もう一度診断してください。")
            )
        if revision is not None and revision != row.revision:
            raise Stale
        old = built(row.questionnaire.definition)
        shown = old.page(page)
        answers = {**row.answers, **(kept(shown.questions, typed) if shown else {})}
        if answers != row.answers:
            _keep(row, answers)
        return Saved(row, _bring_up(actor, row))


def diagnosis_finish(*, actor: Actor, diagnosis_id: int) -> Diagnosis:
    """結果を見る: what follows is counted once, with the firm's size and industry of the day.

    Raises Diagnosis.DoesNotExist, RoleMissing, StaleState, Unfinished.
    """
    with transaction.atomic():
        row = policies.visible_diagnoses(actor).select_for_update().get(pk=diagnosis_id)
        if not policies.is_own(actor, row):
            raise RoleMissing
        sheet = built(row.questionnaire.definition)
        if row.status == states.DRAFT and (missing := path.problems(sheet, row.answers)):
            raise Unfinished(missing)
        firm = visible_firms(actor).get(pk=row.firm_id)
        result = result_of(sheet, row.answers)
        transitions.apply(
            table=states.DIAGNOSIS,
            instance=row,
            action="finish",
            actor=actor,
            fields={
                "result": result,
                "score": result["total"],
                "size": firm.size_model,
                "jsic": firm.jsic,
                "finished_at": clock.now(),
            },
        )
        return row


def diagnosis_discard(*, actor: Actor, diagnosis_id: int) -> None:
    """入力を消す: a draft only. Raises Diagnosis.DoesNotExist, RoleMissing, StaleState."""
    with transaction.atomic():
        row = policies.visible_diagnoses(actor).select_for_update().get(pk=diagnosis_id)
        if not policies.is_own(actor, row):
            raise RoleMissing
        if row.status != states.DRAFT:
            raise StaleState(_("終わった診断は消せません。見せる相手は、いつでも変えられます。"))
        audit.record(
            actor=actor,
            action="diagnosis.discarded",
            obj=row,
            detail={"instrument": row.instrument},
        )
        row.delete()


def ticks_save(*, actor: Actor, diagnosis_id: int, ticks: Iterable[str]) -> Diagnosis:
    """Which measures against risks the firm has. Raises Diagnosis.DoesNotExist, RoleMissing."""
    with transaction.atomic():
        row = policies.visible_diagnoses(actor).select_for_update().get(pk=diagnosis_id)
        if not policies.is_own(actor, row):
            raise RoleMissing
        given = set(ticks)
        before = row.ticks
        row.ticks = [one.code for risk in risks() for one in risk.measures if one.code in given]
        row.save(update_fields=["ticks"])
        audit.record(
            actor=actor,
            action="diagnosis.risks_ticked",
            obj=row,
            changes={"ticks": [before, row.ticks]},
        )
        return row


def _bring_up(actor: Actor, row: Diagnosis) -> tuple[str, ...]:
    """Under the newest version; the codes set aside. The row is locked."""
    latest = newest(row.instrument)
    if latest.pk == row.questionnaire_id:
        return ()
    before = row.questionnaire
    found = carried(row.answers, built(before.definition), built(latest.definition))
    row.questionnaire = latest
    row.aside = {**row.aside, **found.aside}
    row.save(update_fields=["questionnaire", "aside"])
    _keep(row, found.kept)
    audit.record(
        actor=actor,
        action="diagnosis.brought_up",
        obj=row,
        detail={"from": before.number, "to": latest.number, "aside": sorted(found.aside)},
    )
    return tuple(found.aside)


def _keep(row: Diagnosis, answers: dict[str, Any]) -> None:
    row.answers = answers
    row.revision += 1
    row.changed_at = clock.now()
    row.save(update_fields=["answers", "revision", "changed_at"])


__all__ = [
    "Saved",
    "brought_up",
    "diagnosis_discard",
    "diagnosis_finish",
    "diagnosis_start",
    "page_save",
    "ticks_save",
]
