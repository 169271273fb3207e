"""Row policies of the room (docs/adr/0046-consortium.md). Only the system writes, for whom the
services have asked the policy.

People of members act as app_public: a row is theirs through the contact that names them
(app.user). Officials read what their ward's firms do, never who stands for it, nor what a firm
shares with a bank.
"""

from lab.consortium import referral_states, states
from lab.consortium.codes import INSTITUTIONS
from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, FULL, NOTHING, USER, WARD, Protected, exists

# Asks nothing of the row: PostgreSQL answers it once per query.
_STAFF = exists(
    "accounts_assignment a",
    f"a.user_id = {USER} AND a.role = 'lab_staff' AND a.revoked_at IS NULL"
    " AND a.valid_from <= CURRENT_DATE AND (a.valid_to IS NULL OR a.valid_to >= CURRENT_DATE)",
)
_ASSIGNED = frozenset({"accounts_assignment"})
_PARTNER = exists("consortium_contact c", f"c.user_id = {USER} AND c.ended_at IS NULL")
_KINDS = ", ".join(f"'{kind.value}'" for kind in INSTITUTIONS)
_OF_INSTITUTION = exists(
    "consortium_contact c JOIN consortium_member m ON m.id = c.member_id",
    f"c.user_id = {USER} AND c.ended_at IS NULL AND m.left_on IS NULL AND m.kind IN ({_KINDS})",
)


def _of_member(column: str) -> str:
    """The actor speaks for the member that `column` (with its table: contacts have one, too) names."""
    return exists(
        "consortium_contact c",
        f"c.user_id = {USER} AND c.ended_at IS NULL AND c.member_id = {column}",
    )


def _read(
    table: str,
    *,
    firm: str = NOTHING,
    partner: str = NOTHING,
    official: str = "",
    staff: str = _STAFF,
    system: str = EDIT,
) -> Protected:
    rows = {
        "app_public": f"{staff} OR ({partner})",
        "app_firm": firm,
        "app_auditor": ALL,
        "app_system": ALL,
    }
    if official:
        rows["app_official"] = official
    return Protected(table, rows=rows, grants={"app_system": system}, asks=_ASSIGNED)


_OWN = f"firm_id = {FIRM}"
_ANSWERED = exists(
    "consortium_projectanswer w", "w.project_id = consortium_project.id AND w.withdrawn_at IS NULL"
)
_KNOWN = ", ".join(f"'{status}'" for status in states.KNOWN)
# The project's own policy leaves a member's people only those they may see.
_CHOSEN = exists(
    "consortium_project p",
    f"p.id = consortium_projectside.project_id AND p.status IN ({_KNOWN})"
    f" AND (NOT p.needs_nda OR p.nda_on IS NOT NULL) AND {_of_member('p.member_id')}",
)

# A referral itself names nobody: after the consent has ended the bank learns that it has. What is
# shown asks the consent in the moment of reading.
_LIVE = ", ".join(f"'{status}'" for status in referral_states.SHOWN)
_CONSENTED = exists(
    "consortium_referral r",
    f"r.id = consortium_referralitem.referral_id AND r.status IN ({_LIVE})"
    " AND r.consent_until >= (now() AT TIME ZONE 'Asia/Tokyo')::date",
)
_SENT = f"status NOT IN ('draft', 'discarded') AND {_of_member('consortium_referral.member_id')}"

# Of the joint developments the row itself names firms and wards, so that its parties may ask it.
_PARTY_OF = exists("consortium_collab k", "k.id = {table}.collab_id")


def _of_collab(table: str, system: str = EDIT) -> Protected:
    seen = _PARTY_OF.format(table=table)
    return _read(table, firm=seen, official=seen, system=system)


def _of_all(table: str, system: str = EDIT) -> Protected:
    """For members' people and the wards, not for firms."""
    return _read(table, partner=_PARTNER, official=ALL, system=system)


_NAMED = exists("consortium_documentreader d", "d.document_id = consortium_document.id")
_OF_WARD = exists(
    "consortium_member m",
    f"m.id = consortium_documentreader.member_id AND m.ward_id = {WARD} AND m.left_on IS NULL",
)

TABLES = [
    _read(
        "consortium_collab", firm=f"{FIRM} = ANY (firm_ids)", official=f"{WARD} = ANY (ward_ids)"
    ),
    _of_collab("consortium_collabparty", FULL),
    _of_collab("consortium_collaborder", APPEND),
    _of_all("consortium_meeting"),
    _of_all("consortium_minutes", APPEND),
    _of_all("consortium_attendance", APPEND),
    _of_all("consortium_meetingaction"),
    _read(
        "consortium_document",
        partner="removed_at IS NULL AND ("
        f"(seen_by = 'all' AND {_PARTNER}) OR {_of_member('consortium_document.member_id')}"
        f" OR {_NAMED})",
        official=f"removed_at IS NULL AND (seen_by = 'all' OR {_NAMED})",
    ),
    _read(
        "consortium_documentreader",
        partner=_of_member("consortium_documentreader.member_id"),
        official=_OF_WARD,
        system=APPEND,
    ),
    # Organisations, no people: whoever takes part may know who else does.
    _read("consortium_member", firm=ALL, partner=_PARTNER, official=ALL),
    _read("consortium_contact", partner=f"user_id = {USER}"),
    _read(
        "consortium_project",
        firm=_OWN,
        partner=f"(status = 'offered' AND {_OF_INSTITUTION})"
        f" OR {_of_member('consortium_project.member_id')} OR {_ANSWERED}",
        official=f"ward_id = {WARD}",
    ),
    _read("consortium_projectside", firm=_OWN, partner=_CHOSEN),
    # The secretariat and officials count referrals; they read none.
    _read("consortium_referral", firm=_OWN, partner=_SENT, staff=NOTHING),
    _read(
        "consortium_referralitem",
        firm=_OWN,
        partner=f"withdrawn_at IS NULL AND {_CONSENTED}",
        staff=NOTHING,
    ),
    _read("consortium_referrallook", firm=_OWN, staff=NOTHING, system=APPEND),
    _read(
        "consortium_projectanswer",
        firm=_OWN,
        partner=_of_member("consortium_projectanswer.member_id"),
    ),
]
