"""The coordinator's queue."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lab.nakama import policies, states
from lab.nakama.models import Alias, Material, Process, UnknownWord
from lab.nakama.rules.folding import fold
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


def aliases(actor: Actor, text: str, show: str) -> QuerySet[Alias]:
    """Words with the text in them or in what they mean: in use, added by the staff, or retired."""
    rows = policies.visible_aliases(actor).select_related("process", "material")
    shown = {
        "added": Q(is_active=True, source=Alias.Source.COORDINATOR),
        "retired": Q(is_active=False),
    }
    rows = rows.filter(shown.get(show, Q(is_active=True)))
    if folded := fold(text):
        means = Q(process__name_ja__icontains=text) | Q(material__name_ja__icontains=text)
        rows = rows.filter(Q(normalised__contains=folded) | means)
    return rows.order_by("normalised", "pk")


def meaning_choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Processes by group, then the materials."""
    materials = [(row.code, row.display_name) for row in Material.objects.order_by("order")]
    return [*process_choices(), (_("材料"), materials)]


def process_groups() -> list[tuple[str, str]]:
    """The groups of processes: 切削加工 …"""
    rows = Process.objects.filter(parent=None).order_by("order")
    return [(row.code, row.display_name) for row in rows]


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
