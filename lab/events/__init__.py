"""ラボの催し: seminars, hands-on days, showcases and tours of a lab, from the announcement to who came."""
