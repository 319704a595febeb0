"""A small news site on 127.0.0.1 with every fault that a host can have, and crawls of it.

Not tests: tests/crawlers/crawl_faulty_site.py crawls it, in processes of its own.
"""
