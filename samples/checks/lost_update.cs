// What you learn: two threads that add to the same number can lose one of the additions.
//
// Run as a program it nearly always works, as it would in a test. The checker finds the one interleaving that fails,
// and shows it line by line:
//   dotnet run samples/checks/lost_update.cs
//   braid check samples/checks/lost_update.cs
//   braid check samples/checks/lost_update.cs --method Mended
Bank.TwoDeposits(new Account());
Console.WriteLine("Both deposits are in the balance.");

internal static class Bank
{
    public static void Mended() => TwoDeposits(new LockedAccount());

    public static void TwoDeposits(Account account)
    {
        var first = new Thread(() => account.Deposit(1));
        var second = new Thread(() => account.Deposit(1));
        first.Start();
        second.Start();
        first.Join();
        second.Join();
        if (account.Balance != 2)
        {
            throw new InvalidOperationException($"Two deposits of 1 were made, and the balance is {account.Balance}.");
        }
    }
}

internal class Account
{
    private int _balance;

    public int Balance => _balance;

    public virtual void Deposit(int amount)
    {
        int before = _balance;         // read
        _balance = before + amount;    // write back: what another thread has written in between is gone
    }
}

internal sealed class LockedAccount : Account
{
    private readonly Lock _gate = new();

    public override void Deposit(int amount)
    {
        lock (_gate)                   // one thread at a time reads and writes
        {
            base.Deposit(amount);
        }
    }
}
