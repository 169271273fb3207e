"""Measure 3: facts that an official can read and what they come to; events of the rooms become those facts."""

import csv
import datetime as dt
import random
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kpi import selectors, services
from kpi.indicators import BY_CODE, INDICATORS
from kpi.models import Cell, Fact, Target
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from tests.factories.programs import FirmFactory, SiteFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden"
SUMIDA, OTA = 13107, 13111
AS_OF = dt.date(2026, 11, 30)
KINDS = {
    "来館": "lab.visited",
    "勤務": "lab.on_duty",
    "催し": "event.held",
    "掲載": "member.published",
    "終了": "member.withdrawn",
    "活動": "member.acted",
    "協定": "univ.agreement_signed",
    "他協定": "univ.agreement_other",
    "成立": "match.concluded",
    "仮報告": "match.claimed",
    "契約": "collab.contracted",
    "一社": "collab.other",
}


def read(name):
    with (GOLDEN / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def told():
    """The facts of the file, in its order."""
    firms: dict[str, int] = {}
    facts: dict[str, Fact] = {}
    for row in read("lab_facts.csv"):
        number, kind, key, day = row["番号"], row["出来事"], row["対象"], row["日"]
        if kind == "取消":
            services.fact_reverse(
                fact_id=facts[row["取り消す番号"]].pk, source_rev=f"undone{number}"
            )
            continue
        buyer, *_others = key.split(":")
        if kind in {"成立", "仮報告"} and buyer not in firms:
            firms[buyer] = FirmFactory().pk
        fact = services.fact_record(
            event_type=KINDS[kind],
            event_key=f"{key}:{day}" if kind in {"来館", "勤務"} else key,
            ward_id=int(row["区"]),
            firm_id=firms.get(buyer) if row["取引"] else None,
            stage=0,
            occurred_on=dt.date.fromisoformat(day),
            source=("golden", row["取引"] or number, number),
            part=row["区分"],
        )
        assert fact is not None
        facts[number] = fact
    services.work_off(today=AS_OF)


def shown(code, year, ward):
    """What the pages show of an indicator, or of a figure beside it."""
    code, _slash, beside = code.partition("/")
    as_of = min(AS_OF, clock.fiscal_year_bounds(year)[1])
    found = {
        item.indicator.code: item
        for item in selectors.progress(fiscal_year=year, as_of=as_of, ward_id=ward)
    }[code]
    if not beside:
        return found.value
    indicator = BY_CODE[code]
    names = {part.code: part.name for part in (*indicator.parts, indicator.level) if part}
    return {item.name: item.value for item in found.beside}[names[beside]]


def test_golden_facts_come_to_the_golden_figures(told):
    figures = {
        (item.indicator, clock.fiscal_year(item.period), item.ward_id): item.numerator
        for item in services.figures_at(watermark=clock.database_now(), as_of=AS_OF)
    }
    for row in read("lab_expected.csv"):
        code, year = row["指標"], int(row["年度"])
        expected = [int(row["墨田区"]), int(row["大田区"])]
        assert [shown(code, year, ward) for ward in (SUMIDA, OTA)] == expected, row
        assert shown(code, year, None) == sum(expected) + int(row["ほかの21区"]), row
        if "/" not in code:
            assert [figures[code, year, ward] for ward in (SUMIDA, OTA)] == expected, row
            counts = {
                item.ward_id: item.value for item in selectors.ward_counts(fiscal_year=year)[code]
            }
            assert [counts[SUMIDA], counts[OTA]] == expected, row
    assert services.cells_rebuild(as_of=AS_OF) == []


def test_counting_fact_by_fact_equals_counting_anew():
    rng = random.Random(11)
    firms = [FirmFactory().pk for _ in range(3)]
    kinds = ["lab.visited", "event.held", "member.published", "member.withdrawn", "member.acted"]
    kinds += ["match.concluded", "match.claimed", "collab.contracted", "dojo.completed"]
    standing = []
    for number in range(70):
        if standing and rng.random() < 0.25:
            fact = standing.pop(rng.randrange(len(standing)))
            services.fact_reverse(fact_id=fact.pk, source_rev=f"undone{number}")
            continue
        kind, firm = rng.choice(kinds), rng.choice(firms)
        match = kind.startswith("match")
        standing.append(
            services.fact_record(
                event_type=kind,
                event_key=f"{firm}:{rng.randint(1, 2)}" if match else str(firm),
                ward_id=rng.choice((SUMIDA, OTA)),
                firm_id=firm,
                stage=0,
                part=rng.choice(("case", "outside", "fair", "order")),
                occurred_on=dt.date(2025, 10, 1) + dt.timedelta(days=rng.randint(0, 420)),
                source=(
                    "test",
                    f"{firm}-{rng.randint(1, 4)}" if match else str(number),
                    str(number),
                ),
            )
        )
        if number % 9 == 0:
            services.work_off(today=AS_OF)
    services.work_off(today=AS_OF)
    assert services.cells_rebuild(as_of=AS_OF) == []


def tell(name, ward, **payload):
    """The event, handled by the indicators alone: the room's own handlers look for its rows."""
    event = outbox.publish(name=name, subject=1, ward_id=ward, payload=payload)
    for handler in outbox.handlers_of(name):
        if handler.name.startswith("kpi."):
            outbox.handle(event, handler.name)
    services.work_off()


def standing():
    rows = Fact.objects.filter(reverses=None, reversed_by=None).order_by("pk")
    return {(row.event_type, row.event_key, row.ward_id, row.part) for row in rows}


def test_events_of_the_lab_become_facts_and_are_taken_back():
    firm = FirmFactory()
    SiteFactory(firm=firm, ward_id=OTA)
    staff = make_person("lab@example.jp")
    assign(staff, Role.LAB_STAFF, ward_id=SUMIDA)
    today = clock.today()
    on = today.isoformat()
    visit = {"firm_id": firm.pk, "firm_ward_id": SUMIDA, "on": on, "purpose": "trial"}
    tell("booking.visited", SUMIDA, visit_id=1, person=7, **visit)
    tell("booking.visited", SUMIDA, visit_id=2, person=staff.pk, **visit)
    nobody = {**visit, "firm_id": None, "firm_ward_id": None}
    tell("booking.visited", SUMIDA, visit_id=3, person="wabc", **nobody)
    attended = {"firm_id": firm.pk, "on": on}
    tell("lab_event.attended", SUMIDA, attendance_id=1, person_id=7, **attended)
    tell("lab_event.attended", SUMIDA, attendance_id=2, person_id=None, firm_id=None, on=on)
    tell("lab_event.held", SUMIDA, event_id=4, on=on)
    tell("exchange.fair_held", SUMIDA, fair_id=4, meetings=3, on=on)
    tell("exchange.fair_held", SUMIDA, fair_id=5, meetings=0, on=on)
    tell("nakama.member_published", OTA, profile_id=1, firm_id=firm.pk, on=on)
    tell("nakama.member_published", None, profile_id=2, firm_id=firm.pk, on=on)
    signed = {"on": on, "firm_ids": [firm.pk]}
    tell("consortium.agreement_signed", None, project_id=1, institution_kind="university", **signed)
    tell("consortium.agreement_signed", OTA, project_id=2, institution_kind="bank", **signed)
    event = ("event.held", "event:4", SUMIDA, "event")
    assert standing() == {
        ("lab.visited", f"7:{on}", SUMIDA, "host"),
        ("lab.on_duty", f"{staff.pk}:{on}", SUMIDA, "host"),
        ("lab.visited", f"wabc:{on}", SUMIDA, "outside"),
        ("lab.visited", f"7:{on}", SUMIDA, "near"),
        ("lab.visited", f"a2:{on}", SUMIDA, "outside"),
        event,
        ("event.held", "fair:4", SUMIDA, "fair"),
        ("member.published", str(firm.pk), OTA, ""),
        ("univ.agreement_signed", "1", OTA, ""),
        ("univ.agreement_other", "2", OTA, ""),
    }
    month = today.replace(day=1)
    people = Cell.objects.filter(indicator="3-KSI", month=month)
    assert people.get(ward_id=SUMIDA).value == 3
    tell("booking.visit_taken_back", SUMIDA, visit_id=1, on=on)
    tell("lab_event.attendance_taken_back", SUMIDA, attendance_id=1)
    tell("lab_event.held_taken_back", SUMIDA, event_id=4)
    tell("consortium.agreement_taken_back", None, project_id=1)
    tell("nakama.member_withdrawn", OTA, profile_id=1, firm_id=firm.pk, on=on)
    assert people.get(ward_id=SUMIDA).value == 2
    assert Cell.objects.get(indicator="3-OP2", ward_id=OTA, month=month).value == 0
    tell("lab_event.held", SUMIDA, event_id=4, on=on)
    assert event in standing()


def test_events_of_matches_and_contracts_become_facts_and_are_taken_back():
    buyer, maker, other = (FirmFactory().pk for _ in range(3))
    on = clock.today().isoformat()
    case = {"case_id": 1, "buyer_id": buyer, "firm_ids": [maker, other], "on": on}
    pairs = [[maker, "cut"], [maker, "weld"], [other, "plate"]]
    tell("cases.match.concluded", SUMIDA, pairs=pairs, **case)
    needs = ["cut.lathe", "cut.mill", "weld.tig"]
    tell("cases.collab.contracted", SUMIDA, pairs=pairs, processes=needs, **case)
    tell("cases.answered", SUMIDA, invitation_id=1, firm_id=other, on=on)
    pairing = {"supplier_id": maker, "buyer_id": buyer, "buyer_ward_id": OTA, "family": "sus"}
    for number, name in ((1, "reported"), (2, "reported"), (1, "handed_over"), (2, "failed")):
        tell(f"exchange.{name}", SUMIDA, pairing_id=number, reported=True, on=on, **pairing)
    both = {"firm_ids": [maker, other], "ward_ids": [OTA, SUMIDA], "on": on}
    tell("exchange.joint_order_contracted", None, joint_order_id=1, processes=["cut"], **both)
    tell("consortium.joint_development_contracted", SUMIDA, collab_id=1, **both)
    alone = {**both, "firm_ids": [maker]}
    tell("consortium.joint_development_contracted", SUMIDA, collab_id=2, **alone)
    wards = {
        code: {ward: n for ward, n in rows if n}
        for code in ("3-OC", "3-OC/claimed", "3-KGI", "3-KGI/joint")
        for rows in [Cell.objects.filter(indicator=code).values_list("ward_id", "value")]
    }
    assert wards == {
        "3-OC": {SUMIDA: 1, OTA: 1},
        "3-OC/claimed": {},
        "3-KGI": {SUMIDA: 2, OTA: 1},
        "3-KGI/joint": {SUMIDA: 1},
    }
    needed = {(key, part) for kind, key, _ward, part in standing() if kind == "collab.process"}
    order = ("exchange_jointorder:1", "cut")
    assert needed == {("cases_case:1", "cut"), ("cases_case:1", "weld"), order}
    acted = {key for kind, key, _ward, _part in standing() if kind == "member.acted"}
    assert acted == {str(buyer), str(maker), str(other)}
    tell("exchange.joint_order_taken_back", None, joint_order_id=1)
    tell("consortium.joint_development_taken_back", SUMIDA, collab_id=1)
    assert not any(key == order[0] for _kind, key, _ward, _part in standing())
    left = Cell.objects.filter(indicator="3-KGI").exclude(value=0)
    assert left.values_list("ward_id", "value").get() == (SUMIDA, 1)


def test_a_reversal_without_its_fact_is_tried_again():
    with pytest.raises(Fact.DoesNotExist):
        tell("lab_event.held_taken_back", SUMIDA, event_id=99)


def test_targets_that_grow_are_met_step_by_step(settings, client: Client):
    settings.PROGRAMME_START_FY = 2024
    collaborations = BY_CODE["3-KGI"]
    years = [collaborations.target_of(year) for year in (2023, 2024, 2026, 2028, 2030)]
    assert years == [0, 2, 18, 50, 50]
    for year in (2025, 2026):
        Target.objects.create(
            indicator="3-KGI",
            ward_id=SUMIDA,
            fiscal_year=year,
            value=collaborations.target_of(year),
            basis="試験",
        )
    for year, value in ((2025, 7), (2026, 5)):
        Cell.objects.create(
            indicator="3-KGI", ward_id=SUMIDA, month=dt.date(year, 6, 1), value=value
        )
    Cell.objects.create(
        indicator="3-OP2/active", ward_id=SUMIDA, month=dt.date(2026, 9, 1), value=4
    )
    (found,) = [
        item
        for item in selectors.progress(fiscal_year=2026, as_of=dt.date(2026, 9, 30), ward_id=SUMIDA)
        if item.indicator.code == "3-KGI"
    ]
    assert (found.value, found.last_year_same_time) == (12, 7)
    assert found.actual_path == (7, 7, 12, 12, 12, 12)
    assert found.pace == 8 + 10 * Fraction(183, 365)
    assert found.target_path[-1] == 18
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    page = client.get(reverse("kpi:ward", args=[2026, SUMIDA]) + "?indicator=3-KGI")
    text = page.content.decode()
    for words in (
        "支援策③ ラボと仲間まわし",
        "年度末までの累計の目標18件",
        "共同受注・共同開発 累計は累計12件",
        "実働（180日以内に返事・受注・納品）：",
        "事業の1年目からの累計",
    ):
        assert words in text, words
    definitions = client.get(reverse("kpi:definitions")).content.decode()
    assert "年度末に2・8・18・32・50" in definitions
    assert definitions.count("/dashboards/indicators/3-") == 6
    assert all(
        str(getattr(item.quality, name))
        for item in INDICATORS
        for name in ("verification", "source", "accuracy", "limits", "compensation")
    )
