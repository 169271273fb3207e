"""The environment of the demonstration, and clear words when what it names does not answer."""

import base64
import os
import secrets
from urllib.parse import urlsplit

import environ
import psycopg
import redis

from portal.runtime import postgres, records
from portal.runtime.paths import LOOPBACK, ROOT, PlainError, var_dir
from portal.runtime.state import port_is_free, read_state, write_state

DEFAULT_PORT = 8000
SETTINGS, WORKER_SETTINGS = "portal.settings.base", "portal.settings.worker"


def read_dotenv() -> None:
    """Take .env into the environment; what is set already wins."""
    if (ROOT / ".env").exists():
        environ.Env.read_env(ROOT / ".env")


def chosen_port() -> int:
    """PORT from the environment. Raises PlainError if it is no port or in use."""
    text = os.environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise PlainError(f"PORT must be a number from 1 to 65535, not '{text}'.")
    port = int(text)
    if records.running_on(port):
        raise PlainError(
            f"The demonstration runs already, at http://{LOOPBACK}:{port}/: use it, stop it with"
            " `make stop`, or start a second one on another PORT."
        )
    if not port_is_free(port):
        raise PlainError(
            f"Port {port} is in use by another program: choose another one, for example"
            f" `make demo PORT={port + 1 if port < 65535 else DEFAULT_PORT}`."
        )
    return port


def demo_environment(port: int) -> dict[str, str]:
    """Settings of the demonstration for its child processes; what is set already wins.

    The keys are made once and kept, because the data encrypted with them is kept.
    """
    path = var_dir() / "demo-keys.json"
    keys = read_state(path)
    if not keys:
        data_key = base64.b64encode(secrets.token_bytes(32)).decode()
        keys = {"SECRET_KEY": secrets.token_urlsafe(48), "DATA_KEYS": f"d1:{data_key}"}
        write_state(path, keys)
    wanted = keys | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DEMO_MODE": "True",
        "SITE_URL": f"http://{LOOPBACK}:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    given = {name: value for name, value in os.environ.items() if value}
    return wanted | given | {"PORT": str(port), "DEMO_MODE": "True"}


def of_workers(settings: dict[str, str]) -> dict[str, str]:
    """The same for the worker and the scheduler, which do without the editor."""
    module = settings["DJANGO_SETTINGS_MODULE"]
    # Whoever brought settings of their own has chosen for all processes.
    return settings | {"DJANGO_SETTINGS_MODULE": WORKER_SETTINGS if module == SETTINGS else module}


def given(name: str) -> str:
    """A setting from the environment, empty if unset."""
    return os.environ.get(name, "").strip()


def check_database(name: str) -> None:
    """Make sure the managed database of this setting answers and has the portal's roles.

    Raises PlainError otherwise. The message never shows the password.
    """
    address = given(name)
    if not address:
        raise PlainError(
            f"DATABASE_URL is set but {name} is not: give both, or neither to use the portal's"
            " own PostgreSQL (.env.example explains them)."
        )
    shown = _without_password(address)
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_roles WHERE rolname IN (%s, %s, 'app_common')",
                [postgres.OWNER, postgres.APPLICATION],
            ).fetchone()
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        reason = str(error).strip().splitlines()[0]
        raise PlainError(f"The database of {name} ({shown}) cannot be reached: {reason}") from None
    if row is None or row[0] != 3:
        raise PlainError(
            f"The server of {name} ({shown}) lacks the portal's roles: its administrator runs"
            " deploy/roles.sql there once."
        )


def check_valkey() -> None:
    """Make sure the Valkey of VALKEY_URL answers. Raises PlainError otherwise."""
    address = given("VALKEY_URL")
    try:
        with redis.Redis.from_url(
            address, socket_connect_timeout=5, socket_timeout=5, protocol=2
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise PlainError(
            f"The Valkey of VALKEY_URL ({_without_password(address)}) cannot be reached: {error}"
        ) from None


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.hostname or 'local socket'}{port}{parts.path}"
