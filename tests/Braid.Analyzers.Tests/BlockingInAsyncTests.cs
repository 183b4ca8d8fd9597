using Microsoft.CodeAnalysis;

namespace Braid.Analyzers.Tests;

/// <summary>BRAID005: a blocking call where its twin could be awaited.</summary>
public sealed class BlockingInAsyncTests
{
    private static readonly string[] s_unlike =
    [
        // a result by an out parameter
        "AsyncResult.TryGet", "Barrier.TryWait", "Connection.TryRecv", "Future.TryException", "Future.TryResult", "IBarrier.TryWait",
        "IQueue.TryGet", "Listener.TryAccept", "Queue.TryGet", "Queue.TryGetAny", "SimpleQueue.TryGet",
        // a span, which an await does not take
        "Connection.RecvBytesInto", "Connection.SendBytes",
        // a scope that belongs to a thread
        "Condition.EnterScope", "ILock.EnterScope", "ISemaphore.EnterScope", "Lock.EnterScope", "Semaphore.EnterScope",
        // locks that belong, or may belong, to a thread
        "Condition.Acquire", "Condition.TryAcquire", "Condition.TryWait", "Condition.TryWaitFor", "Condition.Wait", "Condition.WaitFor",
        "ICondition.TryWait", "ICondition.TryWaitFor", "ICondition.Wait", "ICondition.WaitFor", "ILock.Acquire", "ILock.TryAcquire",
        "RLock.Acquire", "RLock.TryAcquire",
        // a choice that the awaiting member does not have, and Run of an object, which runs here
        "Executor.Shutdown", "ProcessPoolExecutor.Shutdown", "ThreadPoolExecutor.Shutdown", "Process.Run",
    ];

    [Theory]
    [InlineData("Queues.Queue<int>", "[|x.Get()|];", "await x.GetAsync();")]
    [InlineData("Queues.Queue<int>", "int n = 1 + [|x.Get()|];", "int n = 1 + await x.GetAsync();")]
    [InlineData("Queues.Queue<int>", "string s = [|x.Get()|].ToString();", "string s = (await x.GetAsync()).ToString();")]
    [InlineData("Queues.Queue<int>", "[|x.Put(1, token: default)|];", "await x.PutAsync(1, token: default);")]
    [InlineData("Threading.Event", "[|x.Wait()|];", "await x.WaitAsync();")]
    [InlineData("Threading.Thread", "[|x.Join()|];", "await x.JoinAsync();")]
    [InlineData("Threading.Lock", "[|x.Acquire()|];", "await x.AcquireAsync();")]
    [InlineData("Threading.ISemaphore", "[|x.Acquire()|];", "await x.AcquireAsync();")]
    [InlineData(
        "Threading.Lock",
        "bool b = [|x.TryAcquire(TimeSpan.FromSeconds(1))|];",
        "bool b = await x.TryAcquireAsync(TimeSpan.FromSeconds(1));")]
    [InlineData("Futures.Future<int>", "int n = [|x.Result()|];", "int n = await x.ResultAsync();")]
    [InlineData("Multiprocessing.Connection", "string s = [|x.Recv<string>()|];", "string s = await x.RecvAsync<string>();")]
    [InlineData("Func<int>", "int n = [|Multiprocessing.Process.Run(x)|];", "int n = await Multiprocessing.Process.RunAsync(x);")]
    public async Task The_twin_is_awaited(string type, string statement, string mended)
    {
        await Expect.Fixed(Rules.BlockingInAsync, InMethod(type, statement), InMethod(type, mended));
        await Expect.Fixed(Rules.BlockingInAsync, InLambda(type, statement), InLambda(type, mended));
    }

