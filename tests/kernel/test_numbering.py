"""Numbers without gaps or doubles, whoever asks and whatever fails."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.kernel import numbering
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import Counter
from tests.kernel.things import OTA, SUMIDA, firm, official, rolled_back

SYSTEM = Actor.system("test")


def _next(**scope: object) -> int:
    given = {"series": "receipt", "ward_id": SUMIDA, "scheme": "dx1", "fiscal_year": 2026} | scope
    return numbering.next_number(**given)


@pytest.mark.django_db
def test_each_ward_scheme_year_and_series_counts_from_one():
    assert [_next(), _next(), _next()] == [1, 2, 3]
    for other in (
        {"ward_id": OTA},
        {"scheme": "dx2"},
        {"fiscal_year": 2027},
        {"series": "document"},
    ):
        assert _next(**other) == 1
    assert _next() == 4


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back():
    _next()
    with rolled_back():
        assert _next() == 2
    assert _next() == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        _next()


@pytest.mark.django_db
def test_a_firm_takes_a_number_in_any_ward_and_an_official_in_the_own_alone():
    with acting(firm()):
        assert (_next(), _next(ward_id=OTA)) == (1, 1)
    with acting(official(SUMIDA)):
        assert _next() == 2
    with pytest.raises(ProgrammingError, match="row-level security"), acting(official(SUMIDA)):
        _next(ward_id=OTA)
    with pytest.raises(ProgrammingError, match="permission denied"), acting(Actor.public()):
        _next()


@pytest.mark.django_db(transaction=True)
def test_sixty_four_writers_with_rollbacks_leave_neither_gap_nor_double(settings):
    """64 threads × 10, one in five rolled back, in two series at once."""

    def write(seed: int) -> list[tuple[int, int]]:
        rng, kept = random.Random(seed), []
        try:
            for _ in range(10):
                ward = rng.choice((SUMIDA, OTA))
                with acting(SYSTEM):
                    number = _next(ward_id=ward)
                    if rng.random() < 0.2:
                        transaction.set_rollback(True)
                    else:
                        kept.append((ward, number))
        finally:
            connection.close()
        return kept

    with ThreadPoolExecutor(64) as pool:
        taken = [pair for kept in pool.map(write, range(64)) for pair in kept]
    assert len(taken) < 64 * 10  # some were rolled back
    for ward in (SUMIDA, OTA):
        numbers = sorted(number for where, number in taken if where == ward)
        assert numbers == list(range(1, len(numbers) + 1))
        with acting(SYSTEM):
            assert Counter.objects.get(ward_id=ward).last == len(numbers)


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ((13107, "dx1", 2026, 147), "R8-13107-DX1-0147"),
        ((13101, "hajime", 2019, 1), "R1-13101-HAJIME-0001"),
        ((13123, "dx3", 2027, 12345), "R9-13123-DX3-12345"),
        ((13107, "dx1", 2018, 9), "H30-13107-DX1-0009"),
    ],
)
def test_receipt_numbers(scope, text):
    ward_id, scheme, fiscal_year, number = scope
    assert text == numbering.receipt_no(
        ward_id=ward_id, scheme=scheme, fiscal_year=fiscal_year, number=number
    )


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("{year}墨産産第{number}号", "8墨産産第123号"),
        ("{year}葛産商第{number:05d}号", "8葛産商第00123号"),
        ("第{number}号", "第123号"),
    ],
)
def test_document_numbers_follow_the_wards_own_form(pattern, text):
    assert numbering.document_no(pattern=pattern, fiscal_year=2026, number=123) == text


@pytest.mark.parametrize(
    "pattern", ["{year}墨産産第号", "{number}{name}", "{number}{0}", "{number.real}", "{number[0]}"]
)
def test_other_patterns_are_refused(pattern):
    with pytest.raises(ValueError, match="pattern has"):
        numbering.document_no(pattern=pattern, fiscal_year=2026, number=123)
