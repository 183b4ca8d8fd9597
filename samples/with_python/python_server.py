"""Keeps a stock for other programs. Ends when its standard input does."""
import sys
import threading
from multiprocessing.managers import BaseManager


class Stock:
    def __init__(self):
        self._lock = threading.Lock()     # the manager serves each caller in a thread of its own
        self._counts = {}

    def add(self, item, count):
        with self._lock:
            self._counts[item] = self._counts.get(item, 0) + count
            return self._counts[item]

    def take(self, item, count):
        with self._lock:
            there = self._counts.get(item, 0)
            if there < count:
                raise ValueError(f"{there} {item} are there")
            self._counts[item] = there - count

    def report(self):
        with self._lock:
            return dict(self._counts)


class Store(BaseManager):
    pass


stock = Stock()
Store.register("stock", callable=lambda: stock)
store = Store(("127.0.0.1", 0), authkey=bytes.fromhex(sys.stdin.readline()))
server = store.get_server()
print(server.address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
