"""Scrapy settings. Polite by default: robots.txt is obeyed, one request at a time, with a delay."""

from pathlib import Path

from scrapy.settings import default_settings

from storage.archive import decoding
from storage.version import PRODUCT_TOKEN, user_agent

BOT_NAME = PRODUCT_TOKEN
SPIDER_MODULES = ["crawlers.sites"]
NEWSPIDER_MODULE = "crawlers.sites"
TEMPLATES_DIR = str(Path(__file__).parent / "templates")  # scrapy genspider -t site

USER_AGENT = user_agent()
ROBOTSTXT_PARSER = "crawlers.crawl.robots_rules.RobotsRules"
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1  # one crawl is one site; Retry-After and stop() must hold up everything
CONCURRENT_REQUESTS_PER_DOMAIN = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # keeps the order of RECHECK_PLANNER
DOWNLOAD_DELAY = 1.5
AUTOTHROTTLE_ENABLED = False
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
COMPRESSION_ENABLED = False  # the download handler decodes
DEFAULT_REQUEST_HEADERS = {
    **default_settings.DEFAULT_REQUEST_HEADERS,
    "Accept-Encoding": decoding.ACCEPT_ENCODING,
}

DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = decoding.MAX_BODY_BYTES
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
RETRY_EXCEPTIONS = [
    *default_settings.RETRY_EXCEPTIONS,
    "storage.archive.decoding.BrokenBodyError",
]
WARN_ON_GENERATOR_RETURN_VALUE = False  # would parse the source of every callback at each page
CONCURRENT_ITEMS = 1  # the default starts 100 tasks per response and halves the pages per second

# Both execute Python for anybody who can connect to the port.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# Pages come over http and https only.
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("data", "file", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), "crawlers.crawl.download.DecodingHandler"),
}
TWISTED_DNS_RESOLVER = "crawlers.middlewares.private_network.PublicResolver"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "crawlers.middlewares.private_network.PrivateNetworkMiddleware": 40,
    "crawlers.middlewares.offsite.OffsiteMiddleware": 50,
    "crawlers.middlewares.robotstxt.StrictRobotsTxtMiddleware": 100,
    "crawlers.middlewares.retry_after.RetryAfterMiddleware": 550,
    "crawlers.middlewares.redirect.RedirectMiddleware": 600,
    "crawlers.middlewares.host_facts.HostFactsMiddleware": 985,
    "crawlers.middlewares.warc.WarcMiddleware": 990,
}
# Unused layers are left out because every page would pass through them.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    # The spider evaluates every status itself: a 404 or 500 is an observation.
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
ITEM_PIPELINES = {"pipelines.item_pipeline.StorePipeline": 900}
EXTENSIONS = {"schedules.publishing.publish.PublishOnClose": 500}
RECHECK_PLANNER = "schedules.recheck.policy.due"
RECHECK_BUDGET = 400  # fetches per day; HOME/settings.toml overrides this and POLL_MINUTES
POLL_MINUTES = 0

TINWATCH_HOME = None  # else the environment's TINWATCH_HOME, else ./data
TINWATCH_BATCH = ""  # the batch that a run belongs to; empty: a batch of its own
TINWATCH_FULL = False  # full crawl: read listings past the known frontier, to their last page
TINWATCH_MAX_PAGES = 0  # of a listing that are read; 0: max_listings, without limit if full
REPLAY_FILES: list[str] = []
REPLAY_AS_OF = None
PUBLISH_ON_CLOSE = True  # for `scrapy crawl`; a batch publishes when all its crawls are done
ALLOW_PRIVATE_HOSTS: list[str] = []  # HOST:PORT; set by HOME/settings.toml
LOG_LEVEL = "INFO"
