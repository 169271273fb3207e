"""Progress: a step begun, inspected and handed over, accepted or sent back; delivery; acceptance."""

import datetime as dt
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case, CaseStep, StepRecord
from lab.nakama.cases.services import drawings, notices, outcomes
from lab.nakama.cases.services.cases import payload_of
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.orders import step_received
from lab.nakama.cases.services.parts import Part, firm_of, writing
from portal.accounts.policies import person_id
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import PHOTOS
from portal.kernel.texts import plain
from programs.models import Firm

PURPOSE = "nakama_photo"
Kind = StepRecord.Kind


@dataclass(frozen=True, slots=True)
class Seen:
    """What is written down: of an inspection pieces and measures, of a defect where it arose, of an
    acceptance the day on which the goods came (None: today).
    """

    note: str = ""
    good: int | None = None
    bad: int | None = None
    measured: str = ""
    responsible: int | None = None
    received_on: dt.date | None = None


def step_record(
    *,
    actor: Actor,
    case_id: int,
    position: int,
    kind: str,
    seen: Seen | None = None,
    photo: UploadedFile | None = None,
) -> StepRecord:
    """One record, and the step moves with it.

    Raises Refused, GuardFailed (not this firm's, not its turn), StaleState, UploadRefused.
    """
    seen = seen or Seen()
    found = policies.get_case(actor, pk=case_id)
    if kind not in Kind.values:
        raise Refused(_("記録の種類を選んでください。"))
    if kind == Kind.INSPECT:
        _check_inspection(found, seen)
    if kind == Kind.REJECT and not seen.note.strip():
        raise Refused(_("どこが合わないかを入力してください。"))
    stored = _store(actor, photo) if photo is not None else None
    with writing(actor, found) as case:
        if case.status != states.RUNNING:
            raise Refused(_("いまの状態では、工程を記録できません。"))
        step = CaseStep.objects.select_for_update().filter(case=case, position=position).first()
        if step is None:
            raise Refused(_("選んだ工程がありません。画面を開き直してください。"))
        responsible = _responsible(case, step, kind, seen)
        received_on = _received(step, seen) if kind == Kind.ACCEPT else None
        transitions.apply(
            table=states.STEP,
            instance=step,
            action=kind,
            actor=actor,
            reason=seen.note if kind == Kind.REJECT else "",
            payload={"case_id": case.pk, "step_id": step.pk, "ward_id": case.ward_id},
            detail={"case": case.number},
        )
        firm_id = policies.own_firm(actor)
        row = StepRecord.objects.create(
            step=step,
            case=case,
            kind=kind,
            good=seen.good if kind == Kind.INSPECT else None,
            bad=seen.bad if kind == Kind.INSPECT else None,
            measured=plain(seen.measured, 300),
            note=plain(seen.note, 500),
            responsible=responsible,
            received_on=received_on,
            photo=stored,
            by_firm_id=firm_id,
            by_name=Firm.objects.only("name").get(pk=firm_id).name,
            written_by_id=person_id(actor),
        )
        if received_on is not None:
            step_received(step.pk, received_on)
        _tell(case, step, row)
        return row


def _received(step: CaseStep, seen: Seen) -> dt.date:
    """受領日: not before it was handed over, and not to come. Raises Refused."""
    day = seen.received_on or clock.today()
    handed = StepRecord.objects.filter(step=step, kind=Kind.INSPECT).first()
    first = clock.to_date(handed.written_at) if handed is not None else day
    if not first <= day <= clock.today():
        raise Refused(
            _("受け取った日は、相手が渡した日（%(day)s）から今日までの日にしてください。")
            % {"day": first.isoformat()}
        )
    return day


def _check_inspection(case: Case, seen: Seen) -> None:
    if seen.good is None or seen.bad is None or not seen.measured.strip():
        raise Refused(_("検査した内容と、合格・不合格の数を入力してください。"))
    if case.lot is not None and seen.good + seen.bad > case.lot:
        raise Refused(
            _("合格と不合格を合わせた数が、注文の数量（%(lot)d個）より多くなっています。")
            % {"lot": case.lot}
        )


def _responsible(case: Case, step: CaseStep, kind: str, seen: Seen) -> CaseStep | None:
    if kind != Kind.REJECT:
        return None
    rows = CaseStep.objects.filter(case=case, position=seen.responsible or step.position)
    found = rows.first()
    if found is None:
        raise Refused(_("責任工程を選んでください。"))
    return found


def _store(actor: Actor, photo: UploadedFile) -> StoredFile:
    """Outside the record's transaction: a refused photo leaves its row. Of no ward, as drawings."""
    return files.store_upload(
        actor=actor,
        uploaded=photo,
        purpose=PURPOSE,
        ward_id=None,
        firm_id=policies.own_firm(actor),
        rules=PHOTOS,
    )


def _tell(case: Case, step: CaseStep, row: StepRecord) -> None:
    if row.kind == Kind.INSPECT:
        later = CaseStep.objects.filter(case=case)
        firms = {one.firm_id for one in later if step.position in one.after and one.firm_id}
        firms = firms or {firm_of(case.pk, Part.HUB) or case.firm_id}
        notices.handed(case, step, firms, row.pk)
    elif row.kind == Kind.REJECT and step.firm_id:
        notices.rejected(case, step, step.firm_id, row.pk)


def case_deliver(*, actor: Actor, case_id: int) -> Case:
    """納品した, by the hub after all steps. Raises GuardFailed, StaleState."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        transitions.apply(
            table=states.CASE,
            instance=case,
            action="deliver",
            actor=actor,
            payload=payload_of(case),
        )
        # What each step made has been received from hand to hand; what is left is the whole.
        case.orders.filter(received_on=None, cancelled_on=None).update(received_on=clock.today())
        notices.delivered(case)
        return case


def case_accept(*, actor: Actor, case_id: int) -> Case:
    """検収する, by the buyer: the case is closed, everybody may rate. Raises GuardFailed, StaleState."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        transitions.apply(
            table=states.CASE,
            instance=case,
            action="accept",
            actor=actor,
            payload=payload_of(case),
            fields={"ended_at": clock.database_now()},
        )
        drawings.grants_end(actor, case)
        outcomes.delivered(actor, case)
        notices.closed(case)
        return case


def photo_of(*, actor: Actor, record_id: int) -> tuple[StepRecord, StoredFile]:
    """A photo of a case in which the firm takes part. Raises StepRecord.DoesNotExist."""
    row = StepRecord.objects.exclude(photo=None).get(pk=record_id)
    policies.get_case(actor, pk=row.case_id)
    with transaction.atomic(), acting(actor.elevated()):
        return row, StoredFile.objects.get(pk=row.photo_id or "")
