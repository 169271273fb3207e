"""portal/auditing in the small world."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """A sample with the canary firm's case in it, and a bundle of it that is ordered."""
    from portal.auditing.models import Job, Sample
    from tests.factories import auditing as make

    auditor = make.auditor(people["auditor"])
    sample = make.sample(auditor, method=Sample.Method.ALL, base="submitted", query=firm.name)
    item = sample.items.select_related("application").first()
    job = Job.objects.create(
        kind=Job.Kind.BUNDLE,
        application=item.application,
        ward_id=item.ward_id,
        purpose="定期監査",
        created_by_id=auditor.user_id,
        hat="auditor",
    )
    return {"sample": sample, "item": item, "job": job}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    sample, item = built["sample"].public_id, built["item"]
    case, job = item.application.receipt_no, built["job"].public_id
    table = {
        "sample": [sample],
        "item": [sample, item.position],
        "move": [sample, item.position],
        "case": [case],
        "order_bundle": [case],
        "job": [job],
        "recount": [job],
        "cancel": [job],
        "download": [job],
    }
    return table.get(short, [])
