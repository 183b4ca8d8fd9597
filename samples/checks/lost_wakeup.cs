// What you learn: whoever says "I wait" and then waits can miss the signal that comes before he has said so.
//
// The producer sets the event only if it sees that somebody waits. The consumer looks for the item, says that it waits, and
// waits; between the look and the word the producer can do all of its work. Volatile fields do not help: each access is
// right, only their order is not. Run as a program it nearly always ends; if it does not, you have seen it:
//   dotnet run samples/checks/lost_wakeup.cs
//   braid check samples/checks/lost_wakeup.cs
//   braid check samples/checks/lost_wakeup.cs --method Mended
Mailbox.HandOver(box => box.Put(), box => box.Take());
Console.WriteLine("The item was handed over.");

internal sealed class Mailbox
{
    private readonly ManualResetEventSlim _arrived = new();
    private volatile bool _hasItem;
    private volatile bool _someoneWaits;

    public static void Mended() => HandOver(box => box.PutAndTell(), box => box.AwaitAndTake());

    public static void HandOver(Action<Mailbox> put, Action<Mailbox> take)
    {
        var box = new Mailbox();
        var producer = new Thread(() => put(box));
        producer.Start();
        take(box);
        producer.Join();
    }

    public void Put()
    {
        _hasItem = true;
        if (_someoneWaits)
        {
            _arrived.Set();
        }
    }

    public void Take()
    {
        if (!_hasItem)
        {
            _someoneWaits = true;      // too late if the producer has looked already
            _arrived.Wait();
        }
    }

    public void PutAndTell()
    {
        _hasItem = true;
        _arrived.Set();                // always: the event remembers it for whoever comes later
    }

    public void AwaitAndTake()
    {
        _arrived.Wait();
        if (!_hasItem)
        {
            throw new InvalidOperationException("The event is set, and there is no item.");
        }
    }
}
