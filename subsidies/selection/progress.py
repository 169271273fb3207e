"""What the selection adds to the firm's view of what has happened."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.ui.parts import Crumb, Entry
from subsidies.models import Application
from subsidies.progress import tells
from subsidies.selection import states
from subsidies.selection.models import Choice


@tells
def entries(application: Application) -> Iterator[Entry]:
    """審査の結果, and 繰上げ where the waiting list moved up."""
    choice = Choice.objects.filter(application=application).first()
    if choice is None:
        return
    first = states.WAITING if choice.promoted_at else choice.status
    state = states.CHOICE.state(first)
    link = Crumb(
        _("審査の結果を見る"), reverse("selection:own_result", args=[application.public_id])
    )
    yield Entry(
        at=choice.decided_at,
        text=_("審査の結果が決まりました：%(result)s") % {"result": state.label},
        note="" if choice.promoted_at else choice.reason,
        tone=state.tone,
        links=(link,),
    )
    if choice.promoted_at:
        yield Entry(
            at=choice.promoted_at,
            text=_("補欠から繰り上がり、採択されました"),
            tone="green",
            links=(link,),
        )
