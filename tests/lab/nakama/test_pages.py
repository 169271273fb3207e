"""The pages: a search by its address, a profile's steps, the queue of words, a draft for a firm."""

import pytest
from django.urls import reverse

from lab.nakama import states
from lab.nakama.models import Alias, Capability, CapabilityProfile, HourlyBand, UnknownWord
from portal.accounts.roles import Role
from tests.factories.nakama import make_profile
from tests.factories.programs import FirmFactory, MembershipFactory
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return FirmFactory(jsic="32")


@pytest.fixture
def client(firm):
    person = make_person("own@example.jp")
    MembershipFactory(firm=firm, user=person, role=Role.FIRM_OWNER)
    return client_of(person.pk)


@pytest.fixture
def lab():
    person = assign(make_person("lab@example.jp"), Role.LAB_STAFF, ward_id=13107)
    return client_of(person.pk)


def page_of(client, name, *args, **query):
    return client.get(reverse(f"nakama:{name}", args=args), query)


def test_a_search_is_its_address(client):
    fits = make_profile(description="旋盤加工", name="あたり製作所")
    make_profile(description="旋盤加工", lot_max=5, name="はずれ製作所")
    html = page_of(client, "search", q="ターニング", lot="１００").content.decode()
    assert "1社が見つかりました" in html
    assert html.index("あたり製作所") < html.index("条件外") < html.index("はずれ製作所")
    assert "ロット100個に対応する登録がありません" in html
    assert reverse("nakama:profile", args=[fits.public_id]) in html


def test_nothing_found_says_which_condition_to_give_up_and_links_there(client):
    make_profile(description="旋盤加工")
    html = page_of(client, "search", q="旋盤", lot="99999", material="SUS304").content.decode()
    assert "条件に合う企業は見つかりませんでした" in html
    assert "「ロット」の条件を外すと、1社が見つかります" in html
    assert "?q=%E6%97%8B%E7%9B%A4&amp;material=SUS304" in html


def test_conditions_that_help_only_together_are_given_up_with_one_link(client):
    make_profile(description="旋盤加工", max_size_mm=50)
    html = page_of(client, "search", q="旋盤", lot="99999", size="300", page="1").content.decode()
    assert "「大きさ」と「ロット」の条件を一緒に外すと、1社が見つかります" in html
    assert 'href="?q=%E6%97%8B%E7%9B%A4"' in html


def test_a_bad_condition_keeps_what_was_typed(client):
    answer = page_of(client, "search", q="旋盤", size="大きい")
    assert answer.status_code == 422
    assert "大きい" in answer.content.decode()


def test_a_search_that_nobody_can_read_joins_the_queue(client, lab):
    page_of(client, "search", q="ドゴン加工をお願いしたい")
    html = page_of(lab, "words").content.decode()
    assert "ドゴン加工" in html
    word = UnknownWord.objects.get()
    lab.post(reverse("nakama:settle", args=[word.pk]), {"code": "grind.buff"})
    assert Alias.objects.filter(text="ドゴン加工", process_id="grind.buff").exists()
    make_profile(description="バフ研磨", name="みがき製作所")
    assert "みがき製作所" in page_of(client, "search", q="ドゴン加工").content.decode()


def test_an_unknown_word_beside_a_known_one_joins_the_queue_once_a_search(client, firm, lab):
    asked = {"q": "旋盤とドゴン加工", "process": "cut.lathe", "material": "ヒヒイロカネ"}
    page_of(client, "search", **asked)
    page_of(client, "search", **asked, page=2)
    found = UnknownWord.objects.values_list("word", "times", "sample")
    assert set(found) == {
        ("ドゴン加工", 1, "旋盤とドゴン加工"),
        ("ヒヒイロカネ", 1, "ヒヒイロカネ"),
    }
    # Of a profile too, and one click brings it in line: who has it is found by either word.
    row = make_profile(firm, description="旋盤加工", materials=())
    told = {
        "description": "旋盤加工",
        "materials": "ヒヒイロカネ、チタン",
        "revision": row.revision,
    }
    assert client.post(reverse("nakama:tell", args=[row.public_id]), told).status_code == 302
    word = UnknownWord.objects.get(word="ヒヒイロカネ")
    assert (word.times, word.place) == (2, UnknownWord.Place.PROFILE)
    lab.post(reverse("nakama:settle", args=[word.pk]), {"code": "copper.brass"})
    for material in ("ヒヒイロカネ", "真鍮"):
        html = page_of(client, "search", q="旋盤", material=material).content.decode()
        assert "1社が見つかりました" in html


def test_a_firm_goes_through_the_steps_and_confirms(client, firm):
    client.post(reverse("nakama:mine"))
    row = CapabilityProfile.objects.get(firm=firm)
    told = {
        "description": "NC旋盤でシャフト。",
        "materials": "SUS304、真鍮",
        "revision": row.revision,
    }
    answer = client.post(reverse("nakama:tell", args=[row.public_id]), told)
    assert answer.status_code == 302
    limits = {"process": "cut.lathe", "size1": "200", "um1": "10", "lot_min": "1", "lot_max": "50"}
    client.post(reverse("nakama:process", args=[row.public_id, "cut.lathe"]), limits)
    made = Capability.objects.get(profile=row, process_id="cut.lathe")
    assert (made.lot_max, made.is_read) == (50, False)
    client.post(reverse("nakama:band"), {"low_yen": "4,000", "high_yen": "６０００"})
    assert HourlyBand.objects.get(firm=firm).high_yen == 6000
    assert "4,000" not in page_of(client, "profile", row.public_id).content.decode()
    client.post(reverse("nakama:move", args=[row.public_id, "confirm"]))
    row.refresh_from_db()
    assert row.status == states.CONFIRMED


def test_wrong_limits_say_how_to_mend_them(client, firm):
    row = make_profile(firm)
    address = reverse("nakama:process", args=[row.public_id, "cut.lathe"])
    limits = {"process": "cut.lathe", "lot_min": "50", "lot_max": "5"}
    answer = client.post(address, limits)
    assert answer.status_code == 422
    assert "ロットの最小は、最大以下にしてください。" in answer.content.decode()
    answer = client.post(address, {"process": "cut.lathe", "size1": "50"})
    assert "大きさに対する公差を入力してください。" in answer.content.decode()


def test_lab_staff_draft_for_a_firm_of_their_ward(lab, firm):
    FirmFactory(name="とおい製作所", ward=13111)
    html = page_of(lab, "prefill", q="製作所").content.decode()
    assert firm.name in html
    assert "とおい製作所" not in html
    lab.post(reverse("nakama:prefill"), {"firm": firm.pk})
    row = CapabilityProfile.objects.get(firm=firm)
    assert row.prefilled_by_id
    assert "未確認" in page_of(lab, "profile", row.public_id).content.decode()


@pytest.mark.parametrize("many", [False, True])
def test_a_page_of_results_takes_the_same_number_of_queries(
    client, many, django_assert_max_num_queries
):
    for _number in range(25 if many else 1):
        make_profile(description="旋盤加工")
    page_of(client, "search", q="旋盤")
    with django_assert_max_num_queries(45):
        page_of(client, "search", q="旋盤")
