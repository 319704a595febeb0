"""Alerts: subscriptions, messages, and their delivery."""
