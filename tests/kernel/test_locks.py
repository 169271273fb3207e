"""A long job is held over the transactions it consists of."""

import pytest
from django.db import transaction

from portal.kernel import locks
from portal.kernel.models import Counter
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def taken() -> bool:
    with transaction.atomic():
        return locks.take(Counter, 7)


def held() -> bool:
    with locks.held(Counter, 7) as mine:
        return mine


def test_nobody_else_begins_between_two_transactions():
    with locks.held(Counter, 7) as mine:
        assert mine
        assert taken(), "the holder's own transactions go on"
        assert at_once([taken]) == [False]
        assert at_once([held]) == [False]
    assert at_once([taken]) == at_once([held]) == [True]


def test_an_error_lets_go():
    with pytest.raises(ZeroDivisionError), locks.held(Counter, 7):
        raise ZeroDivisionError
    assert at_once([held]) == [True]
