// What you learn: code in which every access is under a lock can still lose an update.
//
// The withdrawal reads the balance under the lock, and later writes it under the lock. What happens between the two is
// lost. No race detector sees this, since there is no data race:
//   dotnet run samples/checks/two_steps.cs
//   braid check samples/checks/two_steps.cs
//   braid check samples/checks/two_steps.cs --method Mended
Account.DepositAndWithdraw(account => account.Withdraw(10));
Console.WriteLine("The balance is right.");

internal sealed class Account
{
    private readonly Lock _gate = new();
    private int _balance = 100;

    public static void Mended() => DepositAndWithdraw(account => account.WithdrawAtOnce(10));

    public static void DepositAndWithdraw(Action<Account> withdraw)
    {
        var account = new Account();
        var customer = new Thread(() => withdraw(account));
        customer.Start();
        account.Deposit(5);
        customer.Join();
        if (account._balance != 95)
        {
            throw new InvalidOperationException($"100 and 5 less 10 are not {account._balance}.");
        }
    }

    public void Deposit(int amount)
    {
        lock (_gate)
        {
            _balance += amount;
        }
    }

    public void Withdraw(int amount)
    {
        int balance;
        lock (_gate)
        {
            balance = _balance;
        }

        if (balance >= amount)         // here the lock is free, and the balance may change
        {
            lock (_gate)
            {
                _balance = balance - amount;
            }
        }
    }

    public void WithdrawAtOnce(int amount)
    {
        lock (_gate)
        {
            if (_balance >= amount)
            {
                _balance -= amount;
            }
        }
    }
}
