"""The acts of the watch."""

from subsidies.watch.services.comparing import application_compare, sweep
from subsidies.watch.services.limiting import limits_set
from subsidies.watch.services.settling import finding_settle

__all__ = ["application_compare", "finding_settle", "limits_set", "sweep"]
