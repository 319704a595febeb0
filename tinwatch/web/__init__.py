"""The page: what was found, in a browser. Rendered on the server; nothing needs a script."""
