"""採択: the ranking of a scored call, its approval by a second official, the waiting list, papers."""
