"""The acts of the events; each is one transaction, with the actor as an argument.

Everything is written as the system, after the policy has said yes: docs/adr/0045-events.md. Whatever
changes a seat or a coming holds the event's row first.
"""
