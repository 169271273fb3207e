"""Pure rules of what happens after the decision: dataclasses in and out, no database, no clock."""
