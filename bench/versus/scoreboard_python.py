"""Six faults against Python's process pools: the peers of Braid's fault scoreboard.

Prints one line of JSON a cell: {"pool", "fault", "outcome", "detail"}. The pools are multiprocessing.Pool and ProcessPoolExecutor, and loky,
Pebble and billiard where they are installed; each has one worker, started by fork (loky: by its own way). A fault strikes one task, or the
idle worker just before it; then a task that does nothing is tried ("next"). An outcome is "ok" when both tasks returned, else what became of
the first and of the next, for example "error 2 ms; pool broken". HANG means: still pending when the patience was over. An end of the pool
that hangs is told too. The milliseconds count from the fault, or from the submission where the task makes the fault itself. The detail is
what the caller was told.
"""
import argparse
import concurrent.futures
import importlib
import json
import multiprocessing
import os
import pathlib
import signal
import sys
import threading
import time

import cells

SETTLE = 0.5


class HasNoWayBack(Exception):
    """Pickles, but cannot be rebuilt: its constructor wants two arguments and Exception passes on one."""

    def __init__(self, what, why):
        super().__init__(f"{what}: {why}")


def nothing():
    pass


def announce():
    """Tells the parent, which has the same working directory, that the task runs."""
    pathlib.Path("running").touch()


def run_for_ever():
    announce()
    while True:
        time.sleep(3600)


def return_bytes(count):
    result = b"\1" * count
    announce()
    return result


def exit_at_once():
    os._exit(0)


def raise_without_way_back():
    raise HasNoWayBack("the task", "failed on purpose")


def return_unpicklable():
    return lambda: None


# Every pool below offers: submit(function, *arguments), which returns a task; done(task); result(task), for a task that is done;
# end(), which may hang; and renewed, whether the last submit went to a new pool.


class StandardPool:
    module = "multiprocessing"
    ending = "terminate()"
    renewed = False

    def __init__(self):
        self.pool = importlib.import_module(self.module).get_context("fork").Pool(1)

    def submit(self, function, *arguments):
        return self.pool.apply_async(function, arguments)

    def done(self, task):
        return task.ready()

    def result(self, task):
        return task.get(0)

    def end(self):
        self.pool.terminate()


class Billiard(StandardPool):
    module = "billiard"


class StandardExecutor:
    module = "concurrent.futures"
    ending = "shutdown()"
    renewed = False

    def __init__(self):
        self.pool = concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork"))

    def submit(self, function, *arguments):
        return self.pool.submit(function, *arguments)

    def done(self, task):
        return task.done()

    def result(self, task):
        return task.result(0)

    def end(self):
        self.pool.shutdown(wait=True, cancel_futures=True)


class Loky(StandardExecutor):
    """Used as its users do: the reusable executor is asked for anew before each task."""

    module = "loky"
    ending = "shutdown(kill_workers=True)"

    def __init__(self):
        self.pool = None

    def submit(self, function, *arguments):
        before = self.pool
        self.pool = importlib.import_module("loky").get_reusable_executor(max_workers=1, timeout=600)
        self.renewed = before is not None and before is not self.pool
        return self.pool.submit(function, *arguments)

    def end(self):
        self.pool.shutdown(wait=True, kill_workers=True)


class Pebble(StandardExecutor):
    module = "pebble"
    ending = "stop() and join()"

    def __init__(self):
        self.pool = importlib.import_module("pebble").ProcessPool(max_workers=1, context=multiprocessing.get_context("fork"))

    def submit(self, function, *arguments):
        return self.pool.schedule(function, args=arguments)

    def end(self):
        self.pool.stop()
        self.pool.join()


POOLS = {
    "multiprocessing.Pool": StandardPool,
    "ProcessPoolExecutor": StandardExecutor,
    "loky": Loky,
    "Pebble": Pebble,
    "billiard": Billiard,
}


class Impossible(Exception):
    """The fault could not be made, so the cell says nothing about the pool."""


