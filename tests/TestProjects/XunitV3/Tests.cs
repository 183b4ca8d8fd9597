using System.Reflection;
using Bank;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(XunitV3Project.Vault))]

namespace XunitV3Project;

public sealed class BankTests
{
    [Fact]
    public async Task Racing_deposits_add_up()
    {
        var account = new Account();
        await Task.WhenAll(Task.Run(() => account.DepositSlowly(1)), Task.Run(() => account.DepositSlowly(1)));
        Assert.Equal(2, account.Balance);
    }

    [Fact]
    public void Crossing_transfers_end()
    {
        Account one = new(10), two = new(10);
        Parallel.Invoke(() => one.TransferTo(two, 1), () => two.TransferTo(one, 1));
        Assert.Equal(20, one.Balance + two.Balance);
    }

    [Fact]
    public async Task Guarded_deposits_add_up()
    {
        var account = new Account();
        await Task.WhenAll(Task.Run(() => account.Deposit(1)), Task.Run(() => account.Deposit(1)));
        Assert.Equal(2, account.Balance);
    }

    [Fact]
    public async ValueTask Guarded_deposits_add_up_within_the_time_of_the_test()
    {
        var account = new Account();
        CancellationToken token = TestContext.Current.CancellationToken;
        Task one = Task.Run(() => account.Deposit(1), token);
        account.Deposit(1);
        await one.WaitAsync(token);
        Assert.Equal(2, account.Balance);
    }

    [Fact]
    public void Statics_begin_anew_1() => Assert.Equal(1, ++Account.Opened);

    [Fact]
    public void Statics_begin_anew_2() => Assert.Equal(1, ++Account.Opened);

    [Fact(Skip = "the branch is closed")]
    public void Skipped() => Assert.Fail("skipped tests do not run");

    [Fact(Skip = "Opened is not set", SkipUnless = nameof(IsOpen))]
    public void Skipped_for_now() => Assert.Fail("skipped tests do not run");

    [Fact]
    public void Skips_itself() => Assert.Skip("no money today");

    [Fact]
    public void Fails_alone() => Assert.Equal(1, new Account().Balance);

    public static bool IsOpen => false;
}

public sealed class TheoryTests
{
    public static TheoryData<int, Account> Accounts => new() { { 1, new Account(1) }, { 2, new Account(2) } };

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3, 4)]
    [InlineData(5, 6, Skip = "too much")]
    public async Task Amounts(int first, params int[] others)
    {
        var account = new Account();
        await Task.WhenAll(others.Select(other => Task.Run(() => account.Deposit(other))).Append(Task.Run(() => account.Deposit(first))));
        Assert.Equal(first + others.Sum(), account.Balance);
    }

    [Theory]
    [MemberData(nameof(Accounts))]
    public void An_account_is_new_for_each_run(int balance, Account account)
    {
        Parallel.Invoke(() => account.Deposit(1), () => account.Deposit(1));
        Assert.Equal(balance + 2, account.Balance);
    }

    [Theory]
    [ClassData(typeof(Amount))]
    public void An_amount(int amount, string text) => Assert.Equal(text, $"{amount}");

    [Theory]
    [Sevens(2)]
    public void Sevens(int seven) => Assert.Equal(0, seven % 7);

    [Theory]
    [InlineData("a word")]
    public void Mistaken(int number) => Assert.Equal(0, number);

    private sealed class Amount : TheoryData<int, string>
    {
        public Amount() => Add(1, "1");
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class SevensAttribute(int count) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enumerable.Range(1, count).Select(static i => new TheoryDataRow<int>(7 * i))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

public sealed class Vault : IAsyncLifetime
{
    public Account Account { get; } = new();

    public async ValueTask InitializeAsync() => await Account.DepositSlowly(100);

    public ValueTask DisposeAsync()
    {
        Account.Deposit(-100);
        Assert.Equal(2, Account.Balance);
        return default;
    }
}

public sealed class Shared : IDisposable
{
    public List<string> Said { get; } = [];

    public void Dispose() => Assert.Equal(["created", "tested", "closed"], Said);
}

[CollectionDefinition("bank")]
public sealed class BankCollection : ICollectionFixture<Shared>;

[Collection("bank")]
public sealed class FixtureTests : IClassFixture<Vault>, IDisposable
{
    private readonly Vault _vault;
    private readonly Shared _shared;
    private readonly ITestOutputHelper _output;

    public FixtureTests(Vault vault, Shared shared, ITestOutputHelper output)
    {
        (_vault, _shared, _output) = (vault, shared, output);
        _shared.Said.Add("created");
    }

    [Fact]
    public void Fixtures_are_created_and_initialized()
    {
        _output.WriteLine("the vault has {0}", _vault.Account.Balance);
        Parallel.Invoke(() => _vault.Account.Deposit(1), () => _vault.Account.Deposit(1));
        Assert.Equal(102, _vault.Account.Balance);
        _shared.Said.Add("tested");
    }

    public void Dispose() => _shared.Said.Add("closed");
}

public sealed class OutputTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_a_test_writes_is_in_the_report()
    {
        output.WriteLine("the {0} speaks", "test");
        var account = new Account();
        await Task.WhenAll(Task.Run(() => account.DepositSlowly(1)), Task.Run(() => account.DepositSlowly(1)));
    }
}

public sealed class RefusedTests(IServiceProvider services)
{
    [Fact]
    public void Needs_what_no_fixture_provides() => Assert.NotNull(services);

    [Fact]
    public static async void Async_void() => await Task.Yield();
}

public abstract class Inherited<T>(T value)
{
    [Fact]
    public void An_inherited_test_runs_in_the_derived_class() => Assert.NotEqual(default, value);
}

public sealed class InheritingTests() : Inherited<int>(1);
