"""Addresses are read by the system alone: what visitors enter, its services write."""

from portal.kernel.rls import ALL, FULL, Protected

TABLES = [
    Protected(table, rows={"app_system": ALL}, grants={"app_system": FULL})
    for table in ("mailing_subscription", "mailing_mail")
]
