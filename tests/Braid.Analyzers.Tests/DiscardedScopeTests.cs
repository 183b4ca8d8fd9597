namespace Braid.Analyzers.Tests;

/// <summary>BRAID002: a scope that no one disposes.</summary>
public sealed class DiscardedScopeTests
{
    [Theory]
    [InlineData("[|gate.EnterScope()|];", "using var scope = gate.EnterScope();")]
    [InlineData("_ = [|gate.EnterScope()|];", "using var scope = gate.EnterScope();")]
    [InlineData("[|gate.EnterScopeAsync()|];", "using var scope = await gate.EnterScopeAsync();")]
    [InlineData("_ = [|gate.EnterScopeAsync()|];", "using var scope = await gate.EnterScopeAsync();")]
    [InlineData("[|await gate.EnterScopeAsync()|];", "using var scope = await gate.EnterScopeAsync();")]
    [InlineData("_ = [|await gate.EnterScopeAsync()|];", "using var scope = await gate.EnterScopeAsync();")]
    public async Task A_dropped_scope_is_kept_to_the_end_of_the_block(string statement, string mended) => await Expect.Fixed(
        Rules.DiscardedScope,
        $"""
        var gate = new Threading.Lock();
        // from here on alone
        {statement}   // waits
        Console.WriteLine();
        """,
        $"""
        var gate = new Threading.Lock();
        // from here on alone
        {mended}   // waits
        Console.WriteLine();
        """);

    [Theory]
    [InlineData("Threading.Lock", "using var scope = await gate.EnterScopeAsync();")]
    [InlineData("Threading.ISemaphore", "using var scope = await gate.EnterScopeAsync();")]
    [InlineData("Threading.RLock", "using var scope = gate.EnterScope();")]
    [InlineData("Threading.ILock", "using var scope = gate.EnterScope();")]
    [InlineData("Threading.Condition", "using var scope = gate.EnterScope();")]
    public async Task In_an_asynchronous_function_the_scope_is_one_that_outlives_an_await_unless_it_belongs_to_a_thread(
        string type, string mended) => await Expect.Fixed(
        Rules.DiscardedScope,
        $$"""
        class Account
        {
            async Task Add({{type}} gate)
            {
                await Console.Out.FlushAsync();
                [|gate.EnterScope()|];
            }
        }
        """,
        $$"""
        class Account
        {
            async Task Add({{type}} gate)
            {
                await Console.Out.FlushAsync();
                {{mended}}
            }
        }
        """);

    [Theory]
    [InlineData("[|await new Mine().EnterScopeAsync().ConfigureAwait(false)|];")]
    [InlineData("[|new Mine().EnterScope()|];")]
    [InlineData("[|((Threading.ISemaphore)new Mine()).EnterScope()|];")]
    [InlineData("[|new Multiprocessing.Value<int>().EnterScope()|];")]
    public async Task Whoever_declares_the_member(string statement) =>
        await Expect.Reported(Rules.DiscardedScope, $"{statement} class Mine : Threading.Semaphore;");

    [Fact]
    public async Task The_name_of_the_scope_is_a_new_one() => await Expect.Fixed(
        Rules.DiscardedScope,
        "var scope = new Threading.Lock(); [|scope.EnterScope()|];",
        "var scope = new Threading.Lock(); using var scope2 = scope.EnterScope();");

    [Fact]
    public async Task The_end_of_the_hold_of_an_interpreter_lock_is_a_scope_too() => await Expect.Reported(
        Rules.DiscardedScope, "var gil = new Threading.GlobalInterpreterLock(); [|gil.Released()|];");

    [Theory]
    [InlineData("if (gate.Locked) [|gate.EnterScope()|];")]
    [InlineData("void F() { [|gate.EnterScopeAsync()|]; } F();")]
    public async Task Where_the_scope_would_end_at_once_or_not_be_awaited_no_fix_is_offered(string statement) =>
        await Expect.NotFixed(Rules.DiscardedScope, $"var gate = new Threading.Lock(); {statement}");

    [Theory]
    [InlineData("using (gate.EnterScope()) { }")]
    [InlineData("using var scope = gate.EnterScope();")]
    [InlineData("using (await gate.EnterScopeAsync()) { }")]
    [InlineData("var scope = gate.EnterScope(); scope.Dispose();")]
    [InlineData("gate.EnterScope().Dispose();")]
    [InlineData("var entering = gate.EnterScopeAsync(); await entering;")]
    [InlineData("Ended(gate.EnterScopeAsync()); static Threading.AsyncScope Ended(ValueTask<Threading.AsyncScope> task) => task.Result;")]
    [InlineData("gate.Acquire();")]
    [InlineData("Throws(() => gate.EnterScope(new CancellationToken(true))); static void Throws(Action code) { }")]
    public async Task Scopes_that_are_kept_are_left_alone(string statement) =>
        await Expect.Reported(Rules.DiscardedScope, $"var gate = new Threading.Lock(); {statement}");
}
