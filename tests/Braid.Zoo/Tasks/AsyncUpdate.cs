namespace BugZoo.Tasks;

/// <summary>An async method reads a balance, awaits, and writes back what it computed.</summary>
internal static class AsyncUpdate
{
    public static void Buggy() => Run(new Account());

    public static void Fixed() => Run(new GatedAccount());

    private static void Run(Account account)
    {
        Task.WhenAll(account.DepositAsync(), account.DepositAsync()).GetAwaiter().GetResult();
        Claim.That(account.Balance == 2, "both deposits are kept");
    }

    private class Account
    {
        public int Balance { get; private set; }

        public virtual async Task DepositAsync()
        {
            int before = Balance;
            await Task.Yield();
            Balance = before + 1;
        }
    }

    private sealed class GatedAccount : Account
    {
        private readonly SemaphoreSlim _gate = new(1);

        public override async Task DepositAsync()
        {
            await _gate.WaitAsync();
            try
            {
                await base.DepositAsync();
            }
            finally
            {
                _gate.Release();
            }
        }
    }
}
