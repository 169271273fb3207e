"""Tests of the demonstration's courses, supports and tools; collected by test_load_demo.py, which loads
the demonstration once for all of them."""

from advisors.adoption.codes import PATTERNS
from advisors.adoption.models import Review, Tool
from advisors.claims import states as claim_states
from advisors.claims.models import Claim
from advisors.claims.selectors.mine import open_months
from dojo import states as course_states
from dojo.followup import states as followup_states
from dojo.followup.models import Investment, Reply, Survey
from dojo.followup.questions import QUESTIONS
from dojo.models import Cohort, Enrolment, Graduation
from dojo.worksheets import states as worksheet_states
from dojo.worksheets.models import AdvisorConsent, Worksheet, WorksheetVersion
from dojo.worksheets.sheets import SHEETS
from kpi.models import Fact, Quotient
from kpi.selectors import cohorts, progress
from kpi.services import outcomes_rebuild
from kpi.surveys.models import Response, Wave
from lab.nakama.cases.models import Outcome
from lab.nakama.models import CapabilityProfile
from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.models import Counter
from programs.diagnosis import states as diagnosis_states
from programs.diagnosis.models import Audience, Consent, Diagnosis, Questionnaire
from programs.diagnosis.rules.definition import built
from programs.diagnosis.selectors.peers import position_of
from programs.diagnosis.services.results import result_of


def test_courses_run_in_every_ward_and_year_in_every_state(demo):
    year = clock.fiscal_year(clock.today())
    held = Cohort.objects.values_list("ward_id", "course__code", "fiscal_year")
    wards = {ward for ward, _code, _year in held}
    assert len(wards) == 23
    assert {
        (ward, code, y)
        for ward in wards
        for code in ("dojo", "leader")
        for y in (year, year - 1, year - 2)
    } <= set(held)
    for model, table in (
        (Cohort, course_states.COHORT),
        (Enrolment, course_states.ENROLMENT),
        (Graduation, course_states.GRADUATION),
    ):
        assert set(model.objects.values_list("status", flat=True)) == {s.code for s in table.states}
    graduated = Graduation.objects.filter(status=course_states.CONFIRMED)
    assert not graduated.exclude(fact__revoked_on=None).exists()
    for code, event in (("dojo", "dojo.completed"), ("leader", "leader.completed")):
        facts = Fact.objects.filter(event_type=event, reverses=None, reversed_by=None)
        assert facts.count() == graduated.filter(course_code=code).count() > 50


def test_measure_3_is_counted_from_the_records_of_the_labs(demo):
    today = clock.today()
    year = clock.fiscal_year(today)
    found = {
        item.indicator.code: item
        for item in progress(fiscal_year=year, as_of=today, ward_id=None)
        if item.indicator.measure == 3
    }
    assert len(found) == 6
    began = clock.fiscal_year_bounds(year)[0]
    came = Fact.objects.filter(event_type="lab.visited", occurred_on__gte=began)
    came = came.filter(reverses=None, reversed_by=None)
    days = came.values_list("event_key", flat=True).distinct().count()
    assert found["3-KSI"].value == days > 0
    profiles = CapabilityProfile.objects.filter(status="confirmed")
    assert found["3-OP2"].value == profiles.count() > 100
    assert 0 < found["3-OP2"].beside[0].value < found["3-OP2"].value
    cases = Outcome.objects.filter(kind="match.concluded").count()
    assert 0 < found["3-OC"].beside[0].value <= cases
    assert found["3-KGI"].value > 0
    assert found["3-OP1"].value > 0


def test_fees_are_claimed_once_and_the_advisor_has_a_month_to_write(demo):
    user = User.objects.get(email=BY_KEY["advisor"].email)
    advisor = Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.ADVISOR}))
    with acting(advisor):
        (ready,) = [row for row in open_months(advisor, clock.today()) if row.is_over]
    assert ready.visits > 0
    assert Claim.objects.filter(advisor=user, status=claim_states.PAID).count() > 1
    withheld = Claim.objects.filter(withheld_yen__gt=0)
    assert set(withheld.values_list("ward_id", "payee_kind")) == {(SUMIDA, "person")}
    last = Counter.objects.get(
        series="fee", ward_id=SUMIDA, fiscal_year=clock.fiscal_year(clock.today())
    )
    assert Claim.objects.filter(number__endswith=f"-{SUMIDA}-FEE-{last.last:04d}").exists()


