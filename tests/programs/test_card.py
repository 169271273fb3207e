"""企業カルテ: who sees what of a firm, filters, pages, the picture, the number of queries."""

import datetime as dt
import html
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_script_prefix
from django.urls import reverse

from advisors.models import TeamMember
from dojo.models import Enrolment
from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.models import AuditRow
from programs import card
from programs.history import (
    ADVICE,
    COURSES,
    GRANTS,
    LANES,
    OF_FIRM,
    Event,
    History,
    Place,
    Span,
    Todo,
    tells,
)
from programs.lanes import picture
from programs.models import FirmWard
from subsidies.consultations.models import Consultation
from tests.factories import adoption, followup
from tests.factories import advisors as support
from tests.factories import dojo as courses
from tests.factories import subsidies as make
from tests.factories import worksheets as sheets
from tests.factories.programs import OTA, SINCE, SUMIDA, SiteFactory
from tests.support.people import client_of

TODAY = dt.date(2026, 11, 30)


def event(day: dt.date, lane=GRANTS, text="出来事", **more) -> Event:
    return Event(at=clock.midnight(day), lane=lane, text=text, **more)


def boxes(path: str) -> list[tuple[float, float, float]]:
    """(x, y, width) of each box of a path."""
    found = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v", path)
    return [(float(x), float(y), float(width)) for x, y, width in found]


def drawn(history: History, page: int = 1, **params: str) -> card.Card:
    given = card.asked(params, history)
    return card.card_of(history, given, page=page, side=OF_FIRM, today=TODAY)


# The page as a pure rule ---------------------------------------------------------------------


def test_the_time_line_is_grouped_by_fiscal_year_and_paged():
    days = [TODAY - dt.timedelta(days=5 * number) for number in range(120)]
    history = History([event(day) for day in days], [], [])
    second, last = drawn(history, page=2), drawn(history, page=4)
    assert [(group.year, len(group.events)) for group in second.groups] == [(2026, 19), (2025, 11)]
    assert [group.count for group in second.groups] == [49, 71]
    assert sum(len(group.events) for group in last.groups) == 30
    assert last.page.paginator.num_pages == 4


def test_filters_count_each_other_and_nonsense_filters_nothing():
    history = History(
        [event(TODAY), event(TODAY, COURSES), event(dt.date(2025, 5, 1), COURSES)], [], []
    )
    found = drawn(history, kind="courses", year="2026")
    assert [len(group.events) for group in found.groups] == [1]
    assert [(tab.label, tab.count, tab.current) for tab in found.kinds] == [
        ("すべて", 2, False),
        ("講座", 1, True),
        ("補助金", 1, False),
    ]
    assert [(tab.label, tab.count) for tab in found.years[1:]] == [
        ("令和8年度", 1),
        ("令和7年度", 1),
    ]
    for params in ({"kind": "x", "year": "1999"}, {"year": "9" * 15}, {"year": "令和8"}):
        assert sum(len(group.events) for group in drawn(history, **params).groups) == 3


def test_the_readers_own_turn_comes_first_and_stands_once():
    theirs = Todo(GRANTS, "ward", "審査する", until=dt.date(2026, 12, 1))
    own = Todo(GRANTS, OF_FIRM, "補正を出す", until=dt.date(2026, 12, 9), place=Place("desk:my"))
    found = drawn(History([], [], [theirs, own]))
    assert (found.next, found.todos) == (own, [theirs])


def test_the_picture_draws_what_lasts_and_says_it_in_words():
    spans = [
        Span(ADVICE, dt.date(2026, 6, 1), dt.date(2027, 1, 31), ("現状把握",)),
        Span(ADVICE, dt.date(2026, 7, 1), dt.date(2026, 8, 1), ("前の支援",)),
    ]
    found = picture(History([event(dt.date(2024, 4, 1)), event(TODAY, ADVICE)], spans, []), TODAY)
    assert found.heads == ("令和6年度", "令和7年度", "令和8年度")
    assert dict(found.rows)["補助金"] == (1, 0, 0)
    strip = found.wide.strips[LANES.index(ADVICE)]
    # One bar up to today, the rest of it ahead; the other one on a place of its own beneath.
    now = found.wide.today_x
    (begin, above, width), (_, beneath, _) = boxes(strip.bars)
    assert begin + width == pytest.approx(now, abs=0.2)
    assert beneath > above
    [(rest, level, left)] = boxes(strip.ahead)
    assert (rest, level) == (now, above)
    assert rest + left <= found.wide.width
    assert found.spans[0] == "伴走支援：前の支援　令和8年7月1日–令和8年8月1日"