    [Theory]
    [InlineData("Threading.Lock", "x.TryAcquire();")]
    [InlineData("Threading.Lock", "x.TryAcquire(TimeSpan.Zero);")]
    [InlineData("Threading.Lock", "x.TryAcquire(default);")]
    [InlineData("Threading.Lock", "x.Release();")]
    [InlineData("Threading.RLock", "x.Acquire();")]
    [InlineData("Multiprocessing.RLock", "x.Acquire();")]
    [InlineData("Threading.Condition", "x.Wait();")]
    [InlineData("Threading.ILock", "x.Acquire();")]
    [InlineData("Threading.ICondition", "x.Wait();")]
    [InlineData("Queues.Queue<int>", "x.TryGet(out int n, TimeSpan.FromSeconds(1));")]
    [InlineData("Queues.Queue<int>", "x.PutNowait(1);")]
    [InlineData("Queues.SimpleQueue<int>", "x.Put(1);")]
    [InlineData("Queues.Queue<int>", "using (new Threading.Lock().EnterScope()) { x.Get(); }")]
    [InlineData("Queues.Queue<int>", "lock (new object()) { x.Get(); }")]
    [InlineData("Queues.Queue<int>", "Span<int> span = new int[1]; span[0] = x.Get();")]
    [InlineData("Queues.Queue<int>", "var all = from n in new[] { 1 } select n + x.Get();")]
    [InlineData("Queues.Queue<int>", "try { } catch (Exception) when (x.Get() == 1) { }")]
    [InlineData("Queues.Queue<int>", "Action later = () => x.Get();")]
    [InlineData("Queues.Queue<int>", "int Later() => x.Get();")]
    [InlineData("IEnumerable<Futures.Future<int>>", "foreach (var future in Futures.Future.AsCompleted(x)) { future.Result(); }")]
    public async Task What_cannot_wait_or_cannot_be_awaited_is_left_alone(string type, string statement)
    {
        await Expect.Reported(Rules.BlockingInAsync, InMethod(type, statement));
        await Expect.Reported(Rules.BlockingInAsync, InLambda(type, statement));
    }

    [Fact]
    public async Task The_awaiting_members_of_locks_that_belong_to_a_thread_throw()
    {
        await Assert.ThrowsAsync<NotSupportedException>(async () => await new Threading.RLock().AcquireAsync());
        await Assert.ThrowsAsync<NotSupportedException>(async () => await new Threading.Condition().AcquireAsync());
        await Assert.ThrowsAsync<NotSupportedException>(async () => await new Multiprocessing.RLock().AcquireAsync());
        await Assert.ThrowsAsync<NotSupportedException>(async () => await new Multiprocessing.Condition().AcquireAsync());
    }

    [Fact]
    public async Task A_function_that_is_not_asynchronous_may_block() => await Expect.Reported(
        Rules.BlockingInAsync, "class C { void F(Queues.Queue<int> x) => x.Get(); }");

    [Fact]
    public async Task The_message_names_both()
    {
        string[] messages = await Expect.Reported(Rules.BlockingInAsync, InMethod("Queues.Queue<int>", "[|x.Get()|];"));
        Assert.Equal(["'Queue.Get' blocks the thread of an asynchronous function. Await 'GetAsync'."], messages);
    }

    /// <summary>Every pair of the library that looks like twins is a pair for the rule, or is known not to be.</summary>
    [Fact]
    public void Members_named_like_twins_are_twins()
    {
        var program = Compiled.Of("class C;");
        string[] unlike =
        [
            .. typeof(Threading.Lock).Assembly.GetExportedTypes().Select(type => program.GetTypeByMetadataName(type.FullName!)!)
                .SelectMany(static type => type.GetMembers().OfType<IMethodSymbol>()
                    .Where(method => method.DeclaredAccessibility == Accessibility.Public && Twins.AwaitingTwin(method) is null
                        && type.GetMembers(method.Name + Twins.Suffix).OfType<IMethodSymbol>()
                            .Any(static twin => twin.ReturnType.IsTask())))
                .Select(static method => $"{method.ContainingType.Name}.{method.Name}").Distinct().Order(StringComparer.Ordinal),
        ];
        Assert.Equal(s_unlike.Order(StringComparer.Ordinal), unlike);
    }


    private static string InMethod(string type, string statement) => $$"""
        class Program
        {
            async Task F({{type}} x)
            {
                {{statement}}
            }
        }
        """;

    private static string InLambda(string type, string statement) => $$"""
        Func<{{type}}, Task> f = async x =>
        {
            {{statement}}
        };
        """;
}
