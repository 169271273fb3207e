"""Measures everything; nothing below imports it."""
