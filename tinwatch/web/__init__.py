"""The dashboard: HTML rendered on the server without scripts, and the JSON API."""
