"""仲間まわしの案件 in the small world: the canary firm's cases, asked and delivered, and one draft."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lab.nakama.cases import services
    from lab.nakama.cases.models import Invitation, Order, Rating, StepRecord
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from tests.factories import cases as factory
    from tests.kernel.files import corpus

    owner = Actor(
        people["owner"], "かなりあ 太郎", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk
    )
    makers = [factory.shop(code) for code in ("cut.lathe", "heat.quench")]
    codes = ("cut.lathe", "heat.quench")
    draft = factory.drafted(owner)
    asked = factory.opened(owner, codes=codes)
    with acting(owner):
        drawing = services.drawing_add(
            actor=owner,
            case_id=asked.pk,
            name="軸の図",
            uploaded=SimpleUploadedFile("zu.pdf", corpus.pdf()),
        )
        row = services.team_propose(actor=owner, case_id=asked.pk)
        services.team_choose(actor=owner, case_id=asked.pk, number=row.number, index=0)
        services.waves_start(actor=owner, case_id=asked.pk)
    delivered = factory.awarded(owner, makers, form="brokered", codes=codes)
    with acting(makers[0]):
        record = services.step_record(
            actor=makers[0],
            case_id=delivered.pk,
            position=1,
            kind="start",
            photo=SimpleUploadedFile("kiri.jpg", corpus.image("JPEG")),
        )
    done = factory.closed(owner, makers, form="brokered", codes=codes)
    factory.rate(owner, done, makers[0].firm_id)
    factory.rate(makers[0], done, firm.pk)
    with acting(owner):
        services.template_keep(actor=owner, case_id=done.pk, name="軸・いつもの仲間")
    lab = factory.coordinator()
    joint = factory.order_alone(owner, makers[0])
    with acting(factory.SYSTEM):
        got = Rating.objects.get(case=done, to_firm_id=firm.pk)
    with acting(owner):
        services.rating_appeal(actor=owner, rating_id=got.pk, reason="連絡はした")
    with acting(factory.SYSTEM):
        return {
            "draft": draft,
            "asked": asked,
            "delivered": delivered,
            "done": done,
            "drawing": drawing,
            "invitation": Invitation.objects.filter(case=asked).first(),
            "order": Order.objects.filter(case=delivered).first(),
            "record": StepRecord.objects.get(pk=record.pk),
            "rating": got,
            "joint": joint,
            "lab": lab,
            "makers": makers,
        }


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments of the room's routes."""
    from lab.nakama.cases.links import token_of

    asked, delivered = world["asked"].public_id, world["delivered"].public_id
    table: dict[str, list[Any]] = {
        "answer": [token_of(world["invitation"])],
        "invitation": [world["invitation"].public_id],
        "order": [world["order"].public_id],
        "order_pdf": [world["order"].public_id],
        "order_ratings": [world["joint"].public_id],
        "photo": [world["record"].pk],
        "appeal": [world["rating"].public_id],
        "edit": [world["draft"].public_id],
        "drawing": [asked, world["drawing"].public_id],
        "orders": [delivered],
        "board": [delivered],
        "ratings": [world["done"].public_id],
    }
    of_asked = {"case", "hubs", "end", "nda", "drawings", "steps", "team", "waves", "award"}
    return [asked] if short in of_asked | {"lab_case"} else table.get(short, [])
