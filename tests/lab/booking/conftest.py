"""A lab with a machine, the owner of a firm that may use it, and the lab's staff."""

import pytest


@pytest.fixture
def lab():
    from tests.factories import booking

    return booking.make_lab()


@pytest.fixture
def machine(lab):
    from tests.factories import booking

    return booking.make_machine(lab)


@pytest.fixture
def owner(lab):
    from tests.factories import booking

    return booking.owner(lab=lab)


@pytest.fixture
def staff():
    from tests.factories import booking

    return booking.staff()
