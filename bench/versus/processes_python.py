"""CPython's multiprocessing and concurrent.futures: the peers of Braid's rows across processes.

Prints one line of JSON a row: {"row", "value", "unit", "low", "high"}. The value is the median of the rounds, low and high are the least and
the greatest round. A measurement that hangs or fails prints its name as the row, the value null and an "error", and the others go on.
Pools, queues and locks use the fork start method, CPython's fastest; once a pool is warm the method makes no difference.
"""
import argparse
import array
import contextlib
import functools
import itertools
import json
import multiprocessing
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Client, Listener

import cells

FORK = multiprocessing.get_context("fork")
SECONDS = 120
PAYLOAD = 100_000_000
CHUNK_SIZES = (16, 64, 256, 1024, 4096, 16384, 65536)

killed_at = FORK.RawValue("q", 0)


def nothing(_=None):
    pass


def kill_self():
    killed_at.value = time.monotonic_ns()
    os.kill(os.getpid(), signal.SIGKILL)


def nanoseconds(action):
    start = time.perf_counter_ns()
    action()
    return time.perf_counter_ns() - start


def median(figures):
    ordered = sorted(figures)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def round_trips(row, count, action):
    times = sorted(nanoseconds(action) / 1e3 for _ in range(count))
    return {(f"{row}, median", "us"): median(times), (f"{row}, p99", "us"): times[count * 99 // 100]}


# Each measurement below sets up, yields a function that makes one round and returns {(row, unit): figure}, and tears down.
# Size is the length of a round: 1 when quick, else 5.


def start(method, size):
    """The targets are made of what every child has loaded, so spawn and forkserver are not charged with an import of this script."""
    context = multiprocessing.get_context(method)
    mine, childs = context.Pipe()
    warmth = ", warm" if method == "forkserver" else ""

    def to_join():
        process = context.Process(target=os.getpid)
        process.start()
        process.join()

    def to_first_message():
        process = context.Process(target=childs.send_bytes, args=(b"!",))
        begin = time.perf_counter_ns()
        process.start()
        mine.recv_bytes()
        took = time.perf_counter_ns() - begin
        process.join()
        return took

    to_join()
    count = range(5 * size)
    yield lambda: {
        (f"Process start and join, {method}{warmth}", "ms"): median(nanoseconds(to_join) / 1e6 for _ in count),
        (f"Process start to first message, {method}{warmth}", "ms"): median(to_first_message() / 1e6 for _ in count),
    }


def executor_round_trip(size):
    with ProcessPoolExecutor(2, FORK) as executor:
        executor.submit(nothing).result()
        yield lambda: round_trips("ProcessPoolExecutor round trip, empty task", 400 * size, lambda: executor.submit(nothing).result())


def pool_round_trip(size):
    with FORK.Pool(2) as pool:
        pool.apply(nothing)
        yield lambda: round_trips("Pool.apply round trip, empty task", 400 * size, lambda: pool.apply(nothing))


def one_by_one(size):
    count = 5_000 * size
    with FORK.Pool(2) as pool:
        pool.map(nothing, range(count), chunksize=1)
        yield lambda: {("Pool.map, 2 workers, chunk size 1", "tasks/s"): count * 1e9 / nanoseconds(lambda: pool.map(nothing, range(count), chunksize=1))}


def best_chunk(size):
    count = 400_000 * size
    with FORK.Pool(2) as pool:
        def rate(chunk):
            return count * 1e9 / nanoseconds(lambda: pool.map(nothing, range(count), chunksize=chunk))

        best = max(CHUNK_SIZES, key=lambda chunk: median(rate(chunk) for _ in range(3)))
        yield lambda: {
            ("Pool.map, 2 workers, tiny tasks, best chunk size", "tasks/s"): rate(best),
            ("Pool.map, 2 workers, tiny tasks, the best chunk size is", "tasks"): best,
        }


def queue_throughput(label, message_bytes, count, size):
    """From the first message taken to the last, so that starting the two processes does not count."""
    def produce(queue):
        message = bytes(message_bytes)
        for _ in range(count * size + 1):
            queue.put(message)

    def consume(queue, result):
        queue.get()
        begin = time.perf_counter_ns()
        for _ in range(count * size):
            queue.get()
        result.send(count * size * 1e9 / (time.perf_counter_ns() - begin))

    def one_round():
        queue = FORK.Queue()
        mine, childs = FORK.Pipe()
        processes = [FORK.Process(target=produce, args=(queue,)), FORK.Process(target=consume, args=(queue, childs))]
        for process in processes:
            process.start()
        rate = mine.recv()
        for process in processes:
            process.join()
        return {(f"multiprocessing.Queue, {label} messages, 1 producer, 1 consumer", "messages/s"): rate}

    yield one_round


def pipe_round_trip(size):
    mine, childs = FORK.Pipe()

    def echo():
        while message := childs.recv():
            childs.send(message)

    def there_and_back():
        mine.send(message)
        mine.recv()

    message = bytes(16)
    process = FORK.Process(target=echo)
    process.start()
    there_and_back()
    yield lambda: round_trips("Pipe round trip, 16 B", 2_000 * size, there_and_back)
    mine.send(None)
    process.join()


def connection_round_trip(size):
    key = b"a key for measurements"

    def echo(address):
        with Client(address, authkey=key) as connection:
            while message := connection.recv_bytes():
                connection.send_bytes(message)

    def there_and_back():
        mine.send_bytes(message)
        mine.recv_bytes()

    message = bytes(16)
    with Listener(family="AF_UNIX", authkey=key) as listener:
        process = FORK.Process(target=echo, args=(listener.address,))
        process.start()
        with listener.accept() as mine:
            there_and_back()
            yield lambda: round_trips("Connection over a Unix socket, there and back, 16 B", 2_000 * size, there_and_back)
            mine.send_bytes(b"")
        process.join()


def array_over_a_connection(size):
    key = b"a key for measurements"

    def take(address):
        with Client(address, authkey=key) as connection:
            while numbers := connection.recv():
                connection.send(numbers[-1])

    def there():
        mine.send(numbers)
        mine.recv()

    numbers = array.array("f", range(PAYLOAD // 4))
    with Listener(family="AF_UNIX", authkey=key) as listener:
        process = FORK.Process(target=take, args=(listener.address,))
        process.start()
        with listener.accept() as mine:
            there()
            yield lambda: {("100 MB array over a Unix socket, to CPython", "ms"): median(nanoseconds(there) / 1e6 for _ in range(size))}
            mine.send(None)
        process.join()


def manager_call(size):
    with FORK.Manager() as manager:
        table = manager.dict(k=1)
        for _ in range(2_000):
            table["k"]
        yield lambda: round_trips("SyncManager, one value of a dict", 2_000 * size, lambda: table["k"])


def payload(size):
    data = bytes(PAYLOAD)
    with FORK.Pool(1) as pool:
        pool.apply(len, (data,))
        yield lambda: {("Pool.apply, 100 MB of bytes to a worker", "ms"): median(nanoseconds(lambda: pool.apply(len, (data,))) / 1e6 for _ in range(size))}


def lock_uncontended(size):
    count = 200_000 * size

    def loop(acquire, release):
        for _ in itertools.repeat(None, count):
            acquire()
            release()

    lock = FORK.Lock()
    yield lambda: {("multiprocessing.Lock, uncontended acquire and release", "ns"): nanoseconds(lambda: loop(lock.acquire, lock.release)) / count}


def value_increment(processes, size):
    count = 20_000 * size

    def loop(value, barrier):
        barrier.wait()
        for _ in itertools.repeat(None, count):
            with value.get_lock():
                value.value += 1
        barrier.wait()

    def one_round():
        value, barrier = FORK.Value("i", 0), FORK.Barrier(processes + 1)
        workers = [FORK.Process(target=loop, args=(value, barrier)) for _ in range(processes)]
        for worker in workers:
            worker.start()
        barrier.wait()
        took = nanoseconds(barrier.wait)
        for worker in workers:
            worker.join()
        if value.value != count * processes:
            raise AssertionError(f"the value is {value.value}, not {count * processes}")
        return {(f"Value += 1 under its lock, {processes} process{'es' if processes > 1 else ''}", "ns"): took / value.value}

    yield one_round


def crash_told(size):
    def once():
        with ProcessPoolExecutor(2, FORK) as executor:
            executor.submit(nothing).result()
            try:
                executor.submit(kill_self).result()
            except BrokenProcessPool:
                return (time.monotonic_ns() - killed_at.value) / 1e6
        raise AssertionError("the death of the worker was not told")

    yield lambda: {("ProcessPoolExecutor, worker killed to caller told", "ms"): median(once() for _ in range(3 * size))}


MEASUREMENTS = {
    "start-fork": functools.partial(start, "fork"),
    "start-spawn": functools.partial(start, "spawn"),
    "start-forkserver": functools.partial(start, "forkserver"),
    "executor-round-trip": executor_round_trip,
    "pool-round-trip": pool_round_trip,
    "one-by-one": one_by_one,
    "best-chunk": best_chunk,
    "queue-16B": functools.partial(queue_throughput, "16 B", 16, 20_000),
    "queue-64KiB": functools.partial(queue_throughput, "64 KiB", 64 * 1024, 4_000),
    "pipe-round-trip": pipe_round_trip,
    "connection-round-trip": connection_round_trip,
    "array-100MB": array_over_a_connection,
    "manager-call": manager_call,
    "payload-100MB": payload,
    "lock": lock_uncontended,
    "value-1": functools.partial(value_increment, 1),
    "value-2": functools.partial(value_increment, 2),
    "crash-told": crash_told,
}


def cell(name, rounds, size):
    """Makes the rounds of one measurement and returns its rows."""
    with contextlib.contextmanager(MEASUREMENTS[name])(int(size)) as one_round:
        figures = [one_round() for _ in range(int(rounds))]
    rows = []
    for row, unit in figures[0]:
        column = [figure[row, unit] for figure in figures]
        rows.append({"row": row, "value": float(f"{median(column):.5g}"), "unit": unit, "low": float(f"{min(column):.5g}"), "high": float(f"{max(column):.5g}")})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, help="rounds a measurement (7; 3 when quick)")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--only", metavar="ROW", action="append", help=f"one of {', '.join(MEASUREMENTS)}; may be repeated")
    options = parser.parse_args()
    if unknown := set(options.only or ()) - set(MEASUREMENTS):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
    if options.rounds is not None and options.rounds < 1:
        parser.error(f"--rounds is {options.rounds}; it must be at least 1")
    print(f"CPython {sys.version.split()[0]}, {os.cpu_count()} processors", file=sys.stderr)
    for name in options.only or MEASUREMENTS:
        rows, error = cells.run("processes_python", [name, options.rounds or (3 if options.quick else 7), 1 if options.quick else 5], SECONDS)
        for row in rows or [{"row": name, "value": None, "unit": None, "error": error}]:
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
