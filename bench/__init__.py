"""`make bench`: what the served portal costs on 100,000 applications (docs/performance.md)."""
