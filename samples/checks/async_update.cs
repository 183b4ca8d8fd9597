// What you learn: an await in the midst of an update is a gap like any other, also where only one thread runs at a time.
//
// Both deposits read the balance before either has written it. No lock statement can help, since none may be held across an
// await; a SemaphoreSlim with one permit can:
//   dotnet run samples/checks/async_update.cs
//   braid check samples/checks/async_update.cs
//   braid check samples/checks/async_update.cs --method Mended
await Bank.TwoDeposits(new Account());
Console.WriteLine("Both deposits are in the balance.");

internal static class Bank
{
    public static async Task Mended()
    {
        using var gate = new SemaphoreSlim(1);
        await TwoDeposits(new GatedAccount(gate));
    }

    public static async Task TwoDeposits(Account account)
    {
        await Task.WhenAll(account.DepositAsync(1), account.DepositAsync(1));
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

    public virtual async Task DepositAsync(int amount)
    {
        int before = _balance;         // read
        await Task.Delay(10);          // asks the bank
        _balance = before + amount;    // write back: what the other deposit has written in between is gone
    }
}

internal sealed class GatedAccount(SemaphoreSlim gate) : Account
{
    public override async Task DepositAsync(int amount)
    {
        await gate.WaitAsync();        // one at a time reads and writes
        try
        {
            await base.DepositAsync(amount);
        }
        finally
        {
            gate.Release();
        }
    }
}
