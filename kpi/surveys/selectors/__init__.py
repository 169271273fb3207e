"""Reads of the ward survey; fixed numbers of queries."""
