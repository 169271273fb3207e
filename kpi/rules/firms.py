"""Firms that have become one (R4): the facts keep the firm they were told of, counting looks through them."""

from collections.abc import Iterable, Iterator

# A fact of the firm that is no more; its key is the firm that goes on.
MERGED = "firm.merged"


class Firms:
    """Which firm each one is counted as, from pairs (firm that is no more, firm that goes on)."""

    def __init__(self, mergers: Iterable[tuple[str, str]] = ()) -> None:
        """Pairs in the order of time: of a firm that merged twice the last one stands, and what would
        close a circle does not."""
        self._into: dict[str, str] = {}
        for gone, into in mergers:
            if self.of(into) != gone:
                self._into[gone] = into

    def __bool__(self) -> bool:
        """Whether any have merged."""
        return bool(self._into)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """(firm that is no more, firm that goes on in the end) of every merger."""
        return ((firm, self.of(firm)) for firm in self._into)

    def alike(self, firm: str) -> set[str]:
        """All firms that are counted as the same one."""
        root = self.of(firm)
        return {root, *(gone for gone, into in self.pairs() if into == root)}

    def of(self, firm: str) -> str:
        """The firm that goes on, through any number of mergers."""
        while firm in self._into:
            firm = self._into[firm]
        return firm

    def key(self, places: int, event_key: str) -> str:
        """An event's key, whose first `places` parts (between colons) are firms, with the firms that go on."""
        if not places or not self._into:
            return event_key
        parts = event_key.split(":")
        return ":".join([*map(self.of, parts[:places]), *parts[places:]])
