"""Everything that writes in the room."""

from lab.nakama.services.errors import Refused
from lab.nakama.services.lexicon import lexicon_load
from lab.nakama.services.parts import (
    Limits,
    capability_drop,
    capability_keep,
    certificate_drop,
    certificate_keep,
    machine_drop,
    machine_keep,
)
from lab.nakama.services.profiles import (
    Words,
    answers_count,
    band_tell,
    profile_move,
    profile_start,
    profile_tell,
    rating_count,
    weeks_tell,
)
from lab.nakama.services.words import (
    Word,
    alias_add,
    alias_change,
    alias_restore,
    alias_retire,
    search_noted,
    word_learn,
    word_set_aside,
)

__all__ = [
    "Limits",
    "Refused",
    "Word",
    "Words",
    "alias_add",
    "alias_change",
    "alias_restore",
    "alias_retire",
    "answers_count",
    "band_tell",
    "capability_drop",
    "capability_keep",
    "certificate_drop",
    "certificate_keep",
    "lexicon_load",
    "machine_drop",
    "machine_keep",
    "profile_move",
    "profile_start",
    "profile_tell",
    "rating_count",
    "search_noted",
    "weeks_tell",
    "word_learn",
    "word_set_aside",
]
