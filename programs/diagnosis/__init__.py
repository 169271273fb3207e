"""診断: where a firm stands, what holds it back, and what to do next (docs/adr/0047-diagnosis.md)."""
