"""Pure rules of the subsidies: frozen dataclasses in and out, no database, no clock."""
