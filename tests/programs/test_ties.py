"""資本関係: declared by firms and officials, ended with a reason; who belongs together counts as one."""

import pytest
from django.urls import reverse

from lab.consortium.rules.counting import Party, independent
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs import groups
from programs.models import Firm, FirmTie, FirmWard
from programs.policies import visible_ties
from programs.rules import joined
from programs.services.errors import Refused
from programs.services.ties import tie_declare, tie_end
from tests.factories import cases
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of

OUTSIDE = "7000012050002"


@pytest.mark.parametrize(
    ("pairs", "heads"),
    [
        ([], 4),
        ([(1, 2)], 3),
        ([(1, 2), (2, 1), (1, 1)], 3),
        ([(1, 9), (2, 9), (9, 3)], 2),
        ([(1, 2), (3, 4), (2, 3)], 1),
    ],
)
def test_who_belongs_together_by_way_of_others(pairs, heads):
    found = joined([1, 2, 3, 4], pairs)
    assert len({found[key] for key in (1, 2, 3, 4)}) == heads


def test_a_told_group_and_the_register_are_one():
    parties = [
        Party("a", group="丸三グループ"),
        Party("b", group="丸三グループ", register="x"),
        Party("c", register="x"),
        Party("d"),
    ]
    assert independent(parties) == 2


@pytest.mark.django_db
def test_subsidiaries_of_a_company_outside_the_register_are_one():
    one, two, third = (make.firm_actor(make.make_firm()) for _ in range(3))
    for actor in (one, two):
        with acting(actor):
            tie_declare(
                actor=actor, firm_id=actor.firm_id, kind="parent", number=OUTSIDE, name="親会社"
            )
    firms = {actor.firm_id for actor in (one, two, third)}
    assert groups.independent(firms) == 2
    assert groups.together(one.firm_id, two.firm_id)
    # The parent registers: it is one of them, too.
    Firm.objects.filter(pk=third.firm_id).update(corporate_number=OUTSIDE)
    assert groups.independent(firms) == 1
    row = FirmTie.objects.get(firm_id=one.firm_id)
    far = make.official_actor(build.OTA)
    with acting(far):
        assert not visible_ties(far).exists()
    FirmWard.objects.create(
        firm_id=one.firm_id, ward_id=build.SUMIDA, basis="site", since=clock.today()
    )
    client = client_of(make.official_actor())
    url = reverse("programs:tie_end", args=[row.public_id])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "株式を売った"}).status_code == 302
    assert groups.independent(firms) == 2
    assert AuditRow.objects.filter(action="firm.tie_ended", reason="株式を売った").exists()


@pytest.mark.django_db
def test_declaring_on_the_firms_page():
    actor = make.firm_actor(make.make_firm())
    client, url = client_of(actor), reverse("programs:tie_add")
    typed = {"kind": "same_head", "name": "兄弟工業"}
    assert "13桁" in client.post(url, {**typed, "number": "123"}).content.decode()
    assert client.post(url, {**typed, "number": OUTSIDE}).status_code == 302
    assert "すでに申告" in client.post(url, {**typed, "number": OUTSIDE}).content.decode()
    assert "兄弟工業" in client.get(reverse("programs:firm_home")).content.decode()
    row = FirmTie.objects.get()
    rival = make.firm_actor(make.make_firm())
    with acting(rival), pytest.raises(FirmTie.DoesNotExist):
        tie_end(actor=rival, tie_id=row.pk, reason="x")
    own = Firm.objects.get(pk=actor.firm_id).corporate_number
    with acting(actor), pytest.raises(Refused, match="自社"):
        tie_declare(actor=actor, firm_id=actor.firm_id, kind="parent", number=own, name="x")


@pytest.mark.django_db
def test_firms_of_one_group_do_not_rate_each_other():
    from lab.nakama.cases import services
    from lab.nakama.cases.selectors import rating

    lead, member = cases.buyer(), cases.shop("cut.lathe")
    order = cases.order_alone(lead, member)
    number = Firm.objects.get(pk=lead.firm_id).corporate_number
    with acting(member):
        assert rating.to_rate(member)
        tie_declare(
            actor=member, firm_id=member.firm_id, kind="parent", number=number, name="発注元"
        )
        assert not rating.to_rate(member)
        with pytest.raises(services.Refused, match="資本関係"):
            services.order_rate(actor=member, order_id=order.pk, marks=services.Marks(5, 5, 5))
