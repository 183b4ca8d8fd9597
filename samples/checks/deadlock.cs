// What you learn: two threads that take the same two locks in opposite order can stop each other forever.
//
// Each must get its first lock before the other wants it, so run as a program it nearly always ends. The checker shows
// who holds which lock and who waits for it:
//   dotnet run samples/checks/deadlock.cs
//   braid check samples/checks/deadlock.cs
//   braid check samples/checks/deadlock.cs --method Mended
Shop.SellAndCount(shop => shop.Count());
Console.WriteLine("Sold and counted.");

internal sealed class Shop
{
    private readonly Lock _orders = new();
    private readonly object _stock = new();    // any object can be a lock: this one is entered with Monitor
    private int _sold;
    private int _left = 10;

    public static void Mended() => SellAndCount(shop => shop.CountInOrder());

    public static void SellAndCount(Action<Shop> count)
    {
        var shop = new Shop();
        var seller = new Thread(shop.Sell);
        seller.Start();
        count(shop);
        seller.Join();
    }

    public void Sell()
    {
        lock (_orders)
        {
            lock (_stock)
            {
                _sold++;
                _left--;
            }
        }
    }

    public void Count()
    {
        lock (_stock)                          // in the opposite order to Sell
        {
            lock (_orders)
            {
                Check();
            }
        }
    }

    public void CountInOrder()
    {
        lock (_orders)                         // every thread takes the orders first
        {
            lock (_stock)
            {
                Check();
            }
        }
    }

    private void Check()
    {
        if (_sold + _left != 10)
        {
            throw new InvalidOperationException($"{_sold} sold and {_left} left are not 10.");
        }
    }
}
