// What you learn: a pulse is not remembered. A thread that checks first and waits later can miss a pulse in between, and wait forever.
//
// The consumer checks for the item outside the lock. Between the check and the wait the producer can put the item there and
// pulse, while no thread waits yet. Run as a program it nearly always ends; if it does not, you have seen it:
//   dotnet run samples/checks/lost_wakeup.cs
//   braid check samples/checks/lost_wakeup.cs
//   braid check samples/checks/lost_wakeup.cs --method Mended
Mailbox.HandOver(box => box.Take());
Console.WriteLine("The item was handed over.");

internal sealed class Mailbox
{
    private readonly object _gate = new();
    private volatile bool _hasItem;

    public static void Mended() => HandOver(box => box.TakeUnderLock());

    public static void HandOver(Action<Mailbox> take)
    {
        var box = new Mailbox();
        var producer = new Thread(box.Put);
        producer.Start();
        take(box);
        producer.Join();
    }

    public void Put()
    {
        lock (_gate)
        {
            _hasItem = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Take()
    {
        if (!_hasItem)
        {
            lock (_gate)               // the pulse may be over before this lock is taken
            {
                Monitor.Wait(_gate);
            }
        }
    }

    public void TakeUnderLock()
    {
        lock (_gate)
        {
            while (!_hasItem)          // no thread can pulse between this check and the wait, which releases the lock
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
