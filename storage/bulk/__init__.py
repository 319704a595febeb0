"""Archives of any size: WARC files at fsspec URLs, and the Parquet datasets made of them."""
