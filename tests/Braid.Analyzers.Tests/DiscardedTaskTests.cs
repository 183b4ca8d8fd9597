namespace Braid.Analyzers.Tests;

/// <summary>BRAID003: a task that no one awaits.</summary>
public sealed class DiscardedTaskTests
{
    [Theory]
    [InlineData("var queue = new Queues.Queue<int>();", "[|queue.PutAsync(1)|];", "await queue.PutAsync(1);")]
    [InlineData("var gate = new Threading.Lock();", "[|gate.AcquireAsync()|];", "await gate.AcquireAsync();")]
    [InlineData("var thread = new Threading.Thread(() => { });", "[|thread.JoinAsync()|];", "await thread.JoinAsync();")]
    [InlineData("var gate = new Threading.RLock();", "[|gate.AcquireAsync()|];", "gate.Acquire();")]
    [InlineData("int n = 1;", "[|Multiprocessing.Process.RunAsync(() => n)|];", "await Multiprocessing.Process.RunAsync(() => n);")]
    public async Task In_a_program_that_awaits_nothing_yet_it_is_awaited_if_it_can_be(string before, string statement, string mended) =>
        await Expect.Fixed(Rules.DiscardedTask, $"{before}\n{statement}", $"{before}\n{mended}");

    [Fact]
    public async Task In_a_function_that_is_not_asynchronous_the_blocking_member_is_called() => await Expect.Fixed(
        Rules.DiscardedTask,
        """
        class Producer(Queues.Queue<string> queue)
        {
            void Run()
            {
                [|queue.PutAsync("one", token: default)|];   // and another
            }
        }
        """,
        """
        class Producer(Queues.Queue<string> queue)
        {
            void Run()
            {
                queue.Put("one", token: default);   // and another
            }
        }
        """);

    [Fact]
    public async Task Without_a_blocking_member_that_takes_the_same_no_fix_is_offered() => await Expect.NotFixed(
        Rules.DiscardedTask, "void F(Futures.Executor pool) { [|pool.ShutdownAsync()|]; } F(null!);");

    [Theory]
    [InlineData("await queue.PutAsync(1);")]
    [InlineData("ValueTask put = queue.PutAsync(1); await put;")]
    [InlineData("queue.PutAsync(1).AsTask().Wait();")]
    [InlineData("_ = queue.PutAsync(1);")]
    [InlineData("async Task F() { queue.PutAsync(1); await Task.Yield(); } await F();")]   // CS4014
    [InlineData("await new AsyncIO.TaskGroup().RunAsync(group => { group.CreateTask(_ => Task.CompletedTask); });")]
    [InlineData("void F() { Task.Delay(1); new StringReader(\"\").ReadToEndAsync(); } F();")]
    public async Task Tasks_that_someone_waits_for_are_left_alone(string statement) =>
        await Expect.Reported(Rules.DiscardedTask, $"var queue = new Queues.Queue<int>(); {statement}");
}
