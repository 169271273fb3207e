"""A case taken away proves itself: verify.py runs as a process of its own on the bundle as it was
taken, and on bundles that somebody has changed.
"""

import hashlib
import json
import subprocess
import sys
import warnings
import zipfile

import pytest
from django.core.files.base import ContentFile

from portal.auditing import services
from portal.auditing.models import Job
from portal.exports import work
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from subsidies.models import ApplicationDocument
from tests.factories import auditing as make
from tests.factories import subsidies as cases
from tests.subsidies.grants import money

pytestmark = pytest.mark.django_db


def with_bytes(row, content):
    """The factories write the row alone: give it bytes that fit."""
    storage.private().save(row.storage_key, ContentFile(content))
    StoredFile.objects.filter(pk=row.pk).update(
        size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )


@pytest.fixture
def taken(tmp_path):
    """A paid case; its bundle unpacked, and the job."""
    grant = money.paid(cases.make_grant())
    case = grant.application
    first, lost, *_rest = case.documents.order_by("pk").select_related("stored_file")
    with_bytes(first.stored_file, b"%PDF-1.7 quote")
    StoredFile.objects.filter(pk=first.stored_file_id).update(original_name="../../見積 <1>.pdf")
    actor = make.auditor()
    job = make.bundle(actor, case)
    assert job.phase == Job.Phase.DONE, job.problem
    with acting(actor):
        _job, reader = services.open_bundle(actor=actor, public_id=job.public_id)
    with reader:
        content = reader.read()
    assert hashlib.sha256(content).hexdigest() == job.stored_file.sha256
    (tmp_path / "bundle.zip").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "case")
    return tmp_path, job, lost


