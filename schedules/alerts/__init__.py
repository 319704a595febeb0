"""Alerts: what is told to whom, when, and that it arrives."""
