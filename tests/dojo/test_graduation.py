"""Graduation: proposed by rule, confirmed by another, the fact, the certificate, verification, revocation."""

import io

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from dojo import papers, services, states
from dojo.models import Graduation
from dojo.services.errors import Refused
from kpi.models import Fact
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.transitions import GuardFailed, RoleMissing, StaleState
from programs.models import Qualification
from programs.services.qualifications import qualification_revoke
from tests.factories import dojo
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver():
    return make.official_actor(SUMIDA, Role.APPROVER)


def attended(planner, cohort, marks="pppp-", **row):
    actor, enrolment = dojo.enrolled(cohort)[0]
    dojo.held(cohort)
    dojo.attend(planner, enrolment, marks, **row)
    return actor, enrolment


def propose(planner, cohort):
    with acting(planner):
        return services.graduations_propose(actor=planner, cohort_id=cohort.pk)


def confirm(approver, found):
    with acting(approver):
        return services.graduation_confirm(actor=approver, graduation_id=found.pk)


def test_the_rule_proposes_and_another_official_confirms(planner, approver, cohort):
    owner, row = attended(planner, cohort)
    assert propose(planner, cohort) == 1
    assert propose(planner, cohort) == 0, "asked again nothing is added"
    found = Graduation.objects.get()
    assert found.assessment["lines"][4] == {"unit": 5, "counts": False, "why": "no_record"}
    done = confirm(approver, found)

    fact = Qualification.objects.get()
    assert (fact.kind, fact.firm_id, fact.person_name) == (
        "dojo_graduate",
        row.firm_id,
        row.person_name,
    )
    assert (
        fact.number
        == done.number
        == f"{clock.fiscal_year_mark(cohort.fiscal_year)}-13107-DOJO-0001"
    )
    assert fact.expires_on.year - fact.granted_on.year in (2, 3)

    page = client_of(owner).get(reverse("dojo:certificate", args=[done.public_id]))
    letter = pypdf.PdfReader(io.BytesIO(b"".join(page.streaming_content)))
    text = "".join(part.extract_text() for part in letter.pages)
    assert len(letter.pages) == 1
    assert letter.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for words in (row.person_name, row.firm_name, done.number, papers.check_code(done.number)):
        assert words in text

    outbox.drain()
    told = Fact.objects.get(event_type="dojo.completed")
    assert (told.person_id, told.firm_id, told.ward_id) == (owner.user_id, row.firm_id, SUMIDA)


def test_whoever_misses_something_is_not_proposed(planner, cohort):
    attended(planner, cohort, "ppp--")
    attended(planner, cohort, "ppppp", plan=False)
    assert propose(planner, cohort) == 0


def test_nobody_confirms_the_own_proposal(cohort):
    both = make.official_actor(SUMIDA, Role.REVIEWER, Role.APPROVER)
    attended(both, cohort)
    propose(both, cohort)
    with pytest.raises(GuardFailed, match="ほかの決裁者"):
        confirm(both, Graduation.objects.get())
    assert not Qualification.objects.exists()


def test_a_correction_before_the_confirmation_is_seen(planner, approver, cohort):
    _, row = attended(planner, cohort)
    propose(planner, cohort)
    dojo.attend(planner, row, "a", plan=False, reason="本人ではなく代理の出席だったため")
    with pytest.raises(Refused, match="満たさなくなりました"):
        confirm(approver, Graduation.objects.get())
    with acting(approver):
        services.graduation_return(
            actor=approver, graduation_id=Graduation.objects.get().pk, reason="出席の訂正のため"
        )
    assert propose(planner, cohort) == 0
    dojo.attend(planner, row, "----p", plan=False)
    assert propose(planner, cohort) == 1, "put right, it is proposed again"


