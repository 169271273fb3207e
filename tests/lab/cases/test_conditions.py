"""Search, teams and waves ask the same of a firm: certificates, material, size, tolerance, lot."""

import datetime as dt

import pytest
from django.urls import reverse

from lab.nakama.cases import market, services, workload
from lab.nakama.cases.models import Case, Invitation
from lab.nakama.cases.services.errors import Incomplete
from lab.nakama.cases.services.teams import candidates
from lab.nakama.models import CapabilityProfile, ProfileCertificate
from lab.nakama.planning import periods
from lab.nakama.planning.checker import violations
from lab.nakama.planning.planner import propose
from lab.nakama.selectors.search import Conditions, Wish, search
from portal.kernel import clock
from portal.kernel.database import acting
from tests.factories import cases as build
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
LATHE = "cut.lathe"


def in_team(case):
    """Firms in any team that the planner proposes."""
    owner = build.owner_of(case)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    return {task["firm"] for team in row.teams for task in team["tasks"]}


def certified(shop, code, until=None):
    ProfileCertificate.objects.create(
        profile=build.profile_of(shop), code=code, name=code, valid_until=until
    )
    return shop


def test_a_certificate_however_written_finds_who_has_it():
    held = certified(build.shop(LATHE), "iso9001")
    build.shop(LATHE)
    owner = build.buyer()
    case = build.opened(owner, codes=(LATHE,), certificates=["ISO 9001:2015", "ＩＳＯ９００１"])
    assert case.certificates == ["ISO 9001:2015"], "said once, as the buyer says it"
    assert in_team(case) == {held.firm_id}
    with acting(owner):
        services.team_choose(actor=owner, case_id=case.pk, number=1, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    assert [row.firm_id for row in Invitation.objects.filter(case=case)] == [held.firm_id]


def test_a_certificate_in_free_words_does_not_name_the_customer():
    owner = build.buyer()
    case = build.drafted(owner, certificates=["秘密重工認定工場"])
    with acting(owner), pytest.raises(Incomplete) as told:
        services.case_publish(actor=owner, case_id=case.pk)
    [fault] = told.value.faults["other_certificates"]
    assert "「秘密重工」と分かる言葉" in fault


def test_the_buyer_chooses_certificates_from_the_list_and_writes_only_others():
    owner = build.buyer()
    client = client_of(owner)
    sent = {
        "title": "軸",
        "certificates": ["iso9001", "jisq9100"],
        "other_certificates": "JIS Z 3801、東京都ブランド",
        "wave_hours": "48",
    }
    assert client.post(reverse("cases:new"), sent).status_code == 302
    case = Case.objects.get()
    assert case.certificates == ["ISO9001", "JIS Q 9100", "JIS Z 3801", "東京都ブランド"]
    page = client.get(reverse("cases:edit", args=[case.public_id])).content.decode()
    assert page.count(" checked") == 3, "two certificates and the hours"
    assert 'value="JIS Z 3801、東京都ブランド"' in page
    page = client.post(reverse("cases:new"), {**sent, "certificates": ["iso0"]})
    assert page.status_code == 422


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"material_code": "stainless.sus304", "material": "SUS304"}, ("SUS304", "ステンレス")),
        (
            {"material_code": "stainless", "material": "Stainless steel"},
            ("SUS304", "ステンレス", "SUS316"),
        ),
        ({"material_code": "stainless.sus316", "material": "SUS316"}, ("ステンレス", "SUS316")),
        ({"material": "A6061"}, ("アルミ",)),
        ({"material": "ヒヒイロカネ"}, ("ヒヒイロカネ",)),
    ],
)
def test_teams_take_the_firms_that_the_search_finds_for_the_material(asked, fits):
    names = ("SUS304", "ステンレス", "SUS316", "アルミ", "S45C", "ヒヒイロカネ")
    shops = {name: build.shop(LATHE, materials=(name,)) for name in names}
    owner = build.buyer()
    case = build.opened(owner, codes=(LATHE,), **asked)
    wish = Wish(process=LATHE, conditions=Conditions(material=asked["material"]))
    if asked["material"] != "Stainless steel":  # the form's word in the other language
        found = search(owner, wish, today=clock.today()).result.fitting
        firms = CapabilityProfile.objects.filter(pk__in=[hit.profile for hit in found])
        assert {shops[name].firm_id for name in fits} == {row.firm_id for row in firms}
    assert in_team(case) == {shops[name].firm_id for name in fits}


