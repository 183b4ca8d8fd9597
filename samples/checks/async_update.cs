// What you learn: an await in the middle of read, compute and write back lets others come between.
//
// There is no thread to be seen here, and the bug is the same as with threads: between the two halves of an async method
// other methods run. Run as a program, the two sales mostly come one after the other:
//   dotnet run samples/checks/async_update.cs
//   braid check samples/checks/async_update.cs
//   braid check samples/checks/async_update.cs --method Mended
await Stock.SellTwo(stock => stock.SellAsync());
Console.WriteLine("Two are sold, none is left.");

internal sealed class Stock
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly SemaphoreSlim _journal = new(1);
    private int _left = 2;

    public static Task Mended() => SellTwo(stock => stock.SellOneAtATimeAsync());

    public static async Task SellTwo(Func<Stock, Task> sell)
    {
        var stock = new Stock();
        Task other = Task.Run(() => sell(stock));
        await sell(stock);
        await other;
        if (stock._left != 0)
        {
            throw new InvalidOperationException($"Two of two are sold, and {stock._left} is left.");
        }
    }

    public async Task SellAsync()
    {
        int left = _left;
        await RecordAsync();           // the other sale may happen here, or at any moment around it
        _left = left - 1;
    }

    public async Task SellOneAtATimeAsync()
    {
        await _gate.WaitAsync();       // a lock statement cannot hold across an await; a semaphore can
        try
        {
            await SellAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task RecordAsync()
    {
        await _journal.WaitAsync();
        _journal.Release();
    }
}
