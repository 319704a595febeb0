"""Fetching sites with Scrapy and extracting their articles."""
