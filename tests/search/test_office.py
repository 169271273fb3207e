"""The officials' search: what goes by a name or number, as far as the person sees it, and the trace."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.search.looks import term_digest
from portal.search.selectors.office import find
from programs.models import FirmMembership
from subsidies.models import Application
from tests.factories import advisors as support
from tests.factories import dojo
from tests.factories import subsidies as make
from tests.factories.programs import OTA, FirmFactory, MembershipFactory
from tests.support.people import client_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def official():
    return make.official_actor()


@pytest.fixture
def firm():
    found = FirmFactory(
        name="株式会社渡邉メッキ工業所", name_kana="ワタナベメッキコウギョウショ",
        representative_name="渡邉　惠子", phone="03-9876-5432", email="info@watanabe.example",
    )  # fmt: skip
    person = make_person("hama@example.jp", name="濵田 次郎", name_kana="ハマダ ジロウ")
    MembershipFactory(firm=found, user=person)
    return found


def seen(actor, text):
    with acting(actor):
        return find(actor, text)


@pytest.mark.parametrize(
    "text",
    [
        "渡辺",
        "渡邊めっき",
        "わたなべ",
        "ﾜﾀﾅﾍﾞ",
        "0398765432",
        "９８７６",
        "info@watanabe",
        "渡辺メッキ工業",
    ],
)
def test_a_firm_is_found_by_whatever_it_goes_by(official, firm, text):
    assert seen(official, text).firms.rows == [firm]


def test_a_number_stands_first(official, firm):
    found = seen(official, firm.corporate_number)
    assert found.exact == [firm]
    assert seen(official, firm.corporate_number[:6]).exact == []


@pytest.mark.parametrize(
    ("text", "name"), [("渡辺恵子", "渡邉　惠子"), ("浜田", "濵田 次郎"), ("はまだ", "濵田 次郎")]
)
def test_people_are_found_and_the_search_leaves_a_row(official, firm, text, name):
    client = client_of(official)
    before = AuditRow.objects.filter(action="search.people_shown").count()
    html = client.get("/staff/search/", {"q": text}).content.decode()
    assert name in html
    rows = AuditRow.objects.filter(action="search.people_shown")
    assert rows.count() == before + 1
    row = rows.latest("pk")
    assert row.actor_id == official.user_id
    assert row.chain == official.ward_id
    assert row.detail == {"term_digest": term_digest(text), "people": 1}
    assert term_digest("渡邊 惠子") == term_digest("渡辺 恵子") != term_digest("渡辺")


def test_learners_and_contact_persons_are_found_by_any_spelling(official):
    case = make.make_grant().application
    with acting(Actor.system("test")):
        Application.objects.filter(pk=case.pk).update(
            answers=case.answers | {"contact_name": "髙濵　ﾕｷ"}
        )
    learner = dojo.owner()
    User.objects.filter(pk=learner.user_id).update(name="齋藤 光", name_kana="サイトウ ヒカル")
    dojo.apply(learner, dojo.make_cohort())
    row = dojo.apply(learner, dojo.make_cohort())
    # Who has left the firm stands on no card and is still known from the course.
    FirmMembership.objects.filter(user=learner.user_id).update(valid_to=clock.today())
    client = client_of(official)
    for text, name, address in (
        ("高浜ユキ", "髙濵　ﾕｷ", reverse("subsidies:application", args=[case.receipt_no])),
        ("斎藤光", "齋藤 光", reverse("dojo:person", args=[row.public_id])),
        ("ｻｲﾄｳ", "齋藤 光", reverse("dojo:person", args=[row.public_id])),
    ):
        html = client.get("/staff/search/", {"q": text}).content.decode()
        assert name in html, text
        assert address in html, text
        assert seen(make.official_actor(OTA), text).is_empty
    # Whoever came to two courses is one person.
    assert len(seen(official, "斎藤光").people.rows) == 1
    assert client.get(address).status_code == 200
    # What a firm is typing into a correction is not handed in; what is erased is gone.
    rows = Application.objects.filter(pk=case.pk)
    with acting(Actor.system("test")):
        rows.update(status="correction")
        rows.update(answers=case.answers | {"contact_name": "別の人"})
    assert seen(official, "別の人").people.rows == []
    assert seen(official, "高浜ユキ").people.rows
    with acting(Actor.system("test")):
        rows.update(status="granted", answers={})
    assert seen(official, "高浜ユキ").people.rows == []


def test_a_search_without_people_leaves_none(official, firm):
    client_of(official).get("/staff/search/", {"q": firm.corporate_number})
    assert not AuditRow.objects.filter(action="search.people_shown").exists()


def test_cases_grants_and_letters_are_found_by_their_numbers(official):
    grant = make.make_grant()
    found = seen(official, grant.receipt_no)
    assert [row.pk for row in found.applications.rows] == [grant.application_id]
    assert [row.pk for row in found.grants.rows] == [grant.pk]
    assert [row.pk for row in found.exact] == [grant.application_id]
    html = client_of(official).get("/staff/search/", {"q": grant.receipt_no}).content.decode()
    assert f"/staff/grants/{grant.receipt_no}/" in html
    assert seen(official, grant.firm_name[:6]).applications.rows


def test_nothing_of_another_ward_is_ever_found(firm):
    grant = make.make_grant()
    other = make.official_actor(OTA)
    for text in (
        "渡辺",
        "渡辺恵子",
        "浜田",
        firm.corporate_number,
        grant.receipt_no,
        "9876",
        "試験",
    ):
        assert seen(other, text).is_empty, text
    auditor = make.auditor_actor()
    assert seen(auditor, "渡辺").firms.rows == [firm]
    assert [row.pk for row in seen(auditor, grant.receipt_no).grants.rows] == [grant.pk]


def test_whoever_is_no_official_has_no_such_page(firm):
    owner = make.firm_actor(firm)
    assert client_of(owner).get("/staff/search/", {"q": "渡辺"}).status_code == 404


@pytest.mark.parametrize(
    "text", ["%", '"', "あ", "\x00", "😀", "'; DROP TABLE x; --", "(((", "[", "\\"]
)
def test_nonsense_is_answered(official, firm, text):
    assert client_of(official).get("/staff/search/", {"q": text}).status_code == 200


def test_four_thousand_letters_are_refused(official):
    response = client_of(official).get("/staff/search/", {"q": "あ" * 4_000})
    assert response.status_code == 422
    assert "100文字まで" in response.content.decode()


def test_rows_cost_no_statement_each(official):
    client, counts = client_of(official), []
    client.get("/staff/search/", {"q": "ねじ"})
    for more in (1, 8):
        for number in range(more):
            firm = FirmFactory(name=f"ねじ{more}{number}", representative_name="根路銘 一")
            MembershipFactory(
                firm=firm, user=make_person(f"n{more}{number}@example.jp", name="ねじ 回")
            )
        with CaptureQueriesContext(connection) as queries:
            client.get("/staff/search/", {"q": "ねじ"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_advisor_finds_the_firms_of_the_own_supports_and_their_cards_alone():
    office = make.official_actor()
    (advisor, it), (_other, floor) = support.make_advisor(), support.make_advisor()
    mine = support.make_firm(name="渡邉メッキ工業所", representative_name="渡邉 惠子")
    support.make_firm(name="渡辺鍛造")
    support.engage(office, it, floor, mine)
    found = seen(advisor, "渡辺")
    assert found.firms.rows == [mine]
    assert not found.people.rows
    html = client_of(advisor).get("/staff/search/", {"q": "ワタナベ 渡辺"}).content.decode()
    assert "渡辺鍛造" not in html
    html = client_of(advisor).get("/staff/search/", {"q": "渡辺"}).content.decode()
    assert f"/visits/firms/{mine.pk}/" in html
    assert "惠子" not in html
