"""The database context: nothing without it, nothing beyond it, nothing left after it."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.kernel import database
from portal.kernel.actor import DATABASE_ROLES, Actor, Hat
from portal.kernel.database import Scope, acting, acting_unless, continue_as, current_scope
from portal.kernel.models import AuditRow, OutboxEvent
from tests.kernel.things import OTA, SUMIDA, Thing, firm, official

SYSTEM = Actor.system("test")


def _settings() -> tuple[str, str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, current_setting('app.ward', true),"
            " current_setting('app.firm', true), current_setting('app.user', true)"
        )
        role, *values = cursor.fetchone()
    return role, *(value or "" for value in values)


OUTSIDE = ("machikoba_app", "", "", "")
OFFICIAL = ("app_official", str(SUMIDA), "", "7")
FIRM = ("app_firm", "", "55", "70")


@pytest.mark.django_db(transaction=True)
def test_each_hat_takes_its_role_and_nothing_stays():
    for hat, role in DATABASE_ROLES.items():
        with acting(Actor(user_id=1, name="x", hat=hat, ward_id=SUMIDA, firm_id=5)):
            assert _settings() == (role, str(SUMIDA), "5", "1")
            assert current_scope() == Scope(role, str(SUMIDA), "5", "1")
        assert _settings() == OUTSIDE
        assert current_scope() is None


def test_every_hat_has_a_role():
    assert set(DATABASE_ROLES) == set(Hat)


@pytest.mark.django_db(transaction=True)
def test_blocks_nest_and_give_back():
    with acting(official()):
        with acting(firm()):
            assert _settings() == FIRM
            with acting(SYSTEM):
                assert _settings() == ("app_system", "", "", "")
            assert _settings() == FIRM
        assert _settings() == OFFICIAL
        assert current_scope() == Scope(*OFFICIAL)
    assert _settings() == OUTSIDE


@pytest.mark.django_db(transaction=True)
def test_a_block_for_the_same_person_stays_where_it_is():
    with acting(official()):
        with CaptureQueriesContext(connection) as asked, acting(official()):
            pass
        assert len(asked) == 2, "the savepoint alone"
        assert _settings() == OFFICIAL
        with acting(official()):
            continue_as(firm())
            assert _settings() == FIRM
        assert _settings() == OFFICIAL
        assert current_scope() == Scope(*OFFICIAL)
    assert _settings() == OUTSIDE


@pytest.mark.django_db(transaction=True)
def test_an_error_in_an_inner_block_gives_the_outer_scope_back(things):
    with acting(official()):
        for wrong in ({"ward_id": None}, {"ward_id": "text"}):
            with pytest.raises((IntegrityError, ValueError)), acting(SYSTEM):
                Thing.objects.create(**wrong)
            assert _settings() == OFFICIAL
            assert current_scope() == Scope(*OFFICIAL)
        Thing.objects.create(ward_id=SUMIDA)
    assert _settings() == OUTSIDE


@pytest.mark.django_db(transaction=True)
def test_a_question_is_asked_on_the_way_and_a_no_switches_nothing(things):
    def asking(busy):
        asked = "(SELECT %s AS busy, 5 AS told)"
        return acting_unless("busy", LookupError, actor=SYSTEM, asked=asked, values=[busy])

    with acting(official()):
        with (
            CaptureQueriesContext(connection) as statements,
            pytest.raises(LookupError),
            asking(True),
        ):
            raise AssertionError("the block has begun")
        assert len(statements) == 1, "no savepoint for who is told no"
        assert _settings() == OFFICIAL
        with asking(False) as row:
            assert row == (False, 5)
            assert _settings() == ("app_system", "", "", "")
            assert current_scope() == Scope("app_system")
        assert (_settings(), current_scope()) == (OFFICIAL, Scope(*OFFICIAL))
        with pytest.raises(IntegrityError), asking(False):  # noqa: PT012 - what was written before goes too
            Thing.objects.create(ward_id=OTA)
            Thing.objects.create(ward_id=None)
        assert (_settings(), current_scope()) == (OFFICIAL, Scope(*OFFICIAL))
    for busy in (True, False):
        with contextlib.suppress(LookupError), asking(busy):
            assert _settings() == ("app_system", "", "", "")
        assert (_settings(), current_scope()) == (OUTSIDE, None)
    with acting(SYSTEM):
        assert not Thing.objects.exists(), "what failed is not left"


@pytest.mark.django_db(transaction=True)
def test_an_error_in_the_outermost_block_leaves_nothing():
    with pytest.raises(RuntimeError), acting(official()):
        raise RuntimeError
    assert _settings() == OUTSIDE
    assert current_scope() is None


@pytest.mark.django_db(transaction=True)
def test_a_block_marked_for_rollback_gives_the_outer_scope_back(things):
    with acting(official()):
        with acting(SYSTEM):
            Thing.objects.create(ward_id=OTA)
            transaction.set_rollback(True)
        assert _settings() == OFFICIAL
    with acting(SYSTEM):
        assert not Thing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_without_context_gets_none_back():
    with transaction.atomic():
        with acting(official()):
            assert _settings() == OFFICIAL
        assert _settings() == OUTSIDE


@pytest.mark.django_db(transaction=True)
def test_forgetting_the_context_raises(things):
    for model in (Thing, OutboxEvent):
        with pytest.raises(ProgrammingError) as error:
            model.objects.count()
        assert type(error.value.__cause__).__name__ == "InsufficientPrivilege"
    with pytest.raises(ProgrammingError):
        Thing.objects.create(ward_id=SUMIDA)


@pytest.mark.django_db(transaction=True)
def test_the_context_does_not_reach_the_next_transaction_of_the_connection(things):
    with acting(SYSTEM):
        Thing.objects.create(ward_id=SUMIDA)
        before = connection.connection.info.backend_pid
    with transaction.atomic():
        assert connection.connection.info.backend_pid == before
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Thing.objects.count()
    with acting(official(OTA)):
        assert connection.connection.info.backend_pid == before
        assert Thing.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_callbacks_after_the_commit_are_outside():
    seen = []
    with acting(official()):
        transaction.on_commit(lambda: seen.append((_settings(), current_scope())))
    assert seen == [(OUTSIDE, None)]


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_share_a_context(things):
    wards = (13101, 13102, 13103, 13104)
    with acting(SYSTEM):
        for ward in wards:
            Thing.objects.bulk_create(Thing(ward_id=ward) for _ in range(ward - 13100))
    barrier = Barrier(len(wards))

    def look(ward: int) -> list[set[int]]:
        try:
            seen = []
            for _ in range(20):
                with acting(official(ward)):
                    barrier.wait(30)
                    seen.append(set(Thing.objects.values_list("ward_id", flat=True)))
                assert current_scope() is None
            return seen
        finally:
            connection.close()

    with ThreadPoolExecutor(len(wards)) as pool, acting(SYSTEM):
        for ward, seen in zip(wards, pool.map(look, wards), strict=True):
            assert seen == [{ward}] * 20


@pytest.mark.django_db
def test_a_row_may_be_written_by_whom_may_not_read_it():
    refused = {"chain": 0, "action": "test.refused", "actor_name": "", "hat": "public"}
    with acting(Actor.public()):
        database.insert_blind(AuditRow(**refused, detail={"é": 1}))
        with pytest.raises(ProgrammingError), transaction.atomic():
            AuditRow.objects.create(**refused)
    row = AuditRow.objects.get()
    assert (row.detail, row.actor_id) == ({"é": 1}, None)
    assert row.at is not None