def test_an_address_is_remembered_for_the_prefix_it_was_looked_up_under():
    place = Place("dojo:enrolment", uuid.uuid4())
    bare = place.url
    with override_script_prefix("/portal/"):
        assert place.url == f"/portal{bare}"
    assert place.url == bare


def test_a_teller_names_its_models():
    with pytest.raises(TypeError, match=r"history\.tells"):
        tells(text_of)


def test_a_firm_without_history_has_a_picture_too():
    found = picture(History([], [], []), TODAY)
    assert found.heads == ("令和6年度", "令和7年度", "令和8年度")
    assert "0件" in found.caption.title


# Who sees what -------------------------------------------------------------------------------


@pytest.fixture
def firm(db):
    """A firm of 墨田区 that 大田区 sees as well, with something in every room."""
    found = make.make_firm(name="株式会社カルテ製作所")
    FirmWard.objects.create(firm=found, ward_id=OTA, basis=FirmWard.Basis.SITE, since=SINCE)
    SiteFactory(firm=found, ward_id=OTA, name="糀谷工場")
    return found


@pytest.fixture
def owner(firm):
    return make.firm_actor(firm)


@pytest.fixture
def office():
    return make.official_actor()


@pytest.fixture
def advised(firm, owner, office):
    """(advisor, engagement) with one recorded visit."""
    advisor, it = support.make_advisor(sides=("it",))
    _other, floor = support.make_advisor(sides=("floor",))
    made = support.engage(office, it, floor, firm, owner=owner, days=30)
    support.visit(advisor, made)
    return advisor, made


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def staff_card(firm) -> str:
    return reverse("programs:firm_card", args=[firm.public_id])


def test_every_room_tells_its_part(firm, owner, office, advised):
    row = courses.apply(owner, courses.make_cohort(office))
    courses.begin(row.cohort)
    courses.attend(office, row, "p", plan=False)
    application = make.make_submitted(call=make.make_call(), firm=firm)
    Consultation.objects.create(
        ward_id=SUMIDA,
        firm=firm,
        scheme=application.version.scheme,
        held_on=clock.today(),
        note="紙の日報から始めることを勧めた。",
        met_by_id=office.user_id,
    )
    advisor, case = advised
    # In use for eight months: one review is held, the next is due, the first of another too.
    tool = adoption.make_tool(advisor, case, weeks=35, name="日報アプリ")
    adoption.review(advisor, tool)
    adoption.make_tool(advisor, case, weeks=35, name="予定表アプリ")
    sheets.sheet(owner, "problems")
    page = text_of(client_of(office).get(staff_card(firm)))
    for part in (
        "DX道場（経営者向け） 第1期に申し込みました",
        "第1回：出席",
        "アドバイザーの派遣を依頼しました",
        "現地訪問（企業の確認待ち）",
        "に申請しました",
        "区に相談しました",
        "日報アプリを使い始めました",
        "3か月の振り返り：日報アプリ",
        "6か月の振り返りをする",
        "3か月の振り返りをする",
        "ポータルに登録されました",
        "ほかに進んでいること",
        "申請を審査する",
        "大田区（糀谷工場）",
    ):
        assert part in page, part
    # A sheet is the firm's own thinking.
    assert "課題の棚卸し" not in page
    own = text_of(client_of(owner).get(reverse("programs:own_card")))
    assert "を書き始めました" in own
    assert "区に相談しました" not in own  # the ward's own note
    assert "次にすること" in own
    only = text_of(client_of(owner).get(reverse("programs:own_card"), {"kind": "advice"}))
    assert "現地訪問" in only
    assert "第1回：出席" not in only.split('id="history"')[1]


def test_the_follow_up_of_a_graduate_stands_on_the_card(db):
    actor, survey = followup.asked()
    followup.report(actor)
    FirmWard.objects.create(firm=survey.firm, ward_id=OTA, basis=FirmWard.Basis.SITE, since=SINCE)
    own = text_of(client_of(actor).get(reverse("programs:own_card")))
    assert "修了後の調査に答える" in own
    assert "投資を報告しました（確認待ち）" in own
    ward = text_of(client_of(make.official_actor()).get(staff_card(survey.firm)))
    assert "投資の報告を確かめる" in ward
    assert "720,000円" in ward
    ota = text_of(client_of(make.official_actor(OTA)).get(staff_card(survey.firm)))
    assert "投資を報告しました" not in ota


