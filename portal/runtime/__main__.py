"""The commands behind the Makefile: `python -m portal.runtime <command>`."""

import subprocess
import sys
from collections.abc import Callable

from portal.runtime import (
    demo,
    environment,
    messages,
    postgres,
    processes,
    records,
    services,
    valkey,
)
from portal.runtime.paths import ROOT, PlainError
from portal.runtime.steps import Steps


def _services() -> int:
    """Start the demonstration's PostgreSQL and Valkey and leave them running; print the settings."""
    database, _ = services.start_demo_postgres()
    cache, _ = valkey.start(services.demo_pair().valkey_home)
    services.keep_running()
    name = services.DEMO_DATABASE
    print(f"DATABASE_URL={database.url(postgres.APPLICATION, name)}")
    print(f"DATABASE_OWNER_URL={database.url(postgres.OWNER, name)}")
    print(f"VALKEY_URL={cache.url()}")
    return 0


def _test_services() -> int:
    """Start the PostgreSQL and Valkey of the tests; they stay running."""
    database, cache = services.start_tests()
    print(f"PostgreSQL of the tests on port {database.port}, Valkey on port {cache.port}")
    return 0


def _stop() -> int:
    """Stop the demonstrations, services and test services of this checkout."""
    demonstrations = ["the demonstration"] * records.stop_demonstrations()
    names = demonstrations + services.stop_everything()
    print(f"Stopped: {', '.join(names)}." if names else "Nothing was running.")
    return 0


def _messages() -> int:
    """Compile the translations that changed."""
    print(f"{messages.compile_stale()} catalogues compiled")
    return 0


def _manage(arguments: list[str]) -> int:
    """Run a command of manage.py on the demonstration's database, as the application's login."""
    settings = environment.demo_environment(environment.DEFAULT_PORT)
    with demo.Services(Steps(0, silent=True), settings):
        command = processes.python("manage.py", *arguments)
        return subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode


COMMANDS: dict[str, Callable[[], int]] = {
    "demo": demo.run,
    "demo-reset": demo.reset,
    "services": _services,
    "test-services": _test_services,
    "stop": _stop,
    "messages": _messages,
}


def main(arguments: list[str]) -> int:
    """Run one command. A PlainError becomes its one sentence and exit code 1."""
    name, *rest = arguments or [""]
    if name != "manage" and (name not in COMMANDS or rest):
        choices = "|".join([*COMMANDS, "manage …"])
        print(f"Usage: python -m portal.runtime {choices}", file=sys.stderr)
        return 2
    try:
        environment.read_dotenv()
        return _manage(rest) if name == "manage" else COMMANDS[name]()
    except PlainError as error:
        print(f"\n{error}", file=sys.stderr)
    except PermissionError as error:
        print(
            f"\n{error.filename} belongs to another account: run as the one that made it, or set"
            " MACHIKOBA_VAR to a folder of your own.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        pass
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
