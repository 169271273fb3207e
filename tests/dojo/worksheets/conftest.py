"""A seat in a course, its lecturer, and a sheet that was handed in.

Imports stand inside: a conftest is read before the settings are.
"""

import pytest


@pytest.fixture
def lecturer():
    from tests.factories import dojo

    return dojo.lecturer_actor()


@pytest.fixture
def seat(lecturer):
    from tests.factories import worksheets

    return worksheets.seat(lecturer=lecturer)


@pytest.fixture
def handed(seat):
    from tests.factories import worksheets as make

    owner, enrolment, _cohort = seat
    row = make.fill(owner, make.sheet(owner, enrolment=enrolment), make.CALCULATOR)
    return make.hand_in(owner, row)
