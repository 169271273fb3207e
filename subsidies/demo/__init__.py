"""Invented applications for the demonstration: three fiscal years over the 23 wards.

Two ways lead to a row. `history` writes what happened before today directly, because the services
take their moments from the database's clock; its rows are those the services would have written.
`live` lets the demonstration's people work through the real services, so that audit trail, events,
letters and notices arise by themselves. The same seed makes the same data on every machine.
"""

from subsidies.demo.load import Summary, load

__all__ = ["Summary", "load"]
