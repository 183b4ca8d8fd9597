namespace Braid.Analyzers.Tests;

/// <summary>BRAID008: arguments as Python spells them.</summary>
public sealed class PythonSpellingTests
{
    [Theory]
    [InlineData("gate.Acquire([|timeout: 1.5|])", "gate.TryAcquire(timeout: TimeSpan.FromSeconds(1.5))")]
    [InlineData("gate.Acquire([|timeout: TimeSpan.FromSeconds(2)|])", "gate.TryAcquire(timeout: TimeSpan.FromSeconds(2))")]
    [InlineData("gate.Acquire([|TimeSpan.FromSeconds(2)|])", "gate.TryAcquire(TimeSpan.FromSeconds(2))")]
    [InlineData("gate.Acquire([|blocking: false|])", "gate.TryAcquire()")]
    [InlineData("thread.Join([|timeout: 2|])", "thread.TryJoin(timeout: TimeSpan.FromSeconds(2))")]
    [InlineData("thread.Join([|2|])", "thread.TryJoin(TimeSpan.FromSeconds(2))")]
    [InlineData("gate.Acquire([|0.5|])", "gate.TryAcquire(TimeSpan.FromSeconds(0.5))")]
    [InlineData("queue.Put(1, [|2|])", "queue.TryPut(1, TimeSpan.FromSeconds(2))")]
    [InlineData("queue.Put(1, [|timeout: 2|])", "queue.TryPut(1, timeout: TimeSpan.FromSeconds(2))")]
    [InlineData("queue.Put(1, [|block: false|])", "queue.PutNowait(1)")]
    [InlineData("int n = queue.Get([|block: false|])", "int n = queue.GetNowait()")]
    public async Task The_member_that_does_it_is_called(string statement, string mended) =>
        await Expect.Fixed(Rules.PythonSpelling, Program(statement), Program(mended));

    [Theory]
    [InlineData("int n = queue.Get([|timeout: 2|])", "'TryGet(out item, timeout)'")]
    [InlineData("int n = future.Result([|timeout: 2|])", "'TryResult(out result, timeout)'")]
    public async Task A_result_by_an_out_parameter_needs_a_variable(string statement, string advice)
    {
        Assert.Contains(advice, Assert.Single(await Expect.Reported(Rules.PythonSpelling, Program(statement))), StringComparison.Ordinal);
        await Expect.NotFixed(Rules.PythonSpelling, Program(statement));
    }

    [Theory]
    [InlineData("gate.TryAcquire(timeout: TimeSpan.Zero)")]
    [InlineData("gate.Acquire()")]
    [InlineData("gate.Acquire(timeouts: 1)")]
    [InlineData("queue.Put(\"one\")")]
    [InlineData("queue.Put(1.5)")]
    [InlineData("new Queues.Queue<string>().Put(1)")]
    [InlineData("Task.Delay(1).Wait(timeout: TimeSpan.Zero)")]
    [InlineData("new object().Get(timeout: 1)")]
    public async Task Other_calls_are_left_alone(string statement) => await Expect.Reported(Rules.PythonSpelling, Program(statement));

    private static string Program(string statement) => $"""
        var gate = new Threading.Lock();
        var thread = new Threading.Thread(() => gate.Release());
        var queue = new Queues.Queue<int>();
        var future = new Futures.Future<int>();
        {statement};
        """;
}
