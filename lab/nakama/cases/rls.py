"""Row policies of the cases (docs/adr/0043-cases.md). All writes are the system's (services).

A firm's part in a case is a row of `cases_caseparty`, which every policy asks. Wards see the case
as everybody asked does (no name, drawing or price) and how far it is; drawings, prices and the
customer are no official's and no auditor's. ラボ職員 act as app_public: their role is asked.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, FULL, USER, WARD, Protected, exists

_LEADS = "'buyer', 'hub', 'delegate'"
_LAB = exists(
    "accounts_assignment staff",
    f"staff.user_id = {USER} AND staff.role = 'lab_staff' AND staff.revoked_at IS NULL"
    " AND staff.valid_from <= CURRENT_DATE"
    " AND (staff.valid_to IS NULL OR staff.valid_to >= CURRENT_DATE)",
)


def _party(case: str, parts: str = "") -> str:
    """The firm takes part in the case that the column names."""
    among = f" AND part.part IN ({parts})" if parts else ""
    return exists("cases_caseparty part", f"part.case_id = {case} AND part.firm_id = {FIRM}{among}")


def _seen(table: str, key: str) -> str:
    return exists(f"{table} seen", f"seen.id = {key}")


_WITH_CASE = {
    role: _seen("cases_case", "{table}.case_id")
    for role in ("app_firm", "app_official", "app_public")
}
_SYSTEM = {"app_auditor": ALL, "app_system": ALL}


def _with_case(table: str, **changes: str) -> dict[str, str]:
    rows = {role: text.format(table=table) for role, text in _WITH_CASE.items()}
    return {**rows, **_SYSTEM, **changes}


def _leads(table: str, also: str = "") -> dict[str, str]:
    """Buyer and hubs alone, and whom `also` names; neither officials nor auditors."""
    leads = _party(f"{table}.case_id", _LEADS)
    return {"app_firm": f"{also} OR {leads}" if also else leads, "app_system": ALL}


_OWN = f"firm_id = {FIRM}"
_GRANTED = (
    exists(
        "cases_drawinggrant leave",
        f"leave.case_id = cases_drawing.case_id AND leave.firm_id = {FIRM}"
        " AND leave.revoked_at IS NULL AND leave.expires_at > statement_timestamp()"
        " AND (leave.step_id IS NULL OR cases_drawing.step_id IS NULL"
        " OR leave.step_id = cases_drawing.step_id)",
    )
    + " AND "
    + exists(
        "cases_ndaacceptance promise",
        f"promise.case_id = cases_drawing.case_id AND promise.firm_id = {FIRM}"
        f" AND promise.person_id = {USER}",
    )
)
_WRITER = {"app_system": EDIT}
_APPENDER = {"app_system": APPEND}
# What a draft replaces.
_REPLACER = {"app_system": FULL}

TABLES = [
    Protected(
        "cases_case",
        rows={
            "app_firm": f"{_party('cases_case.id')} OR "
            + exists(
                "cases_invitation asked",
                f"asked.case_id = cases_case.id AND asked.firm_id = {FIRM}",
            ),
            "app_official": f"ward_id = {WARD} AND status <> 'draft'",
            "app_public": f"{_LAB} AND status <> 'draft'",
            "app_auditor": "status <> 'draft'",
            "app_system": ALL,
        },
        grants=_WRITER,
    ),
    Protected("cases_caseprivate", rows=_leads("cases_caseprivate"), grants=_WRITER),
    # Asked by all other policies: it must not ask them back.
    Protected(
        "cases_caseparty",
        rows={"app_firm": _OWN, "app_auditor": ALL, "app_system": ALL},
        grants=_REPLACER,
    ),
    Protected("cases_casestep", rows=_with_case("cases_casestep"), grants=_REPLACER),
    Protected(
        "cases_drawing",
        rows=_leads("cases_drawing", f"({_GRANTED})"),
        grants=_WRITER,
    ),
    Protected("cases_drawinggrant", rows=_leads("cases_drawinggrant", _OWN), grants=_WRITER),
    Protected("cases_ndaacceptance", rows=_leads("cases_ndaacceptance", _OWN), grants=_APPENDER),
    Protected("cases_drawinglook", rows=_leads("cases_drawinglook"), grants=_APPENDER),
    Protected("cases_proposal", rows=_leads("cases_proposal"), grants=_WRITER),
    Protected(
        "cases_wave",
        rows={**_with_case("cases_wave"), **_leads("cases_wave")},
        grants=_WRITER,
    ),
    Protected(
        "cases_invitation",
        rows={
            **_leads("cases_invitation", _OWN),
            "app_public": _LAB,
            "app_auditor": ALL,
        },
        grants=_WRITER,
    ),
    Protected(
        "cases_reply",
        rows={
            role: _seen("cases_invitation", "cases_reply.invitation_id")
            for role in ("app_firm", "app_public")
        }
        | _SYSTEM,
        grants=_APPENDER,
    ),
    Protected("cases_quote", rows=_leads("cases_quote", _OWN), grants=_REPLACER),
    Protected("cases_hubtemplate", rows={"app_firm": _OWN, "app_system": ALL}, grants=_REPLACER),
    Protected(
        "cases_firstjoblift",
        rows={**_leads("cases_firstjoblift", _OWN), "app_public": _LAB, "app_auditor": ALL},
        grants=_APPENDER,
    ),
    Protected("cases_award", rows=_leads("cases_award"), grants=_APPENDER),
    Protected(
        "cases_order",
        rows={
            "app_firm": f"orderer_id = {FIRM} OR contractor_id = {FIRM}",
            "app_system": ALL,
        },
        grants=_WRITER,
    ),
    Protected(
        "cases_pricetalk",
        rows={
            "app_firm": _seen("cases_order", "cases_pricetalk.order_id"),
            "app_system": ALL,
        },
        grants=_APPENDER,
    ),
    Protected(
        "cases_steprecord",
        rows={"app_firm": _party("cases_steprecord.case_id"), **_SYSTEM},
        grants=_APPENDER,
    ),
    Protected(
        "cases_rating",
        rows={
            "app_firm": f"from_firm_id = {FIRM}"
            f" OR (to_firm_id = {FIRM} AND revealed_at IS NOT NULL)",
            "app_public": f"{_LAB} AND status <> 'none'",
            "app_system": ALL,
        },
        grants=_WRITER,
    ),
    # No name and no amount stands in it: counts over all wards are everybody's in an office.
    Protected(
        "cases_outcome",
        rows={
            "app_firm": _party("cases_outcome.case_id", _LEADS),
            "app_official": ALL,
            "app_policy": ALL,
            **_SYSTEM,
        },
        grants=_APPENDER,
    ),
]
