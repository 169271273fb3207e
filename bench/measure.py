"""The measurements: rounds of one client with floor and pages in turn, then eight clients a page.

Floor and pages alternate request by request, so that whatever else the machine does meanwhile
weighs on both alike; what is published is their ratio.
"""

import gzip
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.client import Answer, Connection
from bench.floor import ANSWER_HEADER, COUNT_HEADER

# Several connections for the one client, so that both workers of the server take part.
WARM_UP, CLIENTS, CONNECTIONS = 10, 8, 4
LONGEST_SECONDS, LEAST_ROUNDS = 240.0, 50
MEMORY_REQUESTS = 2_000

Send = Callable[[Connection, str], Answer]


@dataclass
class Target:
    """One thing to measure. `send` makes one request; `shows` must be in every good answer."""

    name: str
    send: Send
    shows: str
    status: int = 200
    seconds: list[float] = field(default_factory=list)
    bytes: int = 0
    gzip_bytes: int = 0
    queries: int = 0
    rps8: float = 0.0
    rss_mb: float = 0.0

    def request(self, connection: Connection, headers: str = "") -> Answer:
        """One request whose answer is what it should be. Raises RuntimeError otherwise."""
        answer = self.send(connection, headers)
        found = answer.header("Location") if self.status == 302 else answer.body.decode()
        if answer.status != self.status or self.shows not in found:
            raise RuntimeError(
                f"{self.name}: {answer.status} without {self.shows!r}: {found[:400]}"
            )
        return answer

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p95_ms(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95) - 1] * 1000


def page(name: str, path: str, shows: str, session: str = "") -> Target:
    """A page that is read."""
    return Target(name, lambda c, headers: c.get(path, session=session, headers=headers), shows)


def submissions(drafts: Iterator[tuple[str, str]]) -> Target:
    """Each request submits the next (public id, session) of `drafts`; the answer leads to the
    page that confirms it."""
    lock = threading.Lock()

    def send(connection: Connection, headers: str) -> Answer:
        with lock:
            public_id, session = next(drafts)
        form = {"key": str(uuid.uuid4()), "submit-consent": "on"}
        path = f"/apply/{public_id}/check-answers/"
        return connection.post(path, form, session=session, headers=headers)

    return Target("submit", send, "/done/", status=302)


def rounds(port: int, targets: list[Target], count: int) -> int:
    """`count` rounds of one request to each target by one client. Returns how many were made.

    Ends earlier, but after LEAST_ROUNDS, when the time is over.
    """
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    for number in range(WARM_UP):
        for target in targets:
            target.request(connections[number % CONNECTIONS])
    for target in targets:
        _look(target, connections[0])
    started = time.monotonic()
    for number in range(count):
        for target in targets:
            answer = target.request(connections[number % CONNECTIONS])
            target.seconds.append(answer.seconds)
        if number >= LEAST_ROUNDS and time.monotonic() - started > LONGEST_SECONDS:
            break
    for connection in connections:
        connection.close()
    return number + 1


def _look(target: Target, connection: Connection) -> None:
    """Statements and bytes of one answer."""
    answer = target.request(connection, f"{COUNT_HEADER}: 1\r\n")
    target.queries = int(answer.header(ANSWER_HEADER))
    target.bytes = len(answer.body)
    target.gzip_bytes = len(gzip.compress(answer.body, 6))


def throughput(port: int, target: Target, seconds: float, most: int | None = None) -> float:
    """Answers per second with eight clients at once, for `seconds` or `most` requests."""
    until = time.monotonic() + seconds
    left = iter(range(most)) if most else None
    made, errors, lock = [0] * CLIENTS, [], threading.Lock()

    def run(client: int) -> None:
        connection = Connection(port)
        try:
            while time.monotonic() < until and (left is None or _take(left, lock)):
                target.request(connection)
                made[client] += 1
        except (RuntimeError, OSError) as error:
            errors.append(error)
        finally:
            connection.close()

    started = time.perf_counter()
    threads = [threading.Thread(target=run, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(made) / (time.perf_counter() - started)


def _take(left: Iterator[int], lock: threading.Lock) -> bool:
    with lock:
        return next(left, None) is not None


def memory(port: int, targets: list[Target], rss: Callable[[], float]) -> tuple[float, float]:
    """Memory of the workers (MB) before and after MEMORY_REQUESTS signed-in requests."""
    each = MEMORY_REQUESTS // len(targets)
    before = rss()
    for target in targets:
        throughput(port, target, seconds=600, most=each)
    return before, rss()
