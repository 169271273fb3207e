"""What a profile's text tells, kept beside it: processes, tokens for the search, unknown words."""

from collections.abc import Iterable, Mapping

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Now

from lab.nakama.models import Alias, Capability, CapabilityProfile, UnknownWord
from lab.nakama.rules import materials
from lab.nakama.rules.folding import fold
from lab.nakama.rules.lexicon import Lexicon
from lab.nakama.rules.reading import Reading, read
from lab.nakama.selectors.lexicon import lexicon

# 業種 → processes, where the text says nothing yet. Implied: the firm confirms them or does not.
BY_INDUSTRY = {
    "09": ("other.food",),
    "10": ("other.food",),
    "11": ("other.sew",),
    "12": ("other.wood",),
    "13": ("other.wood",),
    "14": ("other.paper",),
    "15": ("other.paper",),
    "16": ("other.chem",),
    "18": ("resin",),
    "19": ("resin.rubber",),
    "20": ("other.leather",),
    "21": ("other.ceramic",),
    "22": ("cast",),
    "23": ("cast",),
    "24": ("cut", "sheet"),
    "25": ("cut",),
    "26": ("cut", "asm.mech"),
    "27": ("cut", "asm.mech"),
    "28": ("asm.board",),
    "29": ("asm.panel",),
    "30": ("asm.board",),
    "31": ("cut", "press"),
}


MOST_WORDS = 20


def text_of(profile: CapabilityProfile) -> str:
    """All that the firm says in its own words."""
    return f"{profile.description}\n{profile.equipment}".strip()


def vector(words: Iterable[str]) -> Func:
    """A `simple` tsvector of exactly these words."""
    array = Value(list(words), output_field=ArrayField(TextField()))
    return Func(array, function="array_to_tsvector")


def told_processes(reading: Reading, industry: str) -> dict[str, bool]:
    """code → is_implied; the industry speaks where the text does not."""
    return reading.processes or dict.fromkeys(BY_INDUSTRY.get(industry, ()), True)


def read_in(profile: CapabilityProfile, *, words: Lexicon | None = None) -> Reading:
    """Bring processes and tokens in line with the text; the firm's own entries stay. As the system."""
    reading = read(text_of(profile), words or lexicon())
    told = told_processes(reading, profile.firm.jsic)
    there = {row.process_id: row for row in Capability.objects.filter(profile=profile)}
    gone = [row.pk for code, row in there.items() if row.is_read and code not in told]
    Capability.objects.filter(pk__in=gone).delete()
    Capability.objects.bulk_create(
        Capability(profile=profile, process_id=code, is_read=True, is_implied=implied)
        for code, implied in told.items()
        if code not in there
    )
    for implied in (True, False):
        same = [code for code, value in told.items() if value == implied]
        Capability.objects.filter(profile=profile, process_id__in=same, is_read=True).update(
            is_implied=implied
        )
    CapabilityProfile.objects.filter(pk=profile.pk).update(
        tokens=" ".join(reading.words), search_vector=vector(reading.words)
    )
    return reading


def note_unknown(samples: Mapping[str, str], *, place: str) -> None:
    """Queue words that nobody can read yet, each with the text it stood in; a word that waits is counted.
    As the system.

    The first MOST_WORDS: nobody floods the queue with a pasted page. In the order of the alphabet: two
    searches with the same words never wait for each other.
    """
    wanted = {fold(word)[:80]: word for word in list(samples)[:MOST_WORDS]}
    known = set(Alias.objects.filter(normalised__in=wanted).values_list("normalised", flat=True))
    queued = sorted(folded for folded in wanted.keys() - known if len(folded) >= 2)
    UnknownWord.objects.bulk_create(
        (
            UnknownWord(word=wanted[folded][:60], normalised=folded, place=place, times=0)
            for folded in queued
        ),
        ignore_conflicts=True,
    )
    for folded in queued:
        UnknownWord.objects.filter(normalised=folded).update(
            times=F("times") + 1,
            last_seen_at=Now(),
            sample=samples[wanted[folded]][:200],
            place=place,
        )


def read_again(*words: str) -> int:
    """Read every profile that uses one of the words anew; returns how many. As the system."""
    folded = {fold(word) for word in words}
    using = [
        pk
        for pk, *texts, names in CapabilityProfile.objects.values_list(
            "pk", "description", "equipment", "material_names"
        )
        if any(word in fold("\n".join((*texts, *names))) for word in folded)
    ]
    known = lexicon()
    for profile in CapabilityProfile.objects.filter(pk__in=using).select_related("firm"):
        read_in(profile, words=known)
        CapabilityProfile.objects.filter(pk=profile.pk).update(
            materials=materials.marks(profile.material_names, known)
        )
    return len(using)
