"""The firm says that a figure which looked like a slip of the unit is right."""

from collections.abc import Collection

from django.db import transaction

from portal.kernel import audit
from portal.kernel.actor import Actor
from subsidies import policies
from subsidies.contents import rules_of
from subsidies.figures import unconfirmed
from subsidies.models import FigureConfirmation
from subsidies.services import moves
from subsidies.services.drafts import follow_call
from subsidies.services.errors import NotEditable


def figures_confirm(*, actor: Actor, application_id: int, said: Collection[str]) -> int:
    """Keep what was confirmed, with who and when; returns how many figures.

    `said` holds keys of doubts ("expenses=1200000"): a figure that has changed since the page was
    shown is asked about again. Raises Application.DoesNotExist, NotEditable.
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        if not policies.may(actor, "edit", application):
            raise NotEditable
        follow_call(application)
        asked = unconfirmed(application, rules_of(application.version))
        meant = [doubt for doubt in asked if doubt.key in said]
        FigureConfirmation.objects.bulk_create(
            FigureConfirmation(
                application=application,
                anchor=doubt.anchor,
                label=doubt.label[:200],
                value=doubt.value,
                before=doubt.before,
                source=doubt.source[:200],
                why=doubt.why,
                confirmed_by_id=moves.person(actor),
                confirmed_by_name=actor.name[:150],
            )
            for doubt in meant
        )
        if meant:
            audit.record(
                actor=actor,
                action="subsidies.figures_confirmed",
                obj=application,
                detail={doubt.anchor: [doubt.before, doubt.value] for doubt in meant},
            )
        return len(meant)
