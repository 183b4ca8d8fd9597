"""What the tests of managers run on CPython: as a client of a Braid server, and as a server for Braid clients.

managers.py own                  the session below on CPython's own server: what it must print
managers.py connect ADDRESS KEY  the same on another server
managers.py serve ADDRESS KEY    a server, with a class of its own; ends when its input does
"""
import os
import queue
import sys
import threading
from array import array
from multiprocessing import current_process
from multiprocessing.managers import BaseManager, RemoteError, SyncManager

NEW_QUEUE = sys.version_info >= (3, 13)
NEW_AUTO = sys.version_info >= (3, 9)    # an earlier server cannot keep automatic proxies

SESSION = r'''
q = m.Queue()
q.empty(), q.full(), q.qsize()
q.put('a'), q.put(('b', 1)), q.put_nowait(None), q.put([1, {'x': 2}], timeout=1), q.put(b'raw', False)
q.empty(), q.full(), q.qsize()
q.get(), q.get(), q.get_nowait(), q.get(timeout=1), q.get(False)
q.get_nowait()
q.get(False)
q.get(timeout=0.01)
q.get(timeout=-1)
q.get(True, 0.01)
[q.task_done() for _ in range(5)]
q.task_done()
q.join()
q = m.Queue(1)
q.put(1)
q.full()
q.put_nowait(2)
q.put(2, timeout=0.01)
q.put(2, True, 0.01)
waiting = start(q.put, 2)
q.get(), q.get(), waiting.result()
waiting = start(q.get)
q.put('late'), waiting.result()
q._callmethod('nope')
q._callmethod('__class__')
q._callmethod('put')
q._callmethod('get', (), {'nope': 1})
q = m.JoinableQueue(maxsize=3)
[q.put(i) for i in range(3)]
waiting = start(q.join)
[(q.get(), q.task_done()) for i in range(3)], waiting.result()
q.shutdown() if NEW_QUEUE else None
q.put(1) if NEW_QUEUE else None
q.get() if NEW_QUEUE else None
e = m.Event()
e.is_set(), e.wait(0), e.wait(0.01), e.wait(timeout=0)
waiting = start(e.wait)
e.set(), waiting.result(), e.is_set(), e.wait(), e.wait(5)
e.clear(), e.is_set()
lock = m.Lock()
lock.acquire(), lock.acquire(False), lock.acquire(True, 0.01), lock.acquire(blocking=False)
lock.acquire(False, 1)
start(lock.release).result()
lock.release()
with lock: pass
waiting = start(lock.acquire)
waiting.result(), lock.acquire(False), lock.release()  # by process
r = m.RLock()
r.acquire(), r.acquire(), r.acquire(False)
start(r.acquire, False).result()
start(r.release).result()
r.release(), r.release(), r.release()
r.release()
with r: pass
start(r.acquire, False).result()
s = m.Semaphore(2)
s.acquire(), s.acquire(True, 1), s.acquire(False), s.acquire(True, 0.01)
s.release(), s.release(), s.release()
s.acquire(False), s.acquire(False), s.acquire(False), s.acquire(False)
m.Semaphore(-1)
b = m.BoundedSemaphore(1)
b.acquire(), b.acquire(False), b.release()
b.release()
m.BoundedSemaphore().acquire()
c = m.Condition()
c.wait(0)
c.notify()
c.notify_all()
c.release()
c.acquire(), c.acquire(False), c.wait(0.01), c.release(), c.release()
seen = []
ready = threading.Event()
waiting = start(wait_for, c, ready, seen)
ready.wait(), c.acquire(), seen.append(1), c.notify(), c.release(), waiting.result()
waiting = start(wait_for, c, ready, seen)
ready.wait(), c.acquire(), seen.append(1), c.notify_all(), c.release(), waiting.result()
barrier = m.Barrier(2)
barrier.parties, barrier.n_waiting, barrier.broken
waiting = start(barrier.wait)
sorted([barrier.wait(), waiting.result()])
barrier.wait(0.01)
barrier.broken
barrier.wait()
barrier.reset(), barrier.broken
barrier.abort(), barrier.broken
barrier.nope
l = m.list()
len(l), l[:], str(l)
l = m.list([3, 1, 2])
l[0], l[-1], l[1:], l[::-1], l[::2], l[5:], len(l)
l[3]
l[-4]
l['x']
l[0:2:0]
l.append('four'), l.append([5]), l.append(None), l[3:]
l.extend((6, 7)), l.extend('ab'), l.extend({'k': 1}), l[6:]
l.extend(1)
l.pop(), l.pop(0), l.pop(-1), l[:]
l.insert(0, 'first'), l.insert(100, 'last'), l.insert(-1, 'before'), l[:]
1 in l, 99 in l, [5] in l, None in l, 1.0 in l, True in l
l.count(1), l.count('x'), l.index(2), l.index([5])
l.index(99)
l.index(1, 5)
l.remove(2), l[:]
l.remove(2)
l.reverse(), l[:]
list(reversed(l)), list(l)
l + [1], l * 2 == l[:] + l[:], 0 * l, l * -1
l + (1,)
del l[0]
del l[1:3]
l[:]
del l[50]
l[0] = 'changed'
l[1:1] = [10, 20]
l[::2] = [1]
l[50] = 1
l[:]
n = m.list([5, 2.5, True, -1, 10**30, 3])
n.sort(), n[:]
n.sort(reverse=True), n[:]
n = m.list(['b', 'a', 'C', '\U0001f600', '\uffff'])
n.sort(), n[:]
n = m.list([(2, 'b'), (1, 'z'), (1, 'a')])
n.sort(), n[:]
n.sort(reverse=True), n[:]
n = m.list([1, 'a'])
n.sort()
n += [2]
n *= 2
n[:]
n.pop(9)
m.list().pop()
m.list('abc')[:], m.list((1, 2))[:], m.list(range(3))[:], m.list({'a': 1})[:], m.list([[1], (2,), {3}])[:]
str(m.list([1, 'a', None, 2.5, (1,), {'k': [b'x']}, 1e16, 1e-5, 0.1, 1e300, -0.0, float('inf'), "it's", 'n\n'])), str(m.list([{1}, set(), frozenset(), ()]))
m.list([1])._getvalue(), m.list([1])._callmethod('__str__'), m.list([1])._callmethod('__repr__')
m.list([1]) == [1]
m.list(1)
d = m.dict()
len(d), d.copy(), str(d)
d['a'] = 1
d['b'] = [2]
d[3] = 'three'
d[(1, 'x')] = None
d[None] = 'none'
d['a'], d['b'], d[3], d[3.0], d[(1, 'x')], d[None], len(d)
d['nope']
d[99]
d[(1, 2)]
d[[1]]
d[[1]] = 1
'a' in d, 'z' in d, (1, 'x') in d, None in d
d.get('a'), d.get('z'), d.get('z', 5), d.get('z', default=5) if sys.version_info >= (9, 0) else 0
sorted(map(str, d.keys())), d.values(), d.items()
list(d), [k for k in d]
it = iter(d)
next(it), next(it)
list(it)
next(it)
d.pop('a'), d.pop('a', None), d.pop('a', 'x')
d.pop('a')
d.setdefault('s', 1), d.setdefault('s', 2), d.setdefault('n'), d['n']
d.update({'u': 1}), d.update([('v', 2)]), d.update(w=3), d.update({'x': 4}, y=5), d.update()
d.update(1)
d.update([1])
d.popitem(), d.popitem()
del d['u']
del d['u']
d.copy()
d.clear(), len(d)
d.popitem()
m.dict({'a': 1}).copy(), m.dict([('a', 1)]).copy(), m.dict(a=1).copy(), m.dict({'a': 1}, b=2).copy(), str(m.dict(a=[1]))
d = m.dict({1: 'a'})
d.update({True: 'b'}), d.items(), d.setdefault(1.0, 'c'), d.pop(True), d.items()
d = m.dict(((i, i) for i in ()))
[d.__setitem__(i, i) for i in range(5)], d.pop(2), d.__setitem__(9, 9), d.__setitem__(0, 'again'), d.items()
v = m.Value('i', 5)
v.value, v.get(), str(v)
v.value = 'anything'
v.set({'x': 1}), v.value, str(v._getvalue())
a = m.Array('i', [1, 2, 3])
a[0], a[-1], a[1:], a[::2], len(a), list(a), str(a), a._getvalue()
a[0] = 7
a[1:3] = array('i', [8, 9])
a[:]
a[9]
a[9] = 1
a[0] = 'x'
a[0] = 2 ** 40
a[0] = 1.5
m.Array('d', [1, 2.5])[:], m.Array('B', [1, 2])[:], m.Array('h', range(3))[:], m.Array('q', [])[:]
m.Array('?', [1])
ns = m.Namespace()
ns.x = 1
ns.y = ['a']
ns.x, ns.y, str(ns), str(ns._getvalue())
ns.z
del ns.x
ns.x
del ns.x
ns._local = 5
ns._local
m.Namespace(p=1, q='r').q
inner = m.list([1])
outer = m.list([inner, m.dict(k=m.list([2])), 'plain'])
outer[0].append(2), outer[0][:], outer[1]['k'].append(3), outer[1]['k'][:], outer[2]
inner[:], len(outer), [type(x).__name__ for x in outer[:]]
del inner
outer[0].append(3), outer[0][:]
if NEW_AUTO: outer[1]['q'] = m.Queue()
(outer[1]['q'].put('nested'), outer[1]['q'].get()) if NEW_AUTO else None
outer[0] = outer
outer[0][0][2]
del outer
q = m.Queue()
q.put(m.list([4])), q.get()[:]
e2 = m.list([m.Event(), m.Lock(), m.Namespace(x=5), m.Value('i', 7), m.Array('i', [7]), m.Barrier(1), m.Condition()])
e2[0].set(), e2[0].is_set(), e2[1].acquire(), e2[1].release(), e2[2].x, e2[3].value, e2[4][0], e2[5].wait(), e2[6].acquire()
e2[6].release()
'''


