"""Pure rules of the bookings: dataclasses in and out, no clock, no database."""
