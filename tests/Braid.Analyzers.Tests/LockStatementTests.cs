namespace Braid.Analyzers.Tests;

/// <summary>BRAID001: lock takes the monitor, not the lock.</summary>
public sealed class LockStatementTests
{
    [Theory]
    [InlineData("Threading.Lock")]
    [InlineData("Threading.RLock")]
    [InlineData("Threading.Condition")]
    [InlineData("Threading.Semaphore")]
    [InlineData("Threading.BoundedSemaphore")]
    [InlineData("Threading.GlobalInterpreterLock")]
    [InlineData("Multiprocessing.Lock")]
    [InlineData("Multiprocessing.RLock")]
    [InlineData("Multiprocessing.Condition")]
    [InlineData("Multiprocessing.Semaphore")]
    [InlineData("Multiprocessing.BoundedSemaphore")]
    [InlineData("Multiprocessing.Value<int>")]
    public async Task Whatever_is_entered_by_a_scope_is_no_monitor(string type) => await Expect.Fixed(
        Rules.LockStatement,
        $$"""
        var gate = new {{type}}();
        int n = 0;
        // one at a time
        lock ([|gate|])   // waits
        {
            n++;
        }
        """,
        $$"""
        var gate = new {{type}}();
        int n = 0;
        // one at a time
        using (gate.EnterScope())   // waits
        {
            n++;
        }
        """);

    [Theory]
    [InlineData("T", "where T : class, Threading.ILock")]
    [InlineData("Threading.ILock", "")]
    [InlineData("Threading.ICondition", "")]
    [InlineData("Threading.ISemaphore", "")]
    [InlineData("Mine", "")]
    public async Task Nor_is_what_is_known_as_such_by_its_interface_or_base_class(string type, string constraint) => await Expect.Reported(
        Rules.LockStatement,
        $$"""
        static class Program
        {
            static void F<T>({{type}} gate) {{constraint}}
            {
                lock ([|gate|])
                {
                }
            }
        }

        class Mine : Threading.Semaphore;
        """);

    [Fact]
    public async Task The_message_names_the_variable_and_its_type()
    {
        string[] messages = await Expect.Reported(Rules.LockStatement, "var gate = new Threading.RLock(); lock ([|gate|]) { }");
        Assert.Equal(
            [
                "'lock' takes the monitor of 'gate', not the RLock: a thread that calls Acquire or EnterScope enters all the same. " +
                "Write 'using (gate.EnterScope())'.",
            ],
            messages);
    }

    [Fact]
    public async Task What_is_more_than_a_name_is_put_in_parentheses() => await Expect.Fixed(
        Rules.LockStatement,
        "Threading.Lock? mine = null; var ours = new Threading.Lock(); lock ([|mine ?? ours|]) { }",
        "Threading.Lock? mine = null; var ours = new Threading.Lock(); using ((mine ?? ours).EnterScope()) { }");

    [Fact]
    public async Task A_scope_that_a_yield_would_outlive_is_not_offered() => await Expect.NotFixed(
        Rules.LockStatement,
        """
        class Numbers
        {
            private readonly Threading.Lock _gate = new();

            IEnumerable<int> All()
            {
                lock ([|_gate|])
                {
                    yield return 1;
                }
            }
        }
        """);

    [Theory]
    [InlineData("lock (new object()) { }")]
    [InlineData("lock (new System.Threading.Lock()) { }")]
    [InlineData("lock (new Queues.Queue<int>()) { }")]
    [InlineData("lock ((object)new Threading.Lock()) { }")]
    [InlineData("using (new Threading.Lock().EnterScope()) { }")]
    public async Task Monitors_and_scopes_are_left_alone(string program) => await Expect.Reported(Rules.LockStatement, program);

    [Fact]
    public async Task A_lock_of_ones_own_may_guard_its_fields_by_its_monitor() => await Expect.Reported(
        Rules.LockStatement,
        """
        class Mine : Threading.Semaphore
        {
            private int _count;

            int Count()
            {
                lock (this)
                {
                    return ++_count;
                }
            }
        }
        """);
}
