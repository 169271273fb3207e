"""What leaves the portal about subsidies: 補助金台帳, open data of recipients, calls as JSON."""
