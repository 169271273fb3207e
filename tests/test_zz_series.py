import datetime as dt
import pytest
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel import clock

@pytest.mark.timeout(500)
def test_look(transactional_db, signed_in):
    from kpi.series import demo
    from kpi.series.models import Intake, Accounts
    from portal.accounts.roles import Role
    from tests.factories.programs import FirmFactory, MembershipFactory
    from tests.factories import subsidies as make
    from tests.support.people import assign, make_person
    from django.urls import reverse
    from tests.browser.test_every_page import look_at_all
    with acting(Actor.system("t")):
        pol = assign(make_person("p@example.jp", name="政策 太郎"), Role.POLICY)
        rev = assign(make_person("r@example.jp", name="区 花子"), Role.REVIEWER, ward_id=13107)
        firms = [FirmFactory() for _n in range(30)] + [FirmFactory(ward=13111) for _n in range(4)]+ [FirmFactory(ward=13110) for _n in range(2)]
        demo.load(firms=firms, now=clock.now(), scale=1.0)
        firm = Accounts.objects.filter(firm__in=firms).order_by("firm_id").first().firm
        owner = make.firm_actor(firm)
        held = Intake.objects.get(kind="accounts")
        done = Intake.objects.get(kind="statistics")
        day = Accounts.objects.filter(firm=firm).first().period_end.isoformat()
    def shots(pk, width, pages):
        page = signed_in(pk, width=width)
        for name, address in pages.items():
            page.goto(address)
            page.screenshot(path=f"/tmp/notes/series-{name}-{width}.png", full_page=True)
        return page
    R = reverse
    staff = {"home": R("series:home"), "stat": R("series:statistics"), "prod": R("series:productivity")}
    ward = {"firms": R("series:firms"), "firm": R("series:firm", args=[firm.public_id]), "held": R("series:intake", args=[held.public_id]), "start": R("series:intake_start", args=["accounts"])}
    mine = {"mine": R("series:mine"), "record": R("series:record"), "correct": R("series:correct", args=[day])}
    shots(pol.pk, 1280, staff); shots(rev.pk, 1280, ward); shots(owner.user_id, 1280, mine)
    for pk, pages in ((pol.pk, {**staff, "done": R("series:intake", args=[done.public_id])}), (rev.pk, ward), (owner.user_id, mine)):
        page = signed_in(pk, width=390)
        for name, address in pages.items():
            page.goto(address)
            page.screenshot(path=f"/tmp/notes/series-{name}-390.png", full_page=True)
        page = signed_in(pk, width=320)
        look_at_all(page, pages)
