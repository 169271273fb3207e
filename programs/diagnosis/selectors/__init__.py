"""Reads of the diagnosis."""
