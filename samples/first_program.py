import threading
from collections import Counter

texts = ["to be or not to be", "that is the question", "whether it is nobler in the mind"]
counts = Counter()
lock = threading.Lock()

def count(text):
    for word in text.split():
        with lock:
            counts[word] += 1

threads = []
for text in texts:
    thread = threading.Thread(target=count, args=(text,))
    thread.start()
    threads.append(thread)

for thread in threads:
    thread.join()

for word, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:5]:
    print(f"{word}: {n}")
