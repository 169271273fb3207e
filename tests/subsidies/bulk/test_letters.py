"""通知書の一覧: every letter of the ward by kind and day; all that are found as one print."""

import datetime as dt
import io
import zipfile

import pikepdf
import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.letters.models import Letter
from subsidies.bulk import services
from subsidies.bulk.letters import LetterFilters, letters
from subsidies.bulk.models import BulkRun
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.bulk.test_pages import client_of
from tests.subsidies.bulk.test_runs import outcomes, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def official():
    return make.official_actor()


@pytest.fixture
def issued():
    """A receipt and a decision of each of two grants."""
    call = make.make_call()
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    for _ in range(2):
        make.make_grant(call=call, approver=approver)
    outbox.drain()
    return list(Letter.objects.order_by("issued_on", "id"))


def prepared(actor, **filters):
    with acting(actor):
        return services.letters_prepare(actor=actor, filters=LetterFilters(**filters))


def test_letters_of_one_kind_are_printed_in_one_file(official, issued):
    chosen = [letter for letter in issued if letter.kind == "decision"]
    assert len(chosen) == 2
    assert len(issued) > 2
    run = worked(official, prepared(official, kind="decision"))
    assert [item.letter_id for item in run.items.all()] == [letter.pk for letter in chosen]
    assert set(outcomes(run)) == {None}
    with acting(official):
        _stored, printed = services.open_file(
            actor=official, public_id=run.public_id, which="print"
        )
        _stored, packed = services.open_file(actor=official, public_id=run.public_id, which="zip")
    with zipfile.ZipFile(packed) as archive:
        assert [name[5:] for name in archive.namelist()] == [
            letter.stored_file.original_name for letter in chosen
        ]
    with pikepdf.open(io.BytesIO(printed.read())) as merged:
        assert len(merged.pages) % 2 == 0
    assert AuditRow.objects.filter(action="bulk.finished").count() == 1


def test_the_days_are_both_included_and_other_wards_are_not(official, issued):
    today = clock.today()
    with acting(official):
        assert letters(official, LetterFilters(since=today, until=today)).count() == len(issued)
        tomorrow = today + dt.timedelta(days=1)
        assert not letters(official, LetterFilters(since=tomorrow)).exists()
    other = make.official_actor(OTA)
    with acting(other):
        assert not letters(other, LetterFilters()).exists()
    with pytest.raises(Refused, match="この条件に合う通知書はありません"):
        prepared(official, since=tomorrow)


def test_a_letter_whose_file_is_gone_is_left_out_with_the_reason(official, issued):
    gone = issued[0]
    type(gone.stored_file).objects.filter(pk=gone.stored_file_id).update(
        erased_at=clock.now(), storage_key="", charged=False
    )
    run = prepared(official)
    left_out = run.items.get(outcome="excluded")
    assert left_out.letter_id == gone.pk
    assert "保存期間が終わり" in left_out.reason


def test_more_letters_than_fit_are_refused_with_the_limit(official, issued, monkeypatch):
    monkeypatch.setattr("subsidies.bulk.services.preparing.MOST", 1)
    with pytest.raises(Refused, match="1通までです"):
        prepared(official)


def test_from_the_list_to_the_confirmation(official, issued, django_assert_max_num_queries):
    client = client_of(official)
    client.get(reverse("bulk:letters"))
    with django_assert_max_num_queries(14):
        shown = client.get(reverse("bulk:letters")).content.decode()
    assert "交付決定通知書" in shown
    assert issued[0].case_no in shown
    one = next(letter for letter in issued if letter.kind == "decision")
    answer = client.get(reverse("bulk:letter", args=[one.pk]))
    assert answer["Content-Type"] == "application/pdf"
    day = clock.today()
    conditions = f"kind=decision&since={day.isoformat()}"
    found = client.get(f"{reverse('bulk:letters')}?{conditions}").content.decode()
    assert "この条件に合う2通をまとめて印刷する" in found
    answer = client.post(reverse("bulk:letters_prepare"), {"conditions": conditions})
    shown = client.get(answer["Location"]).content.decode()
    assert "2件の通知書をまとめる" in shown
    assert one.document_no in shown
    assert BulkRun.objects.get().conditions == {"kind": "decision", "since": day.isoformat()}
    nothing = {"conditions": "until=2020-01-01"}
    answer = client.post(reverse("bulk:letters_prepare"), nothing)
    assert answer["Location"] == f"{reverse('bulk:letters')}?until=2020-01-01"
    page = client.get(answer["Location"]).content.decode()
    assert "この条件に合う通知書はありません" in page
