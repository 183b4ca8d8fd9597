using System.Runtime.CompilerServices;

namespace Braid.Stress;

/// <summary>Objects to which nothing refers any more while their last method runs: it must do what it always does.</summary>
/// <param name="of">Which objects.</param>
/// <param name="act">Makes some, uses them with a number, and returns that number; the last use of each is the call that matters.</param>
/// <param name="most">How often at most: memory into which a span was handed out stays mapped as long as a thread may have it, and a process has only so many mappings.</param>
internal sealed class UnkeptScenario(string of, Func<int, int> act, long most = long.MaxValue) : Scenario
{
    private const long FewEnough = 5000;

    private long _acts;   // by Interlocked

    private const int Pause = 64;

    public override string Name => $"unkept {of}";

    public static IEnumerable<Scenario> OfEveryKind() =>
    [
        new UnkeptScenario("ThreadPoolExecutor", static n => new Futures.ThreadPoolExecutor(1).Submit(() => n).Result()),
        new UnkeptScenario("Map", static n => new Futures.ThreadPoolExecutor(2).Map(static (int i) => i, [n]).Single()),
        new UnkeptScenario("MapUnordered", static n => new Futures.ThreadPoolExecutor(2).MapUnordered(static (int i) => i, Enumerable.Repeat(n, 3), buffersize: 1).Distinct().Single()),
        new UnkeptScenario("Submit(async)", static n => new Futures.ThreadPoolExecutor(1).Submit(async () =>
        {
            await Task.Yield();
            return n;
        }).Result()),
        .. OperatingSystem.IsLinux() ? Shared() : [],
    ];

    private static IEnumerable<Scenario> Shared() =>
    [
        new UnkeptScenario("ProcessPoolExecutor", static n => new Futures.ProcessPoolExecutor(1).Submit(() => n).Result()),
        new UnkeptScenario("Process", static n => Multiprocessing.Process.Run(() => n)),
        new UnkeptScenario("Pool", static n => new Multiprocessing.Pool(1).Apply(() => n)),
        new UnkeptScenario("shared Lock", static n =>
        {
            Held(new Multiprocessing.Lock()).Release();
            return new Multiprocessing.Lock().TryAcquire() && !new Multiprocessing.Lock().Locked ? n : -1;
        }),
        new UnkeptScenario("shared Lock, awaited", static n => new Multiprocessing.Lock().TryAcquireAsync(TimeSpan.FromSeconds(1)).AsTask().Result ? n : -1),
        new UnkeptScenario("shared Lock, in vain", static n => !Held(new Multiprocessing.Lock()).TryAcquire(TimeSpan.FromMicroseconds(10)) ? n : -1),
        new UnkeptScenario("shared RLock", static n =>
        {
            var rlock = new Multiprocessing.RLock();
            rlock.Acquire();
            rlock.Acquire();
            rlock.Release();
            int depth = rlock.Depth;
            rlock.Release();
            return depth == 1 && new Multiprocessing.RLock().TryAcquire() && new Multiprocessing.RLock().Depth == 0 ? n : -1;
        }),
        new UnkeptScenario("shared Semaphore", static n =>
        {
            var semaphore = new Multiprocessing.Semaphore(1);
            semaphore.Acquire();
            semaphore.Release(2);
            int value = semaphore.Value;
            return value == 2 && new Multiprocessing.Semaphore(2).TryAcquire() && !new Multiprocessing.Semaphore(0).TryAcquire(TimeSpan.FromMicroseconds(10)) ? n : -1;
        }),
        new UnkeptScenario("shared Event", static n =>
        {
            new Multiprocessing.Event().Set();
            return !new Multiprocessing.Event().IsSet && !new Multiprocessing.Event().TryWait(TimeSpan.FromMicroseconds(10)) ? n : -1;
        }),
        new UnkeptScenario("shared Condition", static n =>
        {
            var condition = new Multiprocessing.Condition();
            condition.Acquire();
            bool notified = condition.TryWait(TimeSpan.FromMicroseconds(10));
            condition.NotifyAll();
            condition.Release();
            return notified ? -1 : n;
        }),
        new UnkeptScenario("shared Barrier", static n =>
            new Multiprocessing.Barrier(1).Wait() == 0 && new Multiprocessing.Barrier(2).Release() == 0 && !new Multiprocessing.Barrier(2).TryWait(out _, TimeSpan.FromMicroseconds(10)) ? n : -1),
        new UnkeptScenario("shared Queue", static n =>
        {
            var queue = new Multiprocessing.Queue<int>();
            queue.Put(n);
            queue.Put(n + 1);
            int first = queue.Get();
            long size = queue.Qsize;
            return size == 1 && !new Multiprocessing.Queue<int>().TryGet(out _, TimeSpan.FromMicroseconds(10)) && new Multiprocessing.Queue<int>().TryPut(n) ? first : -1;
        }),
        new UnkeptScenario("shared Queue, awaited", static n =>
        {
            var queue = new Multiprocessing.Queue<int>();
            queue.PutAsync(n).AsTask().Wait();
            return queue.GetAsync().AsTask().Result;
        }),
        new UnkeptScenario("JoinableQueue", static n =>
        {
            var queue = new Multiprocessing.JoinableQueue<int>();
            queue.Put(n);
            int item = queue.Get();
            queue.TaskDone();
            queue.Join();
            return item;
        }),
        new UnkeptScenario("shared SimpleQueue", static n =>
        {
            var queue = new Multiprocessing.SimpleQueue<int>();
            queue.Put(n);
            return queue.Get();
        }),
        new UnkeptScenario("Pipe", static n =>
        {
            (Multiprocessing.Connection first, Multiprocessing.Connection second) = Multiprocessing.Pipe.Create();
            first.Send(n);
            int item = second.Recv<int>();
            second.Send(item);
            return first.Poll(TimeSpan.FromSeconds(1)) ? first.Recv<int>() : -1;
        }),
        new UnkeptScenario("Value", static n => new Multiprocessing.Value<int>(n).Value),
        new UnkeptScenario("RawValue", static n => new Multiprocessing.RawValue<int>(n).Value),
        new UnkeptScenario("Array", static n => new Multiprocessing.Array<int>([1, n])[1]),
        new UnkeptScenario("RawArray", static n => new Multiprocessing.RawArray<int>([1, n])[1], FewEnough),
        new UnkeptScenario("RawArray's span", static n =>
        {
            Span<int> span = new Multiprocessing.RawArray<int>(1000).Span;
            span.Fill(n);
            return span[999];
        }, FewEnough),
        new UnkeptScenario("ShareableList", static n =>
        {
            var list = new Multiprocessing.ShareableList([1, n]);
            int item = list.Get<int>(1);
            list.Shm.Unlink();
            return item;
        }, FewEnough),
    ];

    public override string Hammer(StressRun run)
    {
        Task[] workers = run.Start(2, awaits: false, worker =>
        {
            if (Interlocked.Increment(ref _acts) > most)
            {
                Thread.Sleep(1);
                return default;
            }

            int number = worker.Random.Next(1, int.MaxValue - 1);
            int got = Act(number);
            run.Check(got == number, $"{of} gave {got} for {number}");
            if (worker.Operations % Pause == 0)
            {
                GC.Collect();                     // else more descriptors and addresses are left behind in a second than a process may have
                GC.WaitForPendingFinalizers();
            }

            return default;
        });
        Task.WaitAll(workers);
        return "every last call did what it does";
    }

    private static Multiprocessing.Lock Held(Multiprocessing.Lock mutex)
    {
        mutex.Acquire();
        return mutex;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Act(int number) => act(number);
}
