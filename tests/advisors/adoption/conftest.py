"""An advisor of the team of tests/advisors/conftest.py, and a tool that is fourteen weeks old."""

import pytest

# Imports stand inside: a conftest is read before the settings are.


@pytest.fixture
def advisor(pair):
    return pair[0][0]


@pytest.fixture
def tool(owner, case):
    from tests.factories import adoption

    return adoption.make_tool(owner, case)
