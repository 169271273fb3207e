"""除斥: one person with two roles; what they do as an advisor or for a firm another one decides on."""

import pytest

from advisors import services, states
from advisors.models import Engagement, EngagementChange, Visit
from advisors.services import Choice, Refused
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return make.official_actor()


@pytest.fixture
def pair() -> tuple[tuple, tuple]:
    """((IT actor, entry), (shop-floor actor, entry))."""
    return build.make_advisor(sides=("it",)), build.make_advisor(sides=("floor",))


@pytest.fixture
def case(office, pair) -> Engagement:
    return build.engage(office, pair[0][1], pair[1][1], days=60)


def as_official(user_id: int | None, role: Role = Role.REVIEWER) -> Actor:
    return Actor(user_id or 0, "兼務", Hat.WARD, frozenset({role}), ward_id=SUMIDA)


def test_nobody_accepts_or_confirms_the_own_visit(case, pair):
    row = build.visit(pair[0][0], case)
    both = pair[0][0].user_id
    MembershipFactory(firm=case.firm, user_id=both)
    firm = Actor(both, "兼務", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=case.firm_id)
    with acting(firm), pytest.raises(Refused, match="相談員として加わる支援"):
        services.visit_confirm(actor=firm, visit_id=row.pk)
    for advisor, why in ((pair[0][0], "自分が属する企業"), (pair[1][0], "相談員として加わる")):
        actor = as_official(advisor.user_id)
        with acting(actor), pytest.raises(Refused, match=why):
            services.visit_accept(actor=actor, visit_id=row.pk, reason="確認がないため")
    assert Visit.objects.get().status == states.RECORDED


def test_nobody_ends_the_own_support(case, pair):
    actor = as_official(pair[1][0].user_id)
    with acting(actor), pytest.raises(Refused, match="相談員として加わる"):
        services.engagement_end(actor=actor, engagement_id=case.pk, reason="もう来ない")


def test_nobody_sends_themselves(office, pair):
    row = build.make_taken(build.make_firm(), office)
    actor = as_official(pair[0][0].user_id)
    with acting(actor), pytest.raises(Refused, match="相談員として加わる"):
        services.team_choose(
            actor=actor,
            request_id=row.pk,
            choice=Choice(pair[0][1].pk, pair[1][1].pk, "自分が行く"),
            starts_on=clock.today(),
        )
    assert not Engagement.objects.exists()


def test_nobody_puts_themselves_in_or_keeps_themselves_there(office, case, pair):
    third, entry = build.make_advisor(sides=("it",))

    def replace(actor: Actor) -> EngagementChange:
        with acting(actor):
            return services.change_propose(
                actor=actor,
                engagement_id=case.pk,
                kind="replace",
                reason="続けて見るため",
                side="it",
                advisor_id=entry.pk,
            )

    with pytest.raises(Refused, match="相談員として加わる"):
        replace(as_official(third.user_id))
    change = replace(office)
    for user_id in (third.user_id, pair[0][0].user_id):
        actor = as_official(user_id, Role.APPROVER)
        with acting(actor), pytest.raises(Refused, match="相談員として加わる"):
            services.change_approve(actor=actor, change_id=change.pk)
        with acting(actor), pytest.raises(Refused, match="相談員として加わる"):
            services.change_reject(actor=actor, change_id=change.pk, reason="替わりたくない")
    assert EngagementChange.objects.get().status == states.PROPOSED


def test_nobody_writes_the_own_entry():
    advisor, entry = build.make_advisor()
    actor = as_official(advisor.user_id)
    with acting(actor), pytest.raises(Refused, match="自分の登録"):
        services.advisor_save(actor=actor, advisor_id=entry.pk, profile=build.profile(), revision=1)


def test_nobody_handles_the_request_of_the_own_firm():
    firm = build.make_firm()
    row = build.ask(firm)
    actor = as_official(make.firm_actor(firm).user_id)
    with acting(actor), pytest.raises(Refused, match="自分が属する企業"):
        services.request_take(actor=actor, request_id=row.pk)
