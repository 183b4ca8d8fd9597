"""Prints every public name of Python's concurrency modules: functions and constants of the modules, classes, their methods,
properties and public attributes. docs/from-python.md has a row for each; a test compares. The list of 3.11 is made by

    python3 tests/cpython/names.py > tests/cpython/names-3.11.txt

A name is public when its module's __all__ has it, or, without __all__, when it has no underscore in front and is defined in
the module. Classes that the documentation describes and __all__ leaves out are named below.
"""
import asyncio
import concurrent.futures
import concurrent.futures.process
import concurrent.futures.thread
import importlib
import inspect
import multiprocessing
import queue
import threading
import types

MODULES = [
    "threading", "queue", "concurrent.futures", "concurrent.futures.thread", "concurrent.futures.process",
    "multiprocessing", "multiprocessing.pool", "multiprocessing.connection", "multiprocessing.shared_memory",
    "multiprocessing.managers", "multiprocessing.sharedctypes", "multiprocessing.synchronize", "multiprocessing.queues",
    "asyncio", "asyncio.subprocess",
]

DOCUMENTED = {
    "concurrent.futures": ["InvalidStateError"],
    "multiprocessing.pool": ["AsyncResult", "IMapIterator"],
    "multiprocessing.connection": ["Connection", "answer_challenge", "deliver_challenge"],
    "multiprocessing.managers": ["Namespace", "RemoteError"],
    "multiprocessing.managers.BaseManager": ["serve_forever", "shutdown"],
    "multiprocessing.sharedctypes": ["Synchronized", "SynchronizedArray", "SynchronizedString"],
    "multiprocessing.synchronize": ["Barrier"],
    "asyncio": ["Server", "TaskGroup"],
    "asyncio.subprocess": ["DEVNULL", "PIPE", "Process", "STDOUT"],
}

# What only objects have: those of functions that stand for a class, and attributes that the constructor sets.
OBJECTS = {
    "threading.Lock": threading.Lock,
    "threading.RLock": threading.RLock,
    "threading.Condition": threading.Condition,
    "threading.Timer": lambda: threading.Timer(1, print),
    "queue.Queue": queue.Queue,
    "multiprocessing.synchronize.Lock": multiprocessing.Lock,
    "multiprocessing.synchronize.RLock": multiprocessing.RLock,
    "multiprocessing.synchronize.Semaphore": multiprocessing.Semaphore,
    "multiprocessing.synchronize.Condition": multiprocessing.Condition,
    "asyncio.Condition": asyncio.Condition,
}


def public(names):
    return sorted(name for name in set(names) if not name.startswith("_"))


def names_of(module):
    listed = getattr(module, "__all__", None)
    if module is multiprocessing:
        listed = [name for name in listed if not isinstance(getattr(module, name), types.ModuleType)]
    if listed is None:
        listed = [name for name, value in vars(module).items()
                  if getattr(value, "__module__", module.__name__) == module.__name__ and not isinstance(value, types.ModuleType)]
    return public([*listed, *DOCUMENTED.get(module.__name__, [])])


def listed_classes(modules):
    classes = [getattr(module, name, None) for module in modules for name in names_of(module)]
    return {value for value in classes if inspect.isclass(value)}


def members_of(path, value, listed):
    """What a base class that is listed itself has, is listed there."""
    members = set(DOCUMENTED.get(path, []))
    inherited = set()
    if inspect.isclass(value):
        for part in value.__mro__:
            if part.__module__ == "builtins":
                continue
            (inherited if part is not value and part in listed else members).update(vars(part))
    if path in OBJECTS:
        made = OBJECTS[path]()
        members.update(vars(made) if hasattr(made, "__dict__") else dir(made))
    return public(name for name in members - inherited if not name.startswith("n_") or name == "n_waiting")


def main():
    modules = [importlib.import_module(name) for name in MODULES]
    listed = listed_classes(modules)
    for module in modules:
        for name in names_of(module):
            path = f"{module.__name__}.{name}"
            print(path)
            value = getattr(module, name, None)
            if not (inspect.isclass(value) and issubclass(value, BaseException)):
                for member in members_of(path, value, listed):
                    print(f"{path}.{member}")


if __name__ == "__main__":
    main()
