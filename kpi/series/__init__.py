"""External statistics, ward surveys of others and firms' own accounts: what the KGI are made of."""
