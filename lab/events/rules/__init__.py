"""Pure rules of the events: dataclasses in and out, no clock, no database."""
