namespace Bank;

/// <summary>What the tests of each framework are about: deposits that get lost, and transfers that wait for each other.</summary>
public sealed class Account(int balance = 0)
{
    private readonly Lock _gate = new();

    public static int Opened { get; set; }

    public int Balance { get; private set; } = balance;

    public async Task DepositSlowly(int amount)
    {
        int before = Balance;
        await Task.Yield();
        Balance = before + amount;
    }

    public void Deposit(int amount)
    {
        lock (_gate)
        {
            Balance += amount;
        }
    }

    public void TransferTo(Account other, int amount)
    {
        lock (_gate)
        {
            lock (other._gate)
            {
                Balance -= amount;
                other.Balance += amount;
            }
        }
    }
}