def test_worksheets_of_every_kind_and_state_are_there_and_the_advisor_reads_some(demo):
    rows = Worksheet.objects.all()
    assert set(rows.values_list("kind", flat=True)) == set(SHEETS)
    assert set(rows.values_list("status", flat=True)) == {
        state.code for state in worksheet_states.WORKSHEET.states
    }
    assert WorksheetVersion.objects.filter(number=2).exists()
    assert AdvisorConsent.objects.get().last_read_at is not None


def test_hundreds_of_firms_know_where_they_stand_and_some_let_others_see(demo):
    done = Diagnosis.objects.filter(status=diagnosis_states.DONE)
    assert done.values("firm").distinct().count() > 200
    assert {row.number for row in Questionnaire.objects.all()} == {1}
    user = User.objects.get(email=BY_KEY["owner"].email)
    own = done.filter(person=user).order_by("-finished_at")
    standing = position_of(own.filter(instrument="phase")[0])
    assert standing is not None
    assert standing.firms >= 10
    # What is kept follows from the answers, in bulk as by the services.
    for row in own.select_related("questionnaire"):
        assert row.result == result_of(built(row.questionnaire.definition), row.answers)
    assert set(Consent.objects.values_list("audience", flat=True)) == set(Audience.values)
    assert Diagnosis.objects.filter(person=user, status=diagnosis_states.DRAFT).exists()


def test_graduates_are_followed_up_and_the_share_that_invested_is_plausible(demo):
    today = clock.today()
    rows = Survey.objects.all()
    assert set(rows.values_list("status", flat=True)) >= {
        followup_states.PLANNED,
        followup_states.OPEN,
        followup_states.ANSWERED,
        followup_states.CLOSED,
    }
    assert set(Reply.objects.values_list("way", flat=True)) == {"link", "phone"}
    assert set(Investment.objects.values_list("status", flat=True)) == {
        followup_states.REPORTED,
        followup_states.RETURNED,
        followup_states.ACCEPTED,
    }
    assert not rows.filter(status=followup_states.PLANNED, due_on__lt=today).exists()
    assert not rows.filter(status=followup_states.OPEN, closes_on__lt=today).exists()
    leaders = rows.filter(course_code="leader")
    assert leaders.filter(status=followup_states.OPEN).exists()
    assert set(leaders.exclude(choice="").values_list("choice", flat=True)) == {
        *QUESTIONS["leader"].answers
    }
    assert not Investment.objects.exclude(graduation__course_code="dojo").exists()
    assert (
        Fact.objects.filter(event_type="survey.answered").count()
        == rows.filter(course_code="dojo", status=followup_states.ANSWERED).count()
    )
    for stored in Investment.objects.filter(ward_id=SUMIDA).values_list("evidence__storage_key"):
        assert storage.private().exists(stored[0])
    assert outcomes_rebuild(as_of=today) == []
    year = clock.fiscal_year(today)
    now, last, before = cohorts(last_year=year, years=3, ward_id=None)
    assert before.share.maturity == 1
    assert 0.4 < before.share.rate < 0.95
    assert before.share.completed > 40
    assert last.share.completed > 40
    assert now.share.matured == 0
    for found in cohorts(last_year=year, years=3, ward_id=SUMIDA)[1:]:
        assert found.share.completed > 0


def test_introduced_tools_go_well_and_fail_in_each_way(demo):
    tools = Tool.objects.all()
    found = {code for patterns in tools.values_list("patterns", flat=True) for code in patterns}
    assert found == set(PATTERNS)
    assert set(tools.values_list("light", flat=True)) == {"green", "yellow", "red", ""}
    assert any(tool.at_target for tool in tools)
    assert set(Review.objects.values_list("months", flat=True)) == {3, 6, 12}
    user = User.objects.get(email=BY_KEY["owner"].email)
    own = tools.filter(added_by=user)
    assert own.filter(light="green", status="using").exists()
    assert own.filter(light="", status="using").exists()
    assert own.filter(status="stopped").exists()


def test_wards_have_asked_their_firms_in_three_waves(demo):
    waves = list(Wave.objects.order_by("starts_on"))
    assert [wave.status for wave in waves] == ["closed", "closed", "open"]
    assert Response.objects.count() > 500
    for wave in waves[:2]:
        assert Response.objects.filter(asked__wave=wave, ward_id=13101).count() == 3
    assert not Response.objects.filter(ward_id=13102).exists()
    rows = Quotient.objects.filter(indicator="1-KSI")
    shares = [
        100 * sum(row.numerator for row in found) / sum(row.denominator for row in found)
        for found in (rows.filter(period=wave.starts_on) for wave in waves[:2])
    ]
    assert 30 < shares[0] < 60
    assert 30 < shares[1] < 65
    told = Fact.objects.filter(event_type="survey.response").count()
    assert told == Response.objects.exclude(state="unknown").count()
