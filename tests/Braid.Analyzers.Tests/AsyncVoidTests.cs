namespace Braid.Analyzers.Tests;

/// <summary>BRAID006: an asynchronous function that no one awaits.</summary>
public sealed class AsyncVoidTests
{
    [Theory]
    [InlineData("new Threading.Barrier(2, [|async () => await Task.Yield()|])", "'Barrier'", "Let it block.")]
    [InlineData("new Threading.Thread([|Work.F|])", "'Thread'", "Let it return a Task.")]
    [InlineData("new Threading.Timer(TimeSpan.Zero, [|Work.F|])", "'Timer'", "Let it return a Task.")]
    [InlineData("new Multiprocessing.Process([|Work.F|])", "'Process'", "Let it return a Task.")]
    [InlineData("new Futures.ThreadPoolExecutor().Submit([|Work.F|])", "'Submit'", "Let it return a Task.")]
    [InlineData(
        "new Multiprocessing.Pool().ApplyAsync(() => 1, callback: [|async n => await Task.Yield()|])", "'ApplyAsync'", "Let it block.")]
    [InlineData("Threading.Thread.ExceptHook = [|async _ => await Task.Yield()|]", "'ExceptHook'", "Let it block.")]
    [InlineData("new Futures.ThreadPoolOptions { Initializer = [|Work.F|] }", "'Initializer'", "Set InitializerAsync.")]
    [InlineData("new Futures.ThreadPoolExecutor().Map([|async n => await Task.Yield()|], new[] { 1 })", "'Map'", "Let it return a value")]
    [InlineData("new Multiprocessing.Pool().Map([|async n => await Task.Yield()|], new[] { 1 })", "'Map'", "Let it return a value")]
    public async Task What_the_library_refuses_is_reported(string call, string taker, string advice)
    {
        string message = Assert.Single(await Expect.Reported(
            Rules.AsyncVoid, $"_ = {call}; class Work {{ public static async void F() => await Task.Yield(); }}"));
        Assert.StartsWith($"{taker} takes a function that has ended when it returns", message, StringComparison.Ordinal);
        Assert.Contains(advice, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ThreadPoolOptions")]
    [InlineData("ProcessPoolOptions")]
    public async Task An_initializer_is_set_as_an_asynchronous_one(string options) => await Expect.Fixed(
        Rules.AsyncVoid,
        $"_ = new Futures.{options} {{ MaxWorkers = 2, Initializer = [|async () => await Task.Yield()|] }};",
        $"_ = new Futures.{options} {{ MaxWorkers = 2, InitializerAsync = async () => await Task.Yield() }};");

    [Fact]
    public async Task A_method_must_return_a_task_first() => await Expect.NotFixed(
        Rules.AsyncVoid,
        """
        _ = new Futures.ThreadPoolOptions { Initializer = [|Work.F|] };
        class Work { public static async void F() => await Task.Yield(); }
        """);

    [Theory]
    [InlineData("new Threading.Thread(async () => await Task.Yield())")]
    [InlineData("new Threading.Thread(() => { })")]
    [InlineData("new Futures.ThreadPoolExecutor().Submit(async () => await Task.Yield())")]
    [InlineData("new Futures.ThreadPoolExecutor().Map(async n => { await Task.Yield(); return n; }, new[] { 1 })")]
    [InlineData("new Futures.ThreadPoolOptions { InitializerAsync = async () => await Task.Yield() }")]
    [InlineData("AsyncIO.EventLoop.Running.CallSoon(async () => await Task.Yield())")]
    [InlineData("new AsyncIO.TaskGroup().RunAsync(async group => await Task.Yield())")]
    [InlineData("new List<Action> { async () => await Task.Yield() }")]
    public async Task Functions_whose_end_someone_awaits_are_left_alone(string call) =>
        await Expect.Reported(Rules.AsyncVoid, $"_ = {call};");
}
