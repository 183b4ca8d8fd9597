"""Values of every kind, written in every protocol; and the comparison of what came back. Runs on Python 3.4 and later."""
import array
import collections
import datetime
import decimal
import math
import pickle
import queue
import sys
import uuid

D = decimal.Decimal
hours = lambda n, minutes=0: datetime.timedelta(hours=n, minutes=minutes)


def values():
    shared = [1]
    one = uuid.UUID(int=2 ** 127 + 5)
    knot = []
    knot.append(knot)
    ring = {}
    ring['self'] = ring
    inner = []
    tied = (inner, 5)
    inner.append(tied)
    long_tied = (inner, 1, 2, 3)
    inner.append(long_tied)
    yield 'None', None
    yield 'True', True
    yield 'False', False
    for number in (0, 1, 255, 256, 65535, 65536, -1, -128, -129, 2 ** 31 - 1, 2 ** 31, -2 ** 31, -2 ** 31 - 1, 2 ** 63 - 1, 2 ** 63,
                   -2 ** 63, -2 ** 63 - 1, 2 ** 64, 10 ** 40, -10 ** 40, 1 << 2039, 1 << 2040, -(1 << 2039), 1 << 5000):
        yield 'int %d' % number if abs(number) < 1 << 70 else 'int of %d bits, %d' % (number.bit_length(), number > 0), number
    for number in (0.0, -0.0, 1.5, 0.1, 1e308, 5e-324, float('inf'), float('-inf'), float('nan')):
        yield 'float %r' % number, number
    yield 'str empty', ''
    yield 'str', 'h\u00e9\U0001F600 z'
    yield 'str with controls', 'a\0b\n\r\x1a\\q\x7f\x80\xff'
    yield 'str, first half alone', '\ud800'
    yield 'str, second half alone', 'x\udc00y'
    yield 'str, half before a character of two', '\ud800\U0001F600'
    yield 'str, halves in the wrong order', '\udc00\ud800'
    yield 'str of 255', 'x' * 255
    yield 'str of 256', 'x' * 256
    yield 'str of 210,000 bytes', '\u20ac' * 70000
    yield 'bytes empty', b''
    yield 'bytes', bytes(range(256))
    yield 'bytes of 255', b'a' * 255
    yield 'bytes of 70,000', b'ab' * 35000
    yield 'bytearray', bytearray(b'ab\xff')
    yield 'bytearray empty', bytearray()
    yield 'bytearray of 70,000', bytearray(b'z' * 70000)
    for length in range(6):
        yield 'tuple of %d' % length, tuple(range(length))
    for length in (0, 1, 2, 999, 1000, 1001, 2000):
        yield 'list of %d' % length, list(range(length))
        yield 'dict of %d' % length, {number: None for number in range(length)}
        yield 'set of %d' % length, set(range(length))
        yield 'frozenset of %d' % length, frozenset(range(length))
    yield 'list of 30,000', list(range(30000))
    yield 'list of kinds', [1, 'a', None, 1.5, b'x', (1, [2, {3: (4,)}])]
    yield 'list twice', [shared, shared]
    yield 'list in itself', knot
    yield 'dict in itself', ring
    yield 'tuple in itself', tied
    yield 'long tuple in itself', long_tied
    yield 'UUID twice', [one, one]
    yield 'dict with None for a key', {None: 1}
    yield 'dict with tuples for keys', {(1, 'a', b'b'): 3, (2, None): 4}
    yield 'dict with keys of many kinds', {1.5: 1, True: 2, b'x': 3, D('0.5'): 4, 2 ** 70: 5, frozenset([1]): 6, float('inf'): 7, 'x': 8}
    yield 'set of kinds', {1, 'a', None, (1, 2)}
    yield 'frozenset of kinds', frozenset([1, 2, 'x', None])
    yield 'OrderedDict', collections.OrderedDict([('b', 1), ('a', 2)])
    yield 'datetime', datetime.datetime(2024, 1, 2, 3, 4, 5, 6)
    yield 'datetime, first', datetime.datetime.min
    yield 'datetime, last', datetime.datetime.max
    yield 'datetime in UTC', datetime.datetime(2024, 1, 2, 3, 4, 5, 6, datetime.timezone.utc)
    yield 'datetime ahead', datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.timezone(hours(1)))
    yield 'datetime behind', datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.timezone(hours(-3, -30)))
    yield 'date', datetime.date(2024, 1, 2)
    yield 'time', datetime.time(1, 2, 3, 4)
    yield 'time, last', datetime.time.max
    yield 'timedelta', datetime.timedelta(-1, 2, 3)
    yield 'timedelta, long', datetime.timedelta(10675198)
    yield 'timezone', datetime.timezone(hours(2))
    yield 'timezone with a name', datetime.timezone(hours(2), 'X')
    for text in ('1.10', '0', '-0', '0.00', '79228162514264337593543950335', '-0.0000000000000000000000000001', '123.456'):
        yield 'Decimal ' + text, D(text)
    yield 'complex', 1 + 2j
    yield 'range', range(3, 10, 2)
    yield 'slice', slice(1, None, 2)
    yield 'UUID', uuid.UUID('00112233-4455-6677-8899-aabbccddeeff')
    for code in 'bBhHiIlLqQfd':
        yield 'array ' + code, array.array(code, [1, 2, 0])
    yield 'array of 80,000 bytes', array.array('d', range(10000))
    yield 'ValueError', ValueError('bad', 3)
    yield 'KeyError', KeyError('zz')
    yield 'StopIteration', StopIteration()
    yield 'OSError', OSError(2, 'No such file', 'x')
    yield 'UnicodeDecodeError', UnicodeDecodeError('utf-8', b'\xff', 0, 1, 'bad')
    if sys.version_info >= (3, 7):                       # has the module _queue
        yield 'queue.Empty', queue.Empty()
    yield 'queue.Full', queue.Full()
    noted = ValueError('n')
    noted.__notes__ = ['a note']
    yield 'exception with an attribute', noted


