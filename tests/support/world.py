"""A small world in which every page has something true to show, and every role exists.

A firm of 墨田区 (its name is the canary that must not reach others) with a draft and a submitted
application, a rival firm, and one person per role.
"""

from django.urls import get_resolver

from portal.accounts.roles import Role
from tests.support import (
    world_adoption,
    world_advisors,
    world_claims,
    world_diagnosis,
    world_dojo,
    world_evaluation,
    world_followup,
    world_kpi,
    world_lab,
    world_portal,
    world_retention,
    world_review,
    world_selection,
    world_watch,
    world_worksheets,
)
from tests.support import world_papers as papers
from tests.support.world_grants import grant_arguments
from tests.support.world_office import build_revision, office_arguments
from tests.support.world_papers import CANARY

SUMIDA, OTA = 13107, 13111
STAFF = {
    "reviewer": (Role.REVIEWER, SUMIDA),
    "approver": (Role.APPROVER, SUMIDA),
    "ward_admin": (Role.WARD_ADMIN, SUMIDA),
    "reviewer_ota": (Role.REVIEWER, OTA),
    "committee": (Role.COMMITTEE, SUMIDA),
    "advisor": (Role.ADVISOR, SUMIDA),
    "lecturer": (Role.LECTURER, SUMIDA),
    "lab_staff": (Role.LAB_STAFF, SUMIDA),
    "partner": (Role.PARTNER, SUMIDA),
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


def _tied(owner, firm):
    """The firm has a parent company outside the register."""
    from portal.kernel.database import acting
    from programs.services.ties import tie_declare

    with acting(owner):
        tie_declare(
            actor=owner, firm_id=firm.pk, kind="parent", number="7000012050002", name="親会社"
        )


def _merged(firm):
    """A firm of the same ward has become part of it."""
    from portal.kernel import clock
    from portal.kernel.database import acting
    from programs.services.mergers import merger_record
    from tests.factories import subsidies as make
    from tests.factories.programs import FirmFactory

    gone, official = FirmFactory(name="統合される工場"), make.official_actor()
    with acting(official):
        merger_record(
            actor=official,
            gone_id=gone.pk,
            into_id=firm.pk,
            merged_on=clock.today(),
            reason="吸収合併（登記事項証明書で確認）",
        )


def build_world():
    """A firm of 墨田区 with a draft and a submitted application, a rival firm, all roles."""
    from portal.accounts.services import let_into_editor
    from portal.exports.models import ExportJob
    from portal.notices.models import Notice
    from programs.models import ImportJob
    from tests.factories import subsidies as make
    from tests.factories.programs import FirmFactory, MembershipFactory
    from tests.support.people import assign, make_person

    firm = make.make_firm(name=CANARY)
    owner = make.firm_actor(firm, role=Role.FIRM_OWNER)
    _tied(owner, firm)
    draft = make.make_draft(owner, make.make_call())
    big = {**make.LINES[0], "unit_price": 1_000_000}
    submitted = make.make_draft(owner, make.make_call(), lines=[big])
    make.submit(owner, submitted)
    submitted.refresh_from_db()
    _merged(firm)
    rival = make_person("rival@example.jp")
    MembershipFactory(firm=FirmFactory(), user=rival, role=Role.FIRM_OWNER)
    people = {"owner": owner.user_id, "rival": rival.pk, "nobody": make_person("n@example.jp").pk}
    for key, (role, ward_id) in STAFF.items():
        person = assign(make_person(f"{key}@example.jp", name=key), role, ward_id=ward_id)
        let_into_editor(person)
        people[key] = person.pk
    document = submitted.documents.select_related("stored_file").first()
    papers.put_bytes(document.stored_file)
    papers.template(draft.call, owner.user_id)
    job = ImportJob.objects.create(
        ward_id=SUMIDA,
        created_by_id=people["reviewer"],
        stored_file=document.stored_file,
        file_name="firms.xlsx",
    )
    export = ExportJob.objects.create(
        report="subsidy-ledger",
        file_format="csv",
        ward_id=SUMIDA,
        created_by_id=people["reviewer"],
        hat=f"ward:{SUMIDA}",
    )
    bulk = papers.bulk(submitted, people["reviewer"])
    notice = Notice.objects.create(
        recipient_id=owner.user_id, event_key="x", subject=CANARY, body=CANARY, url="/my/"
    )
    consultation = _consulted(firm, submitted, people["reviewer"])
    review = world_review.build(firm, people["committee"])
    courses = world_dojo.build(firm, people)
    supported = world_advisors.build(firm, people)
    return {
        **world_lab.build(firm, people),
        **world_kpi.build(firm, people),
        **world_portal.build(firm, people),
        "adoption": world_adoption.build(firm, people, supported),
        "diagnosis": world_diagnosis.build(owner),
        "dojo": courses,
        "worksheets": world_worksheets.build(firm, people, courses["row"]),
        "followup": world_followup.build(firm, people, courses["graduation"]),
        "watch": world_watch.build(submitted),
        "selection": world_selection.build(firm, people),
        "advisors": supported,
        "claims": world_claims.build(supported, people),
        "evaluation": world_evaluation.build(firm, people["advisor"]),
        "revision": build_revision(draft.call, people["reviewer"]),
        "people": people,
        "review": review,
        "retention": world_retention.build(firm, people),
        "firm": firm,
        "draft": draft,
        "submitted": submitted,
        "file": document.stored_file,
        "job": job,
        "export": export,
        "bulk": bulk,
        "consultation": consultation,
        "letter": papers.letter(firm),
        "notice": notice,
        "fact": _fact(firm),
        "feed_secret": _feed(people["reviewer"]),
        **_granted(firm),
    }


def _consulted(firm, application, user_id):
    """A consultation of the firm about the scheme of its application."""
    from portal.kernel import clock
    from subsidies.consultations.models import Consultation

    return Consultation.objects.create(
        ward_id=SUMIDA,
        firm=firm,
        scheme=application.version.scheme,
        held_on=clock.today(),
        note=CANARY,
        met_by_id=user_id,
    )


def _fact(firm):
    """What the ward has recorded of the firm."""
    from tests.factories.selection import graduate

    return graduate(firm, person_name=CANARY)


def _granted(firm):
    """The firm's grant with a file of its own."""
    from subsidies.grants.models import FilingDocument
    from tests.factories import subsidies as make
    from tests.support.world_grants import build_grant

    built = build_grant(firm)
    stored = make.make_file(firm_id=firm.pk, ward_id=SUMIDA)
    papers.put_bytes(stored)
    FilingDocument.objects.create(
        filing=built["grant_filing"], requirement="proof", stored_file=stored
    )
    return {
        **built,
        "grant_file": stored,
        "obligation": _owed(built["grant"]),
        "asset": _asset(built["grant"]),
    }


def _owed(grant):
    """What the grant's firm has to hand in."""
    from portal.kernel import clock
    from portal.kernel.database import acting
    from subsidies.obligations.services import obligations_sync
    from tests.factories import subsidies as make

    with acting(make.SYSTEM):
        return obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=clock.today())[0]


