"""The Python end of Arrays.cs: takes arrays of a C# program and gives them back, as it is asked to. Needs numpy."""
import sys
from multiprocessing import resource_tracker
from multiprocessing.connection import Client
from multiprocessing.shared_memory import SharedMemory

import numpy


def attach(name):
    """Attaches to a block of another program, whose name must stay when this one ends."""
    if sys.version_info >= (3, 13):
        return SharedMemory(name, track=False)
    block = SharedMemory(name)
    resource_tracker.unregister(block._name, "shared_memory")
    return block


def main():
    array = None
    with Client(sys.argv[1], authkey=bytes.fromhex(sys.stdin.readline())) as connection:
        while True:
            match connection.recv():
                case "take an array":
                    array = connection.recv()
                    connection.send(float(array[-1]))
                case "give it back":
                    connection.send(array)
                case "take bytes":
                    connection.send(len(connection.recv_bytes()))
                case ("look at shared memory", name, count):
                    block = attach(name)
                    shared = numpy.ndarray(count, dtype="f4", buffer=block.buf)
                    connection.send(float(shared[-1]))
                    del shared
                    block.close()
                case "end":
                    return


main()
