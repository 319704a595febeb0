"""Scrapy's settings. Polite by default: robots.txt, one request at a time per host, a delay."""

from pathlib import Path

from storage.version import user_agent

BOT_NAME = "tinwatch"
SPIDER_MODULES = ["crawlers.sites"]
NEWSPIDER_MODULE = "crawlers.sites"
TEMPLATES_DIR = str(Path(__file__).parent / "templates")  # scrapy genspider -t site

USER_AGENT = user_agent()
ROBOTSTXT_USER_AGENT = BOT_NAME  # the product token alone is matched (RFC 9309, section 2.2.1)
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1  # a crawl is one site; more would queue on past a Retry-After or a stop
CONCURRENT_REQUESTS_PER_DOMAIN = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # in the order of RECHECK_PLANNER
DOWNLOAD_DELAY = 1.5
AUTOTHROTTLE_ENABLED = False
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False

DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 10_000_000
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
WARN_ON_GENERATOR_RETURN_VALUE = False  # parses the source of every callback at each page
CONCURRENT_ITEMS = 1  # the default starts 100 tasks a response and halves the pages a second

# Both run Python for whoever reaches the port.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# No page of a site is on the disk, on an FTP server or in a cloud's store.
DOWNLOAD_HANDLERS = dict.fromkeys(("data", "file", "ftp", "s3"))
TWISTED_DNS_RESOLVER = "crawlers.middlewares.private_network.PublicResolver"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the fence knows better
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "crawlers.middlewares.robotstxt.CarefulRobotsTxtMiddleware": 100,
    "crawlers.middlewares.retry_after.PatientRetryMiddleware": 550,
    "crawlers.middlewares.private_network.FenceMiddleware": 50,
    "crawlers.middlewares.host_facts.HostWatch": 985,
    "crawlers.middlewares.warc.ArchiveMiddleware": 990,
}
# Each layer that is left out saves every page a walk through it.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    # A 404 or 500 is an observation like any other.
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
ITEM_PIPELINES = {"pipelines.item_pipeline.StorePipeline": 900}
EXTENSIONS = {"schedules.publishing.publish.PublishOnClose": 500}
RECHECK_PLANNER = "schedules.recheck.policy.due"
RECHECK_BUDGET = 400  # this and the next from HOME/settings.toml
POLL_MINUTES = 0

TINWATCH_HOME = None  # else the environment's TINWATCH_HOME, else ./data
TINWATCH_NIGHT = ""  # the runs of one night carry one name; else a run is its own night
TINWATCH_DEEP = False  # read the listings past what is known, to their last page
REPLAY_FILES: list[str] = []
REPLAY_AS_OF = None
PUBLISH_ON_CLOSE = True  # `scrapy crawl` publishes by itself; a night publishes when all are done
ALLOW_PRIVATE_HOSTS = False
LOG_LEVEL = "INFO"
