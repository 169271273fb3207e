"""The taxonomy and its words: brought in from taxonomy/*.list, added to by the coordinator."""

from dataclasses import asdict
from itertools import batched
from typing import Any

from django.db import transaction

from lab.nakama.models import Alias, Material, Process
from lab.nakama.taxonomy import definitions
from portal.kernel import audit
from portal.kernel.actor import Actor


def lexicon_load(*, actor: Actor) -> int:
    """Insert what is not there yet; returns how many words are new. As the system.

    Names follow the file; a word that is there stays as the coordinator left it.
    """
    with transaction.atomic():
        _taxonomy(Process, definitions.processes())
        _taxonomy(Material, definitions.materials())
        there = set(Alias.objects.values_list("normalised", "process_id", "material_id"))
        new = [Alias(**asdict(word)) for word in definitions.words() if word.key not in there]
        for batch in batched(new, 1000):
            Alias.objects.bulk_create(batch)
        if new:
            audit.record(actor=actor, action="nakama.words_loaded", detail={"words": len(new)})
    return len(new)


def _taxonomy(model: Any, entries: list[definitions.Entry]) -> None:
    model._default_manager.bulk_create(
        [
            model(
                code=entry.code,
                parent_id=entry.parent,
                name_ja=entry.name_ja,
                name_en=entry.name_en,
                order=entry.order,
            )
            for entry in entries
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_ja", "name_en", "order"],
    )
