"""Everything that writes in the room."""

from lab.nakama.services.lexicon import lexicon_load

__all__ = ["lexicon_load"]