def test_one_person_graduates_once_from_a_course(planner, approver, cohort):
    owner, row = attended(planner, cohort)
    second = dojo.make_cohort(planner)
    again = dojo.apply(owner, second)
    dojo.held(second)
    dojo.attend(planner, again, "ppppp")
    dojo.graduate(planner, approver, cohort)
    assert propose(planner, second) == 0
    with pytest.raises(IntegrityError, match="graduation_once"), transaction.atomic():
        Graduation.objects.create(
            enrolment=again,
            ward_id=SUMIDA,
            firm=row.firm,
            person_id=owner.user_id,
            course_code="dojo",
            assessment={},
        )
    with pytest.raises(Refused, match="すでに修了しています"):
        dojo.apply(owner, dojo.make_cohort(planner))


def test_a_confirmation_pressed_twice_counts_once(planner, approver, cohort):
    attended(planner, cohort)
    found = dojo.graduate(planner, approver, cohort)[0]
    with pytest.raises(StaleState):
        confirm(approver, found)
    assert Qualification.objects.count() == 1


def test_a_firm_of_another_ward_gets_the_fact_of_its_ward(planner, approver):
    joint = dojo.make_cohort(planner, wards=(OTA,))
    owner = dojo.owner(ward=OTA)
    row = dojo.apply(owner, joint)
    dojo.held(joint)
    dojo.attend(planner, row, "ppppp")
    dojo.graduate(planner, approver, joint)
    assert Qualification.objects.get().ward_id == OTA
    stranger = make.official_actor(OTA, Role.APPROVER)
    with acting(stranger), pytest.raises(RoleMissing):
        services.graduation_revoke(
            actor=stranger, graduation_id=Graduation.objects.get().pk, reason="x"
        )


class TestVerification:
    def page(self, number):
        address = reverse("dojo:verify", args=[number, papers.check_code(number)])
        return Client().get(address).content.decode()

    def test_it_says_whether_it_holds_and_names_nobody(self, planner, approver, cohort):
        _, row = attended(planner, cohort)
        number = dojo.graduate(planner, approver, cohort)[0].number
        shown = self.page(number)
        assert "この修了証は有効です" in shown
        assert number in shown
        assert row.person_name not in shown
        assert row.firm_name not in shown
        Qualification.objects.update(
            expires_on=clock.today().replace(year=2020), granted_on=clock.today().replace(year=2019)
        )
        assert "有効期限を過ぎています" in self.page(number)

    def test_numbers_cannot_be_tried_out(self, planner, approver, cohort):
        attended(planner, cohort)
        number = dojo.graduate(planner, approver, cohort)[0].number
        assert Client().get(reverse("dojo:verify", args=[number, "00000000"])).status_code == 404
        form = Client().post(reverse("dojo:verify_form"), {"number": number, "check": "x"})
        assert form.status_code == 422
        assert "組合せが違います" in form.content.decode()

    @pytest.mark.parametrize("way", ["graduation", "fact"])
    def test_revoked_in_either_room_it_holds_no_more(self, planner, approver, cohort, way):
        attended(planner, cohort)
        found = dojo.graduate(planner, approver, cohort)[0]
        if way == "graduation":
            with acting(approver):
                services.graduation_revoke(
                    actor=approver, graduation_id=found.pk, reason="代理の出席が分かったため"
                )
        else:
            with acting(planner):
                qualification_revoke(
                    actor=planner, qualification_id=found.fact_id, reason="代理の出席が分かったため"
                )
        assert "取り消されています" in self.page(found.number)


def test_a_revocation_lists_what_rests_on_it_and_the_indicator_forgets_it(
    planner, approver, cohort
):
    _, row = attended(planner, cohort)
    found = dojo.graduate(planner, approver, cohort)[0]
    outbox.drain()
    owner = make.firm_actor(row.firm)
    application = make.make_draft(owner, make.make_call())
    type(application).objects.filter(pk=application.pk).update(applicant_class="graduate")
    make.submit(owner, application)
    application.refresh_from_db()
    page = client_of(approver).get(reverse("dojo:graduation", args=[found.public_id]))
    assert application.receipt_no in page.content.decode()
    with acting(approver):
        services.graduation_revoke(actor=approver, graduation_id=found.pk, reason="代理の出席")
    assert Graduation.objects.get().status == states.REVOKED
    outbox.drain()
    facts = Fact.objects.filter(event_type="dojo.completed")
    assert sorted(facts.values_list("quantity", flat=True)) == [-1, 1]


