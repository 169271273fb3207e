"""Set-up and run machinery: own PostgreSQL and Valkey, the demonstration, the test services.

Free of Django on purpose: it works before settings can be imported, and production does not
need it. `python -m portal.runtime` lists the commands.
"""
