"""Numbers carry their unit wherever a form asks for them or shows them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.accounts.models import User
from portal.accounts.roles import Role
from subsidies import units
from subsidies.models import ApplicationVersion
from subsidies.rules.scheme import InvalidRules, SchemeRules
from subsidies.schemes.definitions import scheme_definitions
from tests.factories import subsidies as make
from tests.subsidies.test_handlers import deliver, text_of
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

HOURS = {
    "code": "hours",
    "task": "plan",
    "label": "月に何時間かかっていますか",
    "kind": "number",
    "unit": "時間",
}


@pytest.fixture
def actor(client: Client):
    firm = make.firm_actor(make.make_firm(employees=120))
    sign_in(client, User.objects.get(pk=firm.user_id))
    return firm


@pytest.fixture
def draft(actor):
    rules = make.rules_json()
    call = make.make_call(rules={**rules, "questions": [*rules["questions"], HOURS]})
    return make.make_draft(actor, call, answers={**make.ANSWERS, "hours": "１，２００時間"})


def described(page: str, name: str) -> str:
    """What is read out with the input of that name: the words behind aria-describedby."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]
    ids = re.search(r'aria-describedby="([^"]+)"', field)[1].split()
    return " ".join(re.search(rf'id="{one}"[^>]*>([^<]*)<', page)[1] for one in ids)


def test_every_number_that_the_schemes_ask_for_has_its_unit():
    wards = {13107: "墨田区", 13109: "品川区", 13117: "北区", 13122: "葛飾区", 13123: "江戸川区"}
    for definition in scheme_definitions(wards):
        rules = SchemeRules.parse(definition.rules)
        numbers = [q for q in (*rules.questions, *rules.criteria) if q.kind == "number"]
        assert numbers
        assert [item.code for item in numbers if not item.unit] == [], definition.code


def test_a_unit_belongs_to_a_number():
    with pytest.raises(InvalidRules, match="単位は数"):
        SchemeRules.parse(
            make.rules_json(
                questions=[{**HOURS, "kind": "text"}], tasks=[{"code": "plan", "name": "計画"}]
            )
        )


def test_the_unit_stands_beside_the_input_and_is_read_out_with_it(client, actor, draft):
    page = client.get(reverse("subsidies:task", args=[draft.public_id, "plan"])).content.decode()
    assert described(page, "hours") == "時間"
    page = client.get(reverse("subsidies:check", args=[draft.public_id, "employees"]))
    assert described(page.content.decode(), "answer").endswith("人")
    page = client.get(reverse("subsidies:check", args=[draft.public_id, "capital"]))
    assert described(page.content.decode(), "answer").endswith("円")


def test_answers_are_shown_with_their_unit_on_the_screens_and_in_the_receipt(client, actor, draft):
    page = client.get(reverse("subsidies:check_answers", args=[draft.public_id])).content.decode()
    assert "1,200時間" in page
    assert "120人" in page
    make.submit(actor, draft)
    deliver("subsidies.application_submitted")
    version = ApplicationVersion.objects.select_related("receipt").get(application=draft)
    assert "1,200時間" in text_of(version.receipt)
    draft.refresh_from_db()
    sign_in(client, User.objects.get(pk=make.official_actor(make.SUMIDA, Role.REVIEWER).user_id))
    page = client.get(reverse("subsidies:application", args=[draft.receipt_no])).content.decode()
    assert "1,200時間" in page
    assert "120人" in page


def test_units_in_english_have_their_plural_and_unknown_ones_stay():
    with override("en"):
        assert units.with_unit(1, "人") == "1 person"
        assert units.with_unit(1200, "人") == "1,200 people"
        assert (units.unit_word("年"), units.unit_word("%")) == ("years", "%")
        assert units.with_unit(3, "棟") == "3棟"
    with override("ja"):
        assert units.with_unit(3, "年") == "3年"