class Start:
    """A call in a thread of its own, and so over a connection of its own."""

    def __init__(self, call, *args):
        self.outcome = None
        self.thread = threading.Thread(target=self.run, args=(call,) + args)
        self.thread.daemon = True
        self.thread.start()

    def run(self, call, *args):
        try:
            self.outcome = (True, call(*args))
        except Exception as e:
            self.outcome = (False, e)

    def result(self):
        self.thread.join(60)
        ok, value = self.outcome
        if not ok:
            raise value
        return value


def wait_for(condition, ready, seen):
    """Waits until something was seen, and takes it."""
    with condition:
        ready.set()
        result = condition.wait_for(lambda: seen, 60)
        seen.clear()
        ready.clear()
        return bool(result)


def describe(e):
    if isinstance(e, RemoteError):
        return 'RemoteError'
    return type(e).__name__ + (' %r' % (e.args,) if isinstance(e, KeyError) else '')


def run_session(m):
    names = {'m': m, 'start': Start, 'wait_for': wait_for, 'threading': threading, 'array': array, 'sys': sys}
    names.update(NEW_QUEUE=NEW_QUEUE, NEW_AUTO=NEW_AUTO)
    for line in SESSION.strip().splitlines():
        try:
            try:
                code = compile(line, line, 'eval')
            except SyntaxError:
                exec(compile(line, line, 'exec'), names)
                shown = 'done'
            else:
                shown = repr(eval(code, names))
        except Exception as e:
            shown = describe(e)
        print('%s -> %s' % (line, shown), flush=True)


