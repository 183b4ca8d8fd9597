"""Downloads thirty pages, three at a time and sixty a second at most: with a pool of threads, and with an event loop."""
import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

PAGES = range(1, 31)
AT_ONCE = 3
RATE = 60


class Server(BaseHTTPRequestHandler):
    """Answers /N with N letters, after some time, and notes how many requests it has at once."""
    lock = threading.Lock()
    open = most = 0

    def do_GET(self):
        with Server.lock:
            Server.open += 1
            Server.most = max(Server.most, Server.open)
        time.sleep(0.08)
        with Server.lock:
            Server.open -= 1
        body = b"x" * int(self.path[1:])
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Rate:
    """Gives each caller the time to wait for its turn: so many turns a second."""

    def __init__(self, per_second):
        self.step = 1 / per_second
        self.lock = threading.Lock()
        self.next = time.monotonic()

    def delay(self):
        with self.lock:
            now = time.monotonic()
            turn = max(self.next, now)
            self.next = turn + self.step
            return turn - now


def download_with_threads(port):
    rate = Rate(RATE)
    permits = threading.Semaphore(AT_ONCE)

    def fetch(page):
        with permits:
            time.sleep(rate.delay())
            with urlopen(f"http://127.0.0.1:{port}/{page}") as response:
                return len(response.read())

    with ThreadPoolExecutor(max_workers=10) as pool:
        return sum(pool.map(fetch, PAGES))


async def download_with_a_loop(port):
    rate = Rate(RATE)
    permits = asyncio.Semaphore(AT_ONCE)

    async def fetch(page):
        async with permits:
            await asyncio.sleep(rate.delay())
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /{page} HTTP/1.0\r\n\r\n".encode())
            body = (await reader.read()).split(b"\r\n\r\n")[1]
            writer.close()
            return len(body)

    async with asyncio.timeout(30):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fetch(page)) for page in PAGES]
    return sum(task.result() for task in tasks)


def show(name, download, port):
    Server.most = 0
    began = time.monotonic()
    letters = download(port)
    is_slow_enough = time.monotonic() - began >= (len(PAGES) - 1) / RATE
    print(f"{name:12} {letters} letters, {Server.most} at once, at most {RATE} a second: {'yes' if is_slow_enough else 'no'}")


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
show("threads", download_with_threads, server.server_port)
show("event loop", lambda port: asyncio.run(download_with_a_loop(port)), server.server_port)
