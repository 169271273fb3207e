"""基準: a ward says from where on it is told; each finding says with which limit it was found."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from subsidies.services.errors import Refused
from subsidies.watch.models import Finding, LimitsVersion
from subsidies.watch.rules.limits import BOUNDS, OF_KIND, STANDARD, Limits, frozen, thawed
from subsidies.watch.selectors.limits import limits_of
from subsidies.watch.services import limits_set
from tests.factories import subsidies as make
from tests.factories import watch
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db
OTA = 13111


@pytest.fixture
def admin():
    return make.official_actor(make.SUMIDA, Role.WARD_ADMIN)


def put(actor, seen=0, reason="区内の企業が少ないため。", **values):
    with acting(actor):
        return limits_set(
            actor=actor, seen=seen, values={**STANDARD.values(), **values}, reason=reason
        )


def test_bounds_hold_the_standard_and_kinds_name_what_there_is():
    assert all(least <= STANDARD.values()[name] <= most for name, (least, most) in BOUNDS.items())
    assert sorted(name for names in OF_KIND.values() for name in names) == sorted(BOUNDS)
    own = Limits(number=4, text_percent=80)
    assert thawed({"limits": frozen("text", own)}) == own
    assert thawed({}) == STANDARD


def test_each_version_is_kept_with_its_reason_and_the_newest_counts(admin):
    first = put(admin, vendor_firms=4)
    put(admin, seen=1, vendor_firms=5, reason="多すぎたため。")
    with acting(admin):
        assert limits_of([make.SUMIDA, OTA]) == {
            make.SUMIDA: Limits(number=2, vendor_firms=5),
            OTA: STANDARD,
        }
    told = AuditRow.objects.filter(action="watch.limits_set").order_by("pk").last()
    assert (told.reason, told.changes) == ("多すぎたため。", {"vendor_firms": [4, 5]})
    with acting(admin), pytest.raises(DatabaseError), transaction.atomic():
        LimitsVersion.objects.filter(pk=first.pk).update(vendor_firms=9)
    with acting(make.official_actor(OTA)):
        assert not LimitsVersion.objects.exists()


def test_refusals(admin):
    with pytest.raises(RoleMissing):
        put(make.official_actor(), vendor_firms=4)
    with pytest.raises(ReasonMissing):
        put(admin, vendor_firms=4, reason=" ")
    with pytest.raises(Refused):
        put(admin, vendor_firms=1)
    with pytest.raises(Refused):
        put(admin)
    put(admin, vendor_firms=4)
    with pytest.raises(StaleState):
        put(admin, vendor_firms=3)


def test_a_lower_limit_finds_more_and_the_finding_says_by_which(admin):
    put(admin, vendor_firms=2)
    call = make.make_call()
    named = [
        watch.case(
            number, call=call, lines=[watch.line(vendor="株式会社同じ", description=f"品{number}")]
        )
        for number in (1, 2)
    ]
    found = [row for row in watch.compare(*named) if row.kind == Finding.Kind.VENDOR]
    assert found
    assert found[-1].evidence["limits"] == {"number": 1, "vendor_firms": 2, "vendor_one_in": 3}
    elsewhere = make.make_call(ward=OTA)
    others = [
        watch.case(
            number,
            call=elsewhere,
            lines=[watch.line(vendor="有限会社別", description=f"物{number}")],
        )
        for number in (3, 4)
    ]
    again = [row for row in watch.compare(*others) if row.kind == Finding.Kind.VENDOR]
    assert {row.ward_id for row in again} == {make.SUMIDA}


def test_of_two_wards_only_the_one_whose_limit_is_reached_is_told(admin):
    put(admin, text_percent=100)
    copied = {**watch.PLAN, "effect": watch.PLAN["effect"] + "検査の記録も同じ端末で残す。"}
    one = watch.case(1, answers=watch.PLAN)
    other = watch.case(2, ward=OTA, answers=copied)
    found = [row for row in watch.compare(one, other) if row.kind == Finding.Kind.TEXT]
    assert [row.ward_id for row in found] == [OTA]
    assert found[0].evidence["limits"] == {"number": 0, "text_percent": 70}
    assert found[0].twin_id is None


def test_the_page_shows_sets_and_refuses(client, admin):
    address = reverse("watch:limits")
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    assert "基準を変えられるのは、区の管理者です" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 404
    sign_in(client, User.objects.get(pk=admin.user_id))
    form = client.get(address).context["form"]
    data = {bound.name: bound.value() for bound in form if bound.value() is not None}
    wrong = client.post(address, {**data, "text_percent": "１０", "reason": "試し"})
    assert wrong.status_code == 422
    assert "50から100までの数" in wrong.content.decode()
    assert "試し" in wrong.content.decode()
    saved = client.post(
        address, {**data, "text_percent": "８０", "reason": "写しが多い"}, follow=True
    )
    page = saved.content.decode()
    assert "文章の80％以上が一致" in page
    assert "区が決めた基準（第1版）" in page
    assert "写しが多い" in page
