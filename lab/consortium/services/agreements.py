"""The agreement (the fact of 3-OP3), what comes of it, and an end before the time."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from lab.consortium import policies, states
from lab.consortium.codes import Outcome
from lab.consortium.models import Member, Project
from lab.consortium.rules.counting import agreement_counts
from lab.consortium.services.errors import Refused
from lab.consortium.services.parts import OLDEST_DAYS, paper_in, too_old, wards_of, writing
from lab.consortium.services.projects import MOST_STUDENTS, move, own
from portal.kernel import audit, clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.texts import plain
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState

AGREEMENT, REPORT = "consortium_agreement", "consortium_report"
MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement as typed. `others`: further firms, by name."""

    on: dt.date
    ends_on: dt.date
    uploaded: UploadedFile | None
    others: str = ""


def project_agree(*, actor: Actor, project_id: int, given: Signed) -> Project:
    """合意を記録する, with the signed paper; counts once, at the start.

    Raises Refused (a day to come, an end before it, no 秘密保持契約), UploadRefused, StaleState.
    """
    seen = _taking_part(actor, project_id)
    _check_days(given.on, given.ends_on)
    if seen.needs_nda and seen.nda_on is None:
        raise Refused(_("先に、秘密保持契約の日を記録してください。"))
    if seen.status != states.TALKING:
        raise StaleState
    stored = paper_in(actor, given.uploaded, AGREEMENT, seen.firm_id)
    with _with_the_same(actor, seen) as row:
        # Somebody else may have gone on with another institution meanwhile.
        if row.member_id is None or (row.needs_nda and row.nda_on is None):
            raise StaleState
        institution = Member.objects.get(pk=row.member_id).kind
        counts = agreement_counts(
            kind=row.kind, institution=institution, firm_wards=wards_of(row.firm_id)
        )
        # Before the move: audit chains are locked last.
        if counts:
            _fact(
                row,
                "agreement_signed",
                on=given.on.isoformat(),
                firm_ids=[row.firm_id],
                institution_kind=institution,
            )
        move(
            actor,
            row,
            "agree",
            agreed_on=given.on,
            ends_on=given.ends_on,
            others=plain(given.others, 200),
            agreement_id=stored.pk,
            counted_on=given.on if counts else None,
            institution_kind=institution,
        )
        return row


def project_take_back(*, actor: Actor, project_id: int, reason: str) -> Project:
    """合意の記録を取り消す: what counted counts no more. Raises ReasonMissing, StaleState."""
    policies.require(policies.is_staff(actor))
    seen = policies.get_project(actor, pk=project_id)
    with writing(actor, seen) as row:
        if row.counted_on is not None:
            _fact(row, "agreement_taken_back")
        changed: dict[str, Any] = {"agreed_on": None, "ends_on": None, "counted_on": None}
        move(actor, row, "take_back", why=plain(reason, 500), agreement_id=None, **changed)
        return row


def project_extend(*, actor: Actor, project_id: int, ends_on: dt.date) -> Project:
    """終了予定日を延ばす: the same project, counted in the year of its start alone. Raises Refused."""
    seen = _taking_part(actor, project_id)
    with _with_the_same(actor, seen) as row:
        if row.status not in {states.AGREED, states.RUNNING} or row.agreed_on is None:
            raise StaleState
        if row.ends_on is not None and ends_on <= row.ends_on:
            raise Refused(_("いまの終了予定日より後の日を入力してください。"))
        _check_days(row.agreed_on, ends_on)
        before, row.ends_on = row.ends_on, ends_on
        row.save(update_fields=["ends_on"])
        audit.record(
            actor=actor,
            action="consortium.extended",
            obj=row,
            changes={"ends_on": [before, ends_on]},
        )
        return row


def project_start(*, actor: Actor, project_id: int) -> Project:
    """開始を記録する. Raises StaleState."""
    seen = _taking_part(actor, project_id)
    with _with_the_same(actor, seen) as row:
        move(actor, row, "start")
        return row


def project_report(
    *,
    actor: Actor,
    project_id: int,
    report: str,
    took_part: int,
    uploaded: UploadedFile | None = None,
) -> Project:
    """結果を報告する: in words, with a paper if there is one. Raises Refused, UploadRefused."""
    seen = _taking_part(actor, project_id)
    if not 0 <= took_part <= MOST_STUDENTS:
        raise Refused(_("学生の人数は%(most)d人までにしてください。") % {"most": MOST_STUDENTS})
    if seen.status != states.RUNNING:
        raise StaleState
    stored = paper_in(actor, uploaded, REPORT, seen.firm_id) if uploaded else None
    with _with_the_same(actor, seen) as row:
        move(
            actor,
            row,
            "report",
            report=plain(report, 3000),
            took_part=took_part,
            report_file_id=stored.pk if stored else None,
        )
        return row


def project_finish(*, actor: Actor, project_id: int, outcome: str, note: str) -> Project:
    """結果をどう使ったか, said by the firm. Raises Refused, StaleState."""
    seen = own(actor, project_id)
    if outcome not in Outcome.values:
        raise Refused(_("結果をどう使ったかを選んでください。"))
    with writing(actor, seen) as row:
        move(actor, row, "finish", outcome=outcome, outcome_note=plain(note, 1000))
        return row


def project_end_early(*, actor: Actor, project_id: int, reason: str) -> Project:
    """途中で終わりにする, with the reason. An agreement that was signed still counts."""
    seen = _taking_part(actor, project_id)
    told = plain(reason, 500)
    if not told:
        raise ReasonMissing
    with _with_the_same(actor, seen) as row:
        move(actor, row, "end_early", why=told, reason=told)
        return row


@contextmanager
def _with_the_same(actor: Actor, seen: Project) -> Iterator[Project]:
    """The project, locked, if it is still carried out with the institution that the act was meant for.

    Raises StaleState.
    """
    with writing(actor, seen) as row:
        if row.member_id != seen.member_id:
            raise StaleState
        yield row


def _taking_part(actor: Actor, project_id: int) -> Project:
    row = policies.get_project(actor, pk=project_id)
    if not policies.takes_part(actor, row):
        raise RoleMissing
    return row


def _check_days(on: dt.date, ends_on: dt.date) -> None:
    if on > clock.today():
        raise Refused(_("合意日が今日より先です。署名がそろった日を入力してください。"))
    if on < clock.today() - dt.timedelta(OLDEST_DAYS):
        raise Refused(too_old())
    if not on <= ends_on <= on + dt.timedelta(366 * MOST_YEARS):
        raise Refused(_("終了予定日は、合意日から5年以内の日にしてください。"))


def _fact(row: Project, name: str, **told: Any) -> None:
    """What the indicators are told."""
    outbox.publish(
        name=f"consortium.{name}",
        subject=row.pk,
        ward_id=row.ward_id,
        payload={"project_id": row.pk, **told},
    )
