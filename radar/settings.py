"""Scrapy settings of the project, each with its reason.

What depends on the owner (contact, addresses of Postgres and Redis, private hosts) is added by
``radar.services.RadarAddon`` from the environment and ``radar.toml``. Any of them can be overridden with ``-s``.
"""

BOT_NAME = "radar"
SPIDER_MODULES = ["radar.spiders"]
NEWSPIDER_MODULE = "radar.spiders"

ADDONS = {"radar.services.RadarAddon": 100}

# --- one post's way -------------------------------------------------------------------------------

SCHEDULER = "radar.frontier.scheduler.Scheduler"

ITEM_PIPELINES = {
    "radar.pipelines.clean.CleanPipeline": 100,
    "radar.pipelines.classify.ClassifyPipeline": 200,
    "radar.pipelines.match.MatchPipeline": 300,
    "radar.pipelines.store.StorePipeline": 900,
}

SPIDER_MIDDLEWARES = {
    # outermost: sees what the others let through
    "radar.extensions.visits.VisitsMiddleware": 10,
    # nearest to the spider: what it yields from a page that opts out does not get anywhere
    "radar.politeness.middlewares.OptOutMiddleware": 950,
}

EXTENSIONS = {
    "radar.extensions.books.Books": 100,
    "radar.extensions.metrics.Metrics": 200,
}

# Scrapy starts this many asyncio tasks a response; its default of 100 halves the speed of small pages.
CONCURRENT_ITEMS = 8

# --- how much at once -----------------------------------------------------------------------------

# Hosts are leased one by one, so this is about the number of hosts read side by side.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# A worker that is asked to stop is gone within 20 seconds, also when Postgres does not answer. Default False.
FRONTIER_HARD_EXIT = True

# --- what is not wanted ---------------------------------------------------------------------------

# Readers of public pages need no session, and none may leak from one visit into the next.
COOKIES_ENABLED = False
# Depth says nothing in forums; paging is bounded by the visit's budget.
DEPTH_LIMIT = 0

# --- manners and safety: docs/manners.md, radar/politeness -----------------------------------------------------

# Only http and https, both through the guard that refuses private addresses; the other handlers of Scrapy read
# local files or speak protocols that nobody needs here.
DOWNLOAD_HANDLERS = {
    "http": "radar.politeness.guard.GuardedDownloadHandler",
    "https": "radar.politeness.guard.GuardedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# host or host:port entries that may have a private address (config: private_hosts). Empty: none.
RADAR_PRIVATE_HOSTS: list[str] = []
# Seconds that a DNS answer is kept. Scrapy keeps them for the life of the process, which may be months.
RADAR_DNS_TTL = 300
# A proxy would connect where the guard cannot look; Scrapy would take one from the environment.
HTTPPROXY_ENABLED = False
# Scrapy's default is False: any certificate of any host would do.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Scrapy's defaults are 1 GiB and 32 MiB; no page or feed that is worth reading is larger. After decompression, too.
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Seconds for name lookup, connecting, headers and body together, so a server that drips gains nothing. Default 180.
DOWNLOAD_TIMEOUT = 30
# A truncated page may end in the middle of a post: it is an error, and tried again later.
DOWNLOAD_FAIL_ON_DATALOSS = True
# Both are servers that run what they are told, and on by default.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# The robots file and the site's other reservations come first, so that a forbidden request costs nothing; answers are
# judged when Scrapy has followed redirects (600) and decompressed (590), where its own retries would sit.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "radar.politeness.middlewares.RobotsMiddleware": 100,
    "radar.politeness.middlewares.OptOutMiddleware": 540,
    "radar.politeness.middlewares.AnswersMiddleware": 550,
    "radar.politeness.middlewares.Redirects": 600,
}
# Scrapy's retries come at once and know no Retry-After; ours wait in the frontier.
RETRY_ENABLED = False
# Scrapy's robots middleware takes errors for permission. Ours (RFC 9309) is always on.
ROBOTSTXT_OBEY = False
# As many as a robots.txt may have; Scrapy's default is 20.
REDIRECT_MAX_TIMES = 5
# Pages that send browsers elsewhere after a while are no redirects.
METAREFRESH_ENABLED = False
# Most seconds that a Crawl-delay is heeded for: some say hours, and would be read once a month.
RADAR_CRAWL_DELAY_MAX = 60
# Most seconds that a Retry-After is heeded for.
RADAR_RETRY_AFTER_MAX = 24 * 3600
# Seconds until a request that failed is tried again; twice as long each further time, an hour at most.
RADAR_RETRY_DELAY = 60

# --- what people see -------------------------------------------------------------------------------

LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
