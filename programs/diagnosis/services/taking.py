"""What was tried before signing in becomes the firm's own; a yearly reminder, if the firm wants one."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.texts import filled
from portal.kernel.transitions import RoleMissing
from portal.notices.services import notify
from programs.diagnosis import policies, states
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.rules import path
from programs.diagnosis.rules.definition import built
from programs.diagnosis.services.answering import diagnosis_finish, diagnosis_start, page_save
from programs.diagnosis.services.errors import Refused
from programs.models import FirmMembership

TOPIC = "diagnosis.yearly"
DAYS = 365


def trial_take_over(*, actor: Actor, instrument: str, answers: Mapping[str, Any]) -> Diagnosis:
    """The tried answers as a diagnosis of the firm, finished where nothing is missing.

    A draft of the firm's own is never written over. Raises RoleMissing, Refused.
    """
    with transaction.atomic():
        row = diagnosis_start(actor=actor, instrument=instrument)
        if row.answers:
            raise Refused(_("同じ診断が入力の途中です。先にそれを終えるか、入力を消してください。"))
        sheet = built(row.questionnaire.definition)
        for page in path.walk(sheet, answers):
            row = page_save(
                actor=actor, diagnosis_id=row.pk, page=page.code, typed=answers, revision=None
            ).row
        audit.record(
            actor=actor,
            action="diagnosis.taken_over",
            obj=row,
            detail={"instrument": instrument},
        )
        if path.problems(sheet, row.answers):
            return row
        return diagnosis_finish(actor=actor, diagnosis_id=row.pk)


def reminder_set(*, actor: Actor, diagnosis_id: int, wanted: bool) -> Diagnosis:
    """Whether this person is reminded a year on. Raises Diagnosis.DoesNotExist, RoleMissing."""
    with transaction.atomic():
        row = policies.visible_diagnoses(actor).select_for_update().get(pk=diagnosis_id)
        if not policies.is_own(actor, row) or row.status != states.DONE:
            raise RoleMissing
        row.remind_id = person_id(actor) if wanted else None
        row.save(update_fields=["remind"])
        audit.record(
            actor=actor,
            action="diagnosis.reminder_set",
            obj=row,
            detail={"wanted": wanted},
        )
        return row


def remind(*, today: dt.date) -> int:
    """A year on, once: who asked for it and is still of the firm, unless it was taken again since.

    As the system; returns how many were told.
    """
    before = clock.midnight(today - dt.timedelta(days=DAYS - 1))
    rows = Diagnosis.objects.filter(remind__isnull=False, finished_at__lt=before)
    told = 0
    for row in rows.select_related("questionnaire").order_by("pk"):
        again = Diagnosis.objects.filter(
            firm_id=row.firm_id, instrument=row.instrument, finished_at__gt=row.finished_at
        )
        still = FirmMembership.objects.filter(
            firm_id=row.firm_id, user_id=row.remind_id or 0, valid_to=None
        )
        if still.exists() and not again.exists():
            _tell(row)
            told += 1
    # Said once; the next result asks anew.
    rows.update(remind=None)
    return told


def _tell(row: Diagnosis) -> None:
    notify(
        event_key=f"diagnosis.{row.public_id}.yearly",
        recipients=[row.remind_id] if row.remind_id else [],
        subject=filled(
            gettext_lazy("1年たちました。「%(name)s」をもう一度受けませんか"),
            name=built(row.questionnaire.definition).name,
        ),
        body=gettext_lazy("前の結果と並べて、変わったところが分かります。数分で終わります。"),
        url=reverse("diagnosis:home"),
        topic=TOPIC,
    )
