"""Letters come out the same however much changed since; what was tampered with is found."""

import copy
from functools import partial
from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction
from pypdf import PdfReader

from portal.accounts.roles import Role
from portal.kernel import documents
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.letters import services
from portal.letters.models import Letter, LetterTemplate
from programs.models import Firm
from subsidies import services as acts
from subsidies.models import Application, ApplicationVersion, Decision
from subsidies.services.papers import decision_letter_make, receipt_make
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided():
    """A decision with its letter, and the receipt before it."""
    application = make.make_proposed()
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(approver):
        acts.decision_approve(actor=approver, application_id=application.pk)
    version = ApplicationVersion.objects.get(application=application)
    receipt_make(actor=make.SYSTEM, version_id=version.pk)
    decision_letter_make(actor=make.SYSTEM, application_id=application.pk)
    return application


def verify(**options):
    out, errors = StringIO(), StringIO()
    try:
        call_command("letters_verify", stdout=out, stderr=errors, **options)
    except CommandError as error:
        return str(error), errors.getvalue()
    return out.getvalue(), errors.getvalue()


def test_each_letter_has_a_record_of_all_that_made_it(decided):
    letter = Letter.objects.get(kind="decision")
    decision = Decision.objects.get(application=decided)
    assert (letter.document_no, letter.issued_on) == (decision.document_no, decision.decided_on)
    assert (letter.case_no, letter.ward_id) == (decided.receipt_no, decided.ward_id)
    assert letter.stored_file_id == decision.letter_id
    assert letter.sha256 == decision.letter.sha256
    assert set(letter.template.sources) == {"decision.typ", "letter.typ"}
    assert Letter.objects.filter(kind="receipt").count() == 1


def test_letters_come_out_as_they_were_issued_whatever_changed_since(
    decided, monkeypatch, tmp_path
):
    Application.objects.filter(pk=decided.pk).update(firm_name="別の名前", title="別の事業")
    Firm.objects.filter(pk=decided.firm_id).update(name="別の名前")
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)  # today's templates are gone
    documents._compiler.cache_clear()
    said, wrong = verify()
    assert "Every letter comes out as it was issued: 2 letters" in said
    assert wrong == ""
    assert "0 letters" in verify(ward=13101)[0]


def test_the_same_bytes_from_today_s_template_and_from_the_kept_one(decided):
    letter = Letter.objects.get(kind="decision")
    today = documents.render_pdf("decision", letter.data, made_at=letter.made_at)
    assert today == services.render(letter)


def test_names_that_one_font_lacks_are_printed_and_what_none_has_keeps_nobody_from_a_letter(
    decided,
):
    letter = Letter.objects.get(kind="decision")
    before = services.render(letter)
    letter.data = letter.data | {
        "addressee_name": "株式会社𠮷田𠀋製作所🙂",
        "addressee_person": "代表取締役 髙﨑 葛子",
    }
    made = services.render(letter)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    assert "株式会社𠮷田𠀋製作所〓" in text
    assert "代表取締役 髙﨑 葛子" in text
    assert made == services.render(letter) != before


def test_changed_data_or_template_make_another_letter(decided):
    letter = Letter.objects.get(kind="decision")
    assert services.difference(letter) is None
    frozen = letter.data
    letter.data = copy.deepcopy(frozen)
    letter.data["rows"][2][1] = "999,000円"
    assert "made again it has SHA-256" in str(services.difference(letter))
    letter.engine = "typst 0.1"
    assert str(services.difference(letter)).endswith("it was made with typst 0.1")
    letter.data = {}
    assert "cannot be made again" in str(services.difference(letter))
    letter.data = frozen
    letter.template.sources["letter.typ"] += " "
    assert "the kept template is not" in str(services.difference(letter))


@pytest.mark.parametrize("forged", [b"%PDF-1.7 forged", None])
def test_a_forged_or_lost_file_is_named_and_ends_with_an_error(decided, forged):
    letter = Letter.objects.get(kind="decision")
    storage.private().delete(letter.stored_file.storage_key)
    if forged:
        storage.private().save(letter.stored_file.storage_key, ContentFile(forged))
    said, wrong = verify()
    assert said.startswith("1 letters differ from what was issued. 2 letters")
    assert f"{letter.key} {letter.document_no}: the file's bytes are missing or changed" in wrong


@pytest.mark.parametrize("act", ["update", "delete"])
@pytest.mark.parametrize("role", ["system", "official"])
def test_no_role_changes_a_letter(decided, role, act):
    actor = make.SYSTEM if role == "system" else make.official_actor()
    rows = Letter.objects.filter(kind="decision")
    write = partial(rows.update, document_no="1") if act == "update" else rows.get().delete
    with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
        write()


def test_letters_are_seen_by_their_ward_and_firm_alone(decided):
    others = make.official_actor(13101), make.firm_actor(make.make_firm())
    mine = make.official_actor(), make.firm_actor(decided.firm), make.auditor_actor()
    for actor, count in [*((actor, 0) for actor in others), *((actor, 2) for actor in mine)]:
        with acting(actor):
            assert Letter.objects.count() == count, actor


def test_a_letter_is_made_once(decided):
    again = decision_letter_make(actor=make.SYSTEM, application_id=decided.pk)
    assert Letter.objects.get(kind="decision").stored_file_id == again.pk
    assert LetterTemplate.objects.count() == 2
