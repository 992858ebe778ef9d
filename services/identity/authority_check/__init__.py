"""Adapters to authorities that know which name belongs to which number, speaking their documented protocols."""
