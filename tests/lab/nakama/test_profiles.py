"""Profiles: who enters, who confirms, what is read, what others see of them."""

import datetime as dt

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi.models import Fact
from lab.nakama import policies, services, states
from lab.nakama.models import Capability, CapabilityProfile, HourlyBand, UnknownWord
from lab.nakama.rules.folding import fold
from lab.nakama.selectors.profiles import weeks_ahead
from lab.nakama.selectors.search import Conditions, Wish, search
from lab.nakama.services.profiles import rating_count
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import RoleMissing, StaleState
from programs.models import Firm, FirmWard, Site
from tests.factories import advisors
from tests.factories import subsidies as make
from tests.factories.cases import coordinator
from tests.factories.evaluation import advisor_actor
from tests.factories.nakama import as_firm, as_lab, make_profile
from tests.factories.programs import FirmFactory, SiteFactory
from tests.support.people import client_of, make_person

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 30)


def official(user_id=None, ward_id=13107):
    return Actor(user_id, "office", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=ward_id)


@pytest.fixture
def firm():
    row = FirmFactory(jsic="18")
    FirmWard.objects.get_or_create(
        firm=row, ward_id=13107, defaults={"basis": "site", "since": TODAY}
    )
    return row


@pytest.fixture
def owner(firm):
    return as_firm(firm, make_person("own@example.jp").pk)


def codes(profile):
    rows = Capability.objects.filter(profile=profile).order_by("process_id")
    return [row.process_id for row in rows]


def tell(actor, profile, description, **words):
    return services.profile_tell(
        actor=actor,
        profile_id=profile.pk,
        words=services.Words(description=description, **words),
    )


def test_a_firm_begins_with_what_its_industry_does_and_says_the_rest_in_words(firm, owner):
    with acting(owner):
        profile = services.profile_start(actor=owner, firm_id=firm.pk)
    assert codes(profile) == ["resin"]
    with acting(owner):
        tell(owner, profile, "射出成形と、アルミ金型の製作。", materials=["ABS", "POM"])
    assert codes(profile) == ["mold.inject", "resin.inject"]
    profile.refresh_from_db()
    assert profile.material_names == ["ABS", "POM"]
    assert "<resin.abs" in profile.materials


def test_what_the_firm_says_itself_outlives_its_description(firm, owner):
    with acting(owner):
        profile = services.profile_start(actor=owner, firm_id=firm.pk)
        tell(owner, profile, "旋盤加工とめっき")
        limits = services.Limits(lot_min=1, lot_max=50)
        services.capability_keep(
            actor=owner, profile_id=profile.pk, process="cut.lathe", limits=limits
        )
        tell(owner, profile, "溶接")
    assert codes(profile) == ["cut.lathe", "weld"]


def test_an_official_enters_and_the_firm_confirms_and_then_only_the_firm_writes(firm, owner):
    clerk = official(make_person("o@example.jp").pk)
    with acting(clerk):
        profile = services.profile_start(actor=clerk, firm_id=firm.pk)
        tell(clerk, profile, "射出成形")
        with pytest.raises(RoleMissing):
            services.profile_move(actor=clerk, profile_id=profile.pk, action="confirm")
    with acting(owner):
        services.profile_move(actor=owner, profile_id=profile.pk, action="confirm")
    profile.refresh_from_db()
    assert profile.status == states.CONFIRMED
    assert profile.confirmed_by_id == owner.user_id
    event = OutboxEvent.objects.get(name="nakama.member_published")
    assert outbox.handle(event.pk, "kpi.member_published")
    assert Fact.objects.get().event_key == str(firm.pk)
    with acting(clerk), pytest.raises(RoleMissing):
        tell(clerk, profile, "塗装")


def test_a_ward_that_does_not_see_the_firm_enters_nothing_for_it(firm):
    stranger = official(make_person("s@example.jp").pk, ward_id=13111)
    with acting(stranger), pytest.raises(firm.DoesNotExist):
        services.profile_start(actor=stranger, firm_id=firm.pk)
    nowhere = Actor(stranger.user_id, "顧問", Hat.SUPPORT, frozenset({Role.ADVISOR}))
    with acting(nowhere), pytest.raises(firm.DoesNotExist):
        services.profile_start(actor=nowhere, firm_id=firm.pk)


