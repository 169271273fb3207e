"""The coordinator's queue."""

from django.db.models import QuerySet

from lab.nakama import policies, states
from lab.nakama.models import Process, UnknownWord
from lab.nakama.rules.reading import read
from lab.nakama.selectors.lexicon import lexicon
from portal.kernel.actor import Actor


def waiting(actor: Actor) -> QuerySet[UnknownWord]:
    """Words that wait, the most used first."""
    return policies.visible_words(actor).filter(status=states.WAITING)


def guess(word: UnknownWord) -> str:
    """The process that the word's use hints at, "" where nothing does."""
    told = read(word.sample, lexicon()).processes
    return next(iter(told), "") if len(told) == 1 else ""


def process_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups with their processes, for a select; a group's own name comes first."""
    rows = list(Process.objects.order_by("order"))
    groups = [row for row in rows if row.parent_id is None]
    return [
        (
            group.display_name,
            [
                (row.code, row.display_name)
                for row in rows
                if group.code in (row.code, row.parent_id)
            ],
        )
        for group in groups
    ]
