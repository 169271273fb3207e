"""The portal's own two policies, and where editors keep theirs (portal.cms registers itself).

The texts in templates/ui are there in every installation, in both languages. A page that editors
have published in their place is Japanese: readers in Japanese go there, others are pointed to it.
"""

from collections.abc import Callable

Finder = Callable[[str], str]

_finders: list[Finder] = []


def take_over(find: Finder) -> None:
    """`find("accessibility")` gives the address of the page that editors have published, or ""."""
    if find not in _finders:
        _finders.append(find)


def kept(name: str) -> str:
    """Where the policy of that name is kept by editors, or ""."""
    return next((address for find in _finders if (address := find(name))), "")
