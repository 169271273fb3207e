"""The import as a whole: preview, all or nothing, again without doubles, hostile files, cancel."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.files.services import UploadRefused
from portal.kernel.models import AuditRow
from programs.models import Firm, FirmWard, ImportJob, ImportRow, Site
from programs.services import imports
from programs.services.errors import PreviewOutdated, Refused
from tests.factories.programs import (
    OTA,
    SUMIDA,
    FirmFactory,
    MembershipFactory,
    corporate_number,
)
from tests.programs.books import good_row, make_book
from tests.support.people import make_person

pytestmark = pytest.mark.django_db
TODAY = clock.today()
Outcome = ImportRow.Outcome


def upload(content: bytes, name: str = "firms.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def preview(actor, rows) -> ImportJob:
    """Upload and read, as the official."""
    with acting(actor):
        job = imports.import_upload(actor=actor, uploaded=upload(make_book(rows)))
        return imports.import_read(actor=actor, job_id=job.pk)


def carry_out(actor, job: ImportJob) -> None:
    with acting(actor):
        imports.import_confirm(actor=actor, job_id=job.pk)
        imports.import_apply(actor=actor, job_id=job.pk, today=TODAY)


def bring_in(actor, rows) -> ImportJob:
    job = preview(actor, rows)
    carry_out(actor, job)
    job.refresh_from_db()
    return job


def test_nothing_changes_before_the_confirmation(official):
    job = preview(official(), [good_row(0), good_row(1)])
    assert job.phase == ImportJob.Phase.READY
    assert job.counts == {"new": 2}
    assert not Firm.objects.exists()


def test_confirmed_firms_are_there_with_site_and_ward(official):
    job = bring_in(official(), [good_row(0), good_row(1)])
    assert job.phase == ImportJob.Phase.DONE
    firm = Firm.objects.get(corporate_number=corporate_number(900_000))
    assert (firm.name, firm.employees, firm.jsic) == ("株式会社八広製作所0", 12, "24")
    assert firm.established_on.isoformat() == "2001-04-01"
    assert "ヤヒロ" in firm.search_text
    site = Site.objects.get(firm=firm)
    assert (site.ward_id, site.kind, site.name) == (SUMIDA, Site.Kind.HEAD, "本社")
    grant = FirmWard.objects.get(firm=firm)
    assert (grant.ward_id, grant.basis) == (SUMIDA, FirmWard.Basis.IMPORT)
    assert job.rows.get(number=2).firm_id == firm.pk


def test_the_import_is_in_the_audit_trail_with_the_files_digest(official):
    job = bring_in(official(), [good_row(0)])
    done = AuditRow.objects.get(action="firm_import.finished")
    assert (done.chain, done.object_id) == (SUMIDA, str(job.pk))
    assert done.detail == {"new": 1, "sha256": job.stored_file.sha256}


def test_the_same_file_again_changes_nothing(official):
    actor = official()
    bring_in(actor, [good_row(0), good_row(1, A=None, B="八広木工")])
    again = preview(actor, [good_row(0), good_row(1, A=None, B="八広木工")])
    assert again.counts == {"same": 2}
    assert Firm.objects.count() == 2
    with acting(actor), pytest.raises(Refused, match="企業がありません"):
        imports.import_confirm(actor=actor, job_id=again.pk)


def test_changes_are_shown_and_written_and_blanks_leave_what_is_there(official):
    actor = official()
    bring_in(actor, [good_row(0)])
    job = preview(actor, [good_row(0, D=20, K=None, L=None)])
    row = job.rows.get()
    assert (row.outcome, row.changes) == (Outcome.CHANGED, {"employees": [12, 20]})
    carry_out(actor, job)
    firm = Firm.objects.get()
    assert (firm.employees, firm.phone, firm.revision) == (20, "03-1111-2222", 2)


def test_the_trail_tells_that_personal_data_changed_but_not_into_what(official):
    actor = official()
    bring_in(actor, [good_row(0)])
    bring_in(actor, [good_row(0, K="03-9999-8888", D=13)])
    changes = AuditRow.objects.get(action="firm.updated_by_import").changes
    assert changes == {"phone": ["*", "*"], "employees": [12, 13]}


def test_sole_proprietors_meet_by_name_and_postal_code(official):
    actor = official()
    sole = {"A": None, "E": None}
    bring_in(actor, [good_row(0, **sole, B="山田 製作所")])
    job = preview(
        actor,
        [
            good_row(0, **sole, B="山田製作所", D=3),
            good_row(0, **sole, B="山田製作所", H="131-0042", I="東京都墨田区東墨田1-1"),
        ],
    )
    assert [row.outcome for row in job.rows.all()] == [Outcome.CHANGED, Outcome.NEW]


def test_a_firm_twice_in_the_file_is_an_error_in_the_second_row(official):
    sole = {"A": None, "B": "山田製作所"}
    job = preview(
        official(), [good_row(0), good_row(0, B="別名"), good_row(1, **sole), good_row(2, **sole)]
    )
    errors = {row.number: row.errors for row in job.rows.filter(outcome=Outcome.ERROR)}
    assert errors == {
        3: ["A3：この法人番号は2行目にもあります。どちらかを消してください。"],
        5: ["B5：企業名と郵便番号が同じ個人事業主が4行目にもあります。どちらかを消してください。"],
    }


def test_one_wrong_row_holds_all_back(official):
    actor = official()
    job = preview(actor, [good_row(0), good_row(1, D="二十")])
    assert job.counts == {"new": 1, "error": 1}
    assert job.rows.get(outcome=Outcome.ERROR).errors == [
        "D3：従業員数は0以上の整数で入力してください（いま「二十」）"
    ]
    with acting(actor), pytest.raises(Refused, match="誤りのある行"):
        imports.import_confirm(actor=actor, job_id=job.pk)
    assert not Firm.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(official, monkeypatch):
    actor = official()
    bring_in(actor, [good_row(0)])
    job = preview(actor, [good_row(0, D=99), *(good_row(n) for n in range(1, 4))])

    def break_down(**kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(imports, "update_changed", break_down)
    with acting(actor):
        imports.import_confirm(actor=actor, job_id=job.pk)
        imports.settle(
            lambda: imports.import_apply(actor=actor, job_id=job.pk, today=TODAY),
            actor=actor,
            job_id=job.pk,
        )
    job.refresh_from_db()
    assert job.phase == ImportJob.Phase.FAILED
    assert "変わっていません" in job.problem
    assert Firm.objects.get().employees == 12


def test_a_firm_that_looks_after_itself_is_kept(official):
    firm = FirmFactory(corporate_number=corporate_number(900_000))
    MembershipFactory(firm=firm, user=make_person("owner@example.jp"))
    job = preview(official(), [good_row(0), good_row(1)])
    assert job.counts == {"kept": 1, "new": 1}
    assert job.rows.get(outcome=Outcome.KEPT).changes["name"] == [firm.name, "株式会社八広製作所0"]
    carry_out(official_of(job), job)
    firm.refresh_from_db()
    assert firm.name.startswith("株式会社試験製作所")


def official_of(job: ImportJob):
    from portal.kernel.actor import Actor, Hat

    return Actor(
        job.created_by_id, "職員", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=job.ward_id
    )


def test_a_firm_of_another_ward_is_left_alone_and_nothing_of_it_is_told(official):
    FirmFactory(
        ward=OTA,
        corporate_number=corporate_number(900_000),
        name="大田の秘密",
        phone="03-0000-1111",
    )
    actor = official()
    job = preview(actor, [good_row(0), good_row(1)])
    row = job.rows.get(outcome=Outcome.ELSEWHERE)
    assert (row.changes, row.firm_id, row.label) == ({}, None, "株式会社八広製作所0")
    carry_out(actor, job)
    assert Firm.objects.get(corporate_number=corporate_number(900_000)).name == "大田の秘密"
    assert FirmWard.objects.filter(ward_id=SUMIDA).count() == 1


def test_what_changed_after_the_preview_stops_the_import(official):
    actor = official()
    job = preview(actor, [good_row(0), good_row(1)])
    FirmFactory(corporate_number=corporate_number(900_001))
    with acting(actor):
        imports.import_confirm(actor=actor, job_id=job.pk)
        with pytest.raises(PreviewOutdated, match="3行目 株式会社八広製作所1"):
            imports.import_apply(actor=actor, job_id=job.pk, today=TODAY)
    assert Firm.objects.count() == 1


def test_a_second_delivery_of_the_message_changes_nothing(official):
    actor = official()
    job = bring_in(actor, [good_row(0)])
    with acting(actor):
        imports.import_read(actor=actor, job_id=job.pk)
        imports.import_apply(actor=actor, job_id=job.pk, today=TODAY)
    assert (Firm.objects.count(), job.rows.count()) == (1, 1)


def test_a_cancelled_import_leaves_nothing(official):
    actor = official()
    job = preview(actor, [good_row(0)])
    with acting(actor):
        imports.import_confirm(actor=actor, job_id=job.pk)
        imports.import_cancel(actor=actor, job_id=job.pk)
        imports.import_apply(actor=actor, job_id=job.pk, today=TODAY)
        with pytest.raises(Refused, match="終わって"):
            imports.import_cancel(actor=actor, job_id=job.pk)
    job.refresh_from_db()
    assert job.phase == ImportJob.Phase.CANCELLED
    assert not Firm.objects.exists()


def test_cancelling_in_the_middle_rolls_back(official, monkeypatch):
    """The official's cancellation arrives between two chunks of the worker."""
    actor = official()
    job = preview(actor, [good_row(n) for n in range(3)])
    insert_new = imports.insert_new

    def insert_then_cancelled(**kwargs):
        insert_new(**kwargs)
        ImportJob.objects.filter(pk=job.pk).update(cancelled_at=clock.now())

    monkeypatch.setattr(imports, "insert_new", insert_then_cancelled)
    with acting(actor):
        imports.import_confirm(actor=actor, job_id=job.pk)
        with pytest.raises(imports.Cancelled):
            imports.import_apply(actor=actor, job_id=job.pk, today=TODAY)
    assert not Firm.objects.exists()


