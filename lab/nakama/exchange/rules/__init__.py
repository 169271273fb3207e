"""Pure rules of the room: who fits whom, the timetable, the price of buying together."""
