"""Who sees what hangs on a grant: the scope alone, the net alone."""

import pytest
from django.apps import apps
from django.db import transaction

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from subsidies.grants import policies, services
from subsidies.grants.models import (
    Filing,
    FilingDocument,
    FilingVersion,
    ProgressRequest,
    Ruling,
    SiteVisit,
    VisitPhoto,
)
from subsidies.models import Grant
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA
from tests.subsidies.grants.people import begun, filed, proposed

pytestmark = pytest.mark.usefixtures("as_built")

OWN = [Filing, FilingVersion, Ruling, ProgressRequest, SiteVisit, Grant]
MINE = {"Filing", "FilingDocument", "FilingVersion", "ProgressRequest", "Ruling", "SiteVisit"}
CANCEL = {"why": "倒産。", "state": "発注前。"}


@pytest.fixture(scope="module")
def world(kept_database):
    """In each of two wards: a grant with a submitted filing, a draft, a proposal, a request and a
    visit with a photo."""
    found = {}
    for ward in (SUMIDA, OTA):
        grant = make.make_grant(call=make.make_call(ward=ward))
        filing = filed(grant, "cancellation", **CANCEL)
        begun(grant, "delay")
        proposed(filing)
        official = make.official_actor(ward)
        day = make.clock.today() + make.dt.timedelta(days=5)
        with acting(official):
            services.progress_request(
                actor=official, grant_id=grant.pk, question="進み具合", due_on=day
            )
            visit = services.visit_plan(
                actor=official, grant_id=grant.pk, planned_on=day, visitors="山田", purpose="設置"
            )
        VisitPhoto.objects.create(visit=visit, stored_file=make.make_file(firm_id=None))
        found[ward] = grant
    return found


def grants_of(rows):
    """The grants to which the rows belong."""
    found = set()
    for row in rows:
        if isinstance(row, Grant):
            found.add(row.pk)
        elif isinstance(row, VisitPhoto):
            found.add(row.visit.grant_id)
        else:
            found.add(getattr(row, "grant_id", None) or row.filing.grant_id)
    return found


@pytest.mark.parametrize("ward", [SUMIDA, OTA])
@pytest.mark.parametrize("model", [*OWN, VisitPhoto])
def test_with_the_scope_gone_officials_see_their_ward(world, model, ward):
    with acting(make.official_actor(ward)):
        assert grants_of(model.objects.all()) == {world[ward].pk}
        assert not Filing.objects.filter(submitted_at=None).exists()


@pytest.mark.parametrize("model", [Filing, FilingVersion, ProgressRequest, SiteVisit, Grant])
def test_with_the_scope_gone_firms_see_their_own(world, model):
    with acting(make.owner_of(world[SUMIDA])):
        assert grants_of(model.objects.all()) == {world[SUMIDA].pk}


def test_a_proposal_is_not_the_firms_to_read_nor_are_photos(world):
    with acting(make.owner_of(world[SUMIDA])):
        assert not Ruling.objects.exists()
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            VisitPhoto.objects.exists()


def test_with_the_net_off_the_scope_holds(world):
    """As the system, which sees every row: the policies' own filters must be enough."""
    for ward in (SUMIDA, OTA):
        grant, official = world[ward], make.official_actor(ward)
        firm = make.owner_of(grant)
        assert set(policies.visible_grants(official)) == {grant}
        assert set(policies.visible_grants(firm)) == {grant}
        assert policies.visible_filings(official).count() == 1
        assert policies.visible_filings(firm).count() == 2
        assert policies.visible_rulings(official).count() == 1
        assert not policies.visible_rulings(firm).exists()
        assert policies.visible_visits(official).count() == 1
        assert policies.visible_requests(firm).count() == 1
    assert policies.visible_filings(make.auditor_actor()).count() == 2
    for hat in (Hat.PUBLIC, Hat.POLICY, Hat.ADMIN, Hat.SUPPORT, Hat.REVIEW):
        actor = Actor(1, "x", hat, frozenset({Role.COMMITTEE}), ward_id=SUMIDA)
        assert not policies.visible_grants(actor).exists()
        assert not policies.visible_filings(actor).exists()


def test_an_auditor_reads_all_wards_and_writes_nothing(world):
    both = {grant.pk for grant in world.values()}
    with acting(make.auditor_actor()):
        for model in (*OWN, VisitPhoto):
            assert grants_of(model.objects.all()) == both, model
        assert not Filing.objects.filter(submitted_at=None).exists()
        for change in (
            lambda: Filing.objects.update(message="x"),
            lambda: SiteVisit.objects.update(findings="x"),
            lambda: Ruling.objects.update(reason="x"),
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                change()


def test_a_firm_writes_neither_rulings_nor_requests_nor_dates(world):
    grant = world[SUMIDA]
    with acting(make.owner_of(grant)):
        for change in (
            lambda: Grant.objects.update(decided_yen=1),
            lambda: Grant.objects.update(project_ends_on="2027-03-31"),
            lambda: ProgressRequest.objects.update(due_on="2030-01-01"),
            lambda: SiteVisit.objects.update(findings="立派"),
            lambda: Ruling.objects.create(grant=grant),
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                change()


def test_an_official_does_not_write_what_the_firm_filed(world):
    with acting(make.official_actor()):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            Filing.objects.update(content={})
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            FilingDocument.objects.update(requirement="x")
        assert SiteVisit.objects.filter(ward_id=OTA).update(findings="よそ") == 0


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("grants.ruled", "ruling_id"),
        ("grants.progress_requested", "request_id"),
        ("grants.filing_accepted", "filing_id"),
        ("subsidies.grant_paid", "grant_id"),
    ],
)
def test_nobody_tells_what_did_not_happen(world, name, key):
    """An event that the row does not bear out is refused by the database."""
    grant = world[SUMIDA]
    rows = {
        "ruling_id": grant.rulings.get().pk,
        "request_id": grant.progress_requests.get().pk,
        "filing_id": grant.filings.first().pk,
        "grant_id": grant.pk,
    }
    from portal.kernel.database import insert_blind

    for actor in (make.owner_of(grant), make.official_actor(OTA)):
        event = OutboxEvent(
            name=name, subject=str(rows[key]), ward_id=grant.ward_id, payload={key: rows[key]}
        )
        with (
            acting(actor),
            pytest.raises(Exception, match="row-level security"),
            transaction.atomic(),
        ):
            insert_blind(event)


def test_every_model_of_these_procedures_is_named_here():
    names = {model.__name__ for model in apps.get_app_config("grants").get_models()}
    assert names >= MINE | {"VisitPhoto"}
