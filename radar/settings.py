"""Scrapy settings of the project, each with its reason."""

BOT_NAME = "radar"
SPIDER_MODULES = ["radar.spiders"]

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
# The guard sits in the name resolver: addresses are judged after DNS, when connecting. Read by radar.politeness.guard.
TWISTED_DNS_RESOLVER = "radar.politeness.guard.GuardedResolver"
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
