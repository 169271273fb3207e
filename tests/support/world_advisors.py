"""An engagement of the canary firm with advisors of its own, and one of another firm with the
world's advisor, who must not read of the canary.
"""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """The rows that the pages lead to."""
    import uuid

    from advisors import services
    from advisors.models import NextAction, VisitPhoto
    from advisors.services import Action
    from portal.kernel import clock
    from portal.kernel.database import acting
    from programs.models import FirmMembership
    from tests.factories import advisors as factory
    from tests.factories import subsidies as make
    from tests.factories.evaluation import advisor_actor
    from tests.factories.programs import SUMIDA

    assert FirmMembership.objects.filter(firm=firm).exists()
    office = make.official_actor(SUMIDA)
    factory.make_fees()
    owner = make.firm_actor(firm)
    own, it = factory.make_advisor()
    _other, floor = factory.make_advisor()
    advisor = factory.as_advisor(people["advisor"])
    mine = factory.enter(advisor)
    advisor_actor(SUMIDA, name="名簿に載る人")
    case = factory.engage(office, it, floor, firm, owner=owner, days=60)
    promise = Action("firm", "日報の項目を決める", "工場長", clock.today())
    visit = factory.visit(own, case, actions=[promise])
    stored = make.make_file(firm_id=firm.pk, ward_id=SUMIDA)
    photo = VisitPhoto.objects.create(
        visit=visit,
        ward_id=SUMIDA,
        firm_id=firm.pk,
        client_key=uuid.uuid4(),
        stored_file=stored,
        name="工場.jpg",
        has_preview=True,
    )
    _put_bytes(stored)
    theirs = factory.engage(office, mine, floor, days=60)
    planned = services_plan(services, advisor, theirs)
    with acting(office):
        asked = case.request
    return {
        "own": own,
        "owner": owner,
        "office": office,
        "case": case,
        "request": asked,
        "visit": visit,
        "photo": photo,
        "action": NextAction.objects.get(visit=visit),
        "entry": it,
        "advisor_case": theirs,
        "advisor_visit": planned,
    }


def services_plan(services: Any, advisor: Any, case: Any) -> Any:
    """A plan of tomorrow."""
    from portal.kernel.database import acting
    from tests.factories import advisors as factory

    with acting(advisor):
        return services.visit_plan(
            actor=advisor,
            engagement_id=case.pk,
            starts_at=factory.at(-1, 10),
            ends_at=factory.at(-1, 12),
        )


def _put_bytes(stored: Any) -> None:
    from django.core.files.base import ContentFile

    from portal.kernel.files import storage

    storage.private().save(stored.storage_key, ContentFile(b"\xff\xd8\xff"))
    stored.preview_key = f"{stored.storage_key}-small"
    storage.private().save(stored.preview_key, ContentFile(b"JPEG"))
    stored.save(update_fields=["preview_key"])


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the canary firm's rows; an advisor's page to the advisor's own."""
    table = {
        "ask_status": world["request"].public_id,
        "request": world["request"].public_id,
        "support": world["case"].public_id,
        "engagement": world["case"].public_id,
        "visit_firm": world["visit"].public_id,
        "visit_case": world["visit"].public_id,
        "action_done": world["action"].pk,
        "photo_preview": world["photo"].pk,
        "photo_download": world["photo"].pk,
        "registry_entry": world["entry"].public_id,
        "visit": world["advisor_visit"].public_id,
        **dict.fromkeys(
            ("case", "plan", "record", "goals", "report"), world["advisor_case"].public_id
        ),
    }
    return [table[short]] if short in table else []
