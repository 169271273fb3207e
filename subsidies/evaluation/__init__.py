"""計画の妥当性評価: an advisor reads, comments and evaluates a plan, and never writes it."""
