"""Absences, hand-overs, announcements between wards."""

from portal.duty.models.absences import Absence
from portal.duty.models.announcements import Announcement, ReadMark
from portal.duty.models.handovers import HandOver

__all__ = ["Absence", "Announcement", "HandOver", "ReadMark"]
