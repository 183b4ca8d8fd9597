"""CPython's queue.Queue(1024): the peer of the row "Braid Queue, blocking". Prints nanoseconds an item, the median of several runs."""
import queue
import statistics
import sys
import threading
import time

ITEMS = 100_000
RUNS = 7


def run(pairs):
    channel = queue.Queue(1024)
    share = ITEMS // pairs
    threads = [threading.Thread(target=lambda: [channel.put(i) for i in range(share)]) for _ in range(pairs)]
    threads += [threading.Thread(target=lambda: [channel.get() for _ in range(share)]) for _ in range(pairs)]
    start = time.perf_counter_ns()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter_ns() - start) / ITEMS


for pairs in (1, 4):
    times = [run(pairs) for _ in range(RUNS)]
    print(f"CPython {sys.version.split()[0]} queue.Queue(1024), {pairs} x {pairs}: median {statistics.median(times):.0f} ns an item, min {min(times):.0f}")