def test_a_site_in_the_ward_of_a_head_office_elsewhere(official):
    away = {
        "H": "332-0001",
        "I": "埼玉県川口市朝日1-1",
        "O": "八広工場",
        "P": "131-0041",
        "Q": "東京都墨田区八広2-2",
    }
    actor = official()
    bring_in(actor, [good_row(0, **away)])
    assert list(Site.objects.values_list("name", "ward_id", "kind")) == [
        ("八広工場", SUMIDA, "factory")
    ]
    assert preview(actor, [good_row(0, **away)]).counts == {"same": 1}
    job = bring_in(actor, [good_row(0, **away | {"O": "東墨田倉庫"})])
    assert job.rows.get().changes == {"site": [None, "東墨田倉庫"]}
    assert Site.objects.count() == 2


def test_another_heading_is_told_as_the_files_problem(official):
    book = load_workbook(BytesIO(make_book([good_row()])))
    book["企業名簿"]["D1"] = "人数"
    stream = BytesIO()
    book.save(stream)
    actor = official()
    with acting(actor):
        job = imports.import_upload(actor=actor, uploaded=upload(stream.getvalue()))
        imports.import_read(actor=actor, job_id=job.pk)
    job.refresh_from_db()
    assert job.phase == ImportJob.Phase.FAILED
    assert "D1は「従業員数」のはず" in job.problem


