"""The search for profiles: whom it finds, in which order, and what it says to relax."""

import pytest

from lab.nakama.selectors.profiles import page_of
from lab.nakama.selectors.search import Conditions, Wish, search
from lab.nakama.services.profiles import answers_count
from portal.kernel.actor import Actor
from tests.factories.nakama import as_lab, make_profile
from tests.lab.nakama.test_profiles import TODAY

pytestmark = pytest.mark.django_db


def test_failing_firms_stand_outside_and_the_search_says_what_to_relax():
    for lot in (10, 20, 3000):
        make_profile(description="旋盤加工", lot_max=lot)
    make_profile(description="旋盤加工", lot_max=10, max_size_mm=50)
    actor = as_lab()
    wish = Wish("旋盤", conditions=Conditions(lot=5000, size_mm=300))
    result = search(actor, wish, today=TODAY).result
    assert result.fitting == ()
    assert {hit.failed for hit in result.outside} == {("lot",), ("size", "lot")}
    assert result.relax == ((("lot",), 3),)


def test_where_no_single_condition_helps_the_search_tries_them_together():
    for size in (50, 60):
        make_profile(description="旋盤加工", lot_max=10, max_size_mm=size)
    make_profile(description="旋盤加工", lot_max=10, materials=("チタン",))
    make_profile(description="旋盤加工", lot_max=10, max_size_mm=50, materials=("チタン",))
    conditions = Conditions(lot=5000, size_mm=300, material="SUS304")
    result = search(as_lab(), Wish("旋盤", conditions=conditions), today=TODAY).result
    assert result.relax == ((("size", "lot"), 2), (("material", "lot"), 1))
    # Somebody fits: then the other sets are noise.
    make_profile(description="旋盤加工", lot_max=9000)
    assert search(as_lab(), Wish("旋盤", conditions=conditions), today=TODAY).result.relax == ()


def test_whoever_answers_more_often_comes_first_among_equals():
    quiet, lively = make_profile(description="溶接"), make_profile(description="溶接")
    answers_count(firm_id=quiet.firm_id, asked=10, answered=1)
    answers_count(firm_id=lively.firm_id, asked=10, answered=9)
    hits = search(as_lab(), Wish("溶接"), today=TODAY).result.fitting
    assert [hit.profile for hit in hits] == [lively.pk, quiet.pk]


@pytest.mark.parametrize("many", [False, True])
def test_a_search_asks_no_more_queries_for_more_firms(many, django_assert_num_queries):
    for _number in range(30 if many else 1):
        make_profile()
    actor = as_lab()
    search(actor, Wish("旋盤"), today=TODAY)
    # A search that finds little asks once more, for what is only near.
    with django_assert_num_queries(9 if many else 11):
        answer = search(actor, Wish("旋盤"), today=TODAY)
        page_of(Actor.system("test"), answer.result.fitting[:20])
