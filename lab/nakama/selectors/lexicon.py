"""The lexicon of this process, built anew as soon as a word has changed anywhere."""

from functools import lru_cache
from typing import Any

from django.db.models import Count, Max

from lab.nakama.models import Alias, Process
from lab.nakama.rules.lexicon import Lexicon, Meaning


def lexicon() -> Lexicon:
    """The words in use. One small query says whether what is kept is still right."""
    version = Alias.objects.aggregate(changed=Max("changed_at"), count=Count("pk"))
    return _built((version["changed"], version["count"]))


@lru_cache(maxsize=1)
def _built(_version: tuple[Any, ...]) -> Lexicon:
    rows = Alias.objects.filter(is_active=True).order_by()
    return Lexicon.of(
        (
            text,
            Meaning(
                process or material or "", is_material=material is not None, is_implied=implied
            ),
        )
        for text, process, material, implied in rows.values_list(
            "text", "process_id", "material_id", "is_implied"
        )
    )


@lru_cache(maxsize=1)
def process_codes() -> tuple[str, ...]:
    """All codes; they come with the program."""
    return tuple(Process.objects.values_list("code", flat=True))
