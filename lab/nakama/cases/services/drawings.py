"""Drawings: taken in, replaced by a new revision, lent for a time, seen with a mark, erased at the end."""

import datetime as dt
from typing import IO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.nakama.cases import nda, policies, states
from lab.nakama.cases.models import (
    Case,
    CaseParty,
    CaseStep,
    Drawing,
    DrawingGrant,
    DrawingLook,
    NdaAcceptance,
)
from lab.nakama.cases.services.errors import GrantOver, NotMarked, NotPromised, Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.cases.watermark import MARKED
from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import DRAWINGS
from portal.kernel.texts import plain
from programs.models import Firm

PURPOSE = "nakama_drawing"
MOST_DRAWINGS = 30
SHORTEST_DAYS, LONGEST_DAYS = 1, 60
# The owner may still fetch what was sent for a while after the end.
KEPT = dt.timedelta(days=30)


def drawing_add(
    *,
    actor: Actor,
    case_id: int,
    name: str,
    uploaded: UploadedFile | None,
    position: int | None = None,
) -> Drawing:
    """A drawing, or under a name that exists the next revision: the former is seen no more.

    Raises Refused, RoleMissing, UploadRefused (too large, of another kind, dangerous).
    """
    seen = policies.get_led_case(actor, pk=case_id)
    name = plain(name, 80)
    if uploaded is None:
        raise Refused(_("図面のファイルを選んでください。"))
    if not name:
        raise Refused(_("図面の名前を入力してください。"))
    if seen.status not in {states.DRAFT, *states.ASKING, states.RUNNING}:
        raise Refused(_("終わった案件に図面は足せません。"))
    with acting(actor.elevated()):
        if Drawing.objects.filter(case_id=seen.pk).count() >= MOST_DRAWINGS:
            raise Refused(_("図面は%(n)d枚までです。") % {"n": MOST_DRAWINGS})
    # Outside the transaction of the drawing: a refused file leaves its row. Of no ward, so that
    # no official sees that there is such a file.
    stored = files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=None,
        firm_id=seen.firm_id,
        rules=DRAWINGS,
    )
    with writing(actor, seen) as case:
        former = Drawing.objects.filter(case=case, name=name).order_by("-revision").first()
        if former is not None:
            Drawing.objects.filter(case=case, name=name, replaced_at=None).update(
                replaced_at=clock.database_now()
            )
        row = Drawing.objects.create(
            case=case,
            step=_step(case, position),
            name=name,
            revision=former.revision + 1 if former else 1,
            stored_file=stored,
            added_by_id=person_id(actor),
        )
        audit.record(
            actor=actor,
            action="cases.drawing_added",
            obj=row,
            ward_id=0,
            detail={"case": case.number or case.pk, "revision": row.revision},
        )
        return row


def _step(case: Case, position: int | None) -> CaseStep | None:
    if position is None:
        return None
    found = CaseStep.objects.filter(case=case, position=position).first()
    if found is None:
        raise Refused(_("選んだ工程がありません。画面を開き直してください。"))
    return found


