"""Eight logs are analysed by two processes; the partial tables become one report."""
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from multiprocessing import Pool

SERVICES = ["web", "mail", "search"]
LEVELS = ["INFO", "INFO", "INFO", "WARN", "ERROR"]


def make_log(part):
    """Lines of a log, the same in every run and in every language."""
    state = part + 1
    for _ in range(2000):
        state = (state * 1103515245 + 12345) % 2**31
        value = state // 65536
        yield f"{SERVICES[value % 3]} {LEVELS[value % 5]} {value % 400 + 1}"


def analyse(part):                       # map: a part becomes a table
    table = {}
    for line in make_log(part):
        service, level, milliseconds = line.split()
        requests, errors, total = table.get(service, (0, 0, 0))
        table[service] = (requests + 1, errors + (level == "ERROR"), total + int(milliseconds))
    return table


def merge(a, b):                         # reduce: two tables become one
    for service, (requests, errors, total) in b.items():
        before = a.get(service, (0, 0, 0))
        a[service] = (before[0] + requests, before[1] + errors, before[2] + total)
    return a


if __name__ == "__main__":
    with ProcessPoolExecutor(max_workers=2) as executor:
        report = reduce(merge, executor.map(analyse, range(8)))
    with Pool(2) as pool:
        again = reduce(merge, pool.imap_unordered(analyse, range(8)))

    print("both agree" if report == again else "they DISAGREE")
    for service in sorted(report):
        requests, errors, total = report[service]
        print(f"{service:8}{requests:6} requests {errors:6} errors {total // requests:6} ms")
