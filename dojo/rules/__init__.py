"""Pure rules of the courses: dataclasses in and out, no clock, no database."""
