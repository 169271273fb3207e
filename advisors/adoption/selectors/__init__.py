"""Reads of the room; fixed numbers of queries."""