def test_another_ward_and_another_firm_read_nothing_of_it(firm, owner, office, advised):
    make.make_submitted(call=make.make_call(), firm=firm)
    ota = make.official_actor(OTA)
    page = text_of(client_of(ota).get(staff_card(firm)))
    assert "ポータルに登録されました" in page
    for foreign in ("現地訪問", "に申請しました", "伴走支援が始まりました"):
        assert foreign not in page
    rival = make.firm_actor(make.make_firm())
    page = text_of(client_of(rival).get(reverse("programs:own_card")))
    assert firm.name not in page
    assert "現地訪問" not in page
    unseen = make.make_firm(ward=OTA)
    for name, key in (("firm_card", unseen.public_id), ("firm_card_of", unseen.pk)):
        address = reverse(f"programs:{name}", args=[key])
        assert client_of(office).get(address).status_code == 404


def test_an_advisor_reads_the_own_support_and_what_the_firm_consents_to(firm, owner, advised):
    advisor, case = advised
    make.make_submitted(call=make.make_call(), firm=firm)
    sheets.sheet(owner, "problems")
    address = reverse("programs:advised_card", args=[firm.pk])
    client = client_of(advisor)
    page = text_of(client.get(address))
    assert "現地訪問（企業の確認待ち）" in page
    assert "に申請しました" not in page
    assert "を書き始めました" not in page
    assert firm.phone not in page
    row = AuditRow.objects.get(action="firm.card_viewed")
    assert (row.chain, row.actor_id, row.object_id) == (SUMIDA, advisor.user_id, str(firm.pk))
    sheets.let_in(owner, advisor)
    assert "を書き始めました" in text_of(client.get(address))
    stranger, _entry = support.make_advisor()
    assert client_of(stranger).get(address).status_code == 404
    TeamMember.objects.filter(engagement=case).update(until=clock.today())
    assert client.get(address).status_code == 404


def test_the_file_holds_what_the_page_shows(firm, office, advised):
    address = reverse("exports:file", args=["firm-history", "csv"])
    params = {"firm": firm.public_id, "kind": "advice"}
    answer = client_of(office).get(address, params)
    text = (
        b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    )
    assert "現地訪問" in text
    assert "ポータルに登録されました" not in text
    other = client_of(make.official_actor(OTA)).get(address, params)
    text = b"".join(other.streaming_content).decode() if other.streaming else other.content.decode()
    assert "現地訪問" not in text


def test_the_card_in_english(owner, advised):
    User.objects.filter(pk=owner.user_id).update(language="en")
    page = text_of(client_of(owner).get(reverse("programs:own_card")))
    for part in (
        f"FY{clock.fiscal_year(clock.today())}",
        "Asked for an advisor",
        "Confirm the record",
    ):
        assert part in page


def test_a_room_that_has_nothing_of_the_firm_is_not_asked(firm, office, advised):
    """One statement looks into all rooms; the firm has an engagement and no seat in a course."""
    client = client_of(office)
    client.get(staff_card(firm))
    with CaptureQueriesContext(connection) as queries:
        assert "伴走支援が始まりました" in text_of(client.get(staff_card(firm)))

    def statements(table: str) -> int:
        return sum(f'FROM "{table}"' in query["sql"] for query in queries)

    assert [statements(table) for table in ("advisors_engagement", "dojo_enrolment")] == [2, 1]
    # Officials read no worksheets, and may not even look.
    assert statements("worksheets_worksheet") == 0


def test_thirty_events_cost_as_many_queries_as_one(firm, owner, office, advised):
    advisor, case = advised
    row = courses.apply(owner, courses.make_cohort(office))
    adoption.review(advisor, adoption.make_tool(advisor, case))
    client, address = client_of(office), staff_card(firm)

    def count() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get(address))
        assert "現地訪問" in page
        return len(queries)

    one = count()
    for number in range(2, 31):
        support.visit(advisor, case, days_ago=number % 28 + 1, hour=6 + number // 28 * 8)
        if number <= 20:  # The most that an engagement takes.
            adoption.review(advisor, adoption.make_tool(advisor, case))
    Enrolment.objects.bulk_create(
        Enrolment(
            cohort=row.cohort,
            ward_id=SUMIDA,
            firm=firm,
            person=row.person,
            firm_name=firm.name,
            person_name=f"受講者{number}",
            motive="試験",
            status="declined",
            reason="定員のため",
        )
        for number in range(29)
    )
    assert count() == one


def test_money_is_summed_by_fiscal_year():
    """31 March and 1 April lie in two years; what was paid back stands beside, not against it."""
    days = (dt.date(2026, 3, 31), 300), (dt.date(2026, 4, 1), 500), (dt.date(2026, 5, 1), -200)
    events = [event(day, received_yen=yen) for day, yen in days] + [event(dt.date(2024, 5, 1))]
    assert [(row.year, row.paid_yen, row.returned_yen) for row in card.money_of(events)] == [
        (2026, 500, 200),
        (2025, 300, 0),
    ]
