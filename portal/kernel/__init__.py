"""The floor: transitions, audit, outbox, numbering, money, clock, files. Knows no domain."""
