"""コンソーシアム in the small world: the partner is a bank's person, the canary firm shows it a referral."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    from lab.consortium.models import Document, ReferralItem
    from tests.factories import consortium as factory
    from tests.factories import subsidies as make

    owner = make.firm_actor(firm)
    staff = factory.staff_actor(people["lab_staff"])
    bank = factory.bank_actor(staff, "partner", people["partner"])
    school = factory.partner_actor(staff, factory.add_member(staff))
    project = factory.talking(owner, school)
    factory.agree(owner, project)
    factory.offer(owner, title="もう1つの課題")
    referral = factory.consent(owner, bank, paper_too=True)
    collab = factory.collab(staff, (firm, ""), ("よその製作所", ""))
    factory.contract(staff, collab)
    meeting = factory.meeting(staff)
    member = factory.member_of(bank)
    factory.minutes(staff, meeting, attended=[member.pk])
    given = {"title": "規約", "uploaded": factory.paper("規約.pdf"), "seen_by": "all"}
    document = factory.do("document_add", staff, **given)
    return {
        "project": project,
        "referral": referral,
        "collab": collab,
        "meeting": meeting,
        "member": member,
        "document": Document.objects.get(pk=document.pk),
        "paper": ReferralItem.objects.exclude(stored_file=None).get(referral=referral),
    }


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the canary firm's rows."""
    if short == "project_file":
        return [world["project"].public_id, "agreement"]
    if short == "referral_file":
        return [world["referral"].public_id, world["paper"].pk]
    row = world.get(short.removesuffix("_file"))
    return [row.public_id] if row is not None else []
