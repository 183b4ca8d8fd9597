using Bank;
using NUnit.Framework;

namespace NUnitProject;

[SetUpFixture]
public sealed class Everything
{
    public static int Ready { get; private set; }

    [OneTimeSetUp]
    public void Prepare() => Ready++;
}

[TestFixture(0)]
[TestFixture(7)]
public sealed class BankTests(int first) : IDisposable
{
    private readonly List<string> _said = [];
    private Account _account = null!;

    [OneTimeSetUp]
    public void Once() => _said.Add($"once {Everything.Ready}");

    [SetUp]
    public async Task Open()
    {
        _account = new Account();
        await _account.DepositSlowly(first);
        _said.Add("set up");
    }

    [TearDown]
    public void Close() => _said.Add("tear down");

    public void Dispose() => Assert.That(_said, Is.EqualTo(new[] { "once 1", "set up", "tear down" }));

    [Test]
    public async Task Racing_deposits_add_up()
    {
        await Task.WhenAll(Task.Run(() => _account.DepositSlowly(1)), Task.Run(() => _account.DepositSlowly(1)));
        Assert.That(_account.Balance, Is.EqualTo(first + 2));
    }

    [Test]
    public void Crossing_transfers_end()
    {
        Account one = new(10), two = new(10);
        Parallel.Invoke(() => one.TransferTo(two, 1), () => two.TransferTo(one, 1));
        Assert.That(one.Balance + two.Balance, Is.EqualTo(20));
    }

    [TestCase(1)]
    [TestCase(2.0)]
    [TestCaseSource(nameof(Amounts))]
    public async Task Guarded_deposits_add_up(int amount)
    {
        await Task.WhenAll(Task.Run(() => _account.Deposit(amount)), Task.Run(() => _account.Deposit(amount)));
        Assert.Multiple(() =>
        {
            Assert.That(_account.Balance, Is.EqualTo(first + (2 * amount)));
            Assert.That(_account.Balance, Is.Not.Zero);
        });
    }

    private static IEnumerable<object> Amounts()
    {
        yield return 3;
        yield return new TestCaseData(4);
        yield return new TestCaseData(5).Ignore("too much");
    }

    [TestCaseSource(nameof(Late))]
    public void Data_that_may_never_come(int amount) => Assert.That(amount, Is.Positive);

    private static IEnumerable<object> Late()
    {
        if (Environment.GetEnvironmentVariable("BRAID_TEST_NO_DATA") is not null)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        yield return 1;
    }

    [TestCase(1, ExpectedResult = 2)]
    [TestCase(2, ExpectedResult = 5)]
    public int Doubled(int amount) => 2 * amount;

    [Test]
    [Ignore("the branch is closed")]
    public void Skipped() => Assert.Fail("skipped tests do not run");

    [Test]
    public void Skips_itself() => Assert.Ignore("no money today");

    [Test]
    public void Passes_early()
    {
        Assert.Pass();
        throw new InvalidOperationException("not reached");
    }

    [Test]
    public void Combined([Values(1, 2)] int amount) => Assert.That(amount, Is.Positive);

    [Test]
    public void Throws_what_it_is_to() => Assert.ThrowsAsync<InvalidOperationException>(async () =>
    {
        await Task.Yield();
        throw new InvalidOperationException("as expected");
    });
}
