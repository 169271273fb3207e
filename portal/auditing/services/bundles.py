"""案件の一式: everything of a case as a ZIP that proves itself."""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from portal.auditing import policies, recount
from portal.auditing.bundle import contents, packing
from portal.auditing.bundle.packing import Bundle
from portal.auditing.errors import Refused
from portal.auditing.models import Job
from portal.auditing.selectors import money, overrides, trace, violations
from portal.auditing.selectors.lights import violation_text
from portal.auditing.selectors.scope import Scope
from portal.auditing.services.jobs import WORK
from portal.kernel import audit, audit_chain, clock
from portal.kernel.actor import Actor
from portal.kernel.files import names, storage
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.ui.exports import neutral
from programs.selectors import ward_name
from subsidies.models import Application

PURPOSE = "audit_bundle"
AUDIT_ROWS, AMOUNTS = "audit/rows.jsonl", "data/amounts.json"
# Parts besides the documents, for the progress bar.
PARTS = 6


def make_bundle(actor: Actor, job: Job) -> None:
    """Pack the job's case. Raises Cancelled, Refused where it would be larger than may be kept."""
    assert job.application is not None
    case = policies.get_case(actor, job.application.receipt_no or "")
    found = contents.contents(case)
    total = len(found.papers) + PARTS
    WORK.tick(job, (0, total))
    with tempfile.TemporaryFile() as stream:
        archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        bundle = Bundle(archive)
        bundle.add_papers(found.papers, lambda done: WORK.tick(job, (done, total)))
        about = _add_records(bundle, case, found)
        about |= {
            "receipt_no": case.receipt_no,
            "ward": ward_name(case.ward_id),
            "scheme": case.scheme_name,
            "firm": case.firm_name,
            "made_at": clock.database_now().isoformat(),
            "made_by": actor.name,
            "purpose": job.purpose,
        }
        manifest, changed = bundle.close(about)
        WORK.tick(job, (total, total))
        stream.seek(0)
        stored = _store(actor, case, stream)
    result = {
        "files": len(bundle.files),
        "missing": [f"{entry['title']} {entry['name']}" for entry in bundle.missing],
        "changed": changed,
        "rows": about["audit"]["rows"],
        "manifest_sha256": manifest,
    }
    try:
        WORK.finish(job, total=total, done=total, stored_file=stored, result=result)
    except BaseException:
        storage.discard(stored.storage_key)
        raise
    audit.record(
        actor=actor,
        action="auditing.bundle_made",
        obj=case,
        reason=job.purpose,
        detail={
            "job": str(job.public_id),
            "sha256": stored.sha256,
            "manifest_sha256": manifest,
            "files": len(bundle.files),
            "missing": len(bundle.missing),
        },
    )


def _store(actor: Actor, case: Application, stream: Any) -> StoredFile:
    """Without ward and firm: no official and no firm finds it among their files."""
    try:
        return files.store_generated(
            actor=actor,
            content=stream,
            name=names.clean(f"audit-{case.receipt_no}-{clock.today():%Y%m%d}.zip"),
            content_type="application/zip",
            purpose=PURPOSE,
            ward_id=None,
            firm_id=None,
        )
    except storage.TooLarge as large:
        raise Refused(_("書類の合計が1GBを超えるため、1つのファイルにできません。")) from large


def _add_records(bundle: Bundle, case: Application, found: contents.Contents) -> dict[str, Any]:
    """Everything but the documents; returns what the manifest says of it."""
    row = money.of([case.pk])[0]
    for table, (title, rows) in found.tables.items():
        bundle.add_json(f"data/tables/{table}.json", {"title": title, "rows": rows}, title)
    bundle.add_json("data/people.json", found.people, _("氏名"))
    bundle.add_json(AMOUNTS, {"figures": _figures(row)})
    bundle.add_json("data/remarks.json", _remarks(case))
    bundle.add("trace.csv", _trace_csv(row))
    told = _add_audit(bundle, found)
    for name in ("README.ja.md", "README.en.md"):
        bundle.add(name, (packing.SOURCES / name).read_bytes())
    bundle.add("verify.py", packing.verify_script())
    return {"audit": told, "amounts": AMOUNTS, "tables": contents.of_tables(found)}


def _add_audit(bundle: Bundle, found: contents.Contents) -> dict[str, Any]:
    """The case's rows of the trail, each with the text that its digest covers."""
    rows = audit_chain.rows_of(found.objects)
    rolling = hashlib.sha256()
    lines = []
    for row in rows:
        rolling.update(row.digest.encode())
        lines.append(json.dumps(row._asdict(), ensure_ascii=False))
    bundle.add(AUDIT_ROWS, "".join(f"{line}\n" for line in lines).encode())
    return {"path": AUDIT_ROWS, "rows": len(rows), "digest": rolling.hexdigest()}


def _figures(row: money.Money) -> list[dict[str, Any]]:
    return [asdict(figure) | {"name": figure.name} for figure in recount.figures(row)]


def _remarks(case: Application) -> dict[str, Any]:
    """Dates out of order, and overrides with their reasons."""
    scope = Scope(application_id=case.pk)
    return {
        "violations": [violation_text(item) for item in violations.found(violations.rows(scope))],
        "overrides": [
            {
                "kind": str(overrides.KINDS[item.kind].title),
                "at": item.at.isoformat(),
                "person": item.person_id,
                "reason": item.reason,
            }
            for item in overrides.found(overrides.rows(scope))
        ],
    }


def _trace_csv(row: money.Money) -> bytes:
    """経緯 as UTF-8 with BOM, formulas neutralised."""
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow(
        [
            _("日付"),
            _("記録した日時"),
            _("したこと"),
            _("した人"),
            _("番号"),
            _("額（円）"),
            _("説明"),
        ]
    )
    for step in trace.steps(row):
        cells = [
            step.day.isoformat(),
            step.at.astimezone(clock.TOKYO).isoformat() if step.at else "",
            step.text,
            step.who,
            step.number,
            step.yen,
            step.note,
        ]
        sheet.writerow([neutral(cell) for cell in cells])
    return "\ufeff".encode() + stream.getvalue().encode()
