"""The published recipients are for everybody to read and for the nightly job to write."""

from portal.accounts.rls import ReadByAll
from portal.kernel.rls import ALL, FULL

TABLES = [
    ReadByAll("ledger_publishedgrant", rows={"app_system": ALL}, grants={"app_system": FULL}),
]
