"""What a case's scheme is called in the language of the page.

A case keeps the Japanese name of its day (`Application.scheme_name`). In other languages the
scheme's own English name stands for it; a name that no scheme has any more stays Japanese.
"""

import time
from collections.abc import Iterable
from functools import lru_cache

from django.utils.functional import lazy

from portal.ui.markup import in_japanese
from subsidies.models import Scheme

# A list asks for every row: a process remembers the names for so many seconds.
REMEMBERED_SECONDS = 60


def scheme_label(name: str) -> str:
    """The name as the reader reads it; costs a query a minute in other languages."""
    if in_japanese():
        return name
    return _english(int(time.monotonic() // REMEMBERED_SECONDS)).get(name, name)


def scheme_choices(schemes: Iterable[Scheme]) -> list[tuple[str, str]]:
    """(code, name) for a filter; the wards share codes, and each stands once."""
    return list({scheme.code: scheme.display_name for scheme in schemes}.items())


@lru_cache(maxsize=1)
def _english(_minute: int) -> dict[str, str]:
    """Japanese → English, where all schemes of that name agree."""
    found: dict[str, set[str]] = {}
    for name, english in Scheme.objects.exclude(name_en="").values_list("name", "name_en"):
        found.setdefault(name, set()).add(english)
    return {name: only.pop() for name, only in found.items() if len(only) == 1}


# For notices: written out in the reader's language.
scheme_label_lazy = lazy(scheme_label, str)