def same(x, y, seen=frozenset()):
    """Whether y is x again: the same type, and equal in every part."""
    if (id(x), id(y)) in seen:
        return True
    seen = seen | {(id(x), id(y))}
    if isinstance(x, collections.OrderedDict):
        return type(y) is dict and list(x.items()) == list(y.items())
    if isinstance(x, array.array) and x.typecode == 'B':
        return type(y) is bytearray and x == y
    if type(x) is not type(y):
        return False
    if isinstance(x, float):
        return math.copysign(1, x) == math.copysign(1, y) and (x == y or x != x and y != y)
    if isinstance(x, D):
        return x.as_tuple() == y.as_tuple()
    if isinstance(x, (list, tuple)):
        return len(x) == len(y) and all(same(p, q, seen) for p, q in zip(x, y))
    if isinstance(x, dict):
        return len(x) == len(y) and all(same(k, l) and same(v, w, seen) for (k, v), (l, w) in zip(x.items(), y.items()))
    if isinstance(x, (slice, range)):
        return repr(x) == repr(y)
    if isinstance(x, BaseException):
        return same(x.args, y.args) and getattr(x, '__notes__', None) == getattr(y, '__notes__', None)
    if isinstance(x, datetime.datetime):
        return x == y and x.utcoffset() == y.utcoffset()
    if isinstance(x, datetime.timezone):
        return x == y and repr(x) == repr(y)
    if isinstance(x, array.array):
        return x == y and x.itemsize == y.itemsize
    return x == y


def tied(name, value):
    """Whether what was one object is one object again."""
    return {
        'list twice': lambda: value[0] is value[1],
        'UUID twice': lambda: value[0] is value[1],
        'list in itself': lambda: value[0] is value,
        'dict in itself': lambda: value['self'] is value,
        'tuple in itself': lambda: value[0][0] is value,
        'long tuple in itself': lambda: value[0][1] is value,
    }.get(name, lambda: True)()


def write():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for name, value in values():
            print(protocol, name, pickle.dumps(value, protocol).hex(), sep='\t')


def compare():
    """Lines of protocol that Python wrote, name, protocol that was written now, pickle. Prints what is not equal, and how many were."""
    known = dict(values())
    count = 0
    for line in sys.stdin:
        protocol, name, written, data = line.rstrip('\n').split('\t')
        if int(written) > pickle.HIGHEST_PROTOCOL:
            continue
        value = pickle.loads(bytes.fromhex(data))
        if not same(known[name], value) or not tied(name, value):
            print('%s, protocol %s, written in %s: %.200r' % (name, protocol, written, value))
        count += 1
    print(count)


def evaluate():
    """Lines of a Python expression, and the pickle of its value."""
    count = 0
    for line in sys.stdin:
        expression, data = line.rstrip('\n').split('\t')
        value = pickle.loads(bytes.fromhex(data))
        if not same(eval(expression), value):
            print('%s: %.200r' % (expression, value))
        count += 1
    print(count)


def frames():
    """Names and pickles of those values that have one order and one spelling, for a comparison of bytes."""
    for name, value in values():
        if not name.startswith(('array', 'OrderedDict', 'Decimal -0.000', 'set of', 'frozenset of')):
            print(name, pickle.dumps(value, 4).hex(), sep='\t')


{'write': write, 'compare': compare, 'evaluate': evaluate, 'frames': frames}[sys.argv[1]]()