def verify(*arguments, folder=None):
    """(exit code, what was printed) of the bundle's own script."""
    script = folder / "case" / "verify.py"
    done = subprocess.run(
        [sys.executable, "-I", str(script), *arguments], capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_the_bundle_verifies_itself_and_tells_what_is_missing(taken):
    folder, job, lost = taken
    code, told = verify("--manifest", job.result["manifest_sha256"], folder=folder)
    assert (code, "NG" in told) == (0, False), told
    assert "OK  amount: 確定額 499,000" in told
    assert "OK  sum of payments 499,000" in told
    assert verify(str(folder / "bundle.zip"), folder=folder)[0] == 0
    manifest = json.loads((folder / "case" / "manifest.json").read_text())
    reasons = {entry["recorded_sha256"]: entry["code"] for entry in manifest["missing"]}
    assert reasons[lost.stored_file.sha256] == "lost"
    names = [entry["path"] for entry in manifest["files"]]
    assert any(name.startswith("documents/") and name.endswith("見積 _1_.pdf") for name in names)
    everything = "".join(
        (folder / "case" / name).read_text(errors="replace")
        for name in names
        if name[-4:] == "json"
    )
    assert "***4567" in everything
    assert "1234567" not in everything
    own = AuditRow.objects.filter(action__startswith="auditing.").order_by("pk")
    assert [row.action for row in own] == [
        "auditing.bundle_ordered",
        "auditing.bundle_made",
        "auditing.bundle_taken",
    ]
    assert {row.reason for row in own} == {make.PURPOSE}


def tamper(folder, name, change):
    path = folder / "case" / name
    path.write_bytes(change(path.read_bytes()))


def mend(folder, name):
    """What a careful forger does next: put the new digest into the manifest."""
    content = (folder / "case" / name).read_bytes()

    def fit(raw):
        manifest = json.loads(raw)
        entry = next(item for item in manifest["files"] if item["path"] == name)
        entry |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        return json.dumps(manifest, ensure_ascii=False).encode()

    tamper(folder, "manifest.json", fit)


def test_whatever_is_changed_is_found(taken):
    folder, job, _lost = taken
    rows = "audit/rows.jsonl"
    whole = {name: (folder / "case" / name).read_bytes() for name in (rows, "manifest.json")}
    document = next((folder / "case" / "documents").iterdir())
    name, original = f"documents/{document.name}", document.read_bytes()

    def found(text):
        code, told = verify(folder=folder)
        assert code == 1
        assert text in told, told

    tamper(folder, name, lambda raw: raw[:-1] + b"X")
    found(f"NG  {name}: content was changed")
    mend(folder, name)
    found(f"NG  {name}: is not the file that was handed in")
    document.unlink()
    found(f"NG  {name}: missing")
    document.write_bytes(original)
    (folder / "case" / "manifest.json").write_bytes(whole["manifest.json"])
    (folder / "case" / "more.txt").write_text("x")
    found("NG  more.txt: is not in the manifest")
    (folder / "case" / "more.txt").unlink()

    tamper(folder, rows, lambda raw: b"".join(raw.splitlines(keepends=True)[1:]))
    mend(folder, rows)
    found("NG  audit trail")
    (folder / "case" / rows).write_bytes(whole[rows])
    tamper(folder, rows, lambda raw: raw.replace("職員".encode(), "別人".encode(), 1))
    mend(folder, rows)
    found("does not fit its digest")
    (folder / "case" / rows).write_bytes(whole[rows])
    amounts = "data/amounts.json"
    tamper(
        folder, amounts, lambda raw: raw.replace(b'"stored_yen": 499000', b'"stored_yen": 500000')
    )
    mend(folder, amounts)
    found("worked out 499,000")
    code, told = verify("--manifest", job.result["manifest_sha256"], folder=folder)
    assert (code, "NG  manifest.json" in told) == (1, True)
    assert verify("--manifest", "", folder=folder)[0] == 1, "nothing given is not the same digest"
    hidden = folder / "case" / "documents" / "__pycache__" / "more.pdf"
    hidden.parent.mkdir()
    hidden.write_bytes(b"x")
    found("NG  documents/__pycache__/more.pdf: is not in the manifest")


def test_a_zip_holds_each_file_once(taken):
    """Which of two files of one name is unpacked is up to the program that unpacks."""
    folder, job, _lost = taken
    zipped = folder / "bundle.zip"
    given = ("--manifest", job.result["manifest_sha256"], str(zipped))
    assert verify(*given, folder=folder)[0] == 0
    with warnings.catch_warnings(), zipfile.ZipFile(zipped, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("trace.csv", archive.read("trace.csv"))
    code, told = verify(*given, folder=folder)
    assert (code, "NG  trace.csv: stands in the ZIP twice" in told) == (1, True)


def test_nobody_else_takes_it_and_it_goes_after_its_days(taken):
    _folder, job, _lost = taken
    from portal.kernel import clock

    other = cases.auditor_actor()
    official = cases.official_actor(job.ward_id)
    for actor in (other, official):
        with acting(actor), pytest.raises(Job.DoesNotExist):
            services.open_bundle(actor=actor, public_id=job.public_id)
    with acting(official):
        assert not StoredFile.objects.filter(pk=job.stored_file_id).exists()
    assert services.WORK.expire(clock.now()) == 0
    assert services.WORK.expire(clock.now() + work.KEPT * 2) == 1
    job = Job.objects.get(pk=job.pk)
    assert job.phase == Job.Phase.EXPIRED
    actor = make.auditor(job.created_by_id)
    with acting(actor), pytest.raises(services.Refused):
        services.open_bundle(actor=actor, public_id=job.public_id)


def test_a_cancelled_bundle_leaves_nothing(monkeypatch):
    """Stopped before a worker comes, and in the middle of its work."""
    case = cases.make_submitted()
    actor = make.auditor()
    with acting(actor):
        before = services.bundle_order(actor=actor, case=case, purpose=make.PURPOSE)
        services.job_cancel(actor=actor, public_id=before.public_id)
        with pytest.raises(services.Refused):
            services.job_cancel(actor=actor, public_id=before.public_id)
        job = services.bundle_order(actor=actor, case=case, purpose=make.PURPOSE)
    assert make.made(before).phase == Job.Phase.CANCELLED

    from portal.auditing.services import bundles

    def stop_then_store(who, what, stream):
        services.job_cancel(actor=who, public_id=job.public_id)
        return kept(who, what, stream)

    kept = bundles._store
    monkeypatch.setattr(bundles, "_store", stop_then_store)
    # The cancellation is part of the same transaction here and goes with it; nothing is left.
    assert make.made(job).stored_file is None
    assert not StoredFile.objects.filter(purpose="audit_bundle").exists()


def test_five_hundred_documents_are_packed_one_by_one():
    case = cases.make_submitted()
    content = b"%PDF-1.7 small"
    digest = hashlib.sha256(content).hexdigest()
    made = StoredFile.objects.bulk_create(
        StoredFile(
            ward_id=case.ward_id,
            purpose="application",
            original_name="図面.pdf",
            extension="pdf",
            content_type="application/pdf",
            size=len(content),
            sha256=digest,
            state=StoredFile.State.CLEAN,
            storage_key=f"clean/audit/{case.pk}-{number}",
        )
        for number in range(500)
    )
    for row in made:
        storage.private().save(row.storage_key, ContentFile(content))
    ApplicationDocument.objects.bulk_create(
        ApplicationDocument(application=case, requirement="quotes", stored_file=row) for row in made
    )
    job = make.bundle(make.auditor(), case)
    assert job.phase == Job.Phase.DONE, job.problem
    assert job.result["files"] > 500
    # One act in the trail, not five hundred.
    assert AuditRow.objects.filter(action="file.downloaded").count() == 0
