using Bank;
using Braid.Checking;
using Xunit;

namespace CheckFactsProject;

public sealed class BankTests(ITestOutputHelper output)
{
    private readonly Account _account = new();

    [CheckFact]
    public async Task Racing_deposits_add_up()
    {
        output.WriteLine("the test speaks");
        await Task.WhenAll(Task.Run(() => _account.DepositSlowly(1)), Task.Run(() => _account.DepositSlowly(1)));
        Assert.Equal(2, _account.Balance);
    }

    [CheckFact(Schedules = 100)]
    public void Crossing_transfers_end()
    {
        Account one = new(10), two = new(10);
        Parallel.Invoke(() => one.TransferTo(two, 1), () => two.TransferTo(one, 1));
        Assert.Equal(20, one.Balance + two.Balance);
    }

    [CheckFact(Ignore = ["Account.Balance"])]
    public async Task Known_races_do_not_count() =>
        await Task.WhenAll(Task.Run(() => _account.DepositSlowly(1)), Task.Run(() => _account.DepositSlowly(1)));

    [CheckFact]
    public async ValueTask Guarded_deposits_add_up()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await Task.WhenAll(Task.Run(() => _account.Deposit(1), token), Task.Run(() => _account.Deposit(1), token)).WaitAsync(token);
        Assert.Equal(2, _account.Balance);
    }

    [CheckFact]
    public void One_thread_is_nothing_to_check() => _account.Deposit(1);

    [CheckFact(Skip = "the branch is closed")]
    public void Skipped() => Assert.Fail("skipped tests do not run");

    [CheckFact]
    public void Skips_itself() => Assert.Skip("no money today");

    [CheckFact]
    public void Takes_arguments(int amount) => _account.Deposit(amount);

    [Fact]
    public void Others_run_as_ever() => Assert.Equal(0, _account.Balance);
}

public static class ProvenTests
{
    [CheckFact]
    public static void Guarded_deposits_add_up()
    {
        var account = new Account();
        Parallel.Invoke(() => account.Deposit(1), () => account.Deposit(1));
        Assert.Equal(2, account.Balance);
    }
}
