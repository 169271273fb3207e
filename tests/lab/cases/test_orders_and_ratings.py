"""Letters of an order, and ratings: blind, without a case, hidden below three."""

import datetime as dt

import pytest

from lab.nakama.cases import policies, services, states
from lab.nakama.cases.models import (
    Order,
    Rating,
)
from lab.nakama.cases.selectors import rating
from lab.nakama.cases.selectors.cases import marks_of
from lab.nakama.cases.services import Refused
from lab.nakama.models import CapabilityProfile
from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.database import acting
from portal.notices.models import Notice
from tests.factories import cases as build
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
LATHE, HEAT, GRIND = build.STEPS


def shops():
    return [build.shop(LATHE), build.shop(HEAT), build.shop(GRIND)]


def test_letters_name_the_work_in_the_language_of_who_reads_them():
    owner, makers = build.buyer(), shops()
    User.objects.filter(pk=makers[0].user_id).update(language="en")
    build.closed(owner, makers)
    by_person = {
        actor.user_id: "\n".join(
            f"{row.subject}\n{row.body}"
            for row in Notice.objects.filter(recipient_id=actor.user_id)
        )
        for actor in makers[:2]
    }
    english, japanese = by_person.values()
    assert "旋盤" not in english
    assert "urning" in english
    assert "焼入" in japanese


def test_an_order_without_a_case_is_rated_in_the_same_way():
    lead, member, other = build.buyer(), build.shop("cut.lathe"), build.shop("cut.lathe")
    early = build.order_alone(other, member, received=False)
    order = build.order_alone(lead, member)
    good, bad = build.Marks(5, 5, 4, "早い"), build.Marks(9, 1, 1)
    client = client_of(member)
    url = f"/nakama/orders/{order.public_id}/ratings/"
    assert "受注統括" in client.get(url).content.decode()
    typed = {"firm": lead.firm_id, "quality": 5, "delivery": 5, "manner": 4}
    assert client.post(url, typed).status_code == 302
    for actor, row, marks, told in (
        (member, order, good, "もう評価"),
        (member, early, good, "受け取りが記録"),
        (lead, order, bad, "1から5"),
    ):
        with acting(actor), pytest.raises(services.Refused, match=told):
            services.order_rate(actor=actor, order_id=row.pk, marks=marks)
    with acting(other), pytest.raises(Order.DoesNotExist):
        services.order_rate(actor=other, order_id=order.pk, marks=good)
    with acting(lead):
        assert not policies.visible_ratings(lead).exists()
        assert [one.order.pk for one in rating.to_rate(lead)] == [order.pk]
        assert rating.waiting(lead).exists()
        services.order_rate(actor=lead, order_id=order.pk, marks=good)
        got = policies.visible_ratings(lead).get(to_firm_id=lead.firm_id)
        services.rating_appeal(actor=lead, rating_id=got.pk, reason="返事はした")
        assert not rating.to_rate(lead)
    # One that is not answered shows after the time is over.
    Order.objects.filter(pk=early.pk).update(received_on=clock.today())
    with acting(other):
        services.order_rate(actor=other, order_id=early.pk, marks=good)
    later = clock.database_now() + dt.timedelta(days=15)
    with acting(build.SYSTEM):
        assert services.ratings_reveal(now=later) == 1
        assert CapabilityProfile.objects.get(firm_id=member.firm_id).ratings == 2


def test_ratings_are_blind_until_both_have_rated_and_hidden_below_three():
    owner, makers = build.buyer(), shops()
    case = build.closed(owner, makers)
    lathe = makers[0]
    build.rate(owner, case, lathe.firm_id, 2)
    with acting(lathe):
        assert not policies.visible_ratings(lathe).exists()
    build.rate(lathe, case, owner.firm_id, 5)
    with acting(lathe):
        got = policies.visible_ratings(lathe).get(to_firm_id=lathe.firm_id)
        services.rating_appeal(actor=lathe, rating_id=got.pk, reason="納期は守った")
    marks = services.Marks(1, 1, 1)
    with acting(owner), pytest.raises(Refused, match="もう評価した"):
        services.rating_give(actor=owner, case_id=case.pk, to_firm=lathe.firm_id, marks=marks)
    assert marks_of(build.SYSTEM, [lathe.firm_id]) == {}
    build.rate(owner, case, makers[1].firm_id)
    case.refresh_from_db()
    later = clock.database_now() + dt.timedelta(days=15)
    assert services.ratings_reveal(now=later) == 1
    lab = build.coordinator()
    with acting(lab):
        services.appeal_rule(actor=lab, rating_id=got.pk, action="strike", reason="記録と合う")
    assert Rating.objects.get(pk=got.pk).status == states.STRUCK
    profile = CapabilityProfile.objects.get(firm_id=lathe.firm_id)
    assert (profile.asked, profile.answered, profile.ratings) == (1, 1, 0)
