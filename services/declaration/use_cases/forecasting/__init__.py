"""Forecasts of what will be filed."""
