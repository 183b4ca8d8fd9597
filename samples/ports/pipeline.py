"""Text flows through three stages over queues that hold four items at most. None ends a stage."""
import queue
import threading

COUNTERS = 2
TEXT = ["a thread waits for a queue", "a queue waits for nobody", "who waits is told when to go on"]

lines = queue.Queue(maxsize=4)
words = queue.Queue(maxsize=4)
lengths = queue.Queue(maxsize=4)


def read():
    for line in TEXT:
        lines.put(line)              # blocks while the queue is full
    lines.put(None)


def split():
    while (line := lines.get()) is not None:
        for word in line.split():
            words.put(word)
    for _ in range(COUNTERS):        # one sentinel for each thread of the next stage
        words.put(None)


def measure():
    while (word := words.get()) is not None:
        lengths.put((word, len(word)))
    lengths.put(None)


threads = [threading.Thread(target=read), threading.Thread(target=split)]
threads += [threading.Thread(target=measure) for _ in range(COUNTERS)]
for thread in threads:
    thread.start()

by_length = {}
ended = 0
while ended < COUNTERS:
    item = lengths.get()
    if item is None:
        ended += 1
        continue
    word, length = item
    by_length.setdefault(length, set()).add(word)

for thread in threads:
    thread.join()
for length in sorted(by_length):
    print(f"{length}: {', '.join(sorted(by_length[length]))}")
