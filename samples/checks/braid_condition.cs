#:project ../../src/Braid/Braid.csproj

// What you learn: after waiting on a condition, check again; "if" instead of "while" works nearly always.
//
// This one is written with Braid, and the checker explores Braid like any other code. Two consumers wait, one item
// arrives and both are notified: the second finds nothing.
//   dotnet run samples/checks/braid_condition.cs
//   braid check samples/checks/braid_condition.cs
//   braid check samples/checks/braid_condition.cs --method Mended
Shelf.TwoForTwo(shelf => shelf.Take());
Console.WriteLine("Both have taken an item.");

internal sealed class Shelf
{
    private readonly Braid.Threading.Condition _changed = new();
    private readonly Queue<string> _items = new();

    public static void Mended() => TwoForTwo(shelf => shelf.TakeWhenThere());

    public static void TwoForTwo(Action<Shelf> take)
    {
        var shelf = new Shelf();
        var first = new Braid.Threading.Thread(() => take(shelf));
        var second = new Braid.Threading.Thread(() => take(shelf));
        first.Start();
        second.Start();
        shelf.Put("an apple");
        shelf.Put("a pear");
        first.Join();
        second.Join();
    }

    public void Put(string item)
    {
        using (_changed.EnterScope())
        {
            _items.Enqueue(item);
            _changed.NotifyAll();
        }
    }

    public void Take()
    {
        using (_changed.EnterScope())
        {
            if (_items.Count == 0)
            {
                _changed.Wait();
            }

            _items.Dequeue();          // both were notified of the first item, and the other may have it already
        }
    }

    public void TakeWhenThere()
    {
        using (_changed.EnterScope())
        {
            while (_items.Count == 0)
            {
                _changed.Wait();
            }

            _items.Dequeue();
        }
    }
}
