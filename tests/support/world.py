"""A small world in which every page has something true to show, and every role exists.

A firm of 墨田区 (its name is the canary that must not reach others) with a draft and a submitted
application, a rival firm, and one person per role.
"""

from django.urls import get_resolver

from portal.accounts.roles import Role

SUMIDA, OTA = 13107, 13111
CANARY = "かなりあ精機"
STAFF = {
    "reviewer": (Role.REVIEWER, SUMIDA),
    "approver": (Role.APPROVER, SUMIDA),
    "ward_admin": (Role.WARD_ADMIN, SUMIDA),
    "reviewer_ota": (Role.REVIEWER, OTA),
    "committee": (Role.COMMITTEE, SUMIDA),
    "advisor": (Role.ADVISOR, SUMIDA),
    "lecturer": (Role.LECTURER, SUMIDA),
    "lab_staff": (Role.LAB_STAFF, SUMIDA),
    "policy": (Role.POLICY, None),
    "auditor": (Role.AUDITOR, None),
    "sysadmin": (Role.SYSADMIN, None),
}


def routes(patterns=None, namespace=""):
    """(name, pattern) of every route but those of Wagtail's editor."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(entry, "url_patterns"):
            if str(entry.pattern) != "cms/":
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from routes(entry.url_patterns, inner)
        elif entry.name:
            yield f"{namespace}{entry.name}", entry


def build_world():
    """A firm of 墨田区 with a draft and a submitted application, a rival firm, all roles."""
    from portal.accounts.services import let_into_editor
    from portal.notices.models import Notice
    from programs.models import ImportJob
    from tests.factories import subsidies as make
    from tests.factories.programs import FirmFactory, MembershipFactory
    from tests.support.people import assign, make_person

    firm = make.make_firm(name=CANARY)
    owner = make.firm_actor(firm, role=Role.FIRM_OWNER)
    draft = make.make_draft(owner, make.make_call())
    submitted = make.make_draft(owner, make.make_call())
    make.submit(owner, submitted)
    submitted.refresh_from_db()
    rival = make_person("rival@example.jp")
    MembershipFactory(firm=FirmFactory(), user=rival, role=Role.FIRM_OWNER)
    people = {"owner": owner.user_id, "rival": rival.pk, "nobody": make_person("n@example.jp").pk}
    for key, (role, ward_id) in STAFF.items():
        person = assign(make_person(f"{key}@example.jp", name=key), role, ward_id=ward_id)
        let_into_editor(person)
        people[key] = person.pk
    document = submitted.documents.select_related("stored_file").first()
    _put_bytes(document.stored_file)
    job = ImportJob.objects.create(
        ward_id=SUMIDA,
        created_by_id=people["reviewer"],
        stored_file=document.stored_file,
        file_name="firms.xlsx",
    )
    notice = Notice.objects.create(
        recipient_id=owner.user_id, event_key="x", subject=CANARY, body=CANARY, url="/my/"
    )
    return {
        "people": people,
        "firm": firm,
        "draft": draft,
        "submitted": submitted,
        "file": document.stored_file,
        "job": job,
        "notice": notice,
    }


def _put_bytes(stored):
    """The factories write the row alone; a download needs the bytes."""
    from django.core.files.base import ContentFile

    from portal.kernel.files import storage

    storage.private().save(stored.storage_key, ContentFile(b"%PDF-1.7"))


def arguments(name, world):
    """Arguments that lead to the canary firm's own objects."""
    firm, draft, submitted = world["firm"], world["draft"], world["submitted"]
    membership = firm.memberships.first()
    table = {
        "notices:open": [world["notice"].pk],
        "programs:site_close": [firm.sites.first().public_id],
        "programs:firm_member_role": [membership.pk],
        "programs:firm_member_remove": [membership.pk],
        "programs:firm_invitation_revoke": [1],
        "programs:firm_card": [firm.public_id],
        "programs:firm_first_owner": [firm.public_id],
        "subsidies:call_detail": [draft.call_id],
        "subsidies:start": [draft.call_id],
        "subsidies:check": [draft.public_id, "employees"],
        "subsidies:task": [draft.public_id, "plan"],
        "subsidies:autosave": [draft.public_id, "plan"],
        "subsidies:download": [world["file"].pk],
        "subsidies:version": [submitted.public_id, 1],
        "people:revoke": [1],
        "people:withdraw": [1],
        "kpi:overview": [2026],
        "kpi:csv": [2026],
        "kpi:ward": [2026, SUMIDA],
    }
    if name in table:
        return table[name]
    if name.startswith("programs:firm_import_") and not name.endswith("template"):
        return [world["job"].public_id]
    of_submitted = {"done", "status", "correction", "message", "withdraw"}
    short = name.partition(":")[2]
    pattern = next(entry for found, entry in routes() if found == name)
    if "receipt_no" in str(pattern.pattern):
        return [submitted.receipt_no]
    if "public_id" in str(pattern.pattern):
        return [(submitted if short in of_submitted else draft).public_id]
    return []
