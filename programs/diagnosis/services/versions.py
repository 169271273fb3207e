"""A new version of an instrument: checked first, then kept for good; open drafts are told of it."""

import tomllib
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.policies import person_id
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import filled, plain
from portal.kernel.transitions import RoleMissing
from portal.notices.services import notify
from programs.diagnosis import policies, states
from programs.diagnosis.instruments import objections
from programs.diagnosis.models import Diagnosis, Questionnaire
from programs.diagnosis.rules import checking
from programs.diagnosis.rules.definition import Unreadable, built
from programs.diagnosis.selectors.versions import newest
from programs.diagnosis.services.errors import NotSaved, Refused, Stale


def version_save(
    *, actor: Actor, instrument: str, text: str, note: str, after: int
) -> Questionnaire:
    """Save `text` (TOML) as the version behind number `after`.

    Raises RoleMissing, Stale (somebody saved meanwhile), NotSaved (a circular branch, say).
    """
    if not policies.may_save_questions(actor):
        raise RoleMissing
    if not note.strip():
        raise Refused(_("変えた理由を入力してください。"))
    data = read(text, instrument)
    current = newest(instrument)
    if current.number != after:
        raise Stale
    if current.definition == data:
        raise Refused(_("いまの版と同じです。変えてから保存してください。"))
    try:
        with transaction.atomic():
            row = Questionnaire.objects.create(
                instrument=instrument,
                number=after + 1,
                definition=data,
                note=plain(note, 200),
                saved_by_id=person_id(actor),
                saved_by_name=actor.name,
            )
            _tell(actor, row)
            audit.record(
                actor=actor,
                action="diagnosis.version_saved",
                obj=row,
                reason=row.note,
                detail={"instrument": instrument, "number": row.number},
            )
    except IntegrityError as twice:
        raise Stale from twice
    return row


def read(text: str, instrument: str) -> dict[str, Any]:
    """The data of the text. Raises NotSaved with every sentence that speaks against it."""
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
        sheet = built(data)
    except tomllib.TOMLDecodeError as error:
        raise NotSaved(
            [filled(gettext_lazy("TOMLとして読めません（%(where)s）。"), where=str(error))]
        ) from error
    except Unreadable as error:
        raise NotSaved(
            [
                filled(
                    gettext_lazy("「%(place)s」が読めません（%(what)s）。"),
                    place=error.place,
                    what=error.what,
                )
            ]
        ) from error
    found = checking.problems(sheet)
    if sheet.code != instrument:
        found.append(
            filled(
                gettext_lazy("記号（code）は「%(code)s」のままにしてください。"), code=instrument
            )
        )
    if found := found or objections(sheet):
        raise NotSaved(found)
    return data


def _tell(actor: Actor, row: Questionnaire) -> None:
    """To whoever has begun: what fits stays, and the rest is set aside."""
    with acting(actor.elevated()):
        drafts = Diagnosis.objects.filter(instrument=row.instrument, status=states.DRAFT)
        for public_id, person in drafts.values_list("public_id", "person_id"):
            notify(
                event_key=f"diagnosis.{public_id}.version.{row.number}",
                recipients=[person],
                subject=gettext_lazy("入力中の診断の設問が新しくなりました"),
                body=gettext_lazy(
                    "これまでの答えは、新しい設問に合うものをそのまま使います。続きから答えてください。"
                ),
                url=reverse("diagnosis:diagnosis", args=[public_id]),
                topic="diagnosis.version_changed",
            )