@pytest.mark.parametrize(
    ("asked", "unsaid"),
    [
        ({}, {"reach_mm": None}),
        ({}, {"lot_min": None, "lot_max": None}),
        ({}, {"materials": ()}),
        ({"tolerance_um": 50}, {"tolerance_um": None}),
    ],
)
def test_who_has_not_said_a_limit_is_in_no_team_and_in_no_wave(asked, unsaid):
    build.shop(LATHE, **unsaid)
    known, owner = build.shop(LATHE), build.buyer()
    case = build.opened(owner, codes=(LATHE,), **asked)
    limits = {"size_mm": 180, "lot": 20, "material": "ステンレス", **asked}
    wish = Wish(process=LATHE, conditions=Conditions(**limits))
    found = search(owner, wish, today=clock.today()).result
    assert (len(found.fitting), len(found.outside)) == (1, 1)
    assert in_team(case) == {known.firm_id}
    assert [row["firm"] for row in candidates(case, case.steps.get())] == [known.firm_id]


def test_who_packs_is_not_asked_for_the_tolerance_and_who_grinds_is():
    codes = ("design.cad", "cut.lathe", "heat.quench", "grind.cylinder", "insp.cmm", "asm.pack")
    shops = {code: build.shop(code) for code in codes if code not in {"design.cad", "asm.pack"}}
    unsaid = {"tolerance_um": None, "materials": ()}
    shops["asm.pack"] = build.shop("asm.pack", **unsaid)
    nothing = {"reach_mm": None, "lot_min": None, "lot_max": None}
    shops["design.cad"] = build.shop("design.cad", **unsaid, **nothing)
    for code in ("grind.cylinder", "insp.cmm"):
        build.shop(code, tolerance_um=None, hourly=1000)
    build.shop("asm.pack", **unsaid, **nothing, hourly=1000)
    owner = build.buyer()
    case = build.opened(owner, codes=codes, tolerance_um=10)
    today = clock.today()
    order, offers = (
        market.order_of(case, case.steps.all(), today=today),
        market.market_of(case, codes, today=today),
    )
    [team] = propose(order, offers).teams
    assert violations([order], offers, [team]) == []
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
        services.team_choose(actor=owner, case_id=case.pk, number=1, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    assert len(row.teams) == 1
    assert [task["firm"] for task in row.teams[0]["tasks"]] == [shops[c].firm_id for c in codes]
    asked = [one["conditions"] for one in row.inputs["steps"]]
    handled = ["material", "size", "tolerance", "lot"]
    assert asked[0] == []
    assert asked[1:4] == [handled, ["material", "size", "lot"], handled]
    assert asked[4:] == [["size", "tolerance", "lot"], ["size", "lot"]]
    waves = {one.step.process_code: one for one in Invitation.objects.filter(case=case)}
    assert {code: one.firm_id for code, one in waves.items()} == {
        code: shops[code].firm_id for code in codes
    }
    page = client_of(owner).get(reverse("cases:team", args=[case.public_id])).content.decode()
    assert page.count("材質、大きさ、公差、数量") == 2
    packing = reverse("cases:invitation", args=[waves["asm.pack"].public_id])
    page = client_of(shops["asm.pack"]).get(packing).content.decode()
    assert "大きさ、数量" in page


def test_what_helps_is_told_of_the_conditions_that_concern_the_step():
    """Nobody grinds so finely: the packer without a tolerance is not what stands in the way."""
    build.shop("grind.cylinder", tolerance_um=50)
    build.shop("asm.pack", tolerance_um=None)
    owner = build.buyer()
    case = build.opened(owner, codes=("grind.cylinder", "asm.pack"), tolerance_um=10)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    assert not row.teams
    assert [(one["step"], one["conditions"], one["needed"]) for one in row.relax] == [
        (1, ["tolerance"], 50)
    ]
    order = market.order_of(case, case.steps.all(), today=clock.today())
    assert [step.tolerance_um for step in order.steps] == [10, None]


def test_a_certificate_that_has_lapsed_is_in_no_team_and_no_wave():
    today = clock.today()
    certified(build.shop(LATHE), "iso9001", until=today - dt.timedelta(days=1))
    held = certified(build.shop(LATHE), "iso9001", until=today)
    owner = build.buyer()
    case = build.opened(owner, codes=(LATHE,), certificates=["ISO9001"])
    assert in_team(case) == {held.firm_id}
    with acting(owner):
        services.team_choose(actor=owner, case_id=case.pk, number=1, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    assert [row.firm_id for row in Invitation.objects.filter(case=case)] == [held.firm_id]


def test_work_awarded_in_another_case_is_not_free_for_this_one():
    """In ten hours of a half-week a step of nine leaves no room for another of nine."""
    busy, owner = build.shop(LATHE), build.buyer()
    minutes = 540
    running = build.awarded(owner, [busy], codes=(LATHE,), minutes=minutes)
    case = build.opened(owner, codes=(LATHE,), minutes=minutes)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    [task] = row.teams[0]["tasks"]
    held = workload.in_hand([busy.firm_id], clock.today())[busy.firm_id]
    first = dt.date.fromisoformat(task["from"])
    assert periods.half_week(first, clock.today()) == held[0].start + 1
    # Made, and the time is free again.
    build.make_step(busy, running, 1)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    [task] = row.teams[0]["tasks"]
    assert dt.date.fromisoformat(task["from"]) < first