def _asset(grant):
    """Something bought with the grant."""
    from tests.factories.obligations import make_asset

    return make_asset(grant)


def _feed(user_id):
    """The secret of an official's calendar."""
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from subsidies.obligations.services import feed_renew

    actor = Actor(user_id, "", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    with acting(actor):
        return feed_renew(actor=actor)


def _unsubscribe_token(user_id):
    from portal.notices.services import unsubscribe_token

    return unsubscribe_token(user_id=user_id, topic="subsidies.grant_paid")


def arguments(name, world):
    """Arguments that lead to the canary firm's own objects."""
    firm, draft, submitted = world["firm"], world["draft"], world["submitted"]
    membership = firm.memberships.first()
    table = {
        "notices:open": [world["notice"].pk],
        "notices:mail": [world["notice"].pk],
        "programs:told": [world["notice"].pk],
        "programs:mended": [world["firm"].public_id],
        "notices:unsubscribe": [_unsubscribe_token(world["people"]["owner"])],
        "consultations:withdraw": [world["consultation"].pk],
        "exports:file": ["subsidy-ledger", "csv"],
        "ledger:call_json": [f"MK{SUMIDA}{draft.call_id:010d}"],
        "obligations:item": [world["obligation"].pk],
        "obligations:settle": [world["obligation"].pk, "record"],
        "obligations:ics": [world["feed_secret"]],
        "obligations:asset": [world["asset"].pk],
        "obligations:asset_confirm": [world["asset"].pk],
        "obligations:asset_disposal": [world["asset"].pk],
        "programs:site_close": [firm.sites.first().public_id],
        "programs:tie_end": [firm.ties.first().public_id],
        "programs:firm_tie_add": [firm.public_id],
        "programs:firm_merger_add": [firm.public_id],
        "programs:firm_merger": [firm.took_in.first().public_id],
        "programs:firm_member_role": [membership.pk],
        "programs:firm_member_remove": [membership.pk],
        "programs:firm_invitation_revoke": [1],
        "programs:firm_card": [firm.public_id],
        "programs:firm_card_of": [firm.pk],
        "programs:firm_profile": [firm.public_id],
        "programs:advised_card": [world["advisors"]["advisor_case"].firm_id],
        "programs:firm_first_owner": [firm.public_id],
        "programs:fact_add": [firm.public_id],
        "programs:fact": [world["fact"].pk],
        "subsidies:call_detail": [draft.call_id],
        "subsidies:template": [draft.call_id, "quotes"],
        "subsidies:start": [draft.call_id],
        "subsidies:check": [draft.public_id, "employees"],
        "subsidies:task": [draft.public_id, "plan"],
        "subsidies:autosave": [draft.public_id, "plan"],
        "subsidies:download": [world["file"].pk],
        "subsidies:preview": [world["file"].pk],
        "subsidies:version": [submitted.public_id, 1],
        "people:revoke": [1],
        "people:withdraw": [1],
        "kpi:overview": [2026],
        "bulk:setup": ["assign"],
        "bulk:letter": [world["letter"].pk],
        "bulk:ruling_package": [world["ruling"].pk],
        "bulk:payment_package": [world["claim"].public_id],
        "kpi:records": [2026, "2-KSI"],
        "kpi:parts": [2026, "2-KSI"],
        "kpi:council": [2026],
        "kpi:picture": [2026, "trend", "svg"],
        "kpi:parts_picture": [2026, "2-KSI", "month", "svg"],
        "kpi:process_picture": ["days-median", "svg"],
        "kpi:definition": ["1-OC"],
        "kpi:ward": [2026, SUMIDA],
    }
    if name in table:
        return table[name]
    room = name.partition(":")[0]
    if room in ROOMS:
        return ROOMS[room](name, world)
    if name in {"exports:job", "exports:cancel", "exports:download"}:
        return [world["export"].public_id]
    if name in {"bulk:run", "bulk:start", "bulk:cancel", "bulk:file"}:
        return [world["bulk"].public_id, *(["zip"] if name == "bulk:file" else [])]
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


# Rooms that know the arguments of their own routes.
ROOMS = {
    **dict.fromkeys(world_lab.ROOMS, world_lab.arguments),
    **dict.fromkeys(world_kpi.ROOMS, world_kpi.arguments),
    **dict.fromkeys((*world_portal.ROOMS, *world_portal.OF_SITE), world_portal.arguments),
    "worksheets": lambda name, world: world_worksheets.arguments(
        name.partition(":")[2], world["worksheets"]
    ),
    "diagnosis": lambda name, world: world_diagnosis.arguments(
        name.partition(":")[2], world["diagnosis"]
    ),
    "dojo": lambda name, world: world_dojo.arguments(name.partition(":")[2], world["dojo"]),
    "adoption": lambda name, world: world_adoption.arguments(
        name.partition(":")[2], world["adoption"]
    ),
    "advisors": lambda name, world: world_advisors.arguments(
        name.partition(":")[2], world["advisors"]
    ),
    "followup": lambda name, world: world_followup.arguments(
        name.partition(":")[2], world["followup"]
    ),
    "claims": lambda name, world: world_claims.arguments(name.partition(":")[2], world["claims"]),
    "committee": lambda name, world: world_review.arguments(
        name.partition(":")[2], world["review"]
    ),
    "evaluation": lambda name, world: world_evaluation.arguments(
        name.partition(":")[2], world["evaluation"]
    ),
    "office": office_arguments,
    "selection": lambda name, world: world_selection.arguments(
        name.partition(":")[2], world["selection"]
    ),
    "grants": grant_arguments,
    "watch": lambda name, world: world_watch.arguments(name.partition(":")[2], world["watch"]),
    "retention": lambda name, world: world_retention.arguments(
        name.partition(":")[2], world["retention"]
    ),
}
