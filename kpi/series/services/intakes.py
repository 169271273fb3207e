"""Taking figures in: read → show → confirm → take over as a whole, or not at all.

A small file is done while the person waits, a larger one by a worker (kpi/series/tasks.py), with its
progress in the cache: the numbers are for looking at, the rows and times in the database count.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kpi.series.models import Intake, IntakeRow
from kpi.series.policies import hand_in_ward, may_hand_in, visible_intakes
from kpi.series.reading import estat
from kpi.series.reading.books import ReadRow
from kpi.series.reading.deflators import DEFLATOR, read_estat
from kpi.series.reading.forms import ACCOUNTS, STATISTICS
from kpi.series.reading.opening import opened
from kpi.series.reading.planning import PlannedRow
from kpi.series.services import taking
from kpi.series.services.deflators import deflator_planned, deflator_take
from kpi.series.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import rules as file_rules
from portal.kernel.files import services as file_services
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from programs.importing.workbook import UnreadableWorkbook

logger = logging.getLogger(__name__)
Outcome = IntakeRow.Outcome
Phase = Intake.Phase

PURPOSE = "series_intake"
ROWS_AT_ONCE = 500  # more than this is a worker's job
BYTES_AT_ONCE = 256 * 1024  # a heavier file is not even opened while somebody waits
CHUNK = 250
MOST_JSON = 20 * file_rules.MEGABYTE
FORMS = {
    Intake.Kind.STATISTICS.value: STATISTICS,
    Intake.Kind.ACCOUNTS.value: ACCOUNTS,
    Intake.Kind.DEFLATOR.value: DEFLATOR,
}
# Kinds that e-Stat publishes as JSON.
JSON_READERS = {
    Intake.Kind.STATISTICS.value: estat.read,
    Intake.Kind.DEFLATOR.value: read_estat,
}


class Cancelled(Exception):
    """Somebody stopped it while it ran."""


class Waiting(Exception):
    """The file has not passed the virus scan yet."""


def intake_upload(*, actor: Actor, uploaded: UploadedFile, kind: str) -> Intake:
    """Take a file in; reading it comes next. Raises PermissionDenied, UploadRefused, Refused."""
    ward_id = hand_in_ward(actor, kind)
    stored = _store(actor, uploaded, kind, ward_id)
    with transaction.atomic():
        intake = Intake.objects.create(
            kind=kind,
            ward_id=ward_id,
            created_by_id=person_id(actor),
            created_by_name=actor.name,
            stored_file=stored,
            file_name=stored.original_name,
            sha256=stored.sha256,
        )
        told = {"sha256": stored.sha256, "kind": kind}
        audit.record(actor=actor, action="series.intake_uploaded", obj=intake, detail=told)
    return intake


def _store(actor: Actor, uploaded: UploadedFile, kind: str, ward_id: int | None) -> StoredFile:
    """A workbook passes the inspection of uploads; JSON is plain text that is only ever parsed."""
    name = uploaded.name or ""
    if kind in JSON_READERS and name.lower().endswith(".json"):
        if not uploaded.size or uploaded.size > MOST_JSON:
            raise Refused(_("JSONのファイルは、空でなく、20MBまでのものを選んでください。"))
        return file_services.store_generated(
            actor=actor,
            content=uploaded.read(),
            name=name,
            content_type="application/json",
            purpose=PURPOSE,
            ward_id=ward_id,
            firm_id=None,
        )
    return file_services.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=ward_id,
        firm_id=None,
        rules=file_rules.WORKBOOKS,
    )


def may_read_at_once(actor: Actor, intake: Intake) -> bool:
    """Whether it is small enough to be read while the person waits; one that cannot be read is."""
    with acting(actor.elevated()):
        stored = intake.stored_file
        if not stored.is_available or stored.size > BYTES_AT_ONCE:
            return False
        try:
            with storage.private().open(stored.storage_key) as file:
                _about, rows = _open(intake, file)
                return sum(1 for _row in islice(rows, ROWS_AT_ONCE + 1)) <= ROWS_AT_ONCE
        except UnreadableWorkbook:
            return True


def intake_read(*, actor: Actor, intake_id: int) -> Intake:
    """Read the file and keep what each row would do. Nothing else changes.

    A second run finds the work done and changes nothing. Raises Waiting while the file is in quarantine,
    Cancelled when stopped.
    """
    with transaction.atomic(), acting(actor.elevated()):
        intake = _own(actor, intake_id)
        if not _alone(intake) or intake.phase != Phase.READING:
            return intake
        if not intake.stored_file.is_available:
            raise Waiting
        try:
            about, planned = _read(actor, intake)
        except UnreadableWorkbook as error:
            intake.problem = str(error)
            intake.save(update_fields=["problem"])
            audit.record(
                actor=actor, action="series.intake_failed", obj=intake, reason=intake.problem
            )
            return intake
        IntakeRow.objects.bulk_create((_line(intake, row) for row in planned), batch_size=1_000)
        _finish_reading(intake, about, planned)
    return intake


def _open(intake: Intake, file: Any) -> tuple[dict[str, Any], Iterator[ReadRow]]:
    if intake.file_name.lower().endswith(".json"):
        return opened(file, None, read_json=JSON_READERS[intake.kind])
    return opened(file, FORMS[intake.kind])


def _read(actor: Actor, intake: Intake) -> tuple[dict[str, Any], list[PlannedRow]]:
    with storage.private().open(intake.stored_file.storage_key) as file:
        about, found = _open(intake, file)
        rows: list[ReadRow] = []
        for count, row in enumerate(found, start=1):
            rows.append(row)
            if count % CHUNK == 0:
                _tick(intake, count)
    return about, _planned(intake, about, rows)


def _planned(intake: Intake, about: dict[str, Any], rows: list[ReadRow]) -> list[PlannedRow]:
    if intake.kind == Intake.Kind.STATISTICS:
        return taking.statistics_planned(intake, about, rows)
    if intake.kind == Intake.Kind.DEFLATOR:
        return deflator_planned(about, rows)
    return taking.accounts_planned(intake, rows)


def _line(intake: Intake, row: PlannedRow) -> IntakeRow:
    return IntakeRow(
        intake=intake,
        number=row.number,
        outcome=row.outcome,
        label=row.label[:200],
        values=dict(row.values),
        changes=dict(row.changes),
        errors=row.errors,
        held=row.held,
        becomes=row.becomes,
        firm_id=row.firm_id,
    )


def held_confirm(*, actor: Actor, intake_id: int, numbers: Collection[int], reason: str) -> int:
    """Say why figures of these rows are right although they look like a slip; returns how many rows.

    Raises Refused without a reason or a row, or where nothing waits.
    """
    with transaction.atomic():
        intake = _own(actor, intake_id, lock=True)
        if intake.phase != Phase.READY:
            raise Refused(_("この取込は確認待ちではありません。画面を開き直してください。"))
        if not reason.strip():
            raise Refused(_("正しいと判断した理由を入力してください。"))
        rows = list(intake.lines.filter(outcome=Outcome.HELD, number__in=numbers))
        if not rows:
            raise Refused(_("正しいと確かめた行を選んでください。"))
        now = clock.database_now()
        for row in rows:
            row.outcome, row.reason = row.becomes, reason.strip()[:200]
            row.confirmed_by_name, row.confirmed_at = actor.name, now
        fields = ["outcome", "reason", "confirmed_by_name", "confirmed_at"]
        IntakeRow.objects.bulk_update(rows, fields, batch_size=500)
        intake.counts = _counted(row.outcome for row in intake.lines.only("outcome"))
        intake.save(update_fields=["counts"])
        audit.record(
            actor=actor,
            action="series.held_confirmed",
            obj=intake,
            reason=reason.strip(),
            detail={
                str(row.number): [
                    [item["column"], item["before"], item["value"]] for item in row.held
                ]
                for row in rows[:50]
            },
        )
    return len(rows)


def intake_confirm(*, actor: Actor, intake_id: int) -> Intake:
    """Order taking over exactly what was shown. Raises Refused while rows are wrong or wait."""
    with transaction.atomic():
        intake = _own(actor, intake_id, lock=True)
        if intake.phase != Phase.READY:
            raise Refused(_("この取込は確認待ちではありません。画面を開き直してください。"))
        if intake.counts.get(Outcome.ERROR):
            raise Refused(
                _("誤りのある行があります。ファイルを直して、もう一度読み込んでください。")
            )
        if intake.counts.get(Outcome.HELD):
            raise Refused(
                _("桁の確認を待つ行があります。正しいか確かめるか、ファイルを直してください。")
            )
        if not (intake.counts.get(Outcome.NEW) or intake.counts.get(Outcome.CHANGED)):
            raise Refused(_("新しく登録する行も、訂正する行もありません。"))
        intake.confirmed_at = clock.database_now()
        intake.save(update_fields=["confirmed_at"])
        audit.record(
            actor=actor, action="series.intake_confirmed", obj=intake, detail=intake.counts
        )
    return intake


def is_small(intake: Intake) -> bool:
    """Whether taking over may be done while the person waits."""
    return intake.total <= ROWS_AT_ONCE


def intake_take(*, actor: Actor, intake_id: int) -> Intake:
    """Take over the confirmed rows in one transaction; on any trouble nothing of them remains.

    Raises Refused when something changed since the preview, Cancelled when stopped.
    """
    with transaction.atomic(), acting(actor.elevated()):
        intake = _own(actor, intake_id)
        if not _alone(intake) or intake.phase != Phase.TAKING:
            return intake
        rows = list(intake.lines.all())
        _check_nothing_changed(intake, rows)
        to_take = [row for row in rows if row.outcome in {Outcome.NEW, Outcome.CHANGED}]
        take = {
            Intake.Kind.STATISTICS: taking.statistics_take,
            Intake.Kind.DEFLATOR: deflator_take,
            Intake.Kind.ACCOUNTS: taking.accounts_take,
        }[Intake.Kind(intake.kind)]
        take(actor, intake, to_take, tick=lambda done: _tick(intake, done))
        _finish(intake, len(to_take))
        audit.record(
            actor=actor,
            action="series.intake_taken",
            obj=intake,
            detail=intake.counts | {"sha256": intake.sha256},
        )
    return intake


def settle(work: Callable[[], Intake], *, actor: Actor, intake_id: int) -> None:
    """Run reading or taking over so that its end, good or bad, is noted. Waiting passes through."""
    try:
        with transaction.atomic():
            work()
    except Cancelled:
        logger.info("series intake %s was cancelled", intake_id)
    except Waiting:
        raise
    except Refused as refusal:
        intake_fail(actor=actor, intake_id=intake_id, problem=str(refusal))
    except Exception:
        logger.exception("series intake %s failed", intake_id)
        problem = _("取込の途中で問題が起きました。登録済みの数字は変わっていません。")
        intake_fail(actor=actor, intake_id=intake_id, problem=problem)


def intake_fail(*, actor: Actor, intake_id: int, problem: str) -> None:
    """Note why it came to nothing as a whole; the rows were rolled back before."""
    with transaction.atomic():
        intake = _own(actor, intake_id, lock=True)
        if intake.phase in {Phase.TAKING, Phase.READING}:
            intake.problem = problem
            intake.save(update_fields=["problem"])
            audit.record(actor=actor, action="series.intake_failed", obj=intake, reason=problem)


def intake_cancel(*, actor: Actor, intake_id: int) -> Intake:
    """Stop it; a worker in the middle of it notices and leaves nothing behind. Raises Refused."""
    with transaction.atomic():
        intake = _own(actor, intake_id)
        open_ones = visible_intakes(actor).filter(
            pk=intake_id, finished_at=None, cancelled_at=None, problem=""
        )
        if not open_ones.update(cancelled_at=clock.database_now()):
            raise Refused(_("この取込はすでに終わっています。"))
        intake.refresh_from_db()
        audit.record(actor=actor, action="series.intake_cancelled", obj=intake)
    return intake


def progress(intake: Intake) -> int:
    """Rows handled in the running step; 0 when nobody knows."""
    return int(cache.get(_progress_key(intake)) or 0)


def _own(actor: Actor, intake_id: int, *, lock: bool = False) -> Intake:
    rows = visible_intakes(actor)
    intake = (rows.select_for_update() if lock else rows).get(pk=intake_id)
    if not may_hand_in(actor, intake.kind):
        raise PermissionDenied
    return intake


def _alone(intake: Intake) -> bool:
    taken = locks.take(Intake, intake.pk)
    intake.refresh_from_db()
    return taken


def _counted(outcomes: Any) -> dict[str, int]:
    return dict(Counter(str(outcome) for outcome in outcomes))


def _finish_reading(intake: Intake, about: dict[str, Any], planned: list[PlannedRow]) -> None:
    intake.about, intake.total = about, len(planned)
    intake.counts = _counted(row.outcome for row in planned)
    intake.read_at = clock.database_now()
    # Compare-and-set: somebody may have cancelled meanwhile.
    Intake.objects.filter(pk=intake.pk, cancelled_at=None).update(
        about=intake.about, counts=intake.counts, total=intake.total, read_at=intake.read_at
    )


def _check_nothing_changed(intake: Intake, rows: list[IntakeRow]) -> None:
    read = [ReadRow(row.number, row.values, {}, {}) for row in rows]
    try:
        again = _planned(intake, intake.about, read)
    except UnreadableWorkbook as error:
        # As a whole it no longer fits what was registered meanwhile (another base year, another unit).
        raise Refused(str(error)) from error
    for shown, now in zip(rows, again, strict=True):
        outcome = shown.outcome if not shown.held else Outcome.HELD
        if (outcome, shown.changes) != (now.outcome, now.changes):
            raise Refused(
                _(
                    "確認のあとに登録済みの数字が変わったため、取り込みませんでした（%(row)d行目 %(name)s）。"
                    "ファイルをもう一度読み込み、内容を確かめてください。"
                )
                % {"row": shown.number, "name": shown.label}
            )


def _finish(intake: Intake, taken: int) -> None:
    """Compare-and-set: a cancellation that came first wins, and everything is rolled back."""
    intake.finished_at = clock.database_now()
    done = Intake.objects.filter(pk=intake.pk, cancelled_at=None, finished_at=None).update(
        finished_at=intake.finished_at
    )
    if not done:
        raise Cancelled
    _tick(intake, taken, check=False)


def _tick(intake: Intake, done: int, *, check: bool = True) -> None:
    """Tell how far it is. Raises Cancelled when somebody has stopped it."""
    cache.set(_progress_key(intake), done, timeout=3600)
    if check and Intake.objects.filter(pk=intake.pk, cancelled_at__isnull=False).exists():
        raise Cancelled


def _progress_key(intake: Intake) -> str:
    return f"series.intake.{intake.pk}"
