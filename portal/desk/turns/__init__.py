"""What a firm has to do, room by room: each yields its `Todo`s (tests/desk/turns_table.py)."""
