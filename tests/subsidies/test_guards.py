"""What the database itself refuses, whichever role asks: changed decisions, forged events, files
that call themselves clean, corrections that ask for less."""

import os

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from portal.accounts.roles import Role
from portal.kernel import outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.models import OutboxEvent
from subsidies import services, states
from subsidies.models import Application, Correction, Decision
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA

SYSTEM = Actor.system("test")


def make_granted() -> Application:
    application = make.make_proposed()
    approver = make.official_actor(application.ward_id, Role.APPROVER)
    with acting(approver):
        services.decision_approve(actor=approver, application_id=application.pk)
    return Application.objects.get(pk=application.pk)


def refused(actor: Actor, statement: str, *values: object) -> str:
    """What the database says to a statement of this actor's role."""
    with (
        acting(actor),
        pytest.raises((IntegrityError, ProgrammingError)) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
    return str(caught.value)


class TestDecisions:
    # Another value for every column that a decision freezes.
    OTHERS = {
        "id": "id + 1",
        "application_id": "application_id + 1",
        "outcome": "'refuse'",
        "amount_yen": "amount_yen - 1",
        "reason": "reason || '。'",
        "calculation": "'{}'",
        "conditions": "jsonb_set(conditions, '{submitted_version}', '9')",
        "prepared_by_id": "prepared_by_id + 1",
        "prepared_at": "prepared_at - interval '1 day'",
        "approved_by_id": "NULL",
        "approved_at": "NULL",
        "decided_on": "decided_on - 1",
        "document_no": "document_no || '0'",
    }

    def test_every_column_is_thought_of(self):
        columns = {field.column for field in Decision._meta.concrete_fields}
        assert columns == self.OTHERS.keys() | {"letter_id"}

    @pytest.mark.django_db
    def test_a_decision_that_was_made_does_not_change(self):
        application = make_granted()
        for actor in (make.official_actor(), SYSTEM):
            for column, other in self.OTHERS.items():
                told = refused(
                    actor,
                    f"UPDATE subsidies_decision SET {column} = {other} WHERE application_id = %s",
                    application.pk,
                )
                assert "an approved decision does not change" in told, column

    @pytest.mark.django_db
    def test_its_letter_is_added_once_and_nothing_else_with_it(self):
        application = make_granted()
        letter, other = (make.make_file(firm_id=None).pk for _ in range(2))
        change = "UPDATE subsidies_decision SET letter_id = %s"
        assert "does not change" in refused(SYSTEM, f"{change}, amount_yen = 1", letter)
        assert Decision.objects.filter(application=application).update(letter_id=letter) == 1
        assert "does not change" in refused(SYSTEM, change, other)
        assert "does not change" in refused(SYSTEM, change, None)

    @pytest.mark.django_db
    def test_a_proposal_changes_until_then(self):
        application = make.make_proposed()
        rows = Decision.objects.filter(application=application)
        assert rows.update(amount_yen=1, reason="見直し") == 1

    @pytest.mark.django_db(transaction=True)
    def test_not_even_the_owner_of_the_tables_changes_or_removes_one(self):
        with acting(SYSTEM):
            make_granted()
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            for statement in (
                "UPDATE subsidies_decision SET amount_yen = 1",
                "DELETE FROM subsidies_decision",
                "TRUNCATE subsidies_decision",
            ):
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                    owner.execute(statement)


def tell(actor: Actor, application: Application, name: str, **changes: object) -> None:
    """Write an event about the application as this actor's role."""
    event = {
        "name": name,
        "subject": application.pk,
        "ward_id": application.ward_id,
        "payload": {"application_id": application.pk},
    }
    with acting(actor), transaction.atomic():
        outbox.publish(**{**event, **changes})


@pytest.mark.django_db
class TestEvents:
    @pytest.fixture
    def application(self) -> Application:
        return make.make_submitted()

    @pytest.mark.parametrize(
        "name",
        [
            "subsidies.application_decided",
            "subsidies.correction_requested",
            "subsidies.correction_answered",
            "subsidies.application_withdrawn",
            "kpi.anything",
        ],
    )
    def test_a_firm_tells_only_what_it_has_just_done(self, application, name):
        with pytest.raises(ProgrammingError, match="row-level security"):
            tell(make.firm_actor(application.firm), application, name)

    def test_nor_of_a_grant_that_it_got(self):
        """The name and the state agree; the act is none of a firm's."""
        granted = make_granted()
        assert granted.status == states.GRANTED
        with pytest.raises(ProgrammingError, match="row-level security"):
            tell(make.firm_actor(granted.firm), granted, "subsidies.application_decided")

    def test_nor_of_another_firms_application(self, application):
        rival = make.firm_actor(make.make_firm())
        for name in ("subsidies.application_submitted", "subsidies.message_posted"):
            with pytest.raises(ProgrammingError, match="row-level security"):
                tell(rival, application, name)

    @pytest.mark.parametrize(
        "changes", [{"ward_id": OTA}, {"ward_id": None}, {"subject": "0"}, {"payload": {}}]
    )
    def test_nor_with_another_ward_or_subject(self, application, changes):
        with pytest.raises(ProgrammingError, match="row-level security"):
            tell(
                make.firm_actor(application.firm),
                application,
                "subsidies.message_posted",
                **changes,
            )

    def test_an_official_tells_of_the_own_ward_and_of_officials_acts(self, application):
        proposed = make.make_proposed()
        for actor, subject, name in (
            (make.official_actor(OTA), proposed, "subsidies.decision_proposed"),
            (make.official_actor(), application, "subsidies.decision_proposed"),
            (make.official_actor(), application, "subsidies.application_submitted"),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"):
                tell(actor, subject, name)

    @pytest.mark.parametrize("column", ["created_at", "relayed_at", "closed_at", "relays"])
    def test_the_relays_columns_are_not_theirs(self, application, column):
        value = "1" if column == "relays" else "now()"
        for actor in (make.firm_actor(application.firm), make.official_actor()):
            told = refused(
                actor,
                f"INSERT INTO kernel_outboxevent (id, name, subject, ward_id, payload, {column})"
                f" VALUES (gen_random_uuid(), 'subsidies.message_posted', %s, {SUMIDA},"
                f" jsonb_build_object('application_id', %s::bigint), {value})",
                str(application.pk),
                application.pk,
            )
            assert "permission denied" in told

    def test_what_they_may_tell_arrives(self, application):
        for actor in (make.firm_actor(application.firm), make.official_actor()):
            tell(actor, application, "subsidies.message_posted")
        told = OutboxEvent.objects.filter(name="subsidies.message_posted")
        assert [event.relayed_at for event in told] == [None, None]


@pytest.mark.django_db
class TestFiles:
    @pytest.mark.parametrize(
        "change", ["state = 'clean'", "ward_id = 13111", "storage_key = 'clean/x'", "firm_id = 1"]
    )
    def test_nobody_changes_a_file_by_hand(self, change):
        application = make.make_submitted()
        StoredFile.objects.update(state=StoredFile.State.QUARANTINE)
        for actor in (make.firm_actor(application.firm), make.official_actor()):
            told = refused(actor, f"UPDATE kernel_storedfile SET {change}")
            assert "permission denied" in told

    def test_nor_makes_one_that_nobody_has_looked_at(self):
        firm = make.make_firm()
        told = refused(
            make.firm_actor(firm),
            "INSERT INTO kernel_storedfile (id, firm_id, purpose, original_name, extension,"
            " content_type, size, sha256, state, reason_code, threat, charged, storage_key,"
            " preview_key) VALUES (gen_random_uuid(), %s, 'x', '', 'pdf', '', 1,"
            " repeat('0', 64), 'clean', '', '', false, 'clean/x', '')",
            firm.pk,
        )
        assert "permission denied" in told


@pytest.mark.django_db
class TestCorrections:
    @pytest.fixture
    def asked(self) -> Application:
        application, official = make.make_submitted(), make.official_actor()
        with acting(official):
            services.correction_request(
                actor=official,
                application_id=application.pk,
                fields=["answers.problem"],
                notes={},
                message="詳しく書いてください。",
                due_on=make.dt.date(2099, 1, 1),
            )
        return application

    @pytest.mark.parametrize(
        "change", ["fields = '{expenses}'", "due_on = '2100-01-01'", "message = '', notes = '{}'"]
    )
    def test_a_firm_does_not_write_what_it_is_asked(self, asked, change):
        told = refused(make.firm_actor(asked.firm), f"UPDATE subsidies_correction SET {change}")
        assert "permission denied" in told

    def test_it_says_that_it_has_answered(self, asked):
        with acting(make.firm_actor(asked.firm)):
            assert Correction.objects.update(answered_at=make.clock.database_now()) == 1

    def test_nor_does_an_official_once_it_was_asked(self, asked):
        told = refused(make.official_actor(), "UPDATE subsidies_correction SET answered_at = now()")
        assert "permission denied" in told
