"""What a disposal erases and what stays: a whole paid grant, every column, prints, findings."""

import json

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from portal.letters.models import Letter
from portal.letters.services import difference
from subsidies import selectors as case_selectors
from subsidies import services as cases
from subsidies.bulk import services as bulk
from subsidies.bulk.letters import LetterFilters
from subsidies.grants.models import ClaimAccount
from subsidies.ledger.selectors import LedgerFilters, totals
from subsidies.models import Application, ApplicationVersion, BudgetEntry, Call, Decision, Grant
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.services import closing, obligation_settle
from subsidies.retention import selectors, states
from subsidies.retention.models import DisposalItem
from subsidies.retention.services.carrying import path_to_application
from subsidies.selection import services as selected
from subsidies.selection.models import Selection
from subsidies.watch.models import Finding, Trace
from subsidies.watch.services import application_compare
from tests.factories import retention as kept
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.subsidies.grants import money
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db
CANARY = "かなりあ"
# The firm goes on, and the chain of the audit trail cannot be erased.
STAY = {"programs_firm", "programs_firmmembership", "kernel_auditrow", "accounts_user"}


def told_everything():
    """A paid and closed grant whose every text carries the canary, years ago."""
    firm = make.make_firm(name=f"{CANARY}精機")
    answers = {
        **make.ANSWERS,
        "contact_name": f"{CANARY} 花子",
        "title": f"{CANARY}計画",
        "problem": f"{CANARY}の課題",
    }
    lines = [{**make.LINES[0], "description": f"{CANARY}機", "vendor": f"{CANARY}商会"}]
    reviewer = make.official_actor()
    application = make.make_submitted(firm=firm, answers=answers, lines=lines)
    official = make.official_actor()
    with acting(official):
        cases.message_post(
            actor=official, application_id=application.pk, body=f"{CANARY}様へのお知らせ"
        )
    make.check_all(reviewer, application)
    with acting(reviewer):
        cases.decision_propose(
            actor=reviewer,
            application_id=application.pk,
            outcome="grant",
            amount_yen=None,
            reason="要件を満たす。",
        )
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(approver):
        cases.decision_approve(actor=approver, application_id=application.pk)
    grant = money.paid(Grant.objects.get(application=application))
    with acting(make.SYSTEM):
        outbox.drain()
        for stored in StoredFile.objects.filter(firm_id=firm.pk, erased_at=None):
            if not storage.private().exists(stored.storage_key):
                storage.private().save(stored.storage_key, ContentFile(b"%PDF-1.7"))
        open_ones = list(Obligation.objects.filter(grant=grant, status="open"))
    with acting(approver):
        for row in open_ones:
            if row.kind not in {"retention", "restriction_end"}:
                obligation_settle(
                    actor=approver, obligation_id=row.pk, action="waive", reason="免除する。"
                )
    with acting(make.SYSTEM):
        closing.grants_close(actor=make.SYSTEM)
    return Application.objects.get(pk=application.pk)


def release_assets(application):
    """Years pass: the restriction of the assets is over."""
    with acting(make.SYSTEM):
        Asset.objects.filter(grant__application=application).update(
            restricted_until=kept.last_march()
        )
        Obligation.objects.filter(grant__application=application, kind="restriction_end").update(
            due_on=kept.last_march()
        )
        closing.restrictions_end(actor=make.SYSTEM, today=clock.today())


def figures(call_id):
    call = Call.objects.values().get(pk=call_id)
    with acting(make.SYSTEM):
        return {
            "call": call,
            "entries": list(BudgetEntry.objects.order_by("pk").values()),
            "grants": list(
                Grant.objects.values("id", "decided_yen", "final_yen", "paid_yen", "status")
            ),
            "decisions": list(
                Decision.objects.values("id", "amount_yen", "document_no", "decided_on", "letter")
            ),
            "numbers": list(
                Application.objects.order_by("pk").values("id", "receipt_no", "requested_yen")
            ),
            "digests": list(ApplicationVersion.objects.values("id", "sha256", "submitted_at")),
            "letters": list(Letter.objects.order_by("pk").values("id", "document_no", "sha256")),
            "totals": totals(make.SYSTEM, LedgerFilters()),
            "audit": AuditRow.objects.filter(action__startswith="subsidies.").count(),
        }


