"""What Prometheus reads at `/metrics`: requests by route, and how long each took, in seconds."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("qifu_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("qifu_request_seconds", "Seconds to the head of the answer", ["route"])


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """`route` is the template (`/orders/{identifier}`), so that ids don't make a series each."""
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
