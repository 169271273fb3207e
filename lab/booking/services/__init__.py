"""The acts of the bookings; each is one transaction, with the actor as an argument.

Everything is written as the system, after the policy has said yes: docs/adr/0040-booking.md.
"""
