"""The ward's seal stands in its letters; an approver decides up to their amount."""

import io

import pypdf
import pytest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, RoleMissing
from portal.letters.models import Letter
from portal.letters.services import difference
from subsidies import services
from subsidies.models import ApprovalLimit, Decision, DocumentTemplate, WardRules
from subsidies.office import ward_demo
from subsidies.services import ward_rules
from subsidies.services.errors import Refused
from subsidies.services.papers import decision_letter_make
from tests.factories import subsidies as make
from tests.subsidies.grants.people import approved, filed, proposed
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/staff/schemes/ward/"


@pytest.fixture
def admin():
    return make.official_actor(make.SUMIDA, Role.WARD_ADMIN)


@pytest.fixture
def approver():
    return make.official_actor(make.SUMIDA, Role.APPROVER)


def save(actor, **changes):
    given = {"seal": "omitted", "seal_text": "", "approval_limit_yen": None, **changes}
    with acting(actor):
        return ward_rules.ward_rules_save(actor=actor, **given)


def approve(actor, application):
    with acting(actor):
        return services.decision_approve(actor=actor, application_id=application.pk)


def letter_words(grant):
    decision_letter_make(actor=make.SYSTEM, application_id=grant.application_id)
    letter = Letter.objects.get(kind="decision", case_no=grant.receipt_no)
    assert difference(letter) is None
    with storage.private().open(letter.stored_file.storage_key) as stream:
        found = pypdf.PdfReader(io.BytesIO(stream.read()))
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    return "".join(page.extract_text() for page in found.pages).replace("\n", "")


def test_letters_say_that_the_seal_is_omitted_unless_the_ward_says_otherwise():
    assert "（公印省略）" in letter_words(make.make_grant())


def test_an_electronic_seal_is_printed_and_letters_from_before_stay(admin):
    first = make.make_grant()
    before = letter_words(first)
    save(admin, seal="electronic", seal_text="墨田区 長之印")
    after = letter_words(make.make_grant())
    assert "公印省略" not in after
    for part in "之印":
        assert part in after
    assert letter_words(first) == before


def test_a_stamp_has_its_place(admin):
    save(admin, seal="stamped")
    words = letter_words(make.make_grant())
    assert "公印" in words
    assert "省略" not in words


@pytest.mark.parametrize("text", ["", "印", "あ" * 17])
def test_an_electronic_seal_needs_its_characters(admin, text):
    with pytest.raises(Refused, match="電子公印の文字"):
        save(admin, seal="electronic", seal_text=text)
    with pytest.raises(Refused, match="公印の扱い"):
        save(admin, seal="wax")
    assert not WardRules.objects.exists()


def test_only_the_wards_administrator_sets_them(approver):
    with pytest.raises(RoleMissing):
        save(approver)
    with acting(approver), pytest.raises(RoleMissing):
        ward_rules.approval_limit_set(actor=approver, user_id=approver.user_id, limit_yen=None)


def test_above_the_limit_the_approver_is_told_whom_to_ask_and_nothing_is_decided(admin, approver):
    application = make.make_proposed()
    save(admin, approval_limit_yen=498_999)
    with pytest.raises(GuardFailed, match=r"499,000円.*専決の限度額（498,999円）"):
        approve(approver, application)
    assert Decision.objects.get(application=application).approved_at is None
    save(admin, approval_limit_yen=499_000)
    assert approve(approver, application).document_no


def test_an_approvers_own_limit_goes_before_the_wards(admin, approver):
    head = make.official_actor(make.SUMIDA, Role.APPROVER)
    save(admin, approval_limit_yen=100_000)
    with acting(admin):
        ward_rules.approval_limit_set(actor=admin, user_id=head.user_id, limit_yen=None)
        with pytest.raises(Refused, match="この区の決裁者"):
            ward_rules.approval_limit_set(actor=admin, user_id=admin.user_id, limit_yen=1)
    application = make.make_proposed()
    with pytest.raises(GuardFailed, match="専決"):
        approve(approver, application)
    approve(head, application)
    with acting(admin):
        ward_rules.approval_limit_clear(actor=admin, user_id=head.user_id)
    with pytest.raises(GuardFailed, match="専決"):
        approve(head, make.make_proposed())
    told = AuditRow.objects.filter(action="subsidies.approval_limit_set")
    assert told.count() == 2


