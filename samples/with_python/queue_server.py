"""Fills a queue of a C# program, and empties another."""
import sys
from multiprocessing import AuthenticationError
from multiprocessing.managers import BaseManager


class Kitchen(BaseManager):
    pass


Kitchen.register("orders")
Kitchen.register("meals")

address = sys.argv[1]
key = bytes.fromhex(sys.stdin.readline())

try:
    Kitchen(address, b"123456").connect()
except AuthenticationError as error:
    print("guest:   guessed the key:", error, flush=True)

kitchen = Kitchen(address, key)
kitchen.connect()
orders = kitchen.orders()
for order in "eggs", "spam", "bacon", "spam":
    orders.put(order)
orders.join()               # until the kitchen is done with all of them
meals = kitchen.meals()
print("guest:   got", ", ".join(meals.get() for _ in range(4)), flush=True)