def address_of(text):
    host, _, port = text.rpartition(':')
    return (host, int(port)) if host else text


class Scorer:
    """A class whose objects the server below creates."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def score(self, values):
        return sum(values) * self.factor

    def describe(self, name, upper=False):
        return name.upper() if upper else name

    def steps(self, count):
        return iter(range(count))

    def fail(self, kind):
        raise {'value': ValueError('bad', 3), 'key': KeyError('zz'), 'own': RemoteError('own')}[kind]

    def unpicklable(self):
        return lambda: 0

    def pid(self):
        return os.getpid()

    def _private(self):
        return 'never'


JOBS = queue.Queue()


class Server(SyncManager):
    pass


Server.register('jobs', callable=lambda: JOBS)
Server.register('Scorer', Scorer, method_to_typeid={'steps': 'Iterator'})


if __name__ == '__main__':
    if sys.argv[1] == 'own':
        current_process().authkey = b'own'
        manager = SyncManager(authkey=b'own')
        manager.start()
        run_session(manager)
        manager.shutdown()
    elif sys.argv[1] == 'connect':
        current_process().authkey = sys.argv[3].encode()
        manager = SyncManager(address=address_of(sys.argv[2]), authkey=sys.argv[3].encode())
        manager.connect()
        run_session(manager)
    elif sys.argv[1] == 'serve':
        current_process().authkey = sys.argv[3].encode()
        server = Server(address=address_of(sys.argv[2]), authkey=sys.argv[3].encode()).get_server()
        print('ready %s' % (server.address if isinstance(server.address, str) else '%s:%d' % server.address), flush=True)
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        server.serve_forever()
