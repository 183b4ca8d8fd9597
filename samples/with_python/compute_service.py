"""Has a C# program compute. Of numpy it makes use where it is there, and else needs nothing but the standard library."""
import array
import sys
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client

address = ("127.0.0.1", int(sys.argv[1]))
key = bytes.fromhex(sys.stdin.readline())

try:
    Client(address, authkey=b"123456")
except AuthenticationError as error:
    print("caller:  guessed the key:", error, flush=True)

try:
    import numpy
    numbers = numpy.arange(100_000, dtype="f8") ** 2
except ImportError:
    numbers = array.array("d", (n * n for n in range(100_000)))

with Client(address, authkey=key) as service:
    service.send((numbers, 3))
    smooth = service.recv()
    right = all(smooth[i] == (numbers[i - 1] + numbers[i] + numbers[i + 1]) / 3 for i in range(1, len(numbers) - 1))
    print("caller:  got", len(smooth), "numbers, of the same type:", type(smooth) is type(numbers), "- and right:", right, flush=True)

    service.send((numbers, 4))
    print("caller:  got", repr(service.recv()), flush=True)
