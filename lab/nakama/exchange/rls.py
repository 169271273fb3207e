"""Row policies of the room (docs/adr/0044-exchange.md). Only the system writes, for whom the
services have asked the policy.

The board is read by every firm and by lab staff (app_public, by app.user), whatever their ward:
material passes over the wards' borders. Officials read no rows at all, because of the prices:
their page counts. Who stands behind a listing is seen by the firm itself, and by the other side of
a pairing that both have accepted.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, FULL, NOTHING, USER, WARD, Protected, exists

# Asks nothing of the row: PostgreSQL answers it once per query.
_STAFF = exists(
    "accounts_assignment a",
    f"a.user_id = {USER} AND a.role = 'lab_staff' AND a.revoked_at IS NULL"
    " AND a.valid_from <= CURRENT_DATE AND (a.valid_to IS NULL OR a.valid_to >= CURRENT_DATE)",
)
_ASSIGNED = frozenset({"accounts_assignment"})
_KNOWN = "m.status IN ('agreed', 'reported', 'done', 'failed')"
_OWN_PAIRING = f"surplus_firm_id = {FIRM} OR need_firm_id = {FIRM}"
# The pairing's own policy leaves a firm only those it is part of.
_KNOWN_SIDE = exists(
    "exchange_pairing m",
    f"{_KNOWN} AND exchange_listingowner.listing_id IN (m.surplus_id, m.need_id)",
)
_MINE = exists("exchange_listingowner o", "o.listing_id = exchange_listing.id")
_PAIRED = exists("exchange_pairing m", "exchange_listing.id IN (m.surplus_id, m.need_id)")


def _read(table: str, *, firm: str, staff: str, system: str) -> Protected:
    return Protected(
        table,
        rows={"app_public": staff, "app_firm": firm, "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": system},
        asks=_ASSIGNED,
    )


_OWN_OR_LED = f"firm_id = {FIRM} OR lead_firm_id = {FIRM}"


def _priced(table: str, firm: str, system: str) -> Protected:
    return Protected(
        table, rows={"app_firm": firm, "app_system": ALL}, grants={"app_system": system}
    )


TABLES = [
    _read(
        "exchange_listing",
        firm=f"status = 'open' OR {_MINE} OR {_PAIRED}",
        staff=_STAFF,
        system=EDIT,
    ),
    _read(
        "exchange_listingowner",
        firm=f"firm_id = {FIRM} OR {_KNOWN_SIDE}",
        staff=f"{_STAFF} AND {_KNOWN_SIDE}",
        system=EDIT,
    ),
    _read("exchange_pairing", firm=_OWN_PAIRING, staff=_STAFF, system=EDIT),
    # Who comes to a 商談会 is told to firms that may come, so that they can wish whom to meet.
    _read("exchange_fair", firm=ALL, staff=_STAFF, system=EDIT),
    _read("exchange_fairentry", firm=ALL, staff=_STAFF, system=EDIT),
    _read("exchange_fairwish", firm=f"firm_id = {FIRM}", staff=_STAFF, system=FULL),
    _read(
        "exchange_fairmeeting",
        firm=f"buyer_firm_id = {FIRM} OR seller_firm_id = {FIRM}",
        staff=_STAFF,
        system=EDIT,
    ),
    _read("exchange_purchase", firm=ALL, staff=_STAFF, system=EDIT),
    _read("exchange_purchaseitem", firm=ALL, staff=_STAFF, system=EDIT),
    # Suppliers' prices are for the lab to compare; what a firm needs and pays is its own.
    _read("exchange_purchasequote", firm=NOTHING, staff=_STAFF, system=EDIT),
    _read("exchange_purchasedemand", firm=f"firm_id = {FIRM}", staff=NOTHING, system=FULL),
    _read("exchange_purchaseshare", firm=f"firm_id = {FIRM}", staff=NOTHING, system=FULL),
    # A calculation for a firm (of its joint order) is the firm's.
    _read(
        "exchange_run",
        firm=f"firm_id = {FIRM}",
        staff=f"{_STAFF} AND firm_id IS NULL",
        system=EDIT,
    ),
    # No price stands in it: offices read how far the joint orders of their ward are.
    Protected(
        "exchange_jointorder",
        rows={
            "app_firm": ALL,
            "app_official": f"ward_id = {WARD}",
            "app_public": _STAFF,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=_ASSIGNED,
    ),
    Protected(
        "exchange_jointcall",
        rows={"app_firm": f"firm_id = {FIRM}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": APPEND},
    ),
    # An amount stands in it as a band alone: the record of 3-OC, kept by offices and labs.
    Protected(
        "exchange_outsidematch",
        rows={
            "app_firm": f"buyer_id = {FIRM} OR supplier_id = {FIRM}",
            "app_official": f"ward_id = {WARD} OR other_ward_id = {WARD}",
            "app_public": _STAFF,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=_ASSIGNED,
    ),
    # Prices are the firms': what is offered to all, the lead's papers, offers and shares.
    _priced("exchange_jointterms", ALL, EDIT),
    _priced("exchange_jointprivate", f"firm_id = {FIRM}", EDIT),
    _priced("exchange_jointoffer", _OWN_OR_LED, EDIT),
    _priced("exchange_jointsplit", f"lead_firm_id = {FIRM}", APPEND),
    _priced("exchange_jointshare", _OWN_OR_LED, FULL),
    Protected(
        "exchange_exchangefact",
        rows={"app_auditor": ALL, "app_system": ALL},
        grants={"app_system": APPEND},
    ),
]