class Trial:
    """One pool, one fault."""

    def __init__(self, pool, patience):
        self.pool = pool
        self.patience = patience
        self.struck = None

    def wait(self, condition, seconds):
        """Waits for the condition; returns whether it came."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.0002)
        return True

    def must(self, condition, what):
        if not self.wait(condition, 30):
            raise Impossible(f"waited 30 s in vain until {what}")

    def attempt(self, submit):
        """Returns (kind, milliseconds since the fault, detail); kind is returned, error or HANG."""
        try:
            task = submit()
            if not self.wait(lambda: self.pool.done(task), self.patience):
                return "HANG", None, None
            took = (time.monotonic() - self.struck) * 1e3
            self.pool.result(task)
            return "returned", took, None
        except Impossible:
            raise
        except Exception as error:
            return "error", (time.monotonic() - self.struck) * 1e3, f"{type(error).__name__}: {error}".strip().splitlines()[0][:200]

    def worker(self):
        """The worker's process id; asking warms the pool up."""
        task = self.pool.submit(os.getpid)
        self.must(lambda: self.pool.done(task), "the first task returned")
        return self.pool.result(task)

    def kill(self, worker):
        self.struck = time.monotonic()
        os.kill(worker, signal.SIGKILL)

    def kill_idle(self, worker, _):
        self.kill(worker)
        self.must(lambda: is_dead(worker), f"the worker {worker} was dead")
        time.sleep(SETTLE)
        self.struck = time.monotonic()
        return self.pool.submit(nothing)

    def kill_busy(self, worker, _):
        task = self.pool.submit(run_for_ever)
        self.must(pathlib.Path("running").exists, "the task ran")
        self.kill(worker)
        return task

    def kill_sending(self, worker, size):
        """Kills when this process has read a part of the result: 1/16 at least, and not all."""
        before = bytes_read()
        task = self.pool.submit(return_bytes, size)
        self.must(pathlib.Path("running").exists, "the task ran")
        self.must(lambda: bytes_read() - before > size // 16, "a part of the result had come")
        self.kill(worker)
        if bytes_read() - before >= size:
            raise Impossible("the whole result had come before the worker could be killed; try a larger --result")
        return task

    def own_fault(self, function):
        self.struck = time.monotonic()
        return self.pool.submit(function)


FAULTS = {
    "SIGKILL idle worker, then submit": Trial.kill_idle,
    "SIGKILL busy worker": Trial.kill_busy,
    "SIGKILL while sending a large result": Trial.kill_sending,
    "task calls _exit(0)": lambda trial, *_: trial.own_fault(exit_at_once),
    "exception that cannot be rebuilt": lambda trial, *_: trial.own_fault(raise_without_way_back),
    "result that cannot be serialised": lambda trial, *_: trial.own_fault(return_unpicklable),
}


def is_dead(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def bytes_read():
    """What this process has read so far, by the kernel's count."""
    for line in pathlib.Path("/proc/self/io").read_text().splitlines():
        name, _, count = line.partition(": ")
        if name == "rchar":
            return int(count)
    raise Impossible("/proc/self/io has no rchar")


def cell(name, fault, patience, size):
    """Plays one fault against one pool and returns (outcome, detail)."""
    trial = Trial(POOLS[name](), float(patience))
    try:
        worker = trial.worker()
        first, took, detail = trial.attempt(lambda: FAULTS[fault](trial, worker, int(size)))
        trial.struck = time.monotonic()
        following, _, trouble = trial.attempt(lambda: trial.pool.submit(nothing))
    except Impossible as error:
        return "could not be tried", str(error)
    if first == following == "returned" and not trial.pool.renewed:
        parts = ["ok"]
    else:
        parts = [{"returned": "ok", "error": f"error {took or 0:.0f} ms", "HANG": "HANG"}[first],
                 {"returned": "new executor ok" if trial.pool.renewed else "next ok", "error": "pool broken", "HANG": "next HANG"}[following]]
    ending = threading.Thread(target=trial.pool.end, daemon=True)
    ending.start()
    ending.join(trial.patience)
    if ending.is_alive():
        parts.append(f"{trial.pool.ending} HANGS")
    return "; ".join(parts), detail or trouble


def installed(name):
    try:
        importlib.import_module(POOLS[name].module)
        return True
    except ImportError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a patience of 4 s, too short for billiard's errors, and a result of 300 MB")
    parser.add_argument("--patience", type=float, help="seconds until a pending task counts as HANG (14)")
    parser.add_argument("--result", type=int, metavar="MB", help="size of the large result (600)")
    parser.add_argument("--pool", action="append", choices=POOLS, help="may be repeated; all that are installed")
    parser.add_argument("--fault", action="append", choices=FAULTS, help="may be repeated; all")
    options = parser.parse_args()
    if options.patience is not None and options.patience <= 0:
        parser.error(f"--patience is {options.patience:g}; it must be more than 0 s")
    if options.result is not None and options.result < 100:
        parser.error(f"--result is {options.result}; it must be at least 100 MB, or the worker may be done before it can be killed")
    patience = options.patience or (4 if options.quick else 14)
    size = (options.result or (300 if options.quick else 600)) * 1_000_000
    print(f"CPython {sys.version.split()[0]}, patience {patience:g} s, large result {size // 1_000_000} MB", file=sys.stderr)
    for pool in options.pool or POOLS:
        if not installed(pool):
            print(f"{pool} is not installed: left out", file=sys.stderr)
            continue
        for fault in options.fault or FAULTS:
            answer, error = cells.run("scoreboard_python", [pool, fault, patience, size], 4 * patience + 90)
            outcome, detail = answer or (error, None)
            print(json.dumps({"pool": pool, "fault": fault, "outcome": outcome, "detail": detail}), flush=True)


if __name__ == "__main__":
    main()
