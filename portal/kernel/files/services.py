"""Taking files in and giving them out. Every act leaves an audit row.

Rows are written as the system: nobody's own role may say that a file is clean or whose it is. The
audit rows name who acted.

Bytes and rows cannot share a transaction. Bytes are written first and erased last (after commit),
so that a crash leaves at most bytes without a row; `orphans.sweep` removes those.
"""

import datetime as dt
import logging
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.audit import record
from portal.kernel.database import acting
from portal.kernel.files import clamav, names, quota, reasons, storage
from portal.kernel.files.inspect import sandbox
from portal.kernel.files.inspect.verdict import Verdict
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import UploadRules

logger = logging.getLogger(__name__)

State = StoredFile.State
RESCAN_BATCH = 50
# Bytes of a file the portal makes itself: far above any export, far below the disk.
MOST_GENERATED = 1024**3

May = bool | Callable[[Actor, StoredFile], bool]


class UploadRefused(Exception):
    """The file was not taken in; `reason` says why and how to mend it, for the form."""

    def __init__(self, code: str, stored: StoredFile | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.stored = stored

    @property
    def reason(self) -> str:
        return reasons.message(self.code)


class FileUnavailable(Exception):
    """The file exists but may not be given out: waiting, refused or erased."""


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What structure and scanner say together."""

    state: str
    content_type: str
    reason_code: str = ""
    threat: str = ""


def store_upload(
    *,
    actor: Actor,
    uploaded: UploadedFile,
    purpose: str,
    ward_id: int | None,
    firm_id: int | None,
    rules: UploadRules,
) -> StoredFile:
    """Take a file in; the row returned is `clean`, or `quarantine` while a scanner is awaited.

    Raises UploadRefused. The row and the audit record of a refused file are written before that:
    catch it inside the request's transaction (as a form error), or they are rolled back with it.
    Call it before anything that writes audit rows: it locks the firm's quota.
    """
    stem, extension = names.split(uploaded.name or "")
    if extension not in rules.extensions:
        raise UploadRefused(reasons.EXTENSION)
    if not uploaded.size:
        raise UploadRefused(reasons.EMPTY)
    if uploaded.size > rules.max_bytes:
        raise UploadRefused(reasons.TOO_LARGE)
    charged_to = firm_id if actor.hat == Hat.FIRM else None
    if charged_to and not quota.usage(firm_id=charged_to).has_room_for(uploaded.size):
        raise UploadRefused(reasons.QUOTA)
    stored = StoredFile(
        ward_id=ward_id,
        firm_id=firm_id,
        owner_user_id=actor.user_id,
        purpose=purpose,
        original_name=f"{stem}.{extension}",
        extension=extension,
        charged=charged_to is not None,
    )
    return _take_in(actor, stored, uploaded, rules)


def _take_in(
    actor: Actor, stored: StoredFile, uploaded: UploadedFile, rules: UploadRules
) -> StoredFile:
    stored.storage_key = storage.new_key(storage.QUARANTINE)
    _receive(stored, uploaded, rules)
    written = [stored.storage_key]
    try:
        judgement = _judge(stored)
        written.append(stored.preview_key)
        with transaction.atomic():
            _apply(stored, judgement, now=clock.now())
            if stored.charged and stored.firm_id:
                quota.charge(actor=actor, firm_id=stored.firm_id, size=stored.size)
            _insert(actor, stored)
            _record(actor, f"file.{_VERBS[stored.state]}", stored, reason=stored.reason_code)
    except quota.QuotaExceeded:
        storage.discard(*written)
        raise UploadRefused(reasons.QUOTA) from None
    except BaseException:
        storage.discard(*written)
        raise
    if stored.state == State.REFUSED:
        raise UploadRefused(stored.reason_code, stored)
    return stored


def _receive(stored: StoredFile, uploaded: UploadedFile, rules: UploadRules) -> None:
    """Stream the bytes to quarantine; size and digest are what came, not what was claimed."""
    try:
        stored.size, stored.sha256 = storage.write(
            uploaded, stored.storage_key, limit=rules.max_bytes
        )
    except storage.TooLarge:
        raise UploadRefused(reasons.TOO_LARGE) from None
    if not stored.size:
        storage.discard(stored.storage_key)
        raise UploadRefused(reasons.EMPTY)


_VERBS: dict[str, str] = {
    State.CLEAN: "stored",
    State.QUARANTINE: "quarantined",
    State.REFUSED: "refused",
}


def store_generated(
    *,
    actor: Actor,
    content: bytes | IO[bytes],
    name: str,
    content_type: str,
    purpose: str,
    ward_id: int | None,
    firm_id: int | None,
) -> StoredFile:
    """Keep a document the portal made itself (決定通知書, 受付票): clean, not charged to the firm.

    A large one comes as a stream.
    """
    stem, extension = names.split(name)
    key = storage.new_key(storage.CLEAN)
    stream = BytesIO(content) if isinstance(content, bytes) else content
    size, digest = storage.write(stream, key, limit=MOST_GENERATED)
    stored = StoredFile(
        ward_id=ward_id,
        firm_id=firm_id,
        owner_user_id=actor.user_id,
        purpose=purpose,
        original_name=f"{stem}.{extension}" if extension else stem,
        extension=extension,
        content_type=content_type,
        size=size,
        sha256=digest,
        state=State.CLEAN,
        checked_at=clock.now(),
        storage_key=key,
    )
    try:
        with transaction.atomic():
            _insert(actor, stored)
            _record(actor, "file.generated", stored)
    except BaseException:
        storage.discard(key)
        raise
    return stored


def rescan_quarantined(*, now: dt.datetime, limit: int = RESCAN_BATCH) -> int:
    """Decide on files that wait for an inspection or a scanner; returns how many were decided.

    Every few minutes. The longest waiting first, each in a transaction of its own as the system;
    a file that another worker holds is left to it.
    """
    with acting(Actor.system("files.rescan")):
        waiting = list(
            StoredFile.objects.filter(state=State.QUARANTINE, erased_at=None)
            .order_by("checked_at")
            .values_list("pk", "ward_id")[:limit]
        )
    decided = 0
    for pk, ward_id in waiting:
        actor = Actor.system("files.rescan", ward_id=ward_id)
        with acting(actor):
            decided += _rescan(actor, pk, now)
    return decided


def _rescan(actor: Actor, pk: uuid.UUID, now: dt.datetime) -> bool:
    waiting = StoredFile.objects.filter(pk=pk, state=State.QUARANTINE, erased_at=None)
    stored = waiting.select_for_update(skip_locked=True).first()
    if stored is None:
        return False
    was_charged = stored.charged
    _apply(stored, _judge(stored), now=now)
    stored.save()
    if stored.state == State.QUARANTINE:
        return False
    if was_charged and not stored.charged and stored.firm_id:
        quota.give_back(actor=actor, firm_id=stored.firm_id, size=stored.size)
    _record(actor, f"file.{_VERBS[stored.state]}", stored, reason=stored.reason_code)
    return True


def open_for_download(*, actor: Actor, stored: StoredFile, may: May) -> IO[bytes]:
    """The bytes for one person, who is written down with the time and the file.

    `may` is the caller's policy: its answer, or a function asked with actor and file. Raises
    PermissionDenied, or FileUnavailable for what is not clean.
    """
    return _open(actor, stored, may, key=stored.storage_key, action="file.downloaded")


def open_handout(stored: StoredFile) -> IO[bytes]:
    """The bytes of a paper that is handed out to everybody: nobody's look at it is written down.

    Raises FileUnavailable for what is not clean.
    """
    if not stored.is_available or not stored.storage_key.startswith(f"{storage.CLEAN}/"):
        raise FileUnavailable(stored.state)
    return storage.private().open(stored.storage_key)


def stored_derivative(*, actor: Actor, stored: StoredFile, may: May) -> IO[bytes]:
    """The re-encoded image of a photograph, safe to show inside a page (always JPEG).

    Raises as `open_for_download`; FileUnavailable also where the file is no image.
    """
    return _open(actor, stored, may, key=stored.preview_key, action="file.previewed")


def _open(actor: Actor, stored: StoredFile, may: May, *, key: str, action: str) -> IO[bytes]:
    if not (may(actor, stored) if callable(may) else may):
        logger.warning("file %s denied to user %s (%s)", stored.pk, actor.user_id, action)
        raise PermissionDenied
    if not stored.is_available or not key.startswith(f"{storage.CLEAN}/"):
        raise FileUnavailable(stored.state)
    reader = storage.private().open(key)
    try:
        _record(actor, action, stored)
    except BaseException:
        reader.close()
        raise
    return reader


def delete(*, actor: Actor, stored: StoredFile, now: dt.datetime, reason: str = "") -> None:
    """Erase the bytes and the name; the row stays as proof that a file with this digest was here.

    Frees the firm's quota. Deleting twice does nothing. The bytes go when the transaction commits.
    Raises StoredFile.DoesNotExist for a file that the actor does not see.
    """
    with transaction.atomic():
        seen = StoredFile.objects.only("pk").get(pk=stored.pk)
        with acting(actor.elevated()):
            held = StoredFile.objects.select_for_update().get(pk=seen.pk)
            if held.erased_at is not None:
                return
            keys = (held.storage_key, held.preview_key)
            if held.charged and held.firm_id:
                quota.give_back(actor=actor, firm_id=held.firm_id, size=held.size)
            _forget_bytes(held)
            held.original_name, held.erased_at = "", now
            held.save()
        _record(actor, "file.deleted", held, reason=reason)
        transaction.on_commit(lambda: storage.erase(*keys))
    for field in ("storage_key", "preview_key", "charged", "original_name", "erased_at"):
        setattr(stored, field, getattr(held, field))


def _judge(stored: StoredFile) -> _Judgement:
    """Structure first, then the scanner; moves clean bytes and writes the preview."""
    verdict = _inspect(stored)
    if verdict is None:
        return _Judgement(State.QUARANTINE, "", reasons.INSPECTION_FAILED)
    if not verdict.ok:
        return _Judgement(State.REFUSED, verdict.content_type, verdict.reason_code)
    if not clamav.is_configured():
        return _Judgement(State.CLEAN, verdict.content_type)
    with storage.private().open(stored.storage_key) as stream:
        scan = clamav.scan(stream)
    return {
        clamav.Outcome.CLEAN: _Judgement(State.CLEAN, verdict.content_type),
        clamav.Outcome.INFECTED: _Judgement(
            State.REFUSED, verdict.content_type, reasons.INFECTED, scan.signature[:200]
        ),
        clamav.Outcome.LIMIT: _Judgement(
            State.QUARANTINE, verdict.content_type, reasons.SCANNER_LIMIT
        ),
        clamav.Outcome.DOWN: _Judgement(
            State.QUARANTINE, verdict.content_type, reasons.SCANNER_DOWN
        ),
    }[scan.outcome]


def _inspect(stored: StoredFile) -> Verdict | None:
    """None where the machine, not the file, is to blame."""
    with tempfile.TemporaryDirectory() as folder, storage.on_disk(stored.storage_key) as path:
        preview = Path(folder) / "preview"
        try:
            verdict = sandbox.inspect(path, stored.extension, preview=preview)
        except sandbox.InspectionFailed as error:
            logger.warning("inspection of file %s failed: %s", stored.pk, error)
            return None
        if verdict.ok and verdict.has_preview and not stored.preview_key:
            key = storage.new_key(storage.QUARANTINE)
            with preview.open("rb") as stream:
                storage.write(stream, key, limit=preview.stat().st_size)
            stored.preview_key = key
    return verdict


def _apply(stored: StoredFile, judgement: _Judgement, *, now: dt.datetime) -> None:
    """Bring the row (unsaved) and the bytes in line with the judgement.

    What lies in quarantine is erased only when the row's change is committed: after a rollback
    the row must still find its bytes.
    """
    stored.state = judgement.state
    stored.reason_code = judgement.reason_code
    stored.threat = judgement.threat
    stored.content_type = judgement.content_type
    stored.checked_at = now
    before = (stored.storage_key, stored.preview_key)
    if judgement.state == State.CLEAN:
        stored.storage_key = storage.release(stored.storage_key)
        stored.preview_key = storage.release(stored.preview_key) if stored.preview_key else ""
    elif judgement.state == State.REFUSED:
        _forget_bytes(stored)
    if judgement.state != State.QUARANTINE:
        transaction.on_commit(lambda: storage.erase(*before))


def _forget_bytes(stored: StoredFile) -> None:
    stored.storage_key = stored.preview_key = ""
    stored.charged = False


def _insert(actor: Actor, stored: StoredFile) -> None:
    with acting(actor.elevated()):
        stored.save(force_insert=True)


def _record(actor: Actor, action: str, stored: StoredFile, *, reason: str = "") -> None:
    """One audit row. The name a person gave the file stays out: the chain cannot be erased."""
    detail: dict[str, Any] = {
        "purpose": stored.purpose,
        "extension": stored.extension,
        "size": stored.size,
        "sha256": stored.sha256,
    }
    if stored.threat:
        detail["threat"] = stored.threat
    record(
        actor=actor,
        action=action,
        obj=stored,
        ward_id=stored.ward_id,
        to_state=stored.state,
        reason=reason,
        detail=detail,
        label=f"{stored.purpose}.{stored.extension}",
    )
