"""The demonstration: everything from an empty folder to a served portal, and back down again."""

import signal
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from types import FrameType

from portal.runtime import (
    environment,
    fingerprints,
    locks,
    messages,
    postgres,
    processes,
    records,
    services,
    static,
    valkey,
)
from portal.runtime.paths import LOOPBACK, PlainError, log_dir, tail, var_dir
from portal.runtime.steps import Steps

TOTAL_STEPS, DONE_BY_MAKE = 8, 2
ANSWER_SECONDS = 60
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Somebody asked the demonstration to stop."""


def _raise_stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


class Demonstration:
    """One run of the demonstration; `run` returns when it has been stopped."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        self.steps = Steps(TOTAL_STEPS, DONE_BY_MAKE)
        self.settings = environment.demo_environment(port)
        self.children: list[processes.Child] = []

    def run(self) -> int:
        """Set up, serve until Ctrl-C (or SIGTERM), take down. Returns the exit code."""
        for number in STOPPING_SIGNALS:
            signal.signal(number, _raise_stop)
        with ExitStack() as at_the_end:
            records.write(self.children, port=self.port)
            at_the_end.callback(records.forget)
            try:
                at_the_end.enter_context(Services(self.steps, self.settings))
                at_the_end.callback(self._stop_children)
                self._prepare()
                self._serve()
                self._watch()
            except Stop:
                return 0
            finally:
                # From here on everything is bounded in time: a second Ctrl-C must not cut it off.
                for number in STOPPING_SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
        return 0

    def _prepare(self) -> None:
        with self.steps.step("Texts and static files") as step:
            compiled = messages.compile_stale()
            collected = static.collect(step, self.settings)
            step.note("unchanged" if not (compiled or collected) else "made anew")
        known = self._known_state()
        with self.steps.step("Database schema") as step:
            step.note("up to date" if known else self._migrate(step))
        with self.steps.step("Demonstration data") as step:
            step.note("kept" if known else self._load(step))
        (var_dir() / "demo.stamp").write_text(self._state())

    def _known_state(self) -> bool:
        """True if code and database are just as the last start left them: nothing to be done.

        Spares a second start two starts of Django, about a third of its time.
        """
        stamp = var_dir() / "demo.stamp"
        return stamp.exists() and stamp.read_text() == self._state()

    def _state(self) -> str:
        history = fingerprints.applied_migrations(self.settings["DATABASE_OWNER_URL"])
        return f"{fingerprints.schema()} {history}"

    def _migrate(self, step: Steps) -> str:
        owner = {"DATABASE_URL": self.settings["DATABASE_OWNER_URL"]}
        return step.run(
            processes.python("-m", "portal.runtime.schema"),
            environment=self.settings | owner | {"DATABASE_STATEMENT_TIMEOUT_MS": "0"},
            log=log_dir() / "migrate.log",
        )

    def _load(self, step: Steps) -> str:
        step.run(
            processes.python("manage.py", "load_demo", *self._scale()),
            environment=self.settings,
            log=log_dir() / "load_demo.log",
        )
        return "loaded"  # the step says how long it took

    def _scale(self) -> list[str]:
        """DEMO_SCALE makes the demonstration smaller or larger than it is meant to be."""
        scale = environment.given("DEMO_SCALE")
        return ["--scale", scale] if scale else []

    def _serve(self) -> None:
        with self.steps.step("Web server, worker and scheduler"):
            self._start("web server", processes.web_command(self.port, workers=2), self.settings)
            background = environment.of_workers(self.settings)
            command = processes.worker_command(concurrency=2, name=f"demo{self.port}")
            worker = self._start("worker", command, background)
            self._await_answer()
            worker.wait_for_line(" ready.", ANSWER_SECONDS)
            # Last, because its own start would slow down what people wait for.
            beat = processes.beat_command(var_dir() / "celerybeat-schedule")
            self._start("scheduler", beat, background)
        self._say_where()

    def _start(self, name: str, command: list[str], settings: dict[str, str]) -> processes.Child:
        log = log_dir() / f"{name.replace(' ', '-')}.log"
        child = processes.Child(name, command, environment=settings, log=log)
        self.children.append(child)
        records.write(self.children, port=self.port)
        return child

    def _await_answer(self) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            self._check_children()
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as error:
                if error.code == 500:  # it is up, and broken: waiting does not mend it
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        log = self.children[0].log
        raise PlainError(
            f"The web server does not answer as it should; its log {log} ends:\n{tail(log)}"
        )

    def _say_where(self) -> None:
        print(
            f"\n  The portal runs at  {self.url}/\n"
            f"  Sign in at          {self.url}/accounts/login/ — one click per role, demonstration"
            " data only\n"
            f"  ポータルは {self.url}/ で動いています。ログイン画面で役割を1つ選べば入れます。\n"
            f"  Logs: {log_dir()}   Stop: Ctrl-C   Start afresh: make demo-reset\n",
            flush=True,
        )

    def _watch(self) -> None:
        while True:
            self._check_children()
            time.sleep(0.5)

    def _check_children(self) -> None:
        for child in self.children:
            if not child.is_alive():
                raise PlainError(
                    f"The {child.name} has ended by itself; its log {child.log} ends:"
                    f"\n{tail(child.log)}"
                )

    def _stop_children(self) -> None:
        if not self.children:
            return
        print("\nStopping …", end="", flush=True)
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop()
            print(f" {child.name}", end="", flush=True)
        print(flush=True)


