"""Across wards: the net alone, without the policies of the code."""

import pytest
from django.db import ProgrammingError, transaction

from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies.watch.models import Finding, Trace
from tests.factories import subsidies as make
from tests.factories import watch

pytestmark = pytest.mark.usefixtures("as_built")
OTA = 13111


@pytest.fixture(scope="module")
def world(kept_database):
    one = watch.case(1, ward=OTA)
    other = watch.case(2, file_of=one)
    watch.compare(one, other)
    return {OTA: one, make.SUMIDA: other}


@pytest.mark.parametrize("ward", [OTA, make.SUMIDA])
def test_an_official_reads_the_own_side_and_the_own_keys(world, ward):
    with acting(make.official_actor(ward)):
        assert [row.application_id for row in Finding.objects.all()] == [world[ward].pk]
        keys = set(Trace.objects.values_list("application_id", flat=True))
        assert keys == {world[ward].pk}


def test_an_auditor_reads_both_sides_and_writes_neither(world):
    with acting(make.auditor_actor()):
        assert Finding.objects.count() == 2
        with pytest.raises(ProgrammingError), transaction.atomic():
            Finding.objects.update(reason="x")


@pytest.mark.parametrize("role", [Role.FIRM_OWNER, Role.FIRM_MEMBER])
@pytest.mark.parametrize("model", [Finding, Trace])
def test_a_firm_reads_nothing(world, role, model):
    actor = make.firm_actor(world[OTA].firm, role=role)
    with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
        model.objects.count()


def test_an_official_settles_and_changes_nothing_else(world):
    with acting(make.official_actor(OTA)):
        assert Finding.objects.update(reason="確かめた") == 1
        for change in ({"evidence": {}}, {"ward_id": OTA}, {"kind": "text"}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Finding.objects.update(**change)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Finding.objects.all().delete()


def test_confirmations_are_the_firms_to_write_and_the_wards_to_read(world):
    from subsidies.models import FigureConfirmation

    firm = make.firm_actor(world[OTA].firm)
    with acting(firm):
        FigureConfirmation.objects.create(
            application=world[OTA],
            anchor="expenses",
            label="経費",
            value=1,
            why="too_small",
            confirmed_by_id=firm.user_id,
            confirmed_by_name=firm.name,
        )
        with pytest.raises(ProgrammingError), transaction.atomic():
            FigureConfirmation.objects.update(value=2)
    with acting(make.official_actor(OTA)):
        assert FigureConfirmation.objects.count() == 1
    with acting(make.official_actor(make.SUMIDA)):
        assert FigureConfirmation.objects.count() == 0