def test_an_advisor_of_no_ward_enters_the_firm_that_is_accompanied_and_no_other():
    actor, (_floor, floor) = advisor_actor(None), advisors.make_advisor()
    firm = advisors.make_firm(name="伴走製作所", jsic="32")
    entry = advisors.enter(actor)
    engagement = advisors.engage(make.official_actor(), entry, floor, firm)
    client = client_of(actor)
    page = client.get(reverse("nakama:prefill")).content.decode()
    assert "伴走している企業" in page
    assert page.count('name="firm"') == 1
    sent = client.post(reverse("nakama:prefill"), {"firm": firm.pk})
    row = CapabilityProfile.objects.get(firm=firm)
    assert sent.headers["Location"] == reverse("nakama:edit", args=[row.public_id])
    assert (row.prefilled_by_id, row.ward_id) == (actor.user_id, 13107)
    with acting(actor):
        tell(actor, row, "旋盤加工")
    assert codes(row) == ["cut.lathe"]
    # Entered by somebody else it is the advisor's to mend as well; a stranger's is not.
    edit = reverse("nakama:edit", args=[make_profile(name="よそ製作所").public_id])
    assert [client.get(reverse("nakama:edit", args=[row.public_id])).status_code,
            client.get(edit).status_code] == [200, 404]  # fmt: skip
    # Another firm is nobody's to enter, and after the support neither is this one.
    other = FirmFactory(jsic="32")
    with acting(actor), pytest.raises(Firm.DoesNotExist):
        services.profile_start(actor=actor, firm_id=other.pk)
    engagement.members.update(until=clock.today())
    with acting(actor), pytest.raises(Firm.DoesNotExist):
        services.profile_start(actor=actor, firm_id=firm.pk)


def test_a_firm_with_a_site_in_the_ward_is_entered_there_though_its_head_office_is_elsewhere(firm):
    SiteFactory(firm=firm, ward_id=13107, kind=Site.Kind.HEAD)
    FirmWard.objects.create(firm=firm, ward_id=13111, basis="site", since=TODAY)
    away = official(make_person("away@example.jp").pk, ward_id=13111)
    with acting(away):
        profile = services.profile_start(actor=away, firm_id=firm.pk)
        assert profile.ward_id != away.ward_id
        tell(away, profile, "旋盤加工")
    assert codes(profile) == ["cut.lathe"]


def test_words_nobody_can_read_are_noted_in_one_order_and_a_few_statements():
    """Two searches with the same words in another order never wait for each other."""
    lab = coordinator()
    words = [f"ドゴン{sign}加工" for sign in "丙甲乙"]
    with acting(lab), CaptureQueriesContext(connection) as asked:
        services.search_noted(actor=lab, unknown=dict.fromkeys(words, "全文"))
    updates = [row["sql"] for row in asked if row["sql"].startswith("UPDATE")]
    assert [next(w for w in words if fold(w) in sql) for sql in updates] == sorted(words, key=fold)
    assert sum("nakama_alias" in row["sql"] for row in asked) == 1
    assert set(UnknownWord.objects.values_list("word", "times", "sample")) == {
        (word, 1, "全文") for word in words
    }


def test_signs_that_stand_for_many_are_read_like_others(firm, owner):
    with acting(owner):
        profile = services.profile_start(actor=owner, firm_id=firm.pk)
        tell(owner, profile, "㌖" * 1990 + "、NC旋盤", equipment="㌖" * 2000)
    assert codes(profile) == ["cut.lathe"]


def test_a_stale_form_is_refused_and_says_so(firm, owner):
    with acting(owner):
        profile = services.profile_start(actor=owner, firm_id=firm.pk)
        tell(owner, profile, "溶接")
        with pytest.raises(services.Refused, match="先に保存"):
            services.profile_tell(
                actor=owner, profile_id=profile.pk, words=services.Words("板金"), revision=1
            )


def test_hidden_profiles_are_found_by_nobody_else(firm, owner):
    profile = make_profile(firm)
    other = as_firm(FirmFactory())
    with acting(other):
        assert policies.get_profile(other, pk=profile.pk)
    with acting(owner):
        services.profile_move(actor=owner, profile_id=profile.pk, action="hide")
        assert policies.get_profile(owner, pk=profile.pk)
        with pytest.raises(StaleState):
            services.profile_move(actor=owner, profile_id=profile.pk, action="confirm")
    with acting(other):
        # The policy and the database's own answer are the same.
        assert not policies.visible_profiles(other).exists()
        assert not CapabilityProfile.objects.exists()
        assert not Capability.objects.exists()
        found = search(other, Wish("旋盤"), today=TODAY).result
    assert (found.fitting, found.outside) == ((), ())


