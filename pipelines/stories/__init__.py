"""One text on many sites: how it is found, who printed it first, how it spread."""
