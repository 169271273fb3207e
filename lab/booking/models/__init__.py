"""Tables of the lab's bookings."""

from lab.booking.models.bookings import Booking, Reservation, Series, Turn
from lab.booking.models.feeds import Feed
from lab.booking.models.firms import Acceptance, Agreement, Certificate, TrialReport
from lab.booking.models.labs import Closure, Lab, OpeningHours, Quota
from lab.booking.models.machines import FeeLine, FeeTable, Machine, Maintenance, Standstill
from lab.booking.models.photos import MachinePhoto
from lab.booking.models.running import Consumable, ConsumableUse, Incident, Visit

__all__ = [
    "Acceptance",
    "Agreement",
    "Booking",
    "Certificate",
    "Closure",
    "Consumable",
    "ConsumableUse",
    "FeeLine",
    "FeeTable",
    "Feed",
    "Incident",
    "Lab",
    "Machine",
    "MachinePhoto",
    "Maintenance",
    "OpeningHours",
    "Quota",
    "Reservation",
    "Series",
    "Standstill",
    "TrialReport",
    "Turn",
    "Visit",
]