def tables_with(text):
    """Names of the tables in which some row has the text anywhere."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege('app_system', oid, 'SELECT')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT 1 FROM "{table}" held WHERE held::text LIKE %s LIMIT 1',
                [f"%{text}%"],
            )
            if cursor.fetchone():
                found.add(table)
    return found


def test_a_whole_grant_is_disposed_of(django_capture_on_commit_callbacks):
    application = told_everything()
    row = kept.enter(application)
    assert row.ending == "closed"
    with acting(make.SYSTEM):
        held = selectors.held_by([application.pk], clock.today())[application.pk]
    assert held.causes == ["asset", "obligation"]
    release_assets(application)
    before = figures(application.call_id)
    keys = set(
        StoredFile.objects.filter(firm_id=application.firm_id).values_list("storage_key", flat=True)
    )
    assert len(keys) > 10
    with acting(make.SYSTEM):
        assert "subsidies_applicationversion" in tables_with(CANARY)
        letters = list(Letter.objects.select_related("template", "stored_file"))
        assert letters
        assert [difference(letter) for letter in letters] == [None] * len(letters)
    disposal = kept.approve(kept.propose())
    with django_capture_on_commit_callbacks(execute=True):
        done = kept.carry_out(disposal)
    assert done.status == states.DONE
    with acting(make.SYSTEM):
        item = DisposalItem.objects.get(disposal=disposal)
        assert (item.outcome, item.reason, item.files) == ("done", "", len(keys))
        assert tables_with(CANARY) <= STAY
        assert not StoredFile.objects.filter(firm_id=application.firm_id, erased_at=None).exists()
        account = ClaimAccount.objects.get()
        assert (account.number, account.holder, account.number_index) == ("", "", None)
        letters = Letter.objects.select_related("template", "stored_file")
        assert [difference(letter) for letter in letters] == [None] * len(letters)
        owed = Obligation.objects.get(grant__application=application, kind="retention")
        assert (owed.status, owed.settled_by_id) == ("done", done.approved_by_id)
    assert not any(storage.private().exists(key) for key in keys)
    assert figures(application.call_id) == before
    official = make.official_actor()
    with acting(official):
        assert not case_selectors.search(official, CANARY).ids


def test_the_pages_of_a_disposed_case_still_open(client):
    application = told_everything()
    kept.enter(application)
    release_assets(application)
    done = kept.carry_out(kept.approve(kept.propose()))
    with acting(make.SYSTEM):
        assert done.items.get().reason == ""
    reviewer = make.official_actor()
    sign_in(client, User.objects.get(pk=reviewer.user_id))
    grant = Grant.objects.get(application=application)
    filings = list(grant.filings.values_list("public_id", flat=True))
    for address in (
        f"/staff/applications/{application.receipt_no}/",
        f"/staff/grants/{application.receipt_no}/",
        f"/staff/retention/cases/{application.receipt_no}/",
        *(f"/staff/grants/filings/{key}/" for key in filings),
        "/staff/ledger/",
        "/staff/retention/?view=gone",
        "/staff/assets/",
        "/staff/obligations/?status=any",
    ):
        answer = client.get(address)
        assert answer.status_code in {200, 302, 404}, address
        # The firm itself goes on and stands in the register under its name.
        shown = answer.content.decode().replace(f"{CANARY}精機", "")
        assert CANARY not in shown, address


# Columns with text that stay, by decision: numbers, codes, states, keys and the record itself.
KEPT = {
    "status", "kind", "category", "requirement", "item", "receipt_no", "scheme_name", "document_no",
    "sha256", "outcome", "verdict", "column", "ending", "retention_class", "method", "basis",
    "relation", "opinion", "code", "life", "key", "applicant_class", "fields", "field", "seen",
    "scores", "grades", "grade", "consent", "plan_sha256", "anchor", "why", "subject",
    "contact_name",  # a trigger empties it with the answers (subsidies 0014)
}  # fmt: skip
RECORDS = {"retention", "ledger"}
# Rows that go altogether.
GONE = {"watch_trace"}


def columns_with_text():
    """(table, column) of every text, JSON or encrypted column that hangs on an application."""
    for model in apps.get_models():
        if not model.__module__.startswith("subsidies") or model._meta.app_label in RECORDS:
            continue
        if model is not Application and path_to_application(model) is None:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if (is_text or field.get_internal_type() == "BinaryField") and field.name not in KEPT:
                yield model._meta.db_table, field.column


def test_every_column_with_text_is_emptied_or_kept_by_decision():
    forgotten = []
    with connection.cursor() as cursor:
        for table, column in columns_with_text():
            cursor.execute(
                "SELECT has_table_privilege('app_keeper', %s, 'DELETE')"
                if table in GONE
                else "SELECT has_column_privilege('app_keeper', %s, %s, 'UPDATE')",
                [table] if table in GONE else [table, column],
            )
            if not cursor.fetchone()[0]:
                forgotten.append(f"{table}.{column}")
    assert not forgotten, (
        "neither emptied by a disposal nor kept by decision: add them to a new version of "
        "retention_erase (subsidies/retention/migrations) or to KEPT"
    )


def test_blank_keeps_shape_numbers_and_days():
    document = {"a": "名", "b": [1, None, True, "2027-03-31", {"c": "x"}], "d": {}, "e": []}
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_blank(%s::jsonb)", [json.dumps(document)])
        found = cursor.fetchone()[0]
    found = json.loads(found) if isinstance(found, str) else found
    assert found == {"a": "", "b": [1, None, True, "2027-03-31", {"c": ""}], "d": {}, "e": []}


def test_a_print_of_issued_letters_goes_with_the_case():
    row = kept.make_ended()
    with acting(make.SYSTEM):
        outbox.drain()
    official = make.official_actor()
    with acting(official):
        run = bulk.letters_prepare(actor=official, filters=LetterFilters())
        bulk.run_start(actor=official, public_id=run.public_id)
    bulk.work(run_id=run.pk, today=clock.today())
    with acting(make.SYSTEM):
        run.refresh_from_db()
        prints = [run.print_file, run.zip_file]
        assert all(prints)
    kept.carry_out(kept.approve(kept.propose()))
    with acting(make.SYSTEM):
        row.refresh_from_db()
        assert row.disposed_at is not None
        found = StoredFile.objects.filter(pk__in=[stored.pk for stored in prints])
        assert all(stored.erased_at for stored in found)


def test_findings_lose_what_they_quote_of_the_case_and_their_pages_still_open(client):
    firm = make.make_firm(name=f"{CANARY}精機")
    row = kept.make_ended(firm=firm)
    case = row.application
    other = make.make_submitted()
    with acting(make.SYSTEM):
        for compared in (case, other):
            application_compare(actor=make.SYSTEM, application_id=compared.pk)
        Finding.objects.all().delete()
        shared = {"ward_id": case.ward_id, "status": "noted", "reason": f"{CANARY}に聞いた"}
        told = {"ward": case.ward_id, "scheme": "", "submitted_on": "2026-05-01"}
        evidence = {
            "firm": {
                "items": [f"{CANARY}機"],
                "other": {**told, "firm": "別の会社", "receipt_no": other.receipt_no},
            },
            "vendor": {
                "vendor": f"{CANARY}商会",
                "key": "ab12",
                "firms": 6,
                "of": 7,
                "percent": 85,
                "fiscal_year": 2026,
                "other_wards": 0,
            },
            "ring": {"firms": [{"firm": firm.name}, {"firm": other.firm_name}]},
            "text": {
                "percent": 80,
                "passages": [CANARY],
                "other": {**told, "firm": firm.name, "receipt_no": case.receipt_no},
            },
        }
        rows = [
            Finding.objects.create(
                application=about,
                firm=about.firm,
                kind=kind,
                subject=kind,
                other=case if kind == "text" else None,
                evidence=evidence[kind],
                **shared,
            )
            for about, kind in (
                (case, "firm"),
                (case, "vendor"),
                (case, "ring"),
                (other, "ring"),
                (other, "text"),
            )
        ]
        assert "watch_finding" in tables_with(CANARY)
    kept.carry_out(kept.approve(kept.propose()))
    with acting(make.SYSTEM):
        assert tables_with(CANARY) <= STAY
        assert not Trace.objects.filter(application=case).exists()
        assert Trace.objects.filter(application=other).exists()
        assert {finding.status for finding in Finding.objects.all()} == {"noted"}
        ring, text = Finding.objects.get(pk=rows[3].pk), Finding.objects.get(pk=rows[4].pk)
        assert text.evidence["percent"] == 80
        assert len(ring.evidence["firms"]) == 2
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    for finding in rows:
        assert client.get(f"/staff/watch/{finding.pk}/").status_code == 200
    assert client.get("/staff/watch/?status=any").status_code == 200


def test_the_papers_of_a_selection_go_with_the_last_of_its_cases():
    call = build.make_scored((5, 4)).call
    build.approve(build.propose(call))
    run = Selection.objects.get(call=call)
    selected.papers_make(actor=make.SYSTEM, selection_id=run.pk)
    wanted = Letter.objects.get(key=f"selection_list:{run.pk}")
    for number, case in enumerate(Application.objects.filter(call=call).order_by("pk")):
        with acting(make.SYSTEM):
            Application.objects.filter(pk=case.pk).update(status="withdrawn")
        kept.enter(case)
        assert kept.carry_out(kept.approve(kept.propose())).items.get().outcome == "done"
        letter = Letter.objects.select_related("stored_file").get(pk=wanted.pk)
        assert letter.stored_file.is_available == (number == 0)
        assert (letter.data == wanted.data) == (number == 0)
        assert difference(letter) is None
