"""What accompanies a crawl: due sources, visits, source health, metrics."""
