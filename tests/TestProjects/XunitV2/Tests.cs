using Bank;
using Xunit;
using Xunit.Abstractions;

namespace XunitV2Project;

public sealed class BankTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly Account _account = new();

    public Task InitializeAsync() => _account.DepositSlowly(5);

    public Task DisposeAsync()
    {
        output.WriteLine("balance {0}", _account.Balance);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Racing_deposits_add_up()
    {
        await Task.WhenAll(Task.Run(() => _account.DepositSlowly(1)), Task.Run(() => _account.DepositSlowly(1)));
        Assert.Equal(7, _account.Balance);
    }

    [Fact]
    public void Crossing_transfers_end()
    {
        Account one = new(10), two = new(10);
        Parallel.Invoke(() => one.TransferTo(two, 1), () => two.TransferTo(one, 1));
        Assert.Equal(20, one.Balance + two.Balance);
    }

    [Theory]
    [InlineData(1)]
    [MemberData(nameof(Amounts), 2)]
    public async Task Guarded_deposits_add_up(int amount)
    {
        await Task.WhenAll(Task.Run(() => _account.Deposit(amount)), Task.Run(() => _account.Deposit(amount)));
        Assert.Equal(5 + (2 * amount), _account.Balance);
    }

    public static IEnumerable<object[]> Amounts(int from) => [[from], [from + 1]];

    [Fact(Skip = "the branch is closed")]
    public void Skipped() => Assert.Fail("skipped tests do not run");

    [Fact]
    public async Task Throws_what_it_is_to()
    {
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("as expected");
        });
        Assert.Equal("as expected", thrown.Message);
    }
}