def hostile_macro() -> bytes:
    """A workbook with a macro part, under the name of a plain one."""
    import zipfile

    stream = BytesIO(make_book([good_row()]))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" * 64)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("firms.csv", b"a,b\n"),
        ("firms.xlsx", b""),
        ("firms.xlsx", b"%PDF-1.7\n"),
        ("firms.xlsx", b"PK\x03\x04" + b"\0" * 200),
        ("firms.xlsx", hostile_macro),
    ],
    ids=["csv", "empty", "pdf", "broken", "macro"],
)
def test_hostile_files_never_become_an_import(official, name, content):
    actor = official()
    data = content() if callable(content) else content
    with acting(actor), pytest.raises(UploadRefused):
        imports.import_upload(actor=actor, uploaded=upload(data, name))
    assert not ImportJob.objects.exists()
    assert not StoredFile.objects.filter(state=StoredFile.State.CLEAN).exists()


@pytest.mark.parametrize("role", [Role.APPROVER, Role.COMMITTEE])
def test_others_may_not_import(official, role):
    with pytest.raises(PermissionDenied):
        imports.import_upload(actor=official(role=role), uploaded=upload(b"x"))


def test_another_wards_import_does_not_exist(official):
    job = preview(official(), [good_row(0)])
    other = official(ward_id=OTA)
    with acting(other), pytest.raises(ImportJob.DoesNotExist):
        imports.import_confirm(actor=other, job_id=job.pk)


def test_a_large_sheet_is_left_to_a_worker(official):
    actor = official()
    rows = [{"A": corporate_number(n), "B": f"企業{n}"} for n in range(imports.ROWS_AT_ONCE + 1)]
    with acting(actor):
        small = imports.import_upload(actor=actor, uploaded=upload(make_book(rows[:-1])))
        large = imports.import_upload(actor=actor, uploaded=upload(make_book(rows)))
        assert imports.may_read_at_once(small)
        assert not imports.may_read_at_once(large)