class Services:
    """PostgreSQL and Valkey while the demonstration runs: own ones, or those of the environment.

    Own services stop with the last demonstration that uses them, unless `make services` started
    them. Each user holds a shared lock, so a killed one stops counting by itself.
    """

    def __init__(self, steps: Steps, settings: dict[str, str]) -> None:
        self.steps, self.settings = steps, settings
        self.in_use = locks.share(services.usage_lock())

    def __enter__(self) -> "Services":
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        with self.steps.step("PostgreSQL") as step:
            if environment.given("DATABASE_URL"):
                environment.check_database("DATABASE_URL")
                environment.check_database("DATABASE_OWNER_URL")
                step.note("yours, of DATABASE_URL")
            else:
                database, started = services.start_demo_postgres()
                self.settings["DATABASE_URL"] = database.url(
                    postgres.APPLICATION, services.DEMO_DATABASE
                )
                self.settings["DATABASE_OWNER_URL"] = database.url(
                    postgres.OWNER, services.DEMO_DATABASE
                )
                step.note("started" if started else "was running")
        with self.steps.step("Valkey") as step:
            if environment.given("VALKEY_URL"):
                environment.check_valkey()
                step.note("yours, of VALKEY_URL")
            else:
                cache, started = valkey.start(services.demo_pair().valkey_home)
                self.settings["VALKEY_URL"] = cache.url()
                step.note("started" if started else "was running")

    def __exit__(self, *_: object) -> None:
        self.in_use.close()
        services.stop_demo_if_unused()


def run() -> int:
    """`make demo`: returns the exit code. Raises PlainError."""
    ended = records.end_leftovers()
    if ended:
        print(f"      (ended what a killed demonstration had left: {', '.join(ended)})")
    return Demonstration(environment.chosen_port()).run()


def reset() -> int:
    """`make demo-reset`: drop the demonstration's own database and files, then run it.

    Raises PlainError when the database is not the runtime's own, or in use.
    """
    if environment.given("DATABASE_URL"):
        raise PlainError(
            "DATABASE_URL points to a server this checkout did not start, and demo-reset would"
            " destroy its data: unset DATABASE_URL to reset the portal's own demonstration."
        )
    environment.chosen_port()  # rather refuse before than after the data is gone
    services.drop_demo()
    print(f"      (the demonstration's data under {var_dir()} is gone)")
    return run()
