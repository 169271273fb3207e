"""What a person can mend is said in one clear sentence, with exit code 1 and no traceback."""

import re
import socket
from pathlib import Path

import psycopg
import pytest

from portal.runtime import postgres
from portal.runtime.paths import LOOPBACK
from portal.runtime.processes import python
from portal.runtime.state import free_port
from tests.runtime.conftest import Run
from tests.support import databases
from tests.support.bootstrap import TestServices

pytestmark = pytest.mark.slow


def _sentence(done: object, code: int = 1) -> str:
    """The only line of the error output; fails if there is more or less than one."""
    assert done.returncode == code, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stdout
    return lines[0]


def test_port_in_use(runtime: Run, tmp_path: Path) -> None:
    with socket.socket() as other_program:
        other_program.bind((LOOPBACK, 0))
        other_program.listen()
        port = other_program.getsockname()[1]
        said = _sentence(runtime("demo", tmp_path, PORT=str(port)))
    assert said.startswith(f"Port {port} is in use")
    assert "make demo PORT=" in said
    assert not (tmp_path / "postgres").exists(), "nothing is started before the port is known"


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_port_that_is_none(runtime: Run, tmp_path: Path, port: str) -> None:
    assert f"not '{port}'" in _sentence(runtime("demo", tmp_path, PORT=port))


def test_unreachable_database(runtime: Run, tmp_path: Path) -> None:
    address = f"postgres://machikoba_app:secret-word@{LOOPBACK}:{free_port()}/machikoba"
    done = runtime("demo", tmp_path, PORT=str(free_port()), DATABASE_URL=address)
    said = _sentence(done)
    assert said.startswith("The database of DATABASE_URL (127.0.0.1:")
    assert "cannot be reached" in said
    assert "secret-word" not in done.stdout + done.stderr


def test_database_without_the_owners_address(
    runtime: Run, tmp_path: Path, live_services: TestServices
) -> None:
    address = live_services.database.url(postgres.APPLICATION, "postgres")
    said = _sentence(runtime("demo", tmp_path, PORT=str(free_port()), DATABASE_URL=address))
    assert "DATABASE_OWNER_URL is not" in said


def test_unreachable_valkey(runtime: Run, tmp_path: Path, live_services: TestServices) -> None:
    done = runtime(
        "demo",
        tmp_path,
        PORT=str(free_port()),
        DATABASE_URL=live_services.database.url(postgres.APPLICATION, "postgres"),
        DATABASE_OWNER_URL=live_services.database.url(postgres.OWNER, "postgres"),
        VALKEY_URL=f"redis://:secret-word@{LOOPBACK}:{free_port()}/0",
    )
    said = _sentence(done)
    assert said.startswith("The Valkey of VALKEY_URL (127.0.0.1:")
    assert "secret-word" not in done.stdout + done.stderr


def test_reset_spares_a_database_it_did_not_start(runtime: Run, tmp_path: Path) -> None:
    address = "postgres://machikoba_app:x@db.example.jp/machikoba"
    said = _sentence(runtime("demo-reset", tmp_path, DATABASE_URL=address))
    assert "would destroy its data" in said


@pytest.fixture
def migrated(live_services: TestServices, database_template: str) -> str:
    """A migrated database of its own, which the test may spoil."""
    name = f"test_machikoba_spoilt_s{live_services.slot}"
    databases.clone(live_services, database_template, name)
    return name


def _migrate(live_services: TestServices, name: str) -> object:
    import os
    import subprocess

    owner = live_services.database.url(postgres.OWNER, name)
    return subprocess.run(
        python("-m", "portal.runtime.schema"),
        env=os.environ | live_services.environment(name) | {"DATABASE_URL": owner},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


SPOILERS = {
    "it has 1 migration": "INSERT INTO django_migrations (app, name, applied)"
    " VALUES ('subsidies', '9999_of_a_later_version', now())",
    "is applied before its dependency": "DELETE FROM django_migrations"
    " WHERE app = 'contenttypes' AND name = '0001_initial'",
    "a migration failed": "DELETE FROM django_migrations"
    " WHERE app = 'sessions' AND name = '0001_initial'",
}


@pytest.mark.parametrize("told", SPOILERS)
def test_half_migrated_database(live_services: TestServices, migrated: str, told: str) -> None:
    with live_services.database.connect(postgres.OWNER, migrated) as connection:
        assert connection.execute(SPOILERS[told]).rowcount == 1
    done = _migrate(live_services, migrated)
    assert done.returncode == 3
    last = done.stdout.strip().splitlines()[-1]
    assert re.match(rf"plain: The database is half migrated: .*{told}", last)
    assert "Traceback" not in done.stdout + done.stderr


def test_migrated_database_is_up_to_date(live_services: TestServices, migrated: str) -> None:
    done = _migrate(live_services, migrated)
    assert (done.returncode, done.stdout.strip().splitlines()[-1]) == (0, "up to date")


def test_the_application_may_not_change_the_schema(
    live_services: TestServices, migrated: str
) -> None:
    with live_services.database.connect(postgres.APPLICATION, migrated) as connection:
        for statement in (
            "CREATE TABLE mine (id int)",
            "DROP TABLE django_session",
            "TRUNCATE django_session",
            "CREATE ROLE mine",
            "SET ROLE machikoba_owner",
            "SET ROLE app_keeper",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
