"""Where everybody reads what a kind of support is before it asks for a sign-in.

The pages are the public site's, which stands above this room and registers itself.
"""

from collections.abc import Callable, Mapping

Finder = Callable[[], Mapping[str, str]]

_finders: list[Finder] = []


def register(find: Finder) -> Finder:
    """`find()` gives the addresses of the published pages by the code of the measure (guide.toml)."""
    if find not in _finders:
        _finders.append(find)
    return find


def pages() -> dict[str, str]:
    """All that are published now; none without a public site."""
    return {code: address for find in _finders for code, address in find().items()}
