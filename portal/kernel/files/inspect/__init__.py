"""What a file truly is, decided by its structure in a process of its own.

Pure Python without Django: `sandbox.inspect()` is called by the portal, the rest runs behind it.
"""
