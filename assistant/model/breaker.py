"""A circuit breaker: after failures in a row a model is left alone for a while, so that turns don't wait for it."""

import threading
import time
from collections.abc import Callable

FAILURES = 3
REST_S = 60.0


class Breaker:
    """`ready()` before a call, then `succeeded()` or `failed()`. Safe between threads; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def ready(self) -> bool:
        with self._lock:
            return self._clock() >= self._until

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._failures, self._until = 0, self._clock() + REST_S
