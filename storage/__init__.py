"""Storage: the home folder, its database, WARC files, exports and messages."""
