"""CPython's asyncio: the peer of Braid's event loop.

Prints one line of JSON a row: {"row", "value", "unit"}. The value is the median of the rounds.
"""
import argparse
import asyncio
import json
import statistics
import time

CALLBACKS = 1_000_000
SWITCHES = 1_000_000
SWITCHING_TASKS = 100
TASKS = 200_000
PAIRS = 5_000
MESSAGES = 20
CONNECTIONS = 100
EXCHANGES = 200


async def call_soon():
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = CALLBACKS

    def callback():
        nonlocal left
        left -= 1
        if left > 0:
            loop.call_soon(callback)
        elif left == 0:
            done.set_result(None)

    for _ in range(SWITCHING_TASKS):
        loop.call_soon(callback)
    await done


async def switch():
    async def run():
        for _ in range(SWITCHES // SWITCHING_TASKS):
            await asyncio.sleep(0)

    await asyncio.gather(*(run() for _ in range(SWITCHING_TASKS)))


async def create_tasks():
    async def nothing():
        pass

    for _ in range(TASKS):
        await asyncio.create_task(nothing())


async def echo_by_queue():
    async def client(there, back):
        for i in range(MESSAGES):
            there.put_nowait(i)
            await back.get()

    async def echo(there, back):
        for _ in range(MESSAGES):
            back.put_nowait(await there.get())

    tasks = []
    for _ in range(PAIRS):
        there, back = asyncio.Queue(), asyncio.Queue()
        tasks += [client(there, back), echo(there, back)]
    await asyncio.gather(*tasks)


async def echo_by_socket():
    async def echo(reader, writer):
        while data := await reader.read(64):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=CONNECTIONS)

    async def call():
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for _ in range(EXCHANGES):
            writer.write(bytes(64))
            await reader.readexactly(64)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(call() for _ in range(CONNECTIONS)))
    server.close()
    await server.wait_closed()


ROWS = {
    "CallSoon and run": ("callbacks/s", CALLBACKS, call_soon),
    "task switch (await Task.Yield)": ("switches/s", SWITCHES, switch),
    "task made, run and awaited": ("tasks/s", TASKS, create_tasks),
    "echo, 10,000 tasks, queues": ("messages/s", PAIRS * MESSAGES, echo_by_queue),
    "echo, 100 TCP connections": ("messages/s", CONNECTIONS * EXCHANGES, echo_by_socket),
}


async def rate(count, work):
    start = time.perf_counter()
    await work()
    return count / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    for row, (unit, count, work) in ROWS.items():
        figures = [asyncio.run(rate(count, work)) for _ in range(rounds + 1)]
        print(json.dumps({"row": row, "value": statistics.median(figures[1:]), "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
