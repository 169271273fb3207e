"""Reads of the courses: what is open, a firm's own, rosters, results."""
