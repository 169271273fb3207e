"""伴走型DXアドバイザー派遣: registry, requests, teams, engagements and visits (docs/adr/0031-advisors.md)."""