def nda_accept(*, actor: Actor, case_id: int, sha256: str) -> NdaAcceptance:
    """秘密保持を約束する: of the person, for the firm. Raises Refused when the text is another."""
    seen = policies.get_case(actor, pk=case_id)
    firm_id, text = policies.own_firm(actor), nda.current()
    if sha256 != text.sha256:
        raise Refused(_("約束の文が新しくなりました。もう一度読んでから約束してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        firm = Firm.objects.get(pk=firm_id)
        try:
            with transaction.atomic():
                row = NdaAcceptance.objects.create(
                    case=seen,
                    firm=firm,
                    firm_name=firm.name,
                    person_id=person_id(actor),
                    person_name=actor.name,
                    version=text.version,
                    text=text.text,
                    sha256=text.sha256,
                )
        except IntegrityError:  # promised before: that promise stands
            return NdaAcceptance.objects.get(case=seen, firm=firm, person_id=actor.user_id)
        audit.record(
            actor=actor,
            action="cases.nda_accepted",
            obj=row,
            ward_id=0,
            detail={"version": text.version, "sha256": text.sha256},
        )
        return row


def grant(*, actor: Actor, case_id: int, invitation_id: int, days: int) -> DrawingGrant:
    """図面を見せる to a firm that was asked, for so many days; one that holds is replaced.

    Raises Refused, RoleMissing.
    """
    seen = policies.get_led_case(actor, pk=case_id)
    asked = policies.get_invitation(actor, pk=invitation_id, case_id=case_id)
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise Refused(
            _("見せる期間は%(a)d日から%(b)d日までにしてください。")
            % {"a": SHORTEST_DAYS, "b": LONGEST_DAYS}
        )
    with writing(actor, seen) as case:
        until = clock.database_now() + dt.timedelta(days=days)
        row = lend(actor, case, asked.firm_id, asked.firm_name, asked.step, until)
        audit.record(actor=actor, action="cases.drawing_granted", obj=row, ward_id=0)
        return row


def lend(
    actor: Actor,
    case: Case,
    firm_id: int,
    firm_name: str,
    step: CaseStep | None,
    until: dt.datetime,
) -> DrawingGrant:
    """Let a firm look until then; revisions are locked from now on. As the system."""
    now = clock.database_now()
    rows = DrawingGrant.objects.filter(case=case, firm_id=firm_id, step=step, revoked_at=None)
    rows.update(revoked_at=now)
    Drawing.objects.filter(case=case, locked_at=None).update(locked_at=now)
    return DrawingGrant.objects.create(
        case=case,
        firm_id=firm_id,
        firm_name=firm_name,
        step=step,
        granted_by_id=actor.user_id,
        expires_at=until,
    )


def grant_revoke(*, actor: Actor, case_id: int, grant_id: int) -> None:
    """閲覧の許可を取り消す. Raises DrawingGrant.DoesNotExist."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        row = DrawingGrant.objects.get(pk=grant_id, case=case)
        if row.revoked_at is None:
            row.revoked_at = clock.database_now()
            row.save(update_fields=["revoked_at"])
            audit.record(actor=actor, action="cases.drawing_grant_revoked", obj=row, ward_id=0)


def grants_end(actor: Actor, case: Case) -> None:
    """The case is over: nobody looks any more. As the system."""
    rows = DrawingGrant.objects.filter(case=case, revoked_at=None)
    if rows.update(revoked_at=clock.database_now()):
        audit.record(actor=actor, action="cases.drawing_grants_ended", obj=case, ward_id=0)


def drawing_open(*, actor: Actor, case_id: int, public_id: UUID | str) -> tuple[Drawing, IO[bytes]]:
    """The drawing's bytes for one person, who is written down with the time.

    The buyer sees the own drawings; hubs after their promise; those who were asked while their leave
    lasts, after their promise. CAD data, which bear no mark, are for hubs and members.
    Raises Drawing.DoesNotExist, NotPromised, GrantOver, NotMarked, FileUnavailable.
    """
    seen = policies.get_case(actor, pk=case_id)
    firm_id = policies.own_firm(actor)
    held = policies.parts(actor, case_id)
    now = clock.database_now()
    with transaction.atomic(), acting(actor.elevated()):
        rows = Drawing.objects.select_related("stored_file", "case")
        drawing = rows.get(case=seen, public_id=public_id, purged_at=None)
        if CaseParty.Part.BUYER not in held:
            if not held & policies.HUBS:
                _require_leave(drawing, firm_id, now)
            if not policies.has_promised(actor, case_id):
                raise NotPromised
            works = held & {*policies.HUBS, CaseParty.Part.MEMBER}
            if drawing.stored_file.extension not in MARKED and not works:
                raise NotMarked
        # The kernel opens and writes it down in its own trail as well.
        reader = files.open_for_download(actor=actor, stored=drawing.stored_file, may=True)
        DrawingLook.objects.create(
            drawing=drawing,
            case=seen,
            firm_id=firm_id,
            firm_name=Firm.objects.only("name").get(pk=firm_id).name,
            person_id=person_id(actor),
            person_name=actor.name,
        )
    return drawing, reader


def _require_leave(drawing: Drawing, firm_id: int, now: dt.datetime) -> None:
    every = DrawingGrant.objects.filter(case_id=drawing.case_id, firm_id=firm_id)
    if not every.exists() or drawing.replaced_at is not None:
        raise Drawing.DoesNotExist
    live = policies.live_grants(drawing.case_id, firm_id, now)
    if not any(drawing.step_id is None or row.step_id in {None, drawing.step_id} for row in live):
        raise GrantOver


def drawings_purge(*, actor: Actor, now: dt.datetime, limit: int = 50) -> int:
    """Erase the bytes of drawings of cases that ended KEPT ago; returns how many."""
    ended = Drawing.objects.filter(
        purged_at=None, case__ended_at__lt=now - KEPT, case__ended_at__isnull=False
    )
    found = list(ended.select_related("stored_file").order_by("pk")[:limit])
    for row in found:
        stored = StoredFile.objects.get(pk=row.stored_file_id)
        files.delete(actor=actor, stored=stored, now=now, reason="case ended")
        row.purged_at = now
        row.save(update_fields=["purged_at"])
    return len(found)
