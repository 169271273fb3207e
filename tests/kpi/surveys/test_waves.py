"""A wave from plan to figure: opening, mails, answers, closing, late ones, and what is refused."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpi.models import Fact, Quotient
from kpi.surveys import links, policies, services
from kpi.surveys.instruments import CODE, brought
from kpi.surveys.models import Asked, Draft, Response, Stratum
from kpi.surveys.selectors.tallies import tally_of
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, StaleState
from programs.diagnosis.rules.toml import written
from programs.diagnosis.services import NotSaved, version_save
from programs.models import FirmWard
from tests.factories import subsidies as make
from tests.factories import ward_surveys as surveys
from tests.factories.programs import OTA, SUMIDA, SiteFactory
from tests.support.people import make_person

pytestmark = pytest.mark.django_db


def policy_staff():
    person = make_person("policy@example.jp", name="政策")
    return Actor(person.pk, person.name, Hat.POLICY, frozenset({Role.POLICY}))


def quotients():
    return {row.ward_id: row for row in Quotient.objects.filter(indicator="1-KSI")}


def facts():
    rows = Fact.objects.filter(event_type="survey.response", reverses=None, reversed_by=None)
    return sorted(rows.values_list("firm_id", "part"))


def test_from_opening_to_the_figure_and_a_late_answer_moves_it():
    firms = surveys.firms(5)
    surveys.firms(2, ward=OTA)
    wave = surveys.begun()
    rows = surveys.asked(wave)
    assert [row.firm_id for row in rows] == [firm.pk for firm in firms]
    assert list(Stratum.objects.values_list("ward_id", "size", "population", "sampled")) == [
        (SUMIDA, "D", 5, 5)
    ]
    mails = surveys.send()
    assert sorted(message.to[0] for message in mails) == [
        f"f{SUMIDA}-{n}@example.jp" for n in range(5)
    ]
    assert surveys.secret(rows[0]) in mails[0].body
    assert rows[0].firm_name not in mails[0].body
    for row, state in zip(rows[:3], ("done", "none", "unknown"), strict=True):
        surveys.answered(row, {**surveys.SHORT, "state": state})
    assert quotients() == {}
    assert facts() == [(firms[0].pk, "done"), (firms[1].pk, "none")]
    surveys.closed(wave)
    # 5 firms, 3 answers, 2 valid: each stands for 5/3.
    found = quotients()[SUMIDA]
    assert (found.numerator, found.denominator, found.n) == (
        Decimal("1.6667"),
        Decimal("3.3333"),
        2,
    )
    assert (found.period, found.detail["is_small"], found.detail["answers"]) == (
        clock.today(),
        True,
        3,
    )
    # Paper that came late counts when it is typed in.
    actor = surveys.official()
    with acting(actor):
        services.response_enter(
            actor=actor,
            asked_id=rows[3].pk,
            entered=services.Entered(surveys.LONG, "paper", "調査票", clock.today()),
        )
    found = quotients()[SUMIDA]
    assert (found.n, round(found.numerator / found.denominator, 3)) == (3, Decimal("0.667"))
    late = Response.objects.get(asked=rows[3])
    assert (late.is_late, late.written_by_id, late.barriers) == (
        True,
        actor.user_id,
        ["C-1", "C-2"],
    )


def test_the_last_answer_counts_and_earlier_ones_stay():
    firm = surveys.firms(1)[0]
    wave = surveys.begun()
    row = surveys.asked(wave)[0]
    first = surveys.answered(row, is_linked=True)
    assert surveys.answered(row, is_linked=True).pk == first.pk
    assert Response.objects.count() == 1
    surveys.answered(row, {**surveys.LONG, "state": "none"})
    assert list(Response.objects.order_by("pk").values_list("state", "is_linked")) == [
        ("considering", True),
        ("none", False),
    ]
    assert facts() == [(firm.pk, "none")]
    assert Fact.objects.filter(event_type="survey.response").count() == 3
    row.refresh_from_db()
    assert row.is_linked is False
    # What was typed on another way is not sent along.
    assert "trouble" in Response.objects.latest("pk").answers
    surveys.answered(row, surveys.SHORT)
    assert "trouble" not in Response.objects.latest("pk").answers
    assert [tally_of(wave.pk).said[0].state] == ["considering"]


def test_answers_of_another_version_keep_what_fits():
    surveys.firms(1)
    wave = surveys.begun()
    row = surveys.asked(wave)[0]
    secret = surveys.secret(row)
    surveys.typed(secret, {**surveys.LONG, "employees": "１２"})
    data = brought()
    pages = [dict(page) for page in data["pages"]]
    pages[1] = {**pages[1], "questions": pages[1]["questions"][1:]}
    new = {**data, "pages": pages}
    actor, policy = surveys.official(), policy_staff()
    with acting(policy):
        version_save(actor=policy, instrument=CODE, text=written(new), note="減らす", after=1)
        broken = {**data, "pages": data["pages"][1:]}
        with pytest.raises(NotSaved):
            version_save(actor=policy, instrument=CODE, text=written(broken), note="x", after=2)
    with acting(actor):
        services.wave_requestion(actor=actor, wave_id=wave.pk)
    found = services.opened(secret=secret)
    assert (found.questionnaire.number, found.aside, "employees" in found.answers) == (
        2,
        ("employees",),
        False,
    )
    # Reading has written nothing; the next save sets aside.
    assert Draft.objects.get().questionnaire.number == 1
    services.page_save(
        secret=secret, page="state", typed={"state": "done"}, revision=found.revision
    )
    draft = Draft.objects.get()
    assert (draft.questionnaire.number, draft.aside) == (2, {"employees": "１２"})
    assert (
        services.answers_send(secret=secret, is_linked=False, revision=None).questionnaire.number
        == 2
    )


def test_two_browsers_do_not_overwrite_each_other():
    surveys.firms(1)
    secret = surveys.secret(surveys.asked(surveys.begun())[0])
    one = services.page_save(secret=secret, page="state", typed={"state": "done"}, revision=0)
    with pytest.raises(services.Stale):
        services.page_save(secret=secret, page="state", typed={"state": "none"}, revision=0)
    assert services.opened(secret=secret).answers["state"] == "done"
    surveys.typed(secret, surveys.SHORT)
    with pytest.raises(services.Stale):
        services.answers_send(secret=secret, is_linked=False, revision=one.revision)


def test_nothing_is_sent_unfinished_or_by_a_foreign_link():
    surveys.firms(1)
    row = surveys.asked(surveys.begun())[0]
    with pytest.raises(services.Unfinished) as refused:
        services.answers_send(secret=surveys.secret(row), is_linked=False, revision=None)
    assert refused.value.problems[0].page == "state"
    for wrong in ("", "x", "0" * 64, row.digest):
        with pytest.raises(services.NoSuchLink):
            services.opened(secret=wrong)


def test_who_was_typing_when_the_wave_closed_loses_nothing():
    surveys.firms(3)
    wave = surveys.begun()
    typing, idle, done = surveys.asked(wave)
    surveys.typed(surveys.secret(typing), surveys.SHORT)
    surveys.answered(done)
    surveys.closed(wave)
    surveys.moved(wave, closed_at=-3)
    assert services.opened(secret=surveys.secret(typing)).door.is_late
    for row in (idle, done):
        with pytest.raises(services.WaveOver):
            services.opened(secret=surveys.secret(row))
    response = services.answers_send(secret=surveys.secret(typing), is_linked=False, revision=None)
    assert response.is_late
    assert Quotient.objects.get(indicator="1-KSI").n == 2
    surveys.moved(wave, closed_at=-15)
    Draft.objects.update(changed_at=clock.now() + dt.timedelta(minutes=1))
    with pytest.raises(services.WaveOver):
        services.page_save(secret=surveys.secret(typing), page="state", typed={}, revision=None)
    # Who begins on the very day of the closing is let in.
    surveys.moved(wave, closed_at=0)
    assert services.opened(secret=surveys.secret(idle)).door.is_late


def test_a_wave_of_several_wards_is_policy_staffs_and_each_ward_sees_its_own():
    surveys.firms(2)
    surveys.firms(2, ward=OTA)
    policy = policy_staff()
    wave = surveys.begun(policy, wards=[SUMIDA, OTA], share=50, fewest=1, seed=3)
    assert [
        (row.ward_id, row.population, row.sampled) for row in Stratum.objects.order_by("ward_id")
    ] == [
        (SUMIDA, 2, 1),
        (OTA, 2, 1),
    ]
    ota = surveys.official(OTA)
    with acting(ota):
        assert [row.ward_id for row in policies.visible_asked(ota)] == [OTA]
        assert list(Asked.objects.values_list("ward_id", flat=True)) == [OTA]
        with pytest.raises(RoleMissing):
            services.wave_close(actor=ota, wave_id=wave.pk)
    with acting(policy):
        assert list(policies.visible_asked(policy)) == []
        services.wave_close(actor=policy, wave_id=wave.pk)
    # A wave without an answer has no figure, and no error.
    assert quotients() == {}
    assert tally_of(wave.pk).whole().weighted.n == 0


def test_a_single_answer_is_the_wards_only_with_consent():
    surveys.firms(2)
    wave = surveys.begun()
    linked, other = surveys.asked(wave)
    surveys.answered(linked, is_linked=True)
    surveys.answered(other)
    actor = surveys.official()
    with acting(actor):
        assert [row.asked_id for row in policies.visible_responses(actor)] == [linked.pk]
        assert [row.asked_id for row in Response.objects.all()] == [linked.pk]
        # Nor do the facts tell, which carry the answer of every firm.
        assert not Fact.objects.exists()
    surveys.answered(linked, {**surveys.SHORT, "joint": "fear"})
    with acting(actor):
        assert list(Response.objects.all()) == []
    # Consent is of one answer: a later one with it (an official typed it in) does not open the others.
    late = surveys.answered(linked, is_linked=True)
    with acting(actor):
        assert late in Response.objects.all()
        assert {row.is_linked for row in Response.objects.all()} == {True}
        assert {row.is_linked for row in policies.visible_responses(actor)} == {True}


def test_a_firm_is_asked_once_where_its_head_office_is_and_by_a_ward_that_knows_it():
    unknown = make.make_firm()
    plain, headed, imported, closed = surveys.firms(4, ward=OTA)
    for firm in (headed, plain):
        FirmWard.objects.create(firm=firm, ward_id=SUMIDA, basis="site", since=clock.today())
        SiteFactory(firm=firm, ward_id=SUMIDA, kind="head" if firm == headed else "factory")
    imported.sites.update(closed_on=clock.today())
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    found = {
        member.firm_id: member.stratum.ward_id for member, _firm in services.frame([SUMIDA, OTA])
    }
    assert found == {plain.pk: OTA, headed.pk: SUMIDA, imported.pk: OTA}
    assert [member.firm_id for member, _firm in services.frame([SUMIDA])] == [headed.pk]
    assert unknown.pk not in found


def test_what_a_plan_may_not_say():
    actor = surveys.official()
    today = clock.today()
    with pytest.raises(services.Refused):
        surveys.planned(days=3)
    wave = surveys.planned()
    with pytest.raises(services.Refused):
        surveys.planned()
    with acting(actor), pytest.raises(services.Refused):
        services.wave_open(actor=actor, wave_id=wave.pk)  # nobody on the register
    with acting(actor):
        services.wave_cancel(actor=actor, wave_id=wave.pk, reason="日を変える")
    surveys.firms(1)
    later = surveys.planned(
        starts_on=today + dt.timedelta(days=1), ends_on=today + dt.timedelta(days=20)
    )
    with acting(actor), pytest.raises(services.Refused):
        services.wave_open(actor=actor, wave_id=later.pk)
    begun = surveys.begun()
    surveys.moved(later, starts_on=-1)
    with acting(actor), pytest.raises(services.Refused):
        services.wave_open(actor=actor, wave_id=later.pk)  # another one is open
    with acting(actor), pytest.raises(services.Refused):
        services.wave_extend(actor=actor, wave_id=begun.pk, ends_on=begun.ends_on)
    with acting(actor):
        longer = begun.ends_on + dt.timedelta(days=7)
        assert services.wave_extend(actor=actor, wave_id=begun.pk, ends_on=longer).ends_on == longer
        with pytest.raises(services.Refused):
            services.wave_requestion(actor=actor, wave_id=begun.pk)
        with pytest.raises(StaleState):
            services.wave_open(actor=actor, wave_id=begun.pk)
    owner = make.firm_actor(make.make_firm())
    with acting(owner), pytest.raises(RoleMissing):
        services.wave_plan(actor=owner, plan=services.Plan("x", today, longer))


def test_what_officials_type_in_is_checked_and_outside_firms_leave_the_rate():
    surveys.firms(3)
    wave = surveys.begun()
    first, second, _third = surveys.asked(wave)
    actor = surveys.official()

    def enter(row=first, answers=surveys.SHORT, way="phone", who="墨田 太郎", day=None):
        entered = services.Entered(answers, way, who, day or clock.today())
        return services.response_enter(actor=actor, asked_id=row.pk, entered=entered)

    with acting(actor):
        for wrong in (
            {"who": " "},
            {"way": "link"},
            {"day": clock.today() + dt.timedelta(days=1)},
            {"day": clock.today() - dt.timedelta(days=1)},
        ):
            with pytest.raises(services.Refused):
                enter(**wrong)
        with pytest.raises(services.Unfinished):
            enter(answers={"state": "done"})
        assert enter().said_by == "墨田 太郎"
        services.asked_exclude(actor=actor, asked_id=second.pk, reason="廃業")
        with pytest.raises(services.Refused):
            enter(second)
    group = tally_of(wave.pk).whole()
    assert (group.eligible, group.rate, group.weighted.valid) == (2, 50, 2)
    with pytest.raises(services.WaveOver):
        services.opened(secret=surveys.secret(second))
    with acting(actor):
        services.asked_include(actor=actor, asked_id=second.pk)
    assert services.opened(secret=surveys.secret(second)).revision == 0
    stranger = surveys.official(OTA)
    with acting(stranger), pytest.raises(Asked.DoesNotExist):
        services.asked_exclude(actor=stranger, asked_id=first.pk, reason="x")


def test_a_link_outlives_new_keys(settings):
    surveys.firms(1)
    row = surveys.asked(surveys.begun())[0]
    before = links.secret_of(row)
    settings.DATA_KEYS = ("second:" + "YmJi" * 10 + "YmI=", *settings.DATA_KEYS)
    assert links.secret_of(row) == before


def test_opening_and_counting_ask_as_often_for_thirty_firms_as_for_one():
    def queries(n):
        surveys.firms(n, ward=OTA if n > 1 else SUMIDA)
        actor = surveys.official(OTA if n > 1 else SUMIDA)
        wave = surveys.planned(actor)
        with (
            CaptureQueriesContext(
                connection,
            ) as opened,
            acting(actor),
        ):
            services.wave_open(actor=actor, wave_id=wave.pk)
        with CaptureQueriesContext(connection) as counted:
            tally_of(wave.pk)
        return len(opened), len(counted)

    assert queries(1) == queries(30)
