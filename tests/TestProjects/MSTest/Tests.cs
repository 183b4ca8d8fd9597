using Bank;

[assembly: DoNotParallelize]

namespace MSTestProject;

[TestClass]
public sealed class BankTests : IDisposable
{
    private static readonly List<string> s_said = [];
    private Account _account = null!;

    public TestContext TestContext { get; set; } = null!;

    [AssemblyInitialize]
    public static void Everything(TestContext context)
    {
        s_said.Add("assembly");
        context.WriteLine("all begins");
    }

    [ClassInitialize]
    public static void Once(TestContext context)
    {
        Assert.IsNotNull(context.Properties);
        s_said.Add("class");
    }

    [TestInitialize]
    public async Task Open()
    {
        _account = new Account();
        await _account.DepositSlowly(5);
        s_said.Add("initialize");
    }

    [TestCleanup]
    public void Close() => s_said.Add("cleanup");

    public void Dispose() => CollectionAssert.AreEqual(new[] { "assembly", "class", "initialize", "cleanup" }, s_said);

    [TestMethod]
    public async Task Racing_deposits_add_up()
    {
        TestContext.WriteLine("balance {0}", _account.Balance);
        await Task.WhenAll(Task.Run(() => _account.DepositSlowly(1)), Task.Run(() => _account.DepositSlowly(1)));
        Assert.AreEqual(7, _account.Balance);
    }

    [TestMethod]
    public void Crossing_transfers_end()
    {
        Account one = new(10), two = new(10);
        Parallel.Invoke(() => one.TransferTo(two, 1), () => two.TransferTo(one, 1));
        Assert.AreEqual(20, one.Balance + two.Balance);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2, IgnoreMessage = "too much")]
    [DynamicData(nameof(Amounts))]
    public async Task Guarded_deposits_add_up(int amount)
    {
        await Task.WhenAll(Task.Run(() => _account.Deposit(amount)), Task.Run(() => _account.Deposit(amount)));
        Assert.AreEqual(5 + (2 * amount), _account.Balance);
    }

    public static IEnumerable<object[]> Amounts => [[3], [4]];

    [TestMethod]
    [DynamicData(nameof(Texts))]
    public void An_amount(int amount, string text) => Assert.AreEqual(text, $"{amount}");

    public static IEnumerable<(int Amount, string Text)> Texts => [(1, "1")];

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void A_pair((int Amount, string Text) pair) => Assert.AreEqual(pair.Text, $"{pair.Amount}");

    public static IEnumerable<(int Amount, string Text)> Pairs => [(1, "1")];

    [TestMethod]
    [Ignore("the branch is closed")]
    public void Skipped() => Assert.Fail("skipped tests do not run");

    [TestMethod]
    public void Skips_itself() => Assert.Inconclusive("no money today");

    [TestMethod]
    public async Task Throws_what_it_is_to() => await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () =>
    {
        await Task.Yield();
        throw new InvalidOperationException("as expected");
    });
}
