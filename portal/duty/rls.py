"""Row policies of the room."""

from portal.kernel.rls import Protected

TABLES: list[Protected] = []
