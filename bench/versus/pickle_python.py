"""CPython's side of the pickle benchmarks: best of seven, in milliseconds."""
import array
import pickle
import time


def best(call):
    times = []
    for _ in range(7):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


values = {
    '100 MB array': array.array('d', range(12_500_000)),
    '1 M ints': list(range(1_000_000)),
    '100,000 dictionaries': [{'id': n, 'name': 'n%d' % n, 'x': n * 0.5} for n in range(100_000)],
}
for name, value in values.items():
    data = pickle.dumps(value, 4)
    print('%-22s dumps %6.1f  loads %6.1f' % (name, best(lambda: pickle.dumps(value, 4)), best(lambda: pickle.loads(data))))