def test_a_refusal_is_decided_by_any_approver(admin, approver):
    save(admin, approval_limit_yen=0)
    assert approve(approver, make.make_proposed(outcome="refuse")).document_no


def test_rulings_have_the_same_limit(admin):
    grant = make.make_grant()
    change = {
        "why": "価格の変更。",
        "purpose": "no",
        "lines": [{"category": "software", "description": "日報", "unit_price": "400000"}],
    }
    ruling = proposed(filed(grant, "change", **change))
    save(admin, approval_limit_yen=299_999)
    with pytest.raises(GuardFailed, match="300,000円"):
        approved(ruling)
    save(admin, approval_limit_yen=300_000)
    assert approved(ruling).document_no


def test_the_page_of_the_decision_says_so_before_and_the_try_is_written_down(
    client: Client, admin, approver
):
    application = make.make_proposed()
    sign_in(client, User.objects.get(pk=approver.user_id))
    address = f"/staff/applications/{application.receipt_no}/approve/"
    seen = Decision.objects.get(application=application).prepared_at.isoformat()
    assert "交付を決定する" in client.get(address).content.decode()
    save(admin, approval_limit_yen=1)
    page = client.get(address).content.decode()
    assert "この額は決裁できません" in page
    assert 'name="decide"' not in page
    client.post(address, {"decide": "", "seen": seen})
    denied = AuditRow.objects.get(action="subsidies.decision_denied")
    assert "専決の限度額" in denied.reason


def test_the_administrator_works_on_the_page_and_others_read_it(client: Client, admin, approver):
    sign_in(client, User.objects.get(pk=admin.user_id))
    bad = {"seal": "electronic", "seal_text": "", "approval_limit_yen": "５００，０００"}
    answer = client.post(PAGE, bad)
    assert answer.status_code == 422
    assert "５００，０００" in answer.content.decode()
    answer = client.post(PAGE, {**bad, "seal_text": "墨田区長之印"}, follow=True)
    assert answer.status_code == 200
    rules = WardRules.objects.get()
    assert (rules.seal, rules.approval_limit_yen) == ("electronic", 500_000)
    person = {"person": "1", "user_id": approver.user_id, "limit_yen": "1000000"}
    assert "1,000,000円" in client.post(PAGE, person, follow=True).content.decode()
    client.post(PAGE, {"clear": approver.user_id})
    assert not ApprovalLimit.objects.exists()
    saved = AuditRow.objects.get(action="subsidies.ward_rules_saved")
    assert saved.changes["seal"] == ["omitted", "electronic"]
    reader = Client()
    sign_in(reader, User.objects.get(pk=approver.user_id))
    assert "墨田区長之印" in reader.get(PAGE).content.decode()
    assert reader.post(PAGE, bad).status_code == 404


def test_the_demonstration_sets_them_and_hands_out_a_blank_form(admin, approver):
    rules = make.rules_json("DX3")
    call = make.make_call(stage=3, rules=rules)
    assert ward_demo.load() == 1
    template = DocumentTemplate.objects.get(scheme=call.version.scheme)
    assert template.code == "plan"
    assert ward_rules.limit_of(make.SUMIDA, approver.user_id) is None
    assert WardRules.objects.get().seal_text == "墨田区長之印"


def test_nobody_sets_the_limit_they_decide_under_themselves(admin):
    both = make.official_actor(make.SUMIDA, Role.WARD_ADMIN, Role.APPROVER)
    save(admin, approval_limit_yen=300_000)
    with acting(both):
        with pytest.raises(Refused, match="ほかの管理者に依頼"):
            ward_rules.approval_limit_set(actor=both, user_id=both.user_id, limit_yen=None)
        with pytest.raises(Refused, match="ほかの管理者に依頼"):
            ward_rules.approval_limit_clear(actor=both, user_id=both.user_id)
    with pytest.raises(Refused, match="ほかの管理者に依頼"):
        save(both, approval_limit_yen=None)
    save(both, seal="stamped", approval_limit_yen=300_000)
    assert WardRules.objects.get().approval_limit_yen == 300_000
    with acting(admin):
        ward_rules.approval_limit_set(actor=admin, user_id=both.user_id, limit_yen=100_000)
    save(both, approval_limit_yen=200_000)
    with acting(both):
        assert ward_rules.limit_of(make.SUMIDA, both.user_id) == 100_000
