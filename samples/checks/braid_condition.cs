#:project ../../src/Braid/Braid.csproj

// What you learn: after waiting on a condition, look again; "if" where "while" belongs works nearly always.
//
// This one is written with Braid, and the checker looks into Braid as into any other code. Two consumers wait, one item
// comes and both are told: the second finds nothing.
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

            _items.Dequeue();          // both were told of the first item, and the other may have it already
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