def test_nobody_but_the_firm_reads_its_hourly_band(firm, owner):
    with acting(owner):
        services.band_tell(actor=owner, low_yen=4000, high_yen=6000)
        assert HourlyBand.objects.get().high_yen == 6000
        with pytest.raises(services.Refused, match="下限"):
            services.band_tell(actor=owner, low_yen=7000, high_yen=6000)
    with acting(as_firm(FirmFactory())):
        assert not HourlyBand.objects.exists()
    auditor = Actor(None, "audit", Hat.AUDITOR, frozenset({Role.AUDITOR}))
    for reader in (official(), as_lab(), auditor):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(reader):
            HourlyBand.objects.exists()
    row = AuditRow.objects.filter(action="nakama.band_told").get()
    assert "4000" not in f"{row.detail}{row.changes}{row.object_label}"


def test_another_firm_writes_nothing_into_a_profile(firm):
    profile = make_profile(firm)
    other = as_firm(FirmFactory(), make_person("x@example.jp").pk)
    with acting(other), pytest.raises(RoleMissing):
        tell(other, profile, "めっき")
    with pytest.raises(ProgrammingError, match="permission denied"), acting(other):
        Capability.objects.filter(profile=profile).delete()


def test_a_larger_size_never_has_the_finer_tolerance(firm, owner):
    with acting(owner):
        profile = services.profile_start(actor=owner, firm_id=firm.pk)
        with pytest.raises(services.Refused, match="厳しく"):
            services.capability_keep(
                actor=owner,
                profile_id=profile.pk,
                process="cut.lathe",
                limits=services.Limits(steps=[(100, 20), (500, 10)]),
            )


def test_tolerance_holds_at_its_size_and_machines_give_the_envelope(firm, owner):
    with acting(owner):
        profile = services.profile_start(actor=owner, firm_id=firm.pk)
        services.capability_keep(
            actor=owner,
            profile_id=profile.pk,
            process="cut.lathe",
            limits=services.Limits(steps=[(200, 10), (500, 50)]),
        )
        machine = {"name": "NC旋盤", "process_id": "cut.lathe", "length_mm": 450, "width_mm": 200}
        services.machine_keep(actor=owner, profile_id=profile.pk, values=machine)

        def fits(**asked):
            wish = Wish("旋盤", conditions=Conditions(**asked))
            return bool(search(owner, wish, today=TODAY).result.fitting)

        assert fits(tolerance_um=10, size_mm=200)
        assert not fits(tolerance_um=10, size_mm=300)
        assert fits(tolerance_um=50, size_mm=300)
        assert not fits(size_mm=451)


def test_a_lapsed_certificate_counts_no_more(firm, owner):
    profile = make_profile(firm, certifications=())
    wish = Wish("旋盤", conditions=Conditions(certificate="ISO 9001"))
    with acting(owner):
        services.certificate_keep(
            actor=owner, profile_id=profile.pk, name="ISO9001:2015", valid_until=TODAY
        )
        assert search(owner, wish, today=TODAY).result.fitting
        late = search(owner, wish, today=TODAY + dt.timedelta(days=1)).result
    assert late.fitting == ()
    assert late.outside[0].failed == ("certificate",)


def test_ratings_are_shown_from_three_on(firm):
    profile = make_profile(firm)
    for _number in range(2):
        rating_count(firm_id=firm.pk, quality=5, delivery=4, talk=3)
    profile.refresh_from_db()
    assert profile.marks is None
    rating_count(firm_id=firm.pk, quality=4, delivery=4, talk=3)
    profile.refresh_from_db()
    assert str(profile.marks["quality"]) == "4.7"


def test_weeks_are_marked_and_unmarked(firm, owner):
    profile, monday = make_profile(firm), TODAY
    with acting(owner):
        services.weeks_tell(actor=owner, profile_id=profile.pk, marks={monday: "open"})
        assert weeks_ahead(profile, TODAY)[0] == (monday, "open")
        services.weeks_tell(actor=owner, profile_id=profile.pk, marks={monday: ""})
        assert weeks_ahead(profile, TODAY)[0] == (monday, "")
