using System.Buffers;
using System.Runtime.CompilerServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What goes wrong at the end of a deep recursion is told like anything else: it costs its own task, and no process.</summary>
public sealed class DeepStackTests : TimedTest
{
    private const int Long = 100_000;

    public DeepStackTests()
        : base(TimeSpan.FromMinutes(10))
    {
    }

    [ModuleInitializer]
    internal static void Register() => Payloads.Register<Unreadable>(static (buffer, _) => buffer.Write("?"u8), static _ => throw new InvalidOperationException("It cannot be read."));

    [Fact]
    public void An_exception_thrown_deep_in_the_stack_fails_its_call_and_the_worker_lives()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        Assert.Throws<InsufficientExecutionStackException>(() => pool.Submit(static () => Descend(0)).Result());
        Assert.Throws<InsufficientExecutionStackException>(() => pool.Map(Descend, [1]).Single());
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
        Assert.Throws<InsufficientExecutionStackException>(() => Process.Run(static () => Descend(0)));
    }

    [Fact]
    public void A_result_too_deep_for_the_stack_is_refused_and_the_worker_lives()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        AssertTooDeep(() => pool.Submit(static () => Chain(Long)).Result());
        AssertTooDeep(() => _ = pool.Map(Chain, [Long]).Single());
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
        AssertTooDeep(() => Process.Run(static () => Chain(Long)));
    }

    [Fact]
    public void A_chain_arrives_whole_or_is_refused_whichever_process_has_the_smaller_stack()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        for (int length = 500; length < Long; length *= 2)
        {
            int count = length;
            try
            {
                Assert.Equal(count, LengthOf(pool.Submit(() => Chain(count)).Result()));
            }
            catch (PayloadException exception)
            {
                Assert.Contains("too deep", exception.Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void Arguments_and_messages_too_deep_for_the_stack_are_refused()
    {
        using var pool = new ProcessPoolExecutor(1);
        Node? chain = Chain(Long);
        AssertTooDeep(() => pool.Submit(() => LengthOf(chain)));
        (Connection first, Connection second) = Pipe.Create();
        using (first)
        using (second)
        {
            AssertTooDeep(() => first.Send(chain));
        }

        using var queue = new Multiprocessing.Queue<object?>();
        AssertTooDeep(() => queue.Put(Enumerable.Range(0, Long).Aggregate((object?)null, static (inner, _) => new object?[] { inner })));
    }

    [Fact]
    public void An_initializer_that_fails_deep_in_the_stack_says_so()
    {
        using var pool = new ProcessPoolExecutor(1, static () => Descend(0));
        Exception failure = Assert.ThrowsAny<ProcessException>(() => pool.Submit(static () => 1).Result());
        Assert.Contains(nameof(InsufficientExecutionStackException), failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recursion_without_end_is_told_as_a_stack_overflow()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Output = QuietProcess.Swallow });
        var failure = PoolFault.Fails<WorkerCrashedException>(pool.Submit(static () => PoolFault.Overflow(0)));
        Assert.Contains("Stack overflow", failure.Message, StringComparison.Ordinal);
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void Captured_variables_that_cannot_be_read_are_printed_by_the_child()
    {
        var unreadable = new Unreadable();
        var birth = new WorkerRole("reader", "1", "MainProcess", Daemon: false, IsPoolWorker: false, PrintsFailures: true, Nice: null, Initializer: null);
        var child = ChildProcess.Start(birth, () => GC.KeepAlive(unreadable), new WorkerSettings { Output = QuietProcess.Swallow }, "reader");
        WorkerEnd end = child.Ended.Result();
        Assert.Equal(1, end.ExitCode);
        Assert.Contains("It cannot be read.", end.ErrorOutput, StringComparison.Ordinal);
        Assert.Contains("Process reader", end.ErrorOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_thread_pool_call_wakes_has_the_stack_that_its_recursion_used()
    {
        using var pool = new ThreadPoolExecutor(1);
        using var mayThrow = new ManualResetEventSlim();
        long roomLeft = 0;
        Future<int> call = pool.Submit(() =>
        {
            mayThrow.Wait();
            return Descend(0);
        });
        call.AddDoneCallback(_ => roomLeft = Room(0));
        mayThrow.Set();
        Assert.Throws<InsufficientExecutionStackException>(() => call.Result());
        pool.Shutdown();
        Assert.True(roomLeft > 5000, $"only {roomLeft} more calls fitted on the stack");
    }

    [Fact]
    public void The_hook_of_a_thread_has_the_stack_that_its_recursion_used()
    {
        long roomLeft = 0;
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        Threading.Thread.ExceptHook = _ => roomLeft = Room(0);
        try
        {
            var thread = new Threading.Thread(static () => Descend(0));
            thread.Start();
            thread.Join();
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }

        Assert.True(roomLeft > 5000, $"only {roomLeft} more calls fitted on the stack");
    }

    private static void AssertTooDeep(Action action) =>
        Assert.Contains("too deep in a chain of objects", Assert.Throws<PayloadException>(action).Message, StringComparison.Ordinal);

    private static int Descend(int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Descend(depth + 1) + 1;
    }

    /// <summary>How many more calls fit on the stack.</summary>
    private static long Room(long depth) => RuntimeHelpers.TryEnsureSufficientExecutionStack() ? Math.Max(depth, Room(depth + 1)) : depth;

    private static Node? Chain(int count)
    {
        Node? node = null;
        for (int i = 0; i < count; i++)
        {
            node = new Node { Next = node };
        }

        return node;
    }

    private static int LengthOf(Node? node)
    {
        int length = 0;
        for (; node is not null; node = node.Next)
        {
            length++;
        }

        return length;
    }

    private sealed class Node
    {
        public Node? Next { get; init; }
    }

    private sealed class Unreadable;
}