def test_the_certificate_is_the_same_when_made_again(planner, approver, cohort):
    from portal.letters.models import Letter
    from portal.letters.services import difference

    attended(planner, cohort)
    found = dojo.graduate(planner, approver, cohort)[0]
    letter = Letter.objects.get(key=f"dojo_graduation:{found.pk}")
    assert difference(letter) is None
    assert storage.private().exists(letter.stored_file.storage_key)


def test_after_a_revocation_the_person_may_learn_again(planner, approver, cohort):
    owner, _ = attended(planner, cohort)
    found = dojo.graduate(planner, approver, cohort)[0]
    with acting(approver):
        services.graduation_revoke(actor=approver, graduation_id=found.pk, reason="代理の出席")
    assert dojo.apply(owner, dojo.make_cohort(planner)).status == states.ENROLLED


class TestOwnCause:
    """One person with two roles keeps no own record and decides on nobody of the own firm."""

    def as_official(self, user_id, *roles):
        return Actor(user_id, "兼務", Hat.WARD, frozenset(roles), ward_id=SUMIDA)

    def test_nobody_keeps_the_own_record(self, cohort):
        owner, row = dojo.enrolled(cohort)[0]
        session = dojo.held(cohort)[0]
        keeper = self.as_official(owner.user_id, Role.REVIEWER)
        with acting(keeper), pytest.raises(Refused, match="自分の受講は"):
            services.attendance_record(
                actor=keeper, session_id=session.pk, marks={row.pk: ("present", None)}
            )
        with acting(keeper), pytest.raises(Refused, match="自分の受講は"):
            services.plan_hand_in(actor=keeper, enrolment_id=row.pk, on=clock.today())

    def test_nobody_confirms_the_own_firm(self, planner, cohort):
        owner, row = attended(planner, cohort)
        propose(planner, cohort)
        colleague = make.firm_actor(row.firm)
        for user_id, why in ((owner.user_id, "自分の受講は"), (colleague.user_id, "自分が属する")):
            approver = self.as_official(user_id, Role.APPROVER)
            with pytest.raises(Refused, match=why):
                confirm(approver, Graduation.objects.get())
        assert not Qualification.objects.exists()

    def test_nobody_chooses_among_applicants_for_the_own_firm(self, planner):
        chosen = dojo.make_cohort(planner, selection="chosen", criteria="経営課題が明らかなこと")
        owner = dojo.owner()
        row = dojo.apply(owner, chosen)
        keeper = self.as_official(make.firm_actor(row.firm).user_id, Role.REVIEWER)
        with acting(keeper), pytest.raises(Refused, match="自分が属する企業"):
            services.enrolment_choose(actor=keeper, enrolment_id=row.pk, action="enrol")


def test_a_returned_proposal_of_somebody_who_graduates_elsewhere_is_not_made_again(
    planner, approver, cohort
):
    owner, _row = attended(planner, cohort)
    assert propose(planner, cohort) == 1
    with acting(approver):
        services.graduation_return(
            actor=approver, graduation_id=Graduation.objects.get().pk, reason="出席を確かめる"
        )
    second = dojo.make_cohort(planner)
    again = dojo.apply(owner, second)
    dojo.held(second)
    dojo.attend(planner, again, "ppppp")
    dojo.graduate(planner, approver, second)
    assert propose(planner, cohort) == 0
    assert Graduation.objects.get(enrolment__cohort=cohort).status == states.RETURNED
