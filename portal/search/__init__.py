"""Search over public pages, measures, events and cases, and over firms, numbers and people."""
