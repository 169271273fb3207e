"""Row policies of the search: its documents are public, and only the system writes them."""

from portal.accounts.rls import ReadByAll
from portal.kernel.rls import ALL, FULL

TABLES = [
    ReadByAll("search_document", rows={"app_system": ALL}, grants={"app_system": FULL}),
]
