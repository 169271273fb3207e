"""Tables of the lab's events."""

from lab.events.models.attendance import Attendance, HeldFact
from lab.events.models.events import Event, EventMachine, Programme
from lab.events.models.material import Material
from lab.events.models.registrations import Registration
from lab.events.models.showcase import Slot, SlotApplicant

__all__ = [
    "Attendance",
    "Event",
    "EventMachine",
    "HeldFact",
    "Material",
    "Programme",
    "Registration",
    "Slot",
    "SlotApplicant",
]
