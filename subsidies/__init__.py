"""支援策②: the three-stage DX subsidy, from the call to the decision."""
