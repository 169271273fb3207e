from portal.kernel.rls import Protected

TABLES: list[Protected] = []
